"""What only the whole room shows, once its scenes and rules are in place, and this tool cannot manage. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provisioner.advice.parts import Part
from provisioner.checking import Violation


def cross_checks(scenes: Sequence[Part], rules: Sequence[Part]) -> Iterator[Violation]:
    """Scenes are told apart by their names, so names are unique; rules may be for scenes of this room only."""
    names: set[str] = set()
    for scene in scenes:
        name = scene.body.get("script_name")
        if not isinstance(name, str):
            continue
        if name in names:
            message = "two scenes of the room have this `script_name`; scenes are told apart by it, so rename one"
            yield Violation("duplicate-scene", message, (*scene.route, "script_name"))
        names.add(name)
    for rule in rules:
        enabled = rule.body.get("enabled_scenes")
        for position, name in enumerate(enabled if isinstance(enabled, list) else ()):
            if isinstance(name, str) and name not in names:
                message = "`enabled_scenes` names a scene that the room does not have; use a scene's `script_name`"
                yield Violation("unknown-scene", message, (*rule.route, "enabled_scenes", position))
