"""A new room, or a new part of one, in a few lines instead of the whole document. Pure.

Takes data of any shape: a saved plan is data from outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from provisioner.comparing.compare import FieldChange
from provisioner.planning.words import counted
from provisioner.reports.values_text import bounded, shown

_MOST_ITEMS = 12
_EXCERPT = 36
_IN_HEADING = frozenset({"room_name"})
_PUSH = ("output_urls", "stream_keys")


def room_outline(changes: tuple[FieldChange, ...]) -> Iterator[str]:
    """Scenes, rules, push and the names of all other fields of a room that does not exist yet."""
    fields = {change.path: change for change in changes}
    scenes = _mappings(fields.pop("scene_scripts", None))
    rules = _mappings(fields.pop("interaction_rules", None))
    push = [fields.pop(name) for name in _PUSH if name in fields]
    if scenes:
        yield f"{counted(len(scenes), 'scene')}, {counted(sum(len(_paragraphs(s)) for s in scenes), 'paragraph')}"
        yield from _capped([f"  {scene_outline(scene)}" for scene in scenes], "scene")
    if rules:
        names = [bounded(str(rule.get("rule_name") or n), 40) for n, rule in enumerate(rules, 1)]
        more = f" and {len(names) - _MOST_ITEMS} more" if len(names) > _MOST_ITEMS else ""
        yield f"{counted(len(rules), 'rule')}: {', '.join(names[:_MOST_ITEMS])}{more}"
    if push:
        yield f"push: {', '.join(_push(change) for change in push)}"
    if names := [bounded(name, 60) for name in fields if name not in _IN_HEADING]:
        yield f"also sets {', '.join(names)}"


def scene_outline(scene: Mapping[str, Any]) -> str:
    """A scene by its name, its paragraphs and layers, and how its text begins."""
    paragraphs = _paragraphs(scene)
    layers = scene.get("layer_config")
    spoken = [text for paragraph in paragraphs if (text := _spoken(paragraph))]
    parts = [counted(len(paragraphs), "paragraph")]
    if isinstance(layers, list) and layers:
        parts.append(counted(len(layers), "layer"))
    if spoken:
        parts.append(f"{counted(sum(map(len, spoken)), 'character')} {_excerpt(spoken[0])}")
    name = scene.get("script_name")
    return f"{bounded(str(name), 60)}: {', '.join(parts)}" if name else ", ".join(parts)


def item_outline(value: Any) -> str:
    """Anything that comes or goes: a scene, a paragraph, a rule, a layer, or a plain value."""
    if not isinstance(value, Mapping):
        return shown(value)
    if "shoot_scripts" in value:
        return scene_outline(value)
    if spoken := _spoken(value):
        title = f"{bounded(str(value['title']), 60)}: " if value.get("title") else ""
        return f"{title}{_excerpt(spoken, 2 * _EXCERPT)}"
    return shown(dict(value), 160)


def _push(change: FieldChange) -> str:
    count = len(change.after) if isinstance(change.after, list) else 1
    if change.path == "stream_keys":
        return f"{counted(count, 'key')} (sensitive)"
    if change.sensitive or not isinstance(change.after, list):
        return f"{'addresses' if count > 1 else 'an address'} (sensitive)"
    return ", ".join(bounded(str(url), 120) for url in change.after[:_MOST_ITEMS])


def _mappings(change: FieldChange | None) -> list[Mapping[str, Any]]:
    value = change.after if change is not None else None
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _paragraphs(scene: Mapping[str, Any]) -> list[Any]:
    value = scene.get("shoot_scripts")
    return value if isinstance(value, list) else []


def _spoken(paragraph: Any) -> str:
    config = paragraph.get("text_config") if isinstance(paragraph, Mapping) else None
    text = config.get("text") if isinstance(config, Mapping) else None
    return text if isinstance(text, str) else ""


def _excerpt(text: str, limit: int = _EXCERPT) -> str:
    quoted = bounded(text, limit).partition("… ")[0] if len(text) > limit else bounded(text)
    return f'"{quoted}…"' if len(text) > limit else f'"{quoted}"'


def _capped(lines: list[str], noun: str) -> list[str]:
    more = len(lines) - _MOST_ITEMS
    return [*lines[:_MOST_ITEMS], f"  … {counted(more, f'more {noun}')}"] if more > 0 else lines
