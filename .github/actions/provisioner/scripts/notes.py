"""What the scripts write where people discuss: a comment or an issue of their own, found again by a hidden mark.

Only what the expected author wrote is ever changed: the same mark in somebody else's text means nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from github_api import GitHub, UnknownOutcomeError
from runner import optional

MOST_CHARACTERS = 65_536
"""What GitHub takes of a comment or an issue, counted in the units of UTF-16, in which it is most."""
DEFAULT_AUTHOR = "github-actions[bot]"
"""Who writes with the token that GitHub gives a job."""


def author() -> str:
    """The account that the step's token belongs to."""
    return optional("AUTHOR") or DEFAULT_AUTHOR


def mark(purpose: str, workspace: str, target: str) -> str:
    """The hidden first line. Names stand in it as a digest, so that none can end it."""
    digest = hashlib.sha256(f"{workspace}\0{target}".encode()).hexdigest()[:16]
    return f"<!-- provisioner:{purpose}:{digest} -->"


def fits(text: str) -> bool:
    """Whether GitHub takes the text."""
    return len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS


def ours(entries: Iterable[dict[str, Any]], marked: str) -> dict[str, Any] | None:
    """The oldest entry that we wrote with this mark."""
    found = [
        entry
        for entry in entries
        if str(entry.get("body") or "").splitlines()[:1] == [marked]
        and (entry.get("user") or {}).get("login") == author()
        and "pull_request" not in entry
    ]
    return min(found, key=lambda entry: int(entry["id"]), default=None)


def write_comment(github: GitHub, pull_request: int, marked: str, body: str) -> str:
    """Creates the comment, or changes the one that is there. Returns "created", "updated" or "unchanged"."""
    path = f"/issues/{pull_request}/comments"
    known = ours(github.listed(path), marked)
    if known is None:
        try:
            github.create(path, {"body": body})
        except UnknownOutcomeError:
            known = ours(github.listed(path), marked)
            if known is None:
                raise
        return "created"
    if known["body"] == body:
        return "unchanged"
    github.change(f"/issues/comments/{known['id']}", {"body": body})
    return "updated"
