"""What YAML parsers complain of, in words for people. Pure.

Two parsers word the same problem differently, and some of their messages quote the text. These never do, except
for a single character out of a fixed set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A message, and whether it speaks of the place where the construct began instead of where it broke."""

    message: str
    at_context: bool = False


_UNCLOSED_QUOTE = Problem("the quote that opens here is never closed", at_context=True)
_UNCLOSED_FLOW = Problem(
    "the list [ or mapping { that opens here is not closed, or a comma is missing in it", at_context=True
)
_UNCLOSED_ABOVE = Problem("a list [ or a mapping { is not closed before this place")
_MISALIGNED = Problem(
    "this line does not fit the ones above: check its indentation, and whether a quote above ended early"
)
_AFTER_VALUE = Problem(
    "the value has ended and something follows it: text needs quotes when it starts with *, & or !, and a quote "
    "inside quotes is doubled ('it''s') or stands in the other kind"
)
_NO_COLON = Problem(
    "`key: value` is expected here and the colon with a space after it is missing; "
    "text of several lines needs quotes or a | block",
    at_context=True,
)

_EXPLANATIONS: tuple[tuple[re.Pattern[str], Problem], ...] = tuple(
    (re.compile(pattern), problem)
    for pattern, problem in (
        # problem, then context, as the two parsers spell them
        (r"unexpected (end of stream|document separator).*\|.*quoted scalar", _UNCLOSED_QUOTE),
        (r"\|.*(flow sequence|flow mapping)", _UNCLOSED_FLOW),
        (r"\|.*flow node", _UNCLOSED_ABOVE),
        (
            r"mapping values are not allowed",
            Problem(
                "a colon with a space after it cannot stand here: text that contains one needs quotes, "
                "and a nested mapping starts on its own line"
            ),
        ),
        (r"could not find expected ':'", _NO_COLON),
        (
            r"(unknown escape|hexdecimal|hexadecimal|escape code)",
            Problem(
                "a backslash in double quotes starts an escape, and this one does not exist; "
                "write two backslashes, or use single quotes"
            ),
        ),
        (r"tab character", Problem("indentation is made of spaces; replace the tab")),
        (
            r"\|.*(anchor|alias)",
            Problem("text that starts with & or * needs quotes", at_context=True),
        ),
        (r"(tag|\|.*tag)", Problem("text that starts with ! needs quotes", at_context=True)),
        (
            r"(comment or line break|chomping|indentation indicator|\|.*block scalar)",
            Problem("after | or > only a digit, + or -, and a comment may follow; the text starts on the next line"),
        ),
        (r"(directive|version)", Problem("a line that starts with % is a YAML directive, and none is known here")),
        (r"document start", Problem("a document ended above; start the next one with a line of ---")),
        (
            r"(block sequence entries|sequence entries) are not allowed",
            Problem("a list item cannot stand here: the list starts on its own line, under its key"),
        ),
        (r"'-' indicator", Problem("the items of a list must start in the same column, each with `- `")),
        (r"unexpected ':'", Problem("text with a colon needs quotes inside [ ] and { }", at_context=True)),
        (r"(did not find expected key|expected <block end>|block end)", _MISALIGNED),
        (r"mapping keys are not allowed", _MISALIGNED),
    )
)
_STARTERS = frozenset("@`%|>,]}*&!?#\"'")
_GENERIC = Problem("this is not valid YAML; look for a missing quote, colon or space at this place or just before")


def explain(problem: str, context: str, before: str, character: str) -> Problem:
    """What to tell a person about a parser's `problem` in its `context`.

    `character` is the one at which it stopped and `before` what precedes it in its line.
    """
    if "cannot start any token" in problem:
        if character == "\t":
            return Problem("indentation is made of spaces; replace the tab")
        named = f" {character}" if character and character in _STARTERS else " this character"
        return Problem(f"a value cannot start with{named} unless it stands in quotes")
    said = f"{problem} | {context}"
    answer = next((answer for pattern, answer in _EXPLANATIONS if pattern.search(said)), _GENERIC)
    return _AFTER_VALUE if answer is _MISALIGNED and before.strip(" -?:") else answer
