"""The rows of the fault matrix."""
