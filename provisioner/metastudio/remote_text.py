"""Text that the service or the network chose, made fit for a message. Pure.

Names, error messages and request ids are untrusted: they may carry terminal escapes, line breaks, bidirectional
overrides or invisible characters, and they may be as long as they like.
"""

from __future__ import annotations

import unicodedata

_ELLIPSIS = "…"


def printable(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters, in which everything that is not plainly visible is escaped.

    Escaped are control, format, surrogate, private-use and unassigned characters (Unicode categories C*), line
    and paragraph separators, and every space but the ordinary one. So is `##[`, which begins a command wherever it
    stands in a log of GitHub Actions.
    """
    shown = ""
    for char in text[: limit + 1].replace("##[", r"#\x23["):
        shown += char if _is_visible(char) else _escaped(char)
        if len(shown) > limit:
            return shown[: limit - 1] + _ELLIPSIS
    return shown


def _is_visible(char: str) -> bool:
    return char == " " or unicodedata.category(char)[0] not in "CZ"


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
