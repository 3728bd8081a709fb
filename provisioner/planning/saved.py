"""The text of a saved plan → the plan. Pure, and data only: a plan file may come from a stranger's pull request.

It is bounded (`sealed`) and every field is checked (`shape`), so that what comes out is a plan or an exception.
That it was made by this workspace for this target, and is not too old, is for the caller to see.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal

from provisioner.comparing.compare import Branch, FieldChange, Kind
from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.planning.actions import (
    KINDS,
    Action,
    AgainstBase,
    Base,
    Cause,
    Create,
    NoOp,
    Plan,
    Reading,
    Restart,
    Rewrite,
    Start,
    Stop,
    Taken,
    Upcoming,
)
from provisioner.planning.contents import Air, RoomContent
from provisioner.planning.digest import FIELD
from provisioner.planning.refresh import Refresh
from provisioner.planning.sealed import SealedFile
from provisioner.planning.shape import Shape, ShapeError
from provisioner.planning.shards import Shard
from provisioner.rooms import RoomId, RoomKey
from provisioner.windows import Occurrence

READING = ("listed", "managed", "read", "known", "believed")
"""The fields of `reading`, as `Reading` has them."""
AGAINST = ("new", "changed", "removed", "settled")
"""The counts of `base`, as `AgainstBase` has them."""
FORMAT_VERSION: Final = 1
FILE = SealedFile(
    noun="plan",
    command="provisioner plan -o FILE",
    version=FORMAT_VERSION,
    needs=frozenset({"actions"}),
    max_bytes=64 * 1024 * 1024,
    max_containers=2_000_000,
)
"""Ten thousand new rooms take about half of the size; a new room nests about sixteen levels deep."""

_KINDS: dict[str, type[Action]] = {kind.name: kind for kind in KINDS}


def parse_plan(text: str) -> Plan:
    """The plan that a file holds.

    Raises WorkspaceError for what is not a plan, RefusedError for a plan of another format version or one that was
    changed since it was made.
    """
    try:
        return _plan(Shape(FILE.load(text), "the plan"))
    except ShapeError as error:
        FILE.is_none(str(error))


def _plan(shape: Shape) -> Plan:
    shape.number("format_version")
    shape.text(FIELD)
    reading = shape.object("reading")
    plan = Plan(
        workspace=shape.text("workspace"),
        target=shape.text("target"),
        project_id=shape.text("project_id"),
        refresh=shape.choice("refresh", Refresh),
        actions=tuple(_action(entry) for entry in shape.objects("actions")),
        manifests=shape.text("manifests"),
        created=shape.moment("created"),
        expires=shape.moment("expires"),
        warnings=tuple(_finding(entry) for entry in shape.objects("warnings")),
        selection=shape.texts("selection"),
        shard=_shard(shape),
        prune=shape.flag("prune"),
        commit=shape.text_or_none("commit"),
        reading=Reading(*(reading.number(name) for name in READING)),
        at=shape.moment_or_none("at"),
        upcoming=tuple(_upcoming(entry) for entry in shape.objects("next")),
        contents_left_out=shape.number("contents_left_out"),
        snapshot=_taken(shape.object_or_none("snapshot")),
        base=_against(shape.object_or_none("base")),
        assets=_assets(shape.object_or_left_out("assets")),
    )
    plan = replace(plan, contents=_contents(shape.object("contents"), plan))
    reading.done()
    _check_summary(shape.object("summary"), plan)
    shape.done()
    return plan


def _taken(shape: Shape | None) -> Taken | None:
    if shape is None:
        return None
    taken = Taken(shape.moment("taken"), shape.text("digest"))
    shape.number("age_s")  # it follows from the times
    shape.done()
    return taken


def _against(shape: Shape | None) -> AgainstBase | None:
    if shape is None:
        return None
    counts = {name: shape.number(name) for name in AGAINST}
    base = AgainstBase(shape.text("ref"), shape.text("commit"), is_compared=shape.flag("compared"), **counts)
    shape.done()
    return base


def _assets(shape: Shape | None) -> dict[str, str]:
    """Names by ids; left out where there are none."""
    if shape is None:
        return {}
    names = {name: shape.text(name) for name in shape.names}
    shape.done()
    return names


def _shard(shape: Shape) -> Shard | None:
    text = shape.text_or_none("shard")
    try:
        return None if text is None else Shard.parse(text)
    except ValueError as error:
        raise ShapeError(f"{shape.place}.shard is not one: {error}") from None


def _check_summary(shape: Shape, plan: Plan) -> None:
    """The counts are those of the actions; unchanged rooms may be counted without being listed."""
    for name, count in plan.summary().items():
        written = shape.number(name)
        if written != count and not (name == NoOp.name and count == 0):
            raise ShapeError(f"{shape.place}.{name} is not the number of such actions")
    shape.done()


def _upcoming(shape: Shape) -> Upcoming:
    change = Upcoming(
        key=RoomKey(shape.text("key")),
        action=_start_or_stop(shape),
        run=shape.text("run"),
        at=shape.moment("at"),
        local=_local(shape, "local"),
        timezone=shape.text("timezone"),
    )
    shape.done()
    return change


def _contents(shape: Shape, plan: Plan) -> dict[RoomKey, RoomContent]:
    """The rooms of the plan's actions; what a created room is to say stands in its changes."""
    created = {action.key: action for action in plan.changes if isinstance(action, Create)}
    contents: dict[RoomKey, RoomContent] = {}
    for key, _ in plan.rooms():
        entry = shape.object_or_left_out(key)
        if entry is not None:
            content = _content(entry)
            contents[key] = replace(content, after=_new_room(created[key])) if key in created else content
    shape.done()
    return contents


def _new_room(action: Create) -> dict[str, Any]:
    return {change.path: change.after for change in action.changes if not change.sensitive}


def _content(shape: Shape) -> RoomContent:
    before, after = shape.data_or_none("before"), shape.data_or_none("after")
    content = RoomContent(before, after, _air(shape.object("air")), shape.texts_by_name("labels"))
    shape.done()
    return content


def _air(shape: Shape) -> Air:
    air = Air(
        job=shape.text_or_none("job"),
        started=shape.moment_or_none("started"),
        ended=shape.moment_or_none("ended"),
        windows=tuple(_occurrence(entry) for entry in shape.objects("windows")),
        timezone=shape.text_or_none("timezone"),
    )
    shape.done()
    return air


def _occurrence(shape: Shape) -> Occurrence:
    occurrence = Occurrence(_local(shape, "local"), shape.moment("start"), shape.moment("end"))
    shape.done()
    return occurrence


def _start_or_stop(shape: Shape) -> Literal["start", "stop"]:
    match shape.text("action"):
        case Start.name:
            return Start.name
        case Stop.name:
            return Stop.name
        case _:
            raise ShapeError(f"{shape.place}.action is neither start nor stop")


def _local(shape: Shape, name: str) -> datetime:
    """A time that clocks of some zone show."""
    try:
        local = datetime.fromisoformat(shape.text(name))
    except ValueError:
        raise ShapeError(f"{shape.place}.{name} is not a time") from None
    if local.tzinfo is not None:
        raise ShapeError(f"{shape.place}.{name} is not a local time")
    return local


def _action(shape: Shape) -> Action:
    kind = _KINDS.get(shape.text("action"))
    if kind is None:
        raise ShapeError(f"{shape.place}.action is none of {', '.join(_KINDS)}")
    fields: dict[str, Any] = {
        "key": RoomKey(shape.text("key")),
        "room_name": shape.text("room_name"),
        "cause": shape.choice("cause", Cause),
        "room_id": None if (found := shape.id_or_none("room_id")) is None else RoomId(found),
        "origin": _origin_of(shape.object_or_none("origin")),
        "changes": tuple(_change(entry) for entry in shape.objects("changes")),
        "base": _base(shape.object_or_none("base")),
        "reason": shape.text("reason"),
        "branch": shape.choice_or_none("branch", Branch),
    }
    if kind in (Start, Restart):
        fields["run"] = shape.text("run")
        fields["until"] = shape.moment_or_none("until")
    if kind is Rewrite:
        fields["commands"] = shape.texts("commands")
    shape.done()
    return kind(**fields)


def _base(shape: Shape | None) -> Base | None:
    if shape is None:
        return None
    base = Base(shape.text_or_none("updated"), shape.text_or_none("spec_hash"))
    shape.done()
    return base


def _change(shape: Shape) -> FieldChange:
    change = FieldChange(
        path=shape.text("path"),
        before=shape.anything("before"),
        after=shape.anything("after"),
        kind=shape.choice("kind", Kind),
        sensitive=shape.flag("sensitive"),
        branch=shape.choice_or_none("branch", Branch),
    )
    if change.sensitive and (change.before is not None or change.after is not None):
        raise ShapeError(f"{shape.place} is sensitive and shows a value")
    if change.kind is Kind.MOVE and not (type(change.before) is int and type(change.after) is int):
        raise ShapeError(f"{shape.place} is a move without positions")
    shape.done()
    return change


def _finding(shape: Shape) -> Diagnostic:
    frames = []
    for entry in shape.objects("trace"):
        label, span = entry.text("label"), _span(entry)
        entry.done()
        if span is None:
            raise ShapeError(f"{entry.place} names no file")
        frames.append(Frame(label, span))
    finding = Diagnostic(
        shape.choice("severity", Severity), shape.text("rule"), shape.text("message"), _span(shape), tuple(frames)
    )
    shape.done()
    return finding


def _span(shape: Shape) -> Span | None:
    """The place among the fields of an object; None where all of them are null."""
    file = shape.text_or_none("file")
    numbers = [shape.number_or_none(name) for name in ("line", "column", "end_line", "end_column")]
    line, column, end_line, end_column = numbers
    if file is None or line is None or column is None:
        if file is not None or any(number is not None for number in numbers):
            raise ShapeError(f"{shape.place} names half a place")
        return None
    return Span(file, line, column, end_line, end_column)


def _origin_of(shape: Shape | None) -> Span | None:
    """Where a manifest starts."""
    if shape is None:
        return None
    span = Span(shape.text("file"), shape.number("line"), shape.number("column"))
    shape.done()
    return span
