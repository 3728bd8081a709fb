"""Drafts of all documents → rooms: keys are unique, references are followed, whole rooms are checked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from provisioner.checking import Place, did_you_mean
from provisioner.diagnostics import Diagnostic, Frame, has_errors
from provisioner.manifests.drafts import Broken, Draft, Reference, RoomDraft, SharedRules, SharedScript
from provisioner.manifests.policy import Violation
from provisioner.manifests.room_checks import Part
from provisioner.manifests.room_documents import RULES, SCENES, own_parts, whole_room
from provisioner.rooms import DesiredRoom
from provisioner.yaml_source import Route


@dataclass(frozen=True, slots=True)
class Resolved:
    """The rooms without errors, by key, and what is wrong with the others."""

    rooms: tuple[DesiredRoom, ...]
    findings: tuple[Diagnostic, ...]


def resolve(drafts: Iterable[Draft]) -> Resolved:
    """Puts every script and rule set in the places that refer to it."""
    resolver = _Resolver()
    for draft in drafts:
        resolver.declare(draft)
    resolver.report_unknown()
    rooms = [room for draft in resolver.rooms for room in resolver.follow(draft)]
    rooms.sort(key=lambda room: room.key)
    return Resolved(tuple(rooms), tuple(resolver.findings))


class _Resolver:
    """What is declared so far, by kind and key."""

    def __init__(self) -> None:
        self.rooms: list[RoomDraft] = []
        self.findings: list[Diagnostic] = []
        self._scripts: dict[str, SharedScript | Broken] = {}
        self._rules: dict[str, SharedRules | Broken] = {}
        self._references: list[Reference] = []
        self._first: dict[tuple[str, str], Place] = {}

    def declare(self, draft: Draft) -> None:
        kind, key = _identity(draft)
        first = self._first.setdefault((kind, key), draft.key_place)
        if first is not draft.key_place:
            self._report_double(kind, key, draft.key_place, first)
            return
        if isinstance(draft, RoomDraft | Broken):
            self._references.extend(draft.references)
        match draft:
            case RoomDraft():
                self.rooms.append(draft)
            case SharedScript() | Broken(kind="Script"):
                self._scripts[key] = draft
            case SharedRules() | Broken(kind="RuleSet"):
                self._rules[key] = draft

    def report_unknown(self) -> None:
        """Finds the references that lead nowhere, once everything is declared."""
        for reference in self._references:
            known = self._scripts if reference.kind == "Script" else self._rules
            if reference.key not in known:
                listed = f"; there are: {', '.join(known)}" if 0 < len(known) <= 8 else ""
                hint = did_you_mean(reference.key, known) or listed
                message = f"there is no {reference.kind} `{reference.key}`{hint}"
                self.findings.append(reference.place.error("unknown-reference", message))

    def follow(self, draft: RoomDraft) -> Iterator[DesiredRoom]:
        """The room with its references followed; nothing where one leads nowhere or the whole does not fit."""
        if not draft.references:
            yield draft.room
            return
        references = {reference.route: reference for reference in draft.references}
        scenes, rules = own_parts(draft.room, SCENES), own_parts(draft.room, RULES)
        followed = [self._followed(part, references) for part in scenes + rules]
        if any(parts is None for parts in followed):
            return
        in_place = [parts or [] for parts in followed]
        scenes = [part for parts in in_place[: len(scenes)] for part in parts]
        rules = [part for parts in in_place[len(scenes) :] for part in parts]
        room = _with_parts(draft.room, scenes, rules)
        findings = [_at_nearest(violation, draft.places) for violation in whole_room(room, scenes, rules)]
        self.findings.extend(findings)
        if not has_errors(findings):
            yield room

    def _followed(self, part: Part, references: Mapping[Route, Reference]) -> list[Part] | None:
        """What stands in the place of a part; None where that is not known."""
        reference = references.get(part.route)
        if reference is None:
            return [part]
        declared = (self._scripts if reference.kind == "Script" else self._rules).get(reference.key)
        match declared:
            case SharedScript():
                return [Part(part.route, declared.scene)]
            case SharedRules():
                return [Part(part.route, rule) for rule in declared.rules]
            case _:
                return None

    def _report_double(self, kind: str, key: str, second: Place, first: Place) -> None:
        message = f"another {kind} has the key `{key}`; keys are unique in the workspace, so change one"
        trace = (Frame("first declared at", first.span), *second.trace)
        self.findings.append(Diagnostic.error("duplicate-key", message, second.span, trace))


def _identity(draft: Draft) -> tuple[str, str]:
    match draft:
        case RoomDraft():
            return "Room", draft.room.key
        case SharedScript():
            return "Script", draft.key
        case SharedRules():
            return "RuleSet", draft.key
        case Broken():
            return draft.kind, draft.key


def _with_parts(room: DesiredRoom, scenes: list[Part], rules: list[Part]) -> DesiredRoom:
    spec = room.spec.copy()
    for route, parts in ((SCENES, scenes), (RULES, rules)):
        if parts:
            spec[str(route[-1])] = [part.body for part in parts]
    return replace(room, spec=spec)


def _at_nearest(violation: Violation, places: Mapping[Route, Place]) -> Diagnostic:
    """A finding at the innermost part whose place is known. The root's place always is."""
    route = violation.route
    while route not in places and route:
        route = route[:-1]
    return places[route].finding(violation.severity, violation.rule, violation.message)
