"""A `kind: Room` document → a draft of the room, or findings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from provisioner.advice.catalogue import ON_AIR_RULES
from provisioner.advice.checks import of_broadcast, of_meeting, of_rules, of_scene, of_texts
from provisioner.advice.parts import Part, WholeRoom, canvases
from provisioner.advice.pushes import Push
from provisioner.advice.rules.not_for_air import FIELDS as VIDEO_FIELDS
from provisioner.assets import ROOM_FIELDS, START_FIELDS
from provisioner.checking import Place, Violation, check, did_you_mean, exists_at, fields_at, read_as
from provisioner.comparing.compare import hidden_texts
from provisioner.diagnostics import Diagnostic, Severity, has_errors
from provisioner.manifests.asset_references import with_names
from provisioner.manifests.drafts import Checked, Reference, RoomDraft
from provisioner.manifests.live_windows import read_window
from provisioner.manifests.models import RoomModel, RulesReference, ScriptReference
from provisioner.manifests.policy import violations
from provisioner.manifests.room_checks import cross_checks
from provisioner.manifests.sources import Source
from provisioner.manifests.watching import Watched
from provisioner.metastudio.models import (
    CreateSmartLiveRoomReq,
    LiveRoomInteractionRuleInfo,
    LiveVideoScriptInfo,
    StartSmartLiveReq,
)
from provisioner.rooms import DesiredRoom, Lifecycle, Live, LiveState, OnChange, Require, RoomKey
from provisioner.secrets import SecretText
from provisioner.windows import Window
from provisioner.yaml_source import Route

SCENES: Route = ("spec", "scene_scripts")
RULES: Route = ("spec", "interaction_rules")

# What stands for a reference while the room is checked without the others.
_SOME_SCENE = LiveVideoScriptInfo.model_construct(script_name="", shoot_scripts=[])
_SOME_RULE = LiveRoomInteractionRuleInfo.model_construct()
_REFERABLE: tuple[tuple[Route, type[BaseModel], str, BaseModel], ...] = (
    (SCENES, ScriptReference, "script", _SOME_SCENE),
    (RULES, RulesReference, "rules", _SOME_RULE),
)
_KINDS = {"script": "Script", "rules": "RuleSet"}
_LIVE, _LIFECYCLE = Live(), Lifecycle()
"""Of a room that says nothing of them: one object, which crosses to another process once for many rooms."""


def read_room(source: Source, data: dict[str, Any]) -> Checked:
    """The draft of a room and everything that is wrong with it."""
    spec = with_names(data.get("spec"), ROOM_FIELDS, source, ("spec",))
    start = with_names(_mapping(data.get("live")).get("start"), START_FIELDS, source, ("live", "start"))
    data = _with_bodies(data, spec.body, start.body)
    model, found = read_as(RoomModel, data, source)
    findings = [*found, *spec.findings, *start.findings]
    references = _References(source)
    watched = source.watched("spec")
    findings += _bodies(source, data, references, watched, has_names=bool(spec.routes))
    findings += source.findings(_unknown_ignores(_mapping(data.get("lifecycle")).get("ignore")))
    if model is None:
        return Checked(None, tuple(findings), tuple(references.found))
    read = read_window(model.live)
    findings += source.findings(read.violations)
    room = _room(model, read.window, source(()))
    findings += source.findings(_of_its_type(room))
    scenes, rules = own_parts(room, SCENES), own_parts(room, RULES)
    if not has_errors(findings):
        findings += source.findings(_as_written(room, scenes, rules, has_tags=source.holds("<")))
    places: dict[Route, Place] = {}
    if references.found:
        places = {reference.route: reference.place for reference in references.found}
        places |= {route: source(route) for route in _asked_for(room) if route not in places}
    else:
        found_in_whole = tuple(source.findings(whole_room(room, scenes, rules)))
        room = advised(room, found_in_whole)
        findings += found_in_whole
    secrets = tuple(hidden_texts(watched)) if watched is not None and not references.found else None
    push = None if has_errors(findings) else _push(room, source)
    has_names = bool(spec.routes or start.routes)
    draft = RoomDraft(room, source(("key",)), tuple(references.found), places, secrets, push, has_names)
    return Checked(draft, tuple(findings), draft.references)


def _with_bodies(data: dict[str, Any], spec: object, start: object) -> dict[str, Any]:
    """The document with other bodies, where these are others."""
    if spec is not data.get("spec"):
        data = {**data, "spec": spec}
    if start is not _mapping(data.get("live")).get("start"):
        data = {**data, "live": {**data["live"], "start": start}}
    return data


def _bodies(
    source: Source,
    data: dict[str, Any],
    references: _References,
    found: list[Watched] | None,
    *,
    has_names: bool,
) -> Iterator[Diagnostic]:
    """What is wrong with what will be sent to the service."""
    spec, start = _mapping(data.get("spec")), _mapping(_mapping(data.get("live")).get("start"))
    if spec or data.get("spec") == {}:
        replaced = references.replaced(spec)
        secrets = [route for route, text in found if isinstance(text, SecretText)] if found is not None else None
        known = secrets if replaced is spec and not has_names else None
        yield from check(CreateSmartLiveRoomReq, replaced, source, route=("spec",), unknown=known)
        yield from references.findings
        yield from source.findings(violations(spec, ("spec",), found))
    if start:
        yield from check(StartSmartLiveReq, start, source, route=("live", "start"))
        yield from source.findings(violations(start, ("live", "start")))


def _of_its_type(room: DesiredRoom) -> Iterator[Violation]:
    """Templates cannot be started, and a room of type TEMP ends with its job (API page: StartSmartLive)."""
    room_type = room.spec.get("room_type")
    if room_type == "TEMP" and room.live.on_change is OnChange.RESTART:
        message = "a TEMP room ends with its job, so it cannot be restarted; use next_run or hot"
        yield Violation("temp-restart", message, ("live", "on_change"))
    if room_type == "TEMPLATE" and room.live.state is LiveState.RUNNING:
        message = (
            "a template cannot go on air; leave out what `live` says of that, or make it a room of another `room_type`"
        )
        yield Violation("template-on-air", message, ("spec", "room_type"))


def _as_written(room: DesiredRoom, scenes: list[Part], rules: list[Part], *, has_tags: bool) -> Iterator[Violation]:
    """What is said of a room's own scenes and rules, whatever it refers to."""
    may_have = canvases(room.spec, room.live.start)
    for scene in scenes:
        if "script" not in scene.body:
            yield from of_texts(scene) if has_tags else ()
            yield from of_scene(scene, may_have)
    yield from of_rules([rule for rule in rules if "rules" not in rule.body], may_have)


def whole_room(room: DesiredRoom, scenes: list[Part], rules: list[Part]) -> Iterator[Violation]:
    """What is wrong with a room whose references are followed."""
    yield from cross_checks(scenes, rules)
    whole = WholeRoom(room.spec, room.live.start, scenes, rules)
    yield from of_meeting(whole)
    if room.live.state is LiveState.RUNNING:
        yield from of_broadcast(whole)


def advised(room: DesiredRoom, found: Iterable[Diagnostic]) -> DesiredRoom:
    """The room with the rules that warn of putting it on air, as far as they count."""
    warnings = (finding.rule for finding in found if finding.severity is Severity.WARNING)
    rules = dict.fromkeys(rule for rule in warnings if rule in ON_AIR_RULES)
    return replace(room, advice=tuple(rules)) if rules else room


def own_parts(room: DesiredRoom, route: Route) -> list[Part]:
    """The scenes or rules that stand at `route`, references included."""
    items = enumerate(_items(room.spec, str(route[-1])))
    return [Part((*route, position), item) for position, item in items if isinstance(item, dict)]


def _asked_for(room: DesiredRoom) -> Iterator[Route]:
    """The routes that checks of the whole room may speak of, as few as will do: each takes its time to find."""
    yield ()
    for part in own_parts(room, SCENES):
        yield part.route
    for part in own_parts(room, RULES):
        yield part.route
        if "enabled_scenes" in part.body:
            yield (*part.route, "enabled_scenes")
    if room.live.state is LiveState.RUNNING:
        yield SCENES
        for video in (("spec", "video_config"), ("live", "start", "video_config")):
            yield from ((*video, name) for name in VIDEO_FIELDS)


def _push(room: DesiredRoom, source: Source) -> Push | None:
    """Where a room that goes on air is pushed to."""
    if room.live.state is not LiveState.RUNNING:
        return None
    bodies: tuple[tuple[Route, Mapping[str, Any]], ...] = ((("live", "start"), room.live.start), (("spec",), room.spec))
    urls = next(((route, body["output_urls"]) for route, body in bodies if body.get("output_urls")), None)
    if urls is None:
        return None
    keys: list[Any] = next((body["stream_keys"] for _, body in bodies if body.get("stream_keys")), [])
    address = tuple(part for part in (*urls[1], *keys) if isinstance(part, str | SecretText))
    return Push(room.key, address, room.live.window, source((*urls[0], "output_urls", 0)))


@dataclass(slots=True)
class _References:
    """The references of one room, found while its spec is made ready to be checked without them."""

    source: Source
    found: list[Reference] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)

    def replaced(self, spec: dict[str, Any]) -> dict[str, Any]:
        """The spec with a stand-in for every reference, at the same position."""
        changed = {
            str(route[-1]): self._list(spec, route, model, step, stand_in)
            for route, model, step, stand_in in _REFERABLE
            if any(isinstance(item, dict) and step in item for item in _items(spec, str(route[-1])))
        }
        return {**spec, **changed} if changed else spec

    def _list(
        self, spec: dict[str, Any], route: Route, model: type[BaseModel], step: str, stand_in: BaseModel
    ) -> list[Any]:
        items: list[Any] = []
        for position, item in enumerate(spec[str(route[-1])]):
            if not isinstance(item, dict) or step not in item:
                items.append(item)
                continue
            items.append(stand_in)
            at = (*route, position)
            read, wrong = read_as(model, item, self.source, route=at)
            self.findings.extend(wrong)
            if read is not None:
                self.found.append(Reference(_KINDS[step], item[step], at, self.source((*at, step))))
        return items


def _room(model: RoomModel, window: Window | None, origin: Place) -> DesiredRoom:
    live, lifecycle = model.live, model.lifecycle
    by_default = LiveState.RUNNING if window is not None else LiveState.UNMANAGED
    return DesiredRoom(
        key=RoomKey(model.key),
        spec=model.spec,
        origin=origin.span,
        live=Live(
            state=LiveState(live.state or by_default),
            run=live.run or Live().run,
            on_change=OnChange(live.on_change or OnChange.NEXT_RUN),
            start=live.start or {},
            window=window,
            require=Require(live.require or Require.WARN),
        )
        if live
        else _LIVE,
        lifecycle=Lifecycle(bool(lifecycle.protect), tuple(lifecycle.ignore or ())) if lifecycle else _LIFECYCLE,
        labels=model.labels or {},
        adopt=model.adopt,
    )


def _unknown_ignores(paths: object) -> Iterator[Violation]:
    for position, path in enumerate(paths if isinstance(paths, list) else ()):
        hint = _unknown_in(path) if isinstance(path, str) else None
        if hint is not None:
            message = f"this path leads to no field of a room{hint}"
            yield Violation("unknown-field", message, ("lifecycle", "ignore", position))


@lru_cache(maxsize=1024)
def _unknown_in(path: str) -> str | None:
    """What to say about the first step of a path that does not exist; None when all do."""
    route: Route = ()
    for name, _ in re.findall(r"\.([a-z_]+)|(\[)", path.removeprefix("spec")):
        below = (*route, name or 0)
        if not exists_at(CreateSmartLiveRoomReq, below):
            if not name:
                return "; only lists have items in [ ]"
            return did_you_mean(name, fields_at(CreateSmartLiveRoomReq, route)) or f"; there is no `{name}`"
        route = below
    return None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(spec: dict[str, Any], field_name: str) -> list[Any]:
    items = spec.get(field_name)
    return items if isinstance(items, list) else []
