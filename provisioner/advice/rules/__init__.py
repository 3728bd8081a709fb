"""The rules of advice, one a module: `RULE` says what it is, and a function finds what breaks it. Pure."""
