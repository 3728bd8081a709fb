"""How long an apply takes on a real target: creates, updates, starts and stops overlap, each at its own rate.

Time is virtual. The service takes as many calls a second as Beijing does and refuses the rest; every call takes
50 ms on the way, and the list has 15 s to settle.
"""

from __future__ import annotations

from provisioner.emulator import Operation
from provisioner.rooms import Live, LiveState
from tests.paced import LIMITS, SETTLE_S, Ran, applied
from tests.rig import edited, room

OVERHEAD = 1.08
THROTTLED_SHARE = 0.01


def few_were_throttled(ran: Ran) -> bool:
    return ran.throttled <= THROTTLED_SHARE * ran.calls


def test_creates_and_starts_of_different_rooms_take_as_long_as_the_slower_of_them() -> None:
    """500 creates at 5 a second beside 500 starts at 4: 128 s, of which 125 are the starts' own pace. That calls do
    not all take the same time on the way makes none too many for the service, which counts those of any one second.
    """
    stood = [room(f"old-{number:03}") for number in range(500)]
    on_air = [room(f"old-{number:03}", run="evening") for number in range(500)]
    ran = applied(stood, [room(f"new-{number:03}") for number in range(500)] + on_air, jitter_s=0.01)
    assert ran.seconds <= OVERHEAD * 500 / LIMITS["start"]
    assert few_were_throttled(ran)


def test_starts_of_new_rooms_wait_for_their_own_room_to_settle_and_not_for_all_creates() -> None:
    """500 creates and the starts of the same rooms: 146 s. No start can go before the 15 s of settling, so 140 s is
    the floor; the rooms created first are settled and on air while later ones are created.
    """
    ran = applied([], [room(f"new-{number:03}", run="evening") for number in range(500)], jitter_s=0.01)
    starts = ran.arrived[Operation.START_JOB]
    assert ran.seconds <= OVERHEAD * (SETTLE_S + 500 / LIMITS["start"])
    assert SETTLE_S <= starts[0] <= SETTLE_S + 5.0
    assert len([moment for moment in starts if moment < ran.arrived[Operation.CREATE_ROOM][-1]]) >= 300
    assert few_were_throttled(ran)


def test_every_kind_of_write_goes_at_its_own_rate() -> None:
    """Creates, updates with intents to start, starts and stops at once: each as if it were alone."""
    stood = [room(f"update-{number:02}") for number in range(40)]
    stood += [room(f"air-{number:02}") for number in range(80)]
    stopped = Live(LiveState.STOPPED)
    on_air = [room(f"stop-{number:02}", run="evening") for number in range(80)]
    ran = applied(
        [*stood, *on_air],
        [
            *(room(f"new-{number:02}") for number in range(100)),
            *(edited(found, room_description="new") for found in stood[:40]),
            *(room(f"air-{number:02}", run="evening") for number in range(80)),
            *(room(f"stop-{number:02}", live=stopped) for number in range(80)),
        ],
    )
    for operation, count, rate in (
        (Operation.CREATE_ROOM, 100, LIMITS["create"]),
        (Operation.UPDATE_ROOM, 120, LIMITS["update"]),
        (Operation.STOP_JOB, 80, LIMITS["stop"]),
    ):
        arrived = ran.arrived[operation]
        assert len(arrived) == count
        assert arrived[-1] <= OVERHEAD * count / rate, operation
    assert ran.arrived[Operation.START_JOB][-1] <= OVERHEAD * 120 / LIMITS["update"]
    assert ran.throttled == 0
