"""Two rooms side by side: what differs, what is the same, what may be shown. Pure."""
