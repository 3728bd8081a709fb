"""What a shell offers after a Tab: keys, targets and names, as far as files tell them at a glance.

Nothing is rendered, since a person waits for it: a key that an expression makes is not offered. What cannot be read
offers nothing; a Tab never ends in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import typer

_MOST_FILES = 2_000
_MOST_BYTES = 1024 * 1024
"""Of one file; who writes larger ones has them made."""
_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_KIND = re.compile(r"^kind:\s*[\"']?Room\b", re.MULTILINE)
_KEY = re.compile(r"^key:\s*[\"']?([a-z0-9][a-z0-9._-]{0,62})[\"']?\s*(?:#.*)?$", re.MULTILINE)


def room_keys(ctx: typer.Context, incomplete: str) -> list[str]:
    """Keys that are written in manifests, without those that are on the command line already."""
    given = ctx.params.get("keys") or ctx.params.get("words") or ()
    found = {key for text in _manifests(_root(ctx)) for key in _written(text)}
    return sorted(key for key in found - set(given) if key.startswith(incomplete))


def targets(ctx: typer.Context, incomplete: str) -> list[str]:
    """The targets of `provisioner.yaml`, and the one that is always there."""
    from provisioner.yaml_source import parse_documents  # a Tab for anything else does without

    text = _text(_root(ctx) / "provisioner.yaml")
    documents = parse_documents(text, "").documents if text else ()
    value: Any = documents[0].value() if documents else None
    written = value.get("targets") if isinstance(value, dict) else None
    names = {"local", *(written if isinstance(written, dict) else ())}
    return sorted(name for name in names if name.startswith(incomplete))


def blanks(ctx: typer.Context, incomplete: str) -> list[str]:
    """The names of the workspace's templates for new manifests."""
    found = (path.stem for path in (_root(ctx) / "templates/new").glob("*.yaml"))
    return sorted(name for name in found if name.startswith(incomplete) and name.isprintable())


def schemas(incomplete: str) -> list[str]:
    """The names of the published schemas."""
    from provisioner.schemas.published import PUBLISHED

    return [name for name in PUBLISHED if name.startswith(incomplete)]


def rules(incomplete: str) -> list[str]:
    """The names of the rules that `explain` knows."""
    from provisioner.advice.catalogue import CATALOGUE

    return [name for name in CATALOGUE if name.startswith(incomplete)]


def _root(ctx: typer.Context) -> Path:
    return Path(ctx.params.get("workspace") or ".")


def _manifests(root: Path) -> Iterator[str]:
    return map(_text, islice((root / "rooms").rglob("*.yaml"), _MOST_FILES))


def _text(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _written(text: str) -> Iterator[str]:
    for document in _DOCUMENT.split(text):
        key = _KEY.search(document)
        if key and _KIND.search(document):
            yield key[1]
