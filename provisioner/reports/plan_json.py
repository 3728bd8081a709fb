"""A plan as plain data: what `--format json` prints and `-o` saves. Pure.

`provisioner.planning.saved` reads it back; the two change together.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from provisioner.planning.actions import KINDS, AgainstBase, Plan, Upcoming
from provisioner.planning.digest import FIELD, digest_of
from provisioner.planning.refresh import Refresh
from provisioner.planning.saved import FORMAT_VERSION
from provisioner.reports.actions_json import ActionJson, action_json
from provisioner.reports.contents_json import ContentJson, contents_to_json
from provisioner.reports.findings import FindingJson, finding_to_json
from provisioner.reports.json_text import timestamp
from provisioner.reports.json_types import Count, Digest, Keywords, LocalTime, Moment


class UpcomingJson(TypedDict):
    """What a window asks for next."""

    key: str
    action: Literal["start", "stop"]
    run: str
    at: Moment
    local: LocalTime
    """The same moment on the clocks of `timezone`, such as `2026-11-21T19:30`."""
    timezone: str
    """An IANA name, such as Asia/Shanghai."""


class ReadingJson(TypedDict):
    """What the plan looked at, in rooms."""

    listed: Count
    """Rooms that the list named."""
    managed: Count
    """Those of them that bear this workspace's marker; of a shard: in it."""
    read: Count
    """Rooms that were read one by one."""
    known: Count
    """Rooms that were known from an earlier reading."""
    believed: Count
    """Rooms that were believed to be as their marker says."""


class TakenJson(TypedDict):
    """The snapshot that a plan was made from."""

    taken: Moment
    age_s: Count
    """How old it was when the plan was made, in whole seconds."""
    digest: Digest


class AgainstJson(TypedDict):
    """The Git revision that a plan was put beside, and the rooms that the branch declares otherwise."""

    ref: str
    """As it was named."""
    commit: str
    compared: bool
    """False where the manifests there have errors; the counts say nothing then."""
    new: Count
    changed: Count
    removed: Count
    settled: Count
    """Of these, rooms that are as they should be already."""


class _BodyJson(TypedDict):
    """All of a plan but its digest."""

    format_version: Literal[1]
    workspace: str
    target: str
    project_id: str
    """The tenant's project id that the plan was made for."""
    created: Moment
    expires: Moment
    """From then on `apply` refuses the plan."""
    refresh: Refresh
    reading: ReadingJson
    manifests: str
    """The digest of everything that the manifests declare; `apply` refuses the plan when it is another."""
    commit: str | None
    """The Git commit of the workspace; null outside of Git."""
    selection: list[str]
    """The keys that were asked for; empty for all."""
    shard: Annotated[str, Keywords(pattern="^[0-9]+/[0-9]+$")] | None
    """The part of the rooms that the plan is about, such as `2/3`; null for all of them."""
    prune: bool
    at: Moment | None
    """The moment that the plan is for, where that is not `created`; such a plan is to be looked at, not applied."""
    snapshot: TakenJson | None
    """The snapshot that an offline plan was made from; null where the service was asked."""
    base: AgainstJson | None
    """The revision that says what the branch causes; null where none was named."""
    summary: Annotated[dict[str, Count], Keywords(required=[kind.name for kind in KINDS])]
    """How many actions of each kind there are; `unchanged` also counts rooms that are not listed."""
    actions: list[ActionJson]
    """In the order of keys; a room's actions in the order of doing."""
    warnings: list[FindingJson]
    next: list[UpcomingJson]
    """What windows ask for after the plan, the earliest first; a room at most once."""
    contents: dict[str, ContentJson]
    """The rooms that something is done to, by key, in a plan that is saved; else empty."""
    contents_left_out: Count
    """How many rooms are not in `contents` because it would be too large."""
    assets: NotRequired[dict[str, str]]
    """The names of assets by their ids, as far as the changes speak of them and manifests name assets."""


class PlanJson(_BodyJson):
    """A plan: what `plan --format json` prints, `plan -o` saves and `apply` takes."""

    digest: Digest
    """Covers every value of the document but itself; `apply` refuses a plan that was changed."""


def plan_to_json(plan: Plan, *, include_unchanged: bool = False, include_contents: bool = False) -> PlanJson:
    """The plan as the contract writes it, and what is needed to apply it later.

    Unchanged rooms are always counted. They are listed if asked for, and a file to be shown again should list
    them: its reader counts what it finds. Contents are what pictures are drawn from; those beyond
    `MAX_CONTENTS_BYTES` are left out and counted. The digest covers all as written.
    """
    listed = plan.actions if include_unchanged else plan.changes
    contents, left_out = contents_to_json(plan) if include_contents else ({}, 0)
    reading = plan.reading
    document: _BodyJson = {
        "format_version": FORMAT_VERSION,
        "workspace": plan.workspace,
        "target": plan.target,
        "project_id": plan.project_id,
        "created": timestamp(plan.created),
        "expires": timestamp(plan.expires),
        "refresh": plan.refresh,
        "reading": {
            "listed": reading.listed,
            "managed": reading.managed,
            "read": reading.read,
            "known": reading.known,
            "believed": reading.believed,
        },
        "manifests": plan.manifests,
        "commit": plan.commit,
        "selection": list(plan.selection),
        "shard": str(plan.shard) if plan.shard else None,
        "prune": plan.prune,
        "at": timestamp(plan.at) if plan.at else None,
        "snapshot": _taken(plan),
        "base": _against(plan.base),
        "summary": plan.summary(),
        "actions": [action_json(action) for action in listed],
        "warnings": [finding_to_json(warning) for warning in plan.warnings],
        "next": [upcoming_json(change) for change in plan.upcoming],
        "contents": contents,
        "contents_left_out": left_out,
    }
    if plan.assets:
        document["assets"] = dict(plan.assets)
    digest = digest_of(document)
    return {"format_version": FORMAT_VERSION, FIELD: digest, **document}


def plan_digest(plan: Plan) -> str:
    """The digest of the plan as it is saved, with its unchanged rooms and all contents."""
    return plan_as_saved(plan)[FIELD]


def plan_as_saved(plan: Plan) -> PlanJson:
    """The plan with all that `apply` and `show` need later."""
    return plan_to_json(plan, include_unchanged=True, include_contents=True)


def _taken(plan: Plan) -> TakenJson | None:
    """The snapshot of an offline plan."""
    taken = plan.snapshot
    if taken is None:
        return None
    age_s = max(0, int((plan.created - taken.at).total_seconds()))
    return {"taken": timestamp(taken.at), "age_s": age_s, "digest": taken.digest}


def _against(base: AgainstBase | None) -> AgainstJson | None:
    """The revision that a plan was put beside."""
    if base is None:
        return None
    return {
        "ref": base.ref,
        "commit": base.commit,
        "compared": base.is_compared,
        "new": base.new,
        "changed": base.changed,
        "removed": base.removed,
        "settled": base.settled,
    }


def upcoming_json(change: Upcoming) -> UpcomingJson:
    """What a window asks for next."""
    return {
        "key": change.key,
        "action": change.action,
        "run": change.run,
        "at": timestamp(change.at),
        "local": change.local.isoformat(timespec="minutes"),
        "timezone": change.timezone,
    }
