"""Lines that a log of GitHub Actions takes for text. Pure.

The runner obeys a line that begins with `::name::`, and `##[name]` wherever it stands in a line.
"""

from __future__ import annotations


def no_command(line: str) -> str:
    """The line, with its colon or its `#` escaped where it would be a command."""
    text = line.lstrip()
    if text.startswith("::"):
        line = rf"{line[: -len(text)]}\x3a{text[1:]}"
    return line.replace("##[", r"#\x23[")
