"""One command a module: a ladder of steps without logic of its own. What they share is `session` and `terminal`."""
