"""Plan → Outcomes: the executor, and what it looks up when it does not know."""
