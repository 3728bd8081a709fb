"""What one document becomes before the others are known. Values only, pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, TypeAlias

from provisioner.advice.pushes import Push
from provisioner.checking import Place
from provisioner.diagnostics import Diagnostic
from provisioner.rooms import DeclaredRoom, DesiredRoom
from provisioner.secrets import SecretText
from provisioner.yaml_source import Route


class Keeps(Enum):
    """What is kept of a room that was read: thousands are read for the few that need more than a look."""

    SPECS = auto()
    """All of it, the spec packed away."""
    ROOMS = auto()
    """All but the spec, for which its hash stands."""
    KEYS = auto()
    """That there is one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A `{script: key}` or `{rules: key}`: what it names, where in the room, and where in the files."""

    kind: str
    key: str
    route: Route
    place: Place


@dataclass(frozen=True, slots=True)
class RoomDraft:
    """A room whose references are not yet followed.

    With references, `places` tells where the parts stand that the checks of the whole room may speak of; without
    any, those checks are done. `secrets` is what `comparing.secret_texts` finds in it, where that is known already;
    `names_assets` is whether an asset is named in the room itself.
    """

    room: DesiredRoom
    key_place: Place
    references: tuple[Reference, ...] = ()
    places: Mapping[Route, Place] = field(default_factory=dict)
    secrets: tuple[tuple[str, SecretText | str], ...] | None = None
    push: Push | None = None
    names_assets: bool = True


@dataclass(frozen=True, slots=True)
class SettledRoom:
    """A room that refers to nothing, checked as a whole. `room` is None where only keys are kept."""

    key: str
    key_place: Place
    room: DeclaredRoom | None
    push: Push | None = None


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room with references: its RoomDraft, packed away until all documents are known."""

    key: str
    key_place: Place
    packed: bytes
    push: Push | None = None


@dataclass(frozen=True, slots=True)
class SharedScript:
    """A `kind: Script`: a scene that rooms refer to."""

    key: str
    key_place: Place
    scene: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SharedRules:
    """A `kind: RuleSet`."""

    key: str
    key_place: Place
    rules: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A document with errors: its key is declared all the same, and its references are looked at."""

    kind: str
    key: str
    key_place: Place
    references: tuple[Reference, ...] = ()


Shared: TypeAlias = SharedScript | SharedRules
Draft: TypeAlias = RoomDraft | Shared | Broken
"""What a document is when it has been read."""
Kept: TypeAlias = SettledRoom | OpenRoom | Shared | Broken
"""What is kept of it until all documents are read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a document of a known kind came to: `draft` is None where it cannot be read as one."""

    draft: Draft | None
    findings: tuple[Diagnostic, ...]
    references: tuple[Reference, ...] = ()
