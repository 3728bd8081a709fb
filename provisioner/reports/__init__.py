"""Plans, outcomes, findings and rooms → text for people and JSON for programs.

Pure: time, width and colour are arguments. A module a format, imported when that format is asked for.
"""
