"""Windows by the clocks of any place: never two open at once, no moment left out, and one rule where clocks change."""
# ruff: noqa: DTZ001 - local times have no time zone

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from provisioner.windows import (
    Once,
    Weekday,
    Weekly,
    Window,
    around,
    as_written,
    is_repeated,
    is_skipped,
    local_time,
    moment,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ODD = (
    *("Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Beirut"),
    *("Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Africa/Monrovia", "UTC"),
)
"""Places with all there is: half an hour and two hours of daylight saving, a change at midnight, a day left out."""
ZONES = st.sampled_from(ODD) | st.sampled_from(sorted(zone for zone in available_timezones() if zone[0].isupper()))
LOCAL = st.datetimes(datetime(1971, 1, 1), datetime(2998, 1, 1)).map(
    lambda found: found.replace(second=0, microsecond=0)
)
NEAR = st.sampled_from(
    [datetime(2026, 3, 29, 2), datetime(2026, 10, 25, 2), datetime(2027, 1, 1), datetime(2011, 12, 30)]
)
LOCAL_OFTEN_ODD = LOCAL | st.builds(lambda day, minutes: day + minutes * MINUTE, NEAR, st.integers(-3000, 3000))
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@st.composite
def weekly(draw: st.DrawFn) -> Weekly:
    days = draw(st.frozensets(st.sampled_from(Weekday), min_size=1))
    start, end = draw(st.lists(TIMES, min_size=2, max_size=2, unique=True))
    return Weekly(days, start, end, draw(ZONES))


@st.composite
def once(draw: st.DrawFn) -> Once:
    start = draw(LOCAL_OFTEN_ODD)
    return Once(start, start + draw(st.integers(1, 20_000)) * MINUTE, draw(ZONES))


@given(LOCAL_OFTEN_ODD, ZONES, st.integers(1, 3 * 86_400))
@example(datetime(2026, 3, 29, 2, 30), "Europe/Berlin", 1)
@example(datetime(2026, 10, 25, 2, 30), "Europe/Berlin", 1)
@example(datetime(2011, 12, 30, 12, 0), "Pacific/Apia", 1)
def test_a_local_time_means_the_first_moment_at_which_clocks_show_it_or_a_later_one(
    local: datetime, zone: str, earlier_s: int
) -> None:
    meant = moment(local, zone)
    assert local_time(meant, zone) >= local
    assert local_time(meant - timedelta(seconds=earlier_s), zone) < local


@pytest.mark.parametrize(
    ("zone", "local", "meant", "skipped", "repeated"),
    [
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59", False, False),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00", True, False),
        ("Europe/Berlin", "2026-03-29T02:59", "2026-03-29T01:00", True, False),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00", False, False),
        ("Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59", False, False),
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00", False, True),
        ("Europe/Berlin", "2026-10-25T02:59", "2026-10-25T00:59", False, True),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00", False, False),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00", True, False),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", False, True),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", True, False),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", True, False),
        ("Asia/Shanghai", "2026-11-21T19:30", "2026-11-21T11:30", False, False),
    ],
)
def test_the_rule_where_clocks_are_changed(zone: str, local: str, meant: str, skipped: bool, repeated: bool) -> None:
    written = datetime.fromisoformat(local)
    assert moment(written, zone) == datetime.fromisoformat(f"{meant}Z")
    assert (is_skipped(written, zone), is_repeated(written, zone)) == (skipped, repeated)


def all_of(window: Window, at: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """Every occurrence of so many days round a moment, each by itself."""
    if isinstance(window, Once):
        written = [(window.start, window.end)]
    else:
        middle = at.date()
        dates: list[date] = [middle + n * DAY for n in range(-days, days)]
        starts = [datetime.combine(day, window.start) for day in dates if list(Weekday)[day.weekday()] in window.days]
        ends = [datetime.combine(start, window.end) for start in starts]
        written = [(start, end if end > start else end + DAY) for start, end in zip(starts, ends, strict=True)]
    found = [(moment(start, window.timezone), moment(end, window.timezone)) for start, end in written]
    return [(start, end) for start, end in found if start < end]


@given(weekly() | once(), LOCAL_OFTEN_ODD)
def test_at_most_one_occurrence_is_open_and_it_is_the_right_one(window: Window, local: datetime) -> None:
    at = local.replace(tzinfo=UTC)
    occurrences = all_of(window, at, 30)
    assert all(one[1] <= other[0] for one, other in pairwise(occurrences))
    found = around(window, at)
    is_open = [(start, end) for start, end in occurrences if start <= at < end]
    assert is_open == ([(found.open.start, found.open.end)] if found.open else [])
    ahead = [start for start, _ in occurrences if start > at]
    assert (found.following.start if found.following else None) == (ahead[0] if ahead else None)


@given(weekly() | once(), LOCAL_OFTEN_ODD, st.integers(0, 999))
def test_the_next_changes_divide_time_into_stretches_in_which_nothing_changes(
    window: Window, local: datetime, permille: int
) -> None:
    at = local.replace(tzinfo=UTC)
    for _ in range(8):
        change = around(window, at).next_change
        if change is None:
            break
        assert change > at
        inside = at + (change - at) * permille // 1000
        assert around(window, inside) == around(window, at)
        assert around(window, change) != around(window, at)
        at = change


@given(once())
def test_a_single_window_opens_and_closes_once(window: Once) -> None:
    start, end = moment(window.start, window.timezone), moment(window.end, window.timezone)
    assume(start < end)
    before = around(window, start - MINUTE)
    assert (before.open, before.next_change) == (None, start)
    inside = around(window, start)
    assert inside.open is not None
    assert (inside.open.local, inside.next_change) == (window.start, end)
    assert around(window, end) == around(window, end + 400 * DAY)
    assert around(window, end).next_change is None


def test_a_window_past_midnight_begins_on_its_day_and_ends_on_the_next() -> None:
    window = Weekly(frozenset({Weekday.THU}), time(22), time(1, 30), "Asia/Shanghai")
    new_year = around(window, datetime(2026, 12, 31, 17, 0, tzinfo=UTC))
    assert new_year.open is not None
    assert new_year.open.local == datetime(2026, 12, 31, 22)
    assert new_year.open.end == datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
    assert new_year.following is not None
    assert new_year.following.local == datetime(2027, 1, 7, 22)


def test_a_window_in_a_skipped_hour_does_not_take_place() -> None:
    window = Weekly(frozenset({Weekday.SUN}), time(2, 10), time(2, 50), "Europe/Berlin")
    found = around(window, datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    assert found.open is None
    assert found.following is not None
    assert found.following.local == datetime(2026, 4, 5, 2, 10)


def test_a_window_is_written_as_in_a_manifest() -> None:
    weekly_one = Weekly(frozenset({Weekday.FRI, Weekday.MON}), time(19, 30), time(22), "Asia/Shanghai")
    times = {"from": "19:30", "until": "22:00", "timezone": "Asia/Shanghai"}
    assert as_written(weekly_one) == {"every": ["mon", "fri"], **times}
    single = Once(datetime(2026, 11, 21, 19, 30), datetime(2026, 11, 21, 22), "UTC")
    assert as_written(single) == {"from": "2026-11-21T19:30", "until": "2026-11-21T22:00", "timezone": "UTC"}
