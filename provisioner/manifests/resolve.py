"""What all documents together say → rooms: keys are unique, references are followed, whole rooms are checked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from provisioner.advice.judging import Excuse, Judge, Terms
from provisioner.advice.parts import Part
from provisioner.advice.pushes import Push
from provisioner.checking import Place, Violation, did_you_mean
from provisioner.comparing.declared import declare, unpack
from provisioner.diagnostics import Diagnostic, Frame, has_errors
from provisioner.manifests.drafts import (
    Broken,
    Keeps,
    Kept,
    OpenRoom,
    Reference,
    RoomDraft,
    SettledRoom,
    SharedRules,
    SharedScript,
)
from provisioner.manifests.room_documents import RULES, SCENES, advised, own_parts, whole_room
from provisioner.rooms import DeclaredRoom, DesiredRoom
from provisioner.yaml_source import Route


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What rooms may refer to, by key."""

    scripts: dict[str, SharedScript | Broken] = field(default_factory=dict)
    rules: dict[str, SharedRules | Broken] = field(default_factory=dict)

    def sizes(self) -> dict[tuple[str, str], int]:
        """How many scenes or rules each stands for, by kind and key."""
        rules = {key: len(found.rules) if isinstance(found, SharedRules) else 0 for key, found in self.rules.items()}
        return {**{("Script", key): 1 for key in self.scripts}, **{("RuleSet", key): n for key, n in rules.items()}}

    def unknown(self, references: Iterable[Reference]) -> Iterator[Diagnostic]:
        """The references that lead nowhere."""
        for reference in references:
            known = self.scripts if reference.kind == "Script" else self.rules
            if reference.key not in known:
                listed = f"; there are: {', '.join(known)}" if 0 < len(known) <= 8 else ""
                hint = did_you_mean(reference.key, known) or listed
                message = f"there is no {reference.kind} `{reference.key}`{hint}"
                yield reference.place.error("unknown-reference", message)

    def at(self, reference: Reference) -> SharedScript | SharedRules | Broken | None:
        """What a reference leads to."""
        return (self.scripts if reference.kind == "Script" else self.rules).get(reference.key)


@dataclass(slots=True)
class Inventory:
    """All documents by kind. Of several with one key, the first counts."""

    settled: list[DeclaredRoom] = field(default_factory=list)
    count: int = 0
    """Of settled rooms, kept or not."""
    open: list[OpenRoom] = field(default_factory=list)
    shared: SharedParts = field(default_factory=SharedParts)
    pushes: list[Push] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


def inventory(kept: Iterable[Kept]) -> Inventory:
    """Sorts documents by kind; they come in the order in which they stand in the files."""
    result = Inventory()
    first: dict[str, dict[str, Place]] = {"Room": {}, "Script": {}, "RuleSet": {}}
    for one in kept:
        kind, key = _identity(one)
        if key in first[kind]:
            result.findings.append(_double(kind, key, one.key_place, first[kind][key]))
            continue
        first[kind][key] = one.key_place
        if isinstance(one, SettledRoom | OpenRoom) and one.push is not None:
            result.pushes.append(one.push)
        match one:
            case SettledRoom():
                result.count += 1
                if one.room is not None:
                    result.settled.append(one.room)
            case OpenRoom():
                result.open.append(one)
            case SharedScript() | Broken(kind="Script"):
                result.shared.scripts[key] = one
            case SharedRules() | Broken(kind="RuleSet"):
                result.shared.rules[key] = one
    return result


@dataclass(frozen=True, slots=True)
class Followed:
    """Some rooms without errors, how many these are, kept or not, what is wrong with the others, and the excuses that
    were needed.
    """

    rooms: tuple[DeclaredRoom, ...]
    count: int
    findings: tuple[Diagnostic, ...]
    used: frozenset[Excuse] = frozenset()


@dataclass(frozen=True, slots=True)
class Following:
    """The work of following the references of rooms."""

    shared: SharedParts
    keeps: Keeps = Keeps.SPECS
    terms: Terms = field(default_factory=Terms)

    def __call__(self, part: Sequence[OpenRoom]) -> Iterator[Followed]:
        """Some rooms with every script and rule set in place, a few at a time."""
        judge = Judge(self.terms)
        for start in range(0, len(part), _TOGETHER):
            findings: list[Diagnostic] = []
            drafts = (unpack(room.packed) for room in part[start : start + _TOGETHER])
            rooms = [room for draft in drafts if (room := _follow(draft, self.shared, findings, judge)) is not None]
            kept = rooms if self.keeps is not Keeps.KEYS else []
            declared = tuple(declare(room, keeps_spec=self.keeps is Keeps.SPECS) for room in kept)
            yield Followed(declared, len(rooms), tuple(findings), frozenset(judge.used))


_TOGETHER = 64


def _follow(draft: RoomDraft, shared: SharedParts, findings: list[Diagnostic], judge: Judge) -> DesiredRoom | None:
    """The room with its references followed; nothing where one leads nowhere or the whole does not fit."""
    references = {reference.route: reference for reference in draft.references}
    scenes = _followed(own_parts(draft.room, SCENES), references, shared)
    rules = _followed(own_parts(draft.room, RULES), references, shared)
    if scenes is None or rules is None:
        return None
    room = _with_parts(draft.room, scenes, rules)
    violations = whole_room(room, scenes, rules)
    found = tuple(judge.weighed(_at_nearest(violation, draft.places) for violation in violations))
    findings.extend(found)
    return None if has_errors(found) else advised(room, found)


def _followed(parts: list[Part], references: Mapping[Route, Reference], shared: SharedParts) -> list[Part] | None:
    """The parts with others in the places of references; None where one of those is not known."""
    result: list[Part] = []
    for part in parts:
        reference = references.get(part.route)
        match shared.at(reference) if reference else part:
            case Part():
                result.append(part)
            case SharedScript(scene=scene):
                result.append(Part(part.route, scene, shared=True))
            case SharedRules(rules=rules):
                result.extend(Part(part.route, rule, shared=True) for rule in rules)
            case _:
                return None
    return result


def _double(kind: str, key: str, second: Place, first: Place) -> Diagnostic:
    message = f"another {kind} has the key `{key}`; keys are unique in the workspace, so change one"
    trace = (Frame("first declared at", first.span), *second.trace)
    return Diagnostic.error("duplicate-key", message, second.span, trace)


def _identity(one: Kept) -> tuple[str, str]:
    match one:
        case SettledRoom() | OpenRoom():
            return "Room", one.key
        case SharedScript():
            return "Script", one.key
        case SharedRules():
            return "RuleSet", one.key
        case Broken():
            return one.kind, one.key


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
