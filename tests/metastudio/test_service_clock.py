"""The service's clock from `Date` headers of whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from provisioner.metastudio.service_clock import ServiceClock

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def exchange(clock: ServiceClock, at: float, travel_s: tuple[float, float], offset: timedelta) -> None:
    """One call that leaves at `at` (machine time, seconds) and whose ways there and back take `travel_s`."""
    sent = START + timedelta(seconds=at)
    stamped = sent + timedelta(seconds=travel_s[0]) + offset
    clock.observe(stamped.replace(microsecond=0), sent, sent + timedelta(seconds=sum(travel_s)))


def test_before_the_first_answer_both_clocks_are_one() -> None:
    assert ServiceClock().offset == timedelta()


@given(
    st.floats(-1e5, 1e5),
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 2), st.floats(0, 2)), min_size=1, max_size=30),
)
def test_the_estimate_is_never_further_off_than_the_best_answer_allows(
    offset_s: float, calls: list[tuple[float, float, float]]
) -> None:
    clock, offset = ServiceClock(), timedelta(seconds=offset_s)
    for at, there, back in calls:
        exchange(clock, at, (there, back), offset)
    best = min(there + back for _, there, back in calls)
    assert abs(clock.offset - offset) <= timedelta(seconds=(1 + best) / 2 + 1e-3)


def test_answers_at_different_fractions_of_a_second_narrow_it_down() -> None:
    clock, offset = ServiceClock(), timedelta(minutes=-16, seconds=0.3)
    for step in range(20):
        exchange(clock, step * 1.05, (0.01, 0.01), offset)
    assert abs(clock.offset - offset) < timedelta(seconds=0.1)


def test_a_machine_whose_clock_was_set_starts_afresh() -> None:
    clock = ServiceClock()
    exchange(clock, 0, (0.1, 0.1), timedelta())
    exchange(clock, 10, (0.1, 0.1), timedelta(hours=1))
    assert abs(clock.offset - timedelta(hours=1)) < timedelta(seconds=1)
