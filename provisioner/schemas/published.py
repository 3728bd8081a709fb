"""Every schema that is published, by the name that `provisioner schema` takes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from provisioner.reports.done_json import EmulatorJson, ServingJson, WrittenJson
from provisioner.reports.findings import FindingsJson
from provisioner.reports.imported_json import ImportJson
from provisioner.reports.outcome_json import ReportJson
from provisioner.reports.plan_json import PlanJson
from provisioner.reports.render_diff import RenderDiffJson
from provisioner.reports.rooms_json import RoomsJson
from provisioner.reports.rules_text import RulesJson
from provisioner.reports.since import PlanSinceJson
from provisioner.reports.status import RoomChangeJson, StatusJson
from provisioner.schemas.dialect import JsonSchema
from provisioner.schemas.inputs import manifest_schema, workspace_schema
from provisioner.schemas.outputs import schema_of
from provisioner.snapshots.snapshot_json import SnapshotJson

OUTPUTS: Mapping[str, Callable[[], JsonSchema]] = {
    "plan": partial(schema_of, PlanJson, "provisioner plan, format version 1"),
    "plan-since": partial(schema_of, PlanSinceJson, "provisioner show --since, format version 1"),
    "outcome": partial(schema_of, ReportJson, "provisioner apply, start and stop, format version 1"),
    "findings": partial(schema_of, FindingsJson, "provisioner validate, format version 1"),
    "status": partial(schema_of, StatusJson, "provisioner status, format version 1"),
    "status-watch": partial(schema_of, RoomChangeJson, "A line of provisioner status --watch, format version 1"),
    "rooms": partial(schema_of, RoomsJson, "provisioner render, format version 1"),
    "import": partial(schema_of, ImportJson, "provisioner import, format version 1"),
    "render-diff": partial(schema_of, RenderDiffJson, "provisioner render --diff, format version 1"),
    "snapshot": partial(schema_of, SnapshotJson, "provisioner snapshot -o, format version 1"),
    "written": partial(schema_of, WrittenJson, "provisioner init, new and snapshot, format version 1"),
    "emulator": partial(schema_of, EmulatorJson, "provisioner emulator reset and advance, format version 1"),
    "serving": partial(schema_of, ServingJson, "provisioner emulator serve, format version 1"),
    "rules": partial(schema_of, RulesJson, "provisioner explain, format version 1"),
}
"""What the tool writes with `--format json`."""
INPUTS: Mapping[str, Callable[[], JsonSchema]] = {"manifest": manifest_schema, "workspace": workspace_schema}
"""What people write."""
PUBLISHED = {**OUTPUTS, **INPUTS}
