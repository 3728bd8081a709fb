"""Interaction rules before and after, as rows of a table. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, TypeAlias

from provisioner.comparing.identity import IDENTITIES, moved, pair
from provisioner.metastudio.sensitive import redact_url
from provisioner.reports.html.canvas import file_name
from provisioner.reports.html.plain import below, fields, items, listed, number, text
from provisioner.reports.word_diff import Comparisons, Pairs, Part

Fields: TypeAlias = Mapping[str, Any]
_EVENTS = {1: "a comment", 2: "somebody enters", 3: "a like", 4: "a gift", 10: "preset wording"}
_MATCHES = {
    "EQUAL": "is",
    "REGEX": "matches",
    "MATH_GT": ">",
    "MATH_GE": "≥",
    "MATH_LT": "<",
    "MATH_LE": "≤",
    "MATH_EQ": "=",
}
_REPLIES = {
    "SYSTEM_REPLY": "says one of its replies",
    "CALLBACK": "calls the callback",
    "SYSTEM_REPLY_AND_CALLBACK": "says one of its replies and calls the callback",
    "SHOW_LAYER": "shows a layer",
    "INTELLIGENT_REPLY": "a robot replies",
}
_PLAYED = {"APPEND": "after all that waits", "INSERT": "after the current sentence", "PLAY_NOW": "at once"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `when` and `then` are lines, each with what changes in it; `mark` as for scenes."""

    name: Pairs
    when: tuple[Pairs, ...]
    then: tuple[Pairs, ...]
    mark: str = ""


def rules(before: Any, after: Any, comparisons: Comparisons) -> tuple[Rule, ...]:
    """The rules of a room in their order; removed ones last."""
    old, new = items(below(before, "interaction_rules")), items(below(after, "interaction_rules"))
    pairing = pair([_known(rule) for rule in new], [_known(rule) for rule in old], IDENTITIES["interaction_rules"])
    elsewhere = moved(pairing)
    return tuple(
        _rule(
            old[there] if there is not None else None,
            new[here] if here is not None else None,
            comparisons,
            is_moved=here in elsewhere,
        )
        for here, there in pairing.pairs
    )


def _known(rule: Fields) -> Fields:
    """A rule by what it is known by, and by all that is told of it."""
    return {
        "rule_name": text(rule.get("rule_name")),
        "rule_index": text(rule.get("rule_index")),
        "said": "\n".join((*_when(rule), *_then(rule))),
    }


def _rule(old: Fields | None, new: Fields | None, comparisons: Comparisons, *, is_moved: bool) -> Rule:
    name = _lines(old, new, lambda rule: [_name(rule)], comparisons)
    when = _lines(old, new, lambda rule: list(_when(rule)), comparisons)
    then = _lines(old, new, lambda rule: list(_then(rule)), comparisons)
    if old is None or new is None:
        return Rule(name[0], when, then, "new" if old is None else "removed")
    differs = any(part is not Part.KEPT for line in (*name, *when, *then) for part, _ in line)
    return Rule(name[0], when, then, "changed" if differs else "moved" if is_moved else "")


def _lines(
    old: Fields | None, new: Fields | None, told: Callable[[Fields], list[str]], comparisons: Comparisons
) -> tuple[Pairs, ...]:
    """What is told of a rule beside each other; what is new or gone as a whole is not marked line by line."""
    if old is None or new is None:
        alone = new if new is not None else old
        return tuple(((Part.KEPT, line),) for line in (told(alone) if alone is not None else ()))
    return tuple(_beside(told(old), told(new), comparisons))


def _beside(before: list[str], after: list[str], comparisons: Comparisons) -> Iterator[Pairs]:
    """Lines of which those that stay stand beside each other."""
    for tag, i, k, j, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (((Part.KEPT, line),) for line in after[j:m])
        else:
            yield from (comparisons.stretches(*each) for each in zip_longest(before[i:k], after[j:m], fillvalue=""))


def _name(rule: Fields) -> str:
    return text(rule.get("rule_name")) or "(rule without a name)"


def _when(rule: Fields) -> Iterator[str]:
    kind = rule.get("event_type")
    event = _EVENTS.get(kind) if type(kind) is int else None
    condition = fields(rule.get("hit_condition"))
    yield event or f"event {text(kind) or 'not set'}"
    if condition.get("relation") == "RESERVED":
        yield "when nothing else fits"
    tags = items(condition.get("tags"))
    for tag in tags:
        yield _test(tag)
    if len(tags) > 1:
        yield "all of these" if condition.get("relation") == "AND" else "any of these"
    scenes = [text(scene) for scene in listed(rule.get("enabled_scenes"))]
    if scenes:
        yield f"in {', '.join(scenes)}"
    yield f"priority {number(condition.get('priority'), 500):g}"
    if rule.get("enabled") is False:
        yield "switched off"


def _test(tag: Fields) -> str:
    operation = text(tag.get("operation"))
    counted = f" ({operation.lower()})" if operation not in ("", "NONE") else ""
    match = text(tag.get("match"))
    return f"{text(tag.get('tag'))}{counted} {_MATCHES.get(match, match)} {text(tag.get('value'))}"


def _then(rule: Fields) -> Iterator[str]:
    trigger = fields(rule.get("trigger"))
    mode = text(trigger.get("reply_mode"))
    yield _REPLIES.get(mode, mode or "nothing is set")
    for words in listed(trigger.get("reply_texts")):
        yield f"“{text(words)}”"
    for audio in items(trigger.get("reply_audios")):
        yield f"recording {text(audio.get('audio_name')) or file_name(redact_url(text(audio.get('audio_url'))))}"
    for name in ("layer_config", "extra_layer_config"):
        if trigger.get(name) is not None:
            yield _layer(fields(trigger.get(name)))
    if trigger.get("robot_id"):
        yield f"robot {text(trigger.get('robot_id'))}"
    yield _how_often(trigger)
    if trigger.get("play_type"):
        played = text(trigger.get("play_type"))
        yield _PLAYED.get(played, played)
    if trigger.get("reply_role") == "CO_STREAMER":
        yield "by the second voice"


def _layer(layer: Fields) -> str:
    kind = text(layer.get("layer_type")).lower() or "layer"
    address = below(layer, "image_config", "image_url") or below(layer, "video_config", "video_url")
    shown = below(layer, "text_config", "text_context")
    what = text(layer.get("asset_id")) or file_name(redact_url(text(address))) or text(shown)
    x, y = (number(below(layer, "position", name), 0) for name in ("dx", "dy"))
    width, height = (number(below(layer, "size", name), 0) for name in ("width", "height"))
    return f"layer: {kind} {what} at {x:g}, {y:g}, {width:g}×{height:g}"


def _how_often(trigger: Fields) -> str:
    window = number(trigger.get("time_window"), 0)
    if window < 0:
        return "once a broadcast"
    return f"at most once in {window:g} s" if window else "every time"
