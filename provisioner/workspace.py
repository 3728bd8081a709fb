"""A workspace: the folder with `provisioner.yaml`, its targets, their guard rails and values.

`provisioner.yaml` and the files under `values/` are plain YAML, never templates. Opening a workspace reads files
and nothing else: no environment, no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from provisioner.advice.judging import severities
from provisioner.checking import Place, read_as
from provisioner.diagnostics import Diagnostic, Severity, in_order
from provisioner.errors import FindingsError, UsageError, WorkspaceError
from provisioner.guards import Guards
from provisioner.rooms import RoomKey, Value
from provisioner.text_files import read_text
from provisioner.workspace_file import (
    ENV_REFERENCE,
    GuardsModel,
    TargetModel,
    WorkspaceModel,
    contradictions,
    region_of,
)
from provisioner.yaml_source import Document, Route, parse_documents

FILE = "provisioner.yaml"
LOCAL = "local"
"""The target that exists without being written: the embedded service."""
VALUES_FOLDER = "values"
STATE_FOLDER = ".provisioner"
EMULATOR_DATABASE = f"{STATE_FOLDER}/emulator.sqlite"
_LOCAL_REGION = "cn-north-4"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a workspace is applied. `emulator` is the database of the embedded service and `assets` the file of
    what its library has besides; with it, nothing else is set. `limits` holds calls a second, only those that were
    written. `project_id` may name an environment variable, so ask `project`.
    """

    name: str
    region: str
    emulator: Path | None = None
    endpoint: str | None = None
    project_id: str | None = None
    auth: Literal["aksk", "token"] = "aksk"
    limits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    settle_s: float = 15.0
    guards: Guards = field(default_factory=Guards)
    secrets_file: Path | None = None
    assets: Path | None = None

    def project(self, environment: Mapping[str, str]) -> str:
        """The project id, with `${NAME}` taken from the environment. Raises WorkspaceError where it is not set."""
        written = self.project_id or ""
        reference = ENV_REFERENCE.fullmatch(written)
        if reference is None:
            return written
        value = environment.get(reference[1], "").strip()
        if not value:
            raise WorkspaceError(
                f"target {self.name} takes its project_id from the environment variable {reference[1]}, "
                "which is not set; the console shows the id under My Credentials"
            )
        return value


@dataclass(frozen=True, slots=True)
class Workspace:
    """An opened workspace. `root` is absolute. `severities` are those of rules that differ from the catalogue's;
    None turns a rule off.
    """

    root: Path
    name: str
    default_target: str
    targets: Mapping[str, Target]
    moved: Mapping[RoomKey, RoomKey] = field(default_factory=lambda: MappingProxyType({}))
    """New keys of rooms, with those that they had before."""
    severities: Mapping[str, Severity | None] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def state_dir(self) -> Path:
        """The folder of what may be deleted at any time."""
        return self.root / STATE_FOLDER

    def target(self, name: str | None) -> Target:
        """The target of that name, or the default one. Raises UsageError."""
        wanted = self.default_target if name is None else name
        if wanted not in self.targets:
            known = ", ".join(sorted(self.targets))
            raise UsageError(f"there is no such target; this workspace has: {known}")
        return self.targets[wanted]


def open_workspace(root: Path) -> Workspace:
    """Reads `provisioner.yaml` of a folder.

    Raises WorkspaceError where there is none, and FindingsError for what is wrong in it.
    """
    root = root.absolute()
    if not root.is_dir():
        raise WorkspaceError(f"there is no folder {root}; name one with --workspace")
    if not (root / FILE).exists():
        raise WorkspaceError(
            f"{root} is not a workspace: it has no {FILE}. Name the folder with --workspace, "
            "or make a new one: provisioner init"
        )
    document = _only_document(read_text(root, root / FILE))
    model, findings = read_as(WorkspaceModel, document.value(), _Locator(document))
    if model is not None:
        findings = tuple(
            Diagnostic.error(rule, message, document.span(route))
            for rule, message, route in contradictions(model, root)
        )
    if model is None or findings:
        raise FindingsError(in_order(findings))
    return _workspace(model, root)


def load_values(workspace: Workspace, target: Target) -> dict[str, Value]:
    """`values/common.yaml` with `values/<target>.yaml` over it; a file that does not exist is empty.

    Mappings merge, everything else replaces. Raises FindingsError with what is wrong in both.
    """
    layers: list[dict[str, Value]] = []
    findings: list[Diagnostic] = []
    for name in values_files(target):
        try:
            layers.append(_values_file(workspace.root, name))
        except FindingsError as error:
            findings.extend(error.findings)
    if findings:
        raise FindingsError(in_order(findings))
    common, own = layers
    return merged(common, own)


def values_files(target: Target) -> tuple[str, str]:
    """The files with a target's values, the later over the earlier, by their paths in the workspace."""
    return f"{VALUES_FOLDER}/common.yaml", f"{VALUES_FOLDER}/{target.name}.yaml"


def merged(below: dict[str, Value], above: dict[str, Value]) -> dict[str, Value]:
    """`above` over `below`: mappings merge at every depth, everything else replaces."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _values_file(root: Path, name: str) -> dict[str, Value]:
    path = root / name
    if not path.exists() and not path.is_symlink():
        return {}
    parsed = parse_documents(read_text(root, path), name)
    if parsed.findings:
        raise FindingsError(parsed.findings)
    if not parsed.documents:
        return {}
    if len(parsed.documents) > 1:
        span = parsed.documents[1].span(())
        message = "values are one document; put the fields of both into one mapping, without ---"
        raise FindingsError((Diagnostic.error("too-many-documents", message, span),))
    value = parsed.documents[0].value()
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = "values are a mapping: write `name: value` lines"
        raise FindingsError((Diagnostic.error("wrong-type", message, parsed.documents[0].span(())),))
    return value


def _only_document(text: str) -> Document:
    parsed = parse_documents(text, FILE)
    if parsed.findings:
        raise FindingsError(parsed.findings)
    if not parsed.documents:
        parsed = parse_documents("{}", FILE)
    if len(parsed.documents) > 1:
        message = f"{FILE} is one document; remove the --- and what follows"
        raise FindingsError((Diagnostic.error("too-many-documents", message, parsed.documents[1].span(())),))
    return parsed.documents[0]


@dataclass(frozen=True, slots=True)
class _Locator:
    document: Document

    def __call__(self, route: Route, *, key: bool = False) -> Place:
        return Place(self.document.span(route, key=key))


def _workspace(model: WorkspaceModel, root: Path) -> Workspace:
    written = {LOCAL: TargetModel(emulator=EMULATOR_DATABASE), **model.targets}
    common = _over(Guards(), model.guards)
    targets = {name: _target(name, target, common, root) for name, target in written.items()}
    moved = {RoomKey(move.to): RoomKey(move.from_) for move in model.moved}
    return Workspace(
        root,
        model.workspace,
        model.default_target or LOCAL,
        MappingProxyType(targets),
        MappingProxyType(moved),
        MappingProxyType(severities(model.rules or {})),
    )


def _target(name: str, model: TargetModel, common: Guards, root: Path) -> Target:
    is_local = model.emulator is not None
    limits = model.limits.model_dump(exclude_none=True) if model.limits else {}
    settle = model.settle if model.settle is not None else 0 if is_local else 15
    return Target(
        name=name,
        region=model.region or region_of(model.endpoint or "") or _LOCAL_REGION,
        emulator=root / model.emulator if model.emulator is not None else None,
        endpoint=model.endpoint,
        project_id=model.project_id,
        auth=model.auth or "aksk",
        limits=MappingProxyType(limits),
        settle_s=float(settle),
        guards=_over(common, model.guards),
        secrets_file=root / Path(model.secrets_file).expanduser() if model.secrets_file else None,
        assets=root / model.assets if model.assets is not None else None,
    )


def _over(below: Guards, above: GuardsModel | None) -> Guards:
    """`above` over `below`. A limit written as null is none; what is not written stays."""
    if above is None:
        return below
    written = above.model_fields_set

    def limit(name: str, old: int | None) -> int | None:
        return getattr(above, name) if name in written else old

    return Guards(
        max_changes_percent=above.max_changes_percent
        if above.max_changes_percent is not None
        else below.max_changes_percent,
        min_rooms=above.min_rooms if above.min_rooms is not None else below.min_rooms,
        max_deletes=limit("max_deletes", below.max_deletes),
        max_creates=limit("max_creates", below.max_creates),
    )
