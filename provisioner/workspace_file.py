"""What `provisioner.yaml` may say, as pydantic models, and what in it contradicts itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from provisioner.advice.judging import objection
from provisioner.checking import did_you_mean
from provisioner.errors import WorkspaceError
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.yaml_source import Route

ENV_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,127})\}")
"""`${NAME}`: the value of an environment variable."""
NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,62}$"
_NAME_HINT = "lower-case letters, digits, dots, hyphens and underscores, at most 63, starting with a letter or digit"

Rate = Annotated[
    float | None, Field(gt=0, le=1000, allow_inf_nan=False, description="Calls a second; the default is the region's.")
]
Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class GuardsModel(_Model):
    """Guard rails: beyond them a plan is refused until a person decides."""

    max_changes_percent: Annotated[
        int | None,
        Field(ge=0, le=100, description="Share of the managed rooms that may change or go, in percent. Default 30."),
    ] = None
    min_rooms: Annotated[
        Count | None, Field(description="With fewer managed rooms the percentage does not count. Default 10.")
    ] = None
    max_deletes: Annotated[Count | None, Field(description="Rooms a plan may delete; null is no limit. Default 5.")] = (
        None
    )
    max_creates: Annotated[
        Count | None, Field(description="Rooms a plan may create; null is no limit, and the default.")
    ] = None


class LimitsModel(_Model):
    """Calls a second to the service, where they shall differ from the region's."""

    create: Rate = None
    update: Rate = None
    list: Rate = None
    show: Rate = None
    delete: Rate = None
    start: Rate = None
    stop: Rate = None


class TargetModel(_Model):
    """Where a workspace is applied: either `emulator` (and `assets`), or an endpoint of the service."""

    emulator: Annotated[
        str | None,
        Field(min_length=1, description="Database of the embedded service, by a path in the workspace."),
    ] = None
    assets: Annotated[
        str | None,
        Field(
            min_length=1,
            description="File with assets that the embedded service has besides its own, by a path in the workspace.",
        ),
    ] = None
    endpoint: Annotated[str | None, Field(description="Address of the service, https://host.")] = None
    region: Annotated[str | None, Field(description="Region of the service, such as cn-north-4.")] = None
    project_id: Annotated[
        str | None, Field(description="Project id of the tenant, or ${NAME} of an environment variable.")
    ] = None
    auth: Annotated[Literal["aksk", "token"] | None, Field(description="Access keys or a token. Default aksk.")] = None
    limits: Annotated[LimitsModel | None, Field(description="Calls a second; defaults by region.")] = None
    settle: Annotated[
        float | None,
        Field(ge=0, le=600, description="Seconds to wait after creates before looking for twins. Default 15."),
    ] = None
    guards: Annotated[GuardsModel | None, Field(description="Guard rails, over the workspace's.")] = None
    secrets_file: Annotated[
        str | None,
        Field(
            min_length=1,
            description="File of NAME=value lines that secrets are taken from when the environment lacks them.",
        ),
    ] = None


class MovedModel(_Model):
    """A room that gets another key."""

    from_: Annotated[Name, Field(alias="from", description="The key that it had.")]
    to: Annotated[Name, Field(description="The key that it has.")]


class WorkspaceModel(_Model):
    """`provisioner.yaml`."""

    workspace: Annotated[
        str, Field(pattern=NAME_PATTERN, description=f"The name that its rooms are marked with: {_NAME_HINT}.")
    ]
    default_target: Annotated[str | None, Field(description="The target without --target. Default local.")] = None
    targets: Annotated[dict[Name, TargetModel], Field(description=f"Targets by name: {_NAME_HINT}.")] = Field(
        default_factory=dict
    )
    guards: Annotated[GuardsModel | None, Field(description="Guard rails of every target.")] = None
    moved: Annotated[
        list[MovedModel], Field(max_length=10_000, description="Rooms that got another key: they stay the same rooms.")
    ] = Field(default_factory=list)
    rules: Annotated[
        dict[str, Literal["error", "warning", "note", "off"]] | None,
        Field(description="How much findings matter, by rule; `provisioner explain` lists the rules."),
    ] = None


Contradiction = tuple[str, str, Route]
"""A rule, a message, and the route of the value it is about."""


def contradictions(model: WorkspaceModel, root: Path) -> Iterator[Contradiction]:
    """What no single field shows to be wrong."""
    known = {"local", *model.targets}
    if model.default_target is not None and model.default_target not in known:
        hint = did_you_mean(model.default_target, known) or f"; the targets are {', '.join(sorted(known))}"
        yield "unknown-target", f"`default_target` names no target{hint}", ("default_target",)
    for name, target in model.targets.items():
        route: Route = ("targets", name)
        if name == "common":
            yield "reserved-name", "a target cannot be called common: values/common.yaml is everyone's", route
        yield from _of_emulator(target, route, root) if target.emulator is not None else _of_service(target, route)
    for name, level in (model.rules or {}).items():
        objected = objection(name, level)
        if objected is not None:
            yield (*objected, ("rules", name))
    yield from _of_moves(model.moved)


def _of_moves(moves: list[MovedModel]) -> Iterator[Contradiction]:
    """Each key is left once and taken once, so that every room has one way."""
    left: set[str] = set()
    taken: set[str] = set()
    for position, move in enumerate(moves):
        if move.from_ == move.to:
            yield "contradiction", "a room that keeps its key is not moved; remove this", ("moved", position)
        for key, known, name, word in ((move.from_, left, "from", "left"), (move.to, taken, "to", "taken")):
            if key in known:
                message = f"the key `{key}` is {word} twice; keep one of both"
                yield "contradiction", message, ("moved", position, name)
            known.add(key)


def _of_emulator(target: TargetModel, route: Route, root: Path) -> Iterator[Contradiction]:
    for field in ("endpoint", "project_id", "auth"):
        if getattr(target, field) is not None:
            yield (
                "contradiction",
                f"a target with `emulator` has no `{field}`; remove one of them",
                (*route, field),
            )
    if target.assets is not None and not (root / target.assets).resolve().is_relative_to(root.resolve()):
        yield "outside-workspace", "the file of assets must be in the workspace", (*route, "assets")
    path = (root / (target.emulator or "")).resolve()
    if not path.is_relative_to(root.resolve()) or path == root.resolve():
        yield "outside-workspace", "the emulator's database must be a file in the workspace", (*route, "emulator")


def region_of(endpoint: str) -> str | None:
    """The region that an endpoint names, or None. This machine stands for the region with the highest limits."""
    named = re.match(r"https://metastudio\.([a-z0-9-]+)\.myhuaweicloud\.", endpoint)
    if named:
        return named[1]
    return "cn-north-4" if re.match(r"https?://(127\.|localhost\b)", endpoint) else None


def _of_service(target: TargetModel, route: Route) -> Iterator[Contradiction]:
    region = target.region or region_of(target.endpoint or "")
    for field, value in (("endpoint", target.endpoint), ("project_id", target.project_id), ("region", region)):
        if value is None:
            yield "missing-field", f"`{field}` is missing: a target has endpoint, region and project_id", route
            return
    if target.assets is not None:
        yield "contradiction", "only a target with `emulator` has `assets`; the service has its own", (*route, "assets")
    endpoint, region, project_id = target.endpoint or "", region or "", target.project_id or ""
    if "@" in endpoint:
        message = "an endpoint holds no user name or password; credentials come from the environment"
        yield "endpoint", message, (*route, "endpoint")
        return
    checked = "0" if ENV_REFERENCE.fullmatch(project_id) else project_id
    for field, values in (
        ("endpoint", (endpoint, "0", "cn-north-4")),
        ("project_id", ("https://localhost", checked, "cn-north-4")),
        ("region", ("https://localhost", "0", region)),
    ):
        try:
            parse_endpoint(values[0], project_id=values[1], region=values[2])
        except WorkspaceError as error:
            yield field.replace("_", "-"), str(error), (*route, field)
