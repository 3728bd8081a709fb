"""The text of a saved plan → the plan. Pure, and data only: a plan file may come from a stranger's pull request.

Size, depth and shape are bounded and every field is checked, so that what comes out is a plan or an exception.
That it was made by this workspace for this target, and is not too old, is for the caller to see.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, NoReturn

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.errors import RefusedError, WorkspaceError
from provisioner.metastudio.endpoint import is_id
from provisioner.planning.actions import (
    KINDS,
    Action,
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
    Upcoming,
)
from provisioner.planning.contents import Air, RoomContent
from provisioner.planning.digest import FIELD, digest_of
from provisioner.planning.refresh import Refresh
from provisioner.planning.shape import Shape, ShapeError
from provisioner.planning.shards import Shard
from provisioner.rooms import RoomId, RoomKey
from provisioner.windows import Occurrence

READING = ("listed", "managed", "read", "known", "believed")
"""The fields of `reading`, as `Reading` has them."""
FORMAT_VERSION: Final = 1
MAX_BYTES = 64 * 1024 * 1024
"""UTF-8 bytes of a plan file. Ten thousand new rooms take about half of it."""
MAX_CONTAINERS = 2_000_000
"""Objects and arrays in one plan."""
MAX_DEPTH = 64
"""Levels of nesting; a new room in a plan has about sixteen."""

_KINDS: dict[str, type[Action]] = {kind.name: kind for kind in KINDS}
_MAKE_ANEW = "make a new one with `provisioner plan -o FILE`"


def parse_plan(text: str) -> Plan:
    """The plan that a file holds.

    Raises WorkspaceError for what is not a plan, RefusedError for a plan of another format version or one that was
    changed since it was made.
    """
    document = _load(text)
    if not isinstance(document, dict) or not {"format_version", FIELD, "actions"} <= document.keys():
        _not_a_plan("it lacks format_version, digest or actions")
    version = document["format_version"]
    if type(version) is not int or version != FORMAT_VERSION:
        raise RefusedError(
            f"This plan has another format version than this release reads, which is {FORMAT_VERSION}; {_MAKE_ANEW}."
        )
    if document[FIELD] != digest_of(document):
        raise RefusedError(f"This plan was changed after it was made, or is damaged; {_MAKE_ANEW}.")
    try:
        return _plan(Shape(document, "the plan"))
    except ShapeError as error:
        _not_a_plan(str(error))


def _not_a_plan(reason: str) -> NoReturn:
    raise WorkspaceError(f"This file is not a saved plan: {reason}. Name a file that `provisioner plan -o` wrote.")


def _load(text: str) -> Any:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        _not_a_plan(f"it is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if text.count("[") + text.count("{") > MAX_CONTAINERS:
        _not_a_plan(f"it has more than {MAX_CONTAINERS:,} objects and arrays")
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # their messages may quote the text
        _not_a_plan("it is not JSON that this tool writes")
    if _is_deeper(document, MAX_DEPTH):
        _not_a_plan(f"it nests deeper than {MAX_DEPTH} levels")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _is_deeper(value: object, depth: int) -> bool:
    level: list[Any] = [value]
    for _ in range(depth):
        boxes = [item for item in level if isinstance(item, dict | list)]
        level = [item for box in boxes for item in (box.values() if isinstance(box, dict) else box)]
    return any(isinstance(item, dict | list) for item in level)


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
        created=_moment(shape, "created"),
        expires=_moment(shape, "expires"),
        warnings=tuple(_finding(entry) for entry in shape.objects("warnings")),
        selection=shape.texts("selection"),
        shard=_shard(shape),
        prune=shape.flag("prune"),
        commit=shape.text_or_none("commit"),
        reading=Reading(*(reading.number(name) for name in READING)),
        at=_moment_or_none(shape, "at"),
        upcoming=tuple(_upcoming(entry) for entry in shape.objects("next")),
        contents_left_out=shape.number("contents_left_out"),
    )
    plan = replace(plan, contents=_contents(shape.object("contents"), plan))
    reading.done()
    _check_summary(shape.object("summary"), plan)
    shape.done()
    return plan


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
        at=_moment(shape, "at"),
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
        started=_moment_or_none(shape, "started"),
        ended=_moment_or_none(shape, "ended"),
        windows=tuple(_occurrence(entry) for entry in shape.objects("windows")),
        timezone=shape.text_or_none("timezone"),
    )
    shape.done()
    return air


def _occurrence(shape: Shape) -> Occurrence:
    occurrence = Occurrence(_local(shape, "local"), _moment(shape, "start"), _moment(shape, "end"))
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


def _moment(shape: Shape, name: str) -> datetime:
    return _in_utc(shape, name, shape.text(name))


def _moment_or_none(shape: Shape, name: str) -> datetime | None:
    text = shape.text_or_none(name)
    return None if text is None else _in_utc(shape, name, text)


def _in_utc(shape: Shape, name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ShapeError(f"{shape.place}.{name} is not a time") from None
    if not text.endswith("Z"):
        raise ShapeError(f"{shape.place}.{name} is not a time in UTC")
    return moment.astimezone(UTC)


def _action(shape: Shape) -> Action:
    kind = _KINDS.get(shape.text("action"))
    if kind is None:
        raise ShapeError(f"{shape.place}.action is none of {', '.join(_KINDS)}")
    fields: dict[str, Any] = {
        "key": RoomKey(shape.text("key")),
        "room_name": shape.text("room_name"),
        "cause": shape.choice("cause", Cause),
        "room_id": _room_id(shape),
        "origin": _origin_of(shape.object_or_none("origin")),
        "changes": tuple(_change(entry) for entry in shape.objects("changes")),
        "base": _base(shape.object_or_none("base")),
        "reason": shape.text("reason"),
    }
    if kind in (Start, Restart):
        fields["run"] = shape.text("run")
        fields["until"] = _moment_or_none(shape, "until")
    if kind is Rewrite:
        fields["commands"] = shape.texts("commands")
    shape.done()
    return kind(**fields)


def _room_id(shape: Shape) -> RoomId | None:
    """The id, which will stand in the path of a request."""
    value = shape.text_or_none("room_id")
    if value is not None and not is_id(value):
        raise ShapeError(f"{shape.place}.room_id is not an id")
    return None if value is None else RoomId(value)


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
