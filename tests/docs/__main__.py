"""`python -m tests.docs`: writes the pages that are made from the code."""

from tests.docs.pages import write

if __name__ == "__main__":
    write()
