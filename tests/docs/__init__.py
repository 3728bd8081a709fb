"""The pages under docs/: those that are made from the code, and the commands in all of them."""
