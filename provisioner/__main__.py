"""`python -m provisioner` is the console script."""

from provisioner.cli import main

if __name__ == "__main__":
    main()
