"""What changed since an earlier plan, as a part of the report for terminals and logs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from provisioner.metastudio.remote_text import printable
from provisioner.planning.since import Fate
from provisioner.reports.changes_text import change_lines
from provisioner.reports.places import plain
from provisioner.reports.since import since_summary
from provisioner.reports.terminal import Line
from provisioner.reports.view import PlanView

_MOST_GROUPS = 20
_MOST_KEYS = 30
_BODY = 4
_SIGNS: Mapping[Fate, tuple[str, str]] = {
    Fate.NEW: ("+ ", "green"),
    Fate.CHANGED: ("~ ", "yellow"),
    Fate.GONE: ("- ", "red"),
    Fate.SAME: (". ", "dim"),
}


def since_lines(view: PlanView, *, colour: bool, each: bool) -> Iterator[Line]:
    """The part of the report; nothing where there is no earlier plan. All groups and rooms are named for `each`."""
    if view.since is None:
        return
    commit = f" at commit {printable(view.since.commit, 12)}" if view.since.commit else ""
    when = f"{view.since.created:%Y-%m-%d %H:%M} UTC"
    yield Line(Text(f"Since the plan of {when}{commit}: {since_summary(view.since)}", "bold"))
    shown = view.since_groups if each else view.since_groups[:_MOST_GROUPS]
    for group in shown:
        yield Line(Text(plain(group.heading)), 0, Text(*_SIGNS[group.fate]))
        yield from change_lines(group.replaced, view.comparisons, indent=_BODY, colour=colour)
        if len(group.rooms) > 1:
            yield Line(Text(_keys([room.key for room in group.rooms], each=each), "dim"), _BODY)
    if (more := len(view.since_groups) - len(shown)) > 0:
        yield Line(Text(f"… {more:,} more; show --all has them", "dim"))


def _keys(keys: list[str], *, each: bool) -> str:
    most = len(keys) if each else _MOST_KEYS
    more = len(keys) - most
    return ", ".join(printable(key, 120) for key in keys[:most]) + (f" and {more:,} more" if more > 0 else "")
