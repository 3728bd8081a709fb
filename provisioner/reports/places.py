"""Places of a room in words. Pure.

`scene_scripts[Welcome].shoot_scripts[1].text_config.text` is the opening paragraph of scene Welcome. A phrase keeps
apart what this program says and what somebody else wrote, so that every format can make the latter inert its own way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.metastudio.remote_text import printable


@dataclass(frozen=True, slots=True)
class Quoted:
    """What somebody else wrote: one visible line, bounded."""

    text: str

    @classmethod
    def of(cls, text: str, limit: int = 60) -> Quoted:
        """The text made fit to be shown."""
        return cls(printable(text, limit))


Phrase: TypeAlias = tuple[str | Quoted, ...]
"""Part of a sentence: our words, and what is quoted in them."""

IsOwn: TypeAlias = Callable[[str], bool]

_STEP = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]|\.?[^.\[\]]+')
_ITEMS: Mapping[str, str] = {
    "scene_scripts": "scene",
    "shoot_scripts": "paragraph",
    "layer_config": "layer",
    "background_config": "background",
    "interaction_rules": "rule",
    "output_urls": "push address",
    "reply_texts": "reply",
    "reply_audios": "reply sound",
}
_FIELDS: Mapping[str, str] = {
    "output_urls": "push addresses",
    "scene_scripts": "scenes",
    "shoot_scripts": "paragraphs",
    "interaction_rules": "rules",
    "layer_config": "layers",
    "background_config": "background",
    "model_asset_id": "virtual host",
    "voice_asset_id": "voice",
    "script_name": "name",
    "rule_name": "name",
    "co_streamer_config": "co-streamer",
    "live_event_callback_config": "event callback",
}
_SILENT = frozenset({"text_config", "trigger", "position"})
"""Steps that only hold what people speak of."""
_POSITION = re.compile("[1-9][0-9]{0,2}")
_WORDS = re.compile(r"(?!.*[0-9a-f]{7})[a-z0-9 ]{1,40}")
"""What may pass for our words: nothing that GitHub takes for a commit."""
_MOST_STEPS = 4
_MOST_PLACES = 3


def _is_nobody(_label: str) -> bool:
    return False


def plain(phrase: Phrase) -> str:
    """The phrase as text; what is quoted stands as it is."""
    return "".join(part.text if isinstance(part, Quoted) else part for part in phrase)


def steps(path: str) -> list[str]:
    """A path cut before every dot and bracket. What is not a path stays in one piece."""
    found = _STEP.findall(path)
    return found if "".join(found) == path else [path]


def label(step: str) -> str | None:
    """The label of a step that names an item of a list: `Welcome` of `[Welcome]`. None for a field."""
    if not (step.startswith("[") and step.endswith("]")):
        return None
    inner = step[1:-1]
    if not inner.startswith('"'):
        return inner
    try:
        return str(json.loads(inner))
    except ValueError:
        return inner


def place(path: str, is_own: IsOwn = _is_nobody) -> Phrase:
    """Where a path leads, from the inside out, for people.

    `is_own` tells of a label that it is the room's own name, which a phrase about several rooms must not bear.
    """
    named = list(_named(steps(path), is_own))
    inner = named[::-1][:_MOST_STEPS]
    words: list[str | Quoted] = []
    for n, phrase in enumerate(inner):
        words += [*([" of "] if n else []), *phrase]
    return tuple(words)


def what_happens(change: FieldChange, is_own: IsOwn = _is_nobody) -> Phrase:
    """A change without its values: a new paragraph, a rule that is removed, or the place that changes."""
    where = place(change.path, is_own)
    match change.kind:
        case Kind.ADD:
            return ("new ", *where)
        case Kind.REMOVE:
            return (*where, " removed")
        case Kind.MOVE:
            return (*where, " moved")
        case _:
            return where


def in_short(changes: Sequence[FieldChange], is_own: IsOwn = _is_nobody) -> Phrase:
    """The changes by their places: the first few, and how many more."""
    found = list(dict.fromkeys(what_happens(change, is_own) for change in changes))
    words: list[str | Quoted] = []
    for n, phrase in enumerate(found[:_MOST_PLACES]):
        words += [*([", "] if n else []), *phrase]
    if (more := len(found) - _MOST_PLACES) > 0:
        words.append(f" and {more:,} more place{'s' if more > 1 else ''}")
    return tuple(words)


def _named(path: list[str], is_own: IsOwn) -> Iterator[Phrase]:
    """The steps in words, from the outside in; an item and the list that holds it are one."""
    for n, step in enumerate(path):
        item = label(step)
        following = path[n + 1] if n + 1 < len(path) else ""
        if item is not None:
            yield _item(path[n - 1].removeprefix(".") if n else "", item, is_own)
        elif (name := step.removeprefix(".")) in _SILENT:
            continue
        elif label(following) is None and not (name == "text" and n):
            yield _field(name)


def _item(holder: str, item: str, is_own: IsOwn) -> Phrase:
    noun = _ITEMS.get(holder)
    if noun is None:
        return (*_field(holder), " ", Quoted.of(item))
    if noun == "paragraph" and item == "1":
        return ("opening paragraph",)
    if _POSITION.fullmatch(item):
        return (f"{noun} {item}",)
    return (f"{noun} named as the room",) if is_own(item) else (f"{noun} ", Quoted.of(item))


def _field(name: str) -> Phrase:
    """Fields that we know are our words; any other may be anything."""
    if name in _FIELDS:
        return (_FIELDS[name],)
    words = name.removesuffix("_config").replace("_", " ")
    return (words,) if _WORDS.fullmatch(words) else (Quoted.of(name),)
