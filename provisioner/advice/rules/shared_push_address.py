"""Two rooms are pushed to one address at the same time. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from provisioner.advice.pushes import Push, Written, meet
from provisioner.advice.rule import Rule
from provisioner.diagnostics import Diagnostic, Frame

_MOST_WINDOWS = 200

RULE = Rule(
    name="shared-push-address",
    title="Two rooms push to the same address at the same time",
    why="A platform shows one stream for one address and key. Of two rooms that go on air with both the same, the "
    "second is refused or throws the first one out. Secrets are compared by their names, windows by their times; a "
    "room without a window may be on air at any time.",
    bad="# two rooms with live: {state: running} and\nstream_keys: ['{{ secret(\"STREAM_KEY\") }}']",
    good="# in the second room\nstream_keys: ['{{ secret(\"STREAM_KEY_EVENING\") }}']",
    source="Creating an Intelligent Livestreaming Room, fields output_urls and stream_keys",
)


def found(pushes: Iterable[Push]) -> Iterator[Diagnostic]:
    """One finding for each address: where a second room uses it, with the way to the first."""
    by_address: dict[tuple[Written, ...], list[Push]] = defaultdict(list)
    for push in pushes:
        by_address[push.address].append(push)
    for group in by_address.values():
        pairs = _pairs(group)
        first = next(pairs, None)
        if first is not None:
            yield _said(first, len({push.room for pair in (first, *pairs) for push in pair}))


def _pairs(group: list[Push]) -> Iterator[tuple[Push, Push]]:
    """Each room that meets an earlier one, with that one. Rooms of one window stand for each other."""
    earlier: dict[object, Push] = {}
    for push in group:
        other = next((other for other in earlier.values() if meet(other.window, push.window)), None)
        if other is not None:
            yield other, push
        if len(earlier) < _MOST_WINDOWS:
            earlier.setdefault(push.window, push)


def _said(pair: tuple[Push, Push], rooms: int) -> Diagnostic:
    first, second = pair
    others = f", as {rooms - 2:,} more do" if rooms > len(pair) else ""
    message = (
        f"rooms `{first.room}` and `{second.room}` push to this address with the same key and may be on air at the "
        f"same time{others}; give each a key of its own, or windows that do not meet"
    )
    frame = Frame("pushed to, too, from", first.place.span)
    finding = second.place.finding(RULE.severity, RULE.name, message)
    return Diagnostic(finding.severity, finding.rule, finding.message, finding.span, (frame, *finding.trace))
