"""What changed since an earlier plan, as a part of a report in GitHub's Markdown. Pure."""

from __future__ import annotations

from provisioner.reports.changes_markdown import replaced_block
from provisioner.reports.markdown import (
    ELSEWHERE,
    Section,
    code,
    fitted,
    folded,
    html_phrase,
    left_out,
    listed,
    phrase,
    units,
)
from provisioner.reports.since import SinceGroup, since_summary
from provisioner.reports.view import PlanView
from provisioner.reports.word_diff import Comparisons

_MOST_KEYS = 60
_FOR_REST = 400


def since_markdown(view: PlanView, most: int) -> str:
    """The part in at most `most` UTF-16 units, at least 1,500; empty where there is no earlier plan."""
    if view.since is None:
        return ""
    commit = f", at commit {code(view.since.commit, 12)}" if view.since.commit else ""
    title = f"#### Since the plan of {view.since.created:%Y-%m-%d %H:%M} UTC{commit}"
    head = f"{title}\n\n**{since_summary(view.since)}**"
    sections = [_section(group, view.comparisons) for group in view.since_groups[: most // 20]]
    body = fitted(sections, most - units(head) - _FOR_REST)
    unnamed = view.since_groups[len(body.texts) :]
    omitted = left_out(body.named, sum(len(group.rooms) for group in unnamed), len(unnamed), ELSEWHERE)
    return "\n\n".join(part for part in (head, *body.texts, omitted) if part)


def _section(group: SinceGroup, comparisons: Comparisons) -> Section:
    keys = [room.key for room in group.rooms]
    brief = f"- {phrase(group.heading)}"
    parts = [replaced_block(group.replaced, comparisons)]
    if len(keys) > 1:
        brief += f": {listed(keys, 3)}"
        parts.append(f"Rooms: {listed(keys, _MOST_KEYS)}.")
    body = "\n\n".join(part for part in parts if part)
    return Section(brief, folded(html_phrase(group.heading), body) if body else brief, len(keys))
