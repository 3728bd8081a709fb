"""The tool as processes, against a service on a port of this machine."""
