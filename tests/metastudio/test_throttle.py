"""Pace, backing off and recovery, second by second in virtual time (reliability.md, section 2)."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from provisioner.metastudio import throttle as throttling
from provisioner.metastudio.errors import Advice, DeadlinePassed, Interrupted
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.throttle import BUNCHED_SHARE, KEPT_WINDOWS, MAX_ATTEMPTS, SPARE_SHARE, WRITES, Throttle
from tests.virtual_time import StalledError, run

CREATE = Operation.CREATE_ROOM
UPDATE = Operation.UPDATE_ROOM


async def moments(throttle: Throttle, operation: Operation, count: int) -> list[float]:
    """When each of `count` calls that were asked for at once may go."""
    permits = await asyncio.gather(*(throttle.permit(operation) for _ in range(count)))
    return [permit.given_at for permit in permits]


def test_calls_leave_evenly_at_the_rate() -> None:
    """A thousand creates at 5 a second take 200 s, the first at once, and no second ever holds more than five."""

    async def scenario() -> list[float]:
        return await moments(Throttle({CREATE: 5}), CREATE, 1000)

    given = run(scenario())
    assert given == pytest.approx([number / 5 for number in range(1000)], abs=1e-6)


def test_idle_time_is_not_saved_up() -> None:
    async def scenario() -> list[float]:
        throttle = Throttle({CREATE: 4})
        await throttle.permit(CREATE)
        await asyncio.sleep(100)
        return await moments(throttle, CREATE, 3)

    assert run(scenario()) == pytest.approx([100, 100.25, 100.5])


def test_operations_do_not_wait_for_each_other() -> None:
    async def scenario() -> tuple[list[float], list[float]]:
        throttle = Throttle({CREATE: 1, UPDATE: 2})
        return await asyncio.gather(moments(throttle, CREATE, 3), moments(throttle, UPDATE, 3))

    creates, updates = run(scenario())
    assert (creates, updates) == ([0, 1, 2], [0, 0.5, 1])


def test_without_rates_nothing_waits() -> None:
    assert run(moments(Throttle(None), CREATE, 500)) == [0.0] * 500


def test_a_cancelled_call_does_not_take_a_turn() -> None:
    async def scenario() -> float:
        throttle = Throttle({CREATE: 1})
        await throttle.permit(CREATE)
        gives_up = asyncio.ensure_future(throttle.permit(CREATE))
        waits = asyncio.ensure_future(throttle.permit(CREATE))
        await asyncio.sleep(0.5)
        gives_up.cancel()
        return (await waits).given_at

    assert run(scenario()) == 1.0


def test_throttling_halves_the_rate_once_for_all_calls_that_were_in_flight() -> None:
    async def scenario() -> list[float | None]:
        throttle = Throttle({CREATE: 8})
        in_flight = await asyncio.gather(*(throttle.permit(CREATE) for _ in range(4)))
        await asyncio.sleep(1)
        rates: list[float | None] = []
        for permit in in_flight:
            throttle.throttled(permit, Advice())
            rates.append(throttle.rate(CREATE))
        later = await throttle.permit(CREATE)
        await asyncio.sleep(1)
        throttle.throttled(later, Advice())
        return [*rates, throttle.rate(CREATE), throttle.rate(UPDATE)]

    assert run(scenario()) == [4, 4, 4, 4, 2, None]


def test_clean_seconds_bring_the_rate_back_to_the_setting_and_no_further() -> None:
    async def scenario() -> list[tuple[float, float]]:
        throttle = Throttle({CREATE: 10})
        first = await throttle.permit(CREATE)
        await asyncio.sleep(0.1)
        throttle.throttled(first, Advice())
        seen: list[tuple[float, float]] = []
        for _ in range(200):
            permit = await throttle.permit(CREATE)
            await asyncio.sleep(0.01)
            throttle.passed(permit)
            rate = throttle.rate(CREATE)
            if rate is not None and (not seen or seen[-1][1] != rate):
                seen.append((permit.given_at, rate))
        return seen

    seen = run(scenario())
    assert [rate for _, rate in seen] == pytest.approx([5, 6, 7, 8, 9, 10])
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(seen[1:])]
    assert all(1.0 <= gap < 1.3 for gap in gaps)


def test_an_answer_to_a_call_from_before_the_throttling_does_not_count_as_clean() -> None:
    async def scenario() -> float | None:
        throttle = Throttle({CREATE: 10})
        first, second = await throttle.permit(CREATE), await throttle.permit(CREATE)
        await asyncio.sleep(1)
        throttle.throttled(first, Advice())
        await asyncio.sleep(5)
        throttle.passed(second)
        return throttle.rate(CREATE)

    assert run(scenario()) == 5


def test_the_rate_never_falls_to_nothing() -> None:
    async def scenario() -> float | None:
        throttle = Throttle({CREATE: 8})
        for _ in range(50):
            permit = await throttle.permit(CREATE)
            await asyncio.sleep(0.001)
            throttle.throttled(permit, Advice())
        return throttle.rate(CREATE)

    assert run(scenario()) == 0.25


def test_everybody_waits_for_the_window_that_the_gateway_names() -> None:
    """`limit:200,time:5 minute`: nothing leaves for five minutes, and then never more than 200 in five minutes."""

    async def scenario() -> tuple[list[float], list[tuple[Operation, float]]]:
        told: list[tuple[Operation, float]] = []
        throttle = Throttle({CREATE: 5}, on_wait=lambda operation, seconds: told.append((operation, seconds)))
        first = await throttle.permit(CREATE)
        waiting = asyncio.ensure_future(moments(throttle, CREATE, 20))
        await asyncio.sleep(0.1)
        throttle.throttled(first, Advice(limit=200, window_s=300))
        await asyncio.sleep(1)
        throttle.throttled(first, Advice(limit=200, window_s=300))
        return await waiting, told

    given, told = run(scenario())
    assert given[0] == pytest.approx(301.1)
    assert [later - earlier for earlier, later in pairwise(given)] == pytest.approx([1.5] * 19)
    assert told[0][0] is CREATE
    assert told[0][1] == pytest.approx(299.9, abs=1.2)


async def paces(throttle: Throttle, seconds: float, allowed: float) -> list[tuple[float, float]]:
    """Moment and rate after each change, of calls of which the gateway lets so many a second pass."""
    loop = asyncio.get_running_loop()
    seen: list[tuple[float, float]] = []
    ends = loop.time() + seconds
    while loop.time() < ends:
        permit = await throttle.permit(CREATE)
        if (throttle.rate(CREATE) or 0) > allowed:
            throttle.throttled(permit, Advice(limit=int(allowed), window_s=1))
        else:
            throttle.passed(permit)
        rate = throttle.rate(CREATE)
        if rate is not None and (not seen or seen[-1][1] != rate):
            seen.append((loop.time(), rate))
    return seen


def test_a_limit_that_is_named_is_kept_to_and_tried_after_a_few_windows() -> None:
    """At 2 a second of 20, one call in nine or more is one too many."""

    async def scenario() -> tuple[list[tuple[float, float]], list[float]]:
        throttle = Throttle({CREATE: 20})
        await paces(throttle, 3, 20)
        slow = await paces(throttle, 60, 2)
        return slow, [permit.given_at for permit in [await throttle.permit(CREATE)]]

    slow, _ = run(scenario())
    assert {rate for _, rate in slow} <= {10, 2, 4}
    tried = [moment for moment, rate in slow if rate == 4]
    assert all(later - earlier >= 1 + KEPT_WINDOWS for earlier, later in pairwise(tried))
    assert len(tried) >= 8


def test_calls_that_bunch_up_at_the_very_limit_make_the_pace_calmer_once_and_for_good() -> None:
    """The gateway allows what is kept to: no need to halve. When that does not help, others use the limit too."""

    async def scenario() -> list[float | None]:
        throttle = Throttle(throttling.paces({CREATE: 20.0}))
        seen = [throttle.rate(CREATE)]
        for _ in range(2):
            throttle.throttled(await throttle.permit(CREATE), Advice(limit=20, window_s=1.0))
            seen.append(throttle.rate(CREATE))
        for _ in range(200):
            throttle.passed(await throttle.permit(CREATE))
        return [*seen, throttle.rate(CREATE)]

    first, calmer, halved, recovered = run(scenario())
    assert first == 20 / (1 + SPARE_SHARE)
    assert calmer == recovered == 20 / (1 + BUNCHED_SHARE)
    assert halved == pytest.approx(calmer / 2)


def test_the_pace_is_back_ten_seconds_after_the_limit_is() -> None:
    async def scenario() -> list[tuple[float, float]]:
        throttle = Throttle({CREATE: 20})
        await paces(throttle, 3, 20)
        await paces(throttle, 31, 2)
        began = asyncio.get_running_loop().time()
        return [(moment - began, rate) for moment, rate in await paces(throttle, 15, 20)]

    back = run(scenario())
    assert back[-1][1] == 20
    assert back[-1][0] <= 10


def test_a_limit_of_a_long_window_is_kept_to_for_the_run() -> None:
    async def scenario() -> float | None:
        throttle = Throttle({CREATE: 5})
        throttle.throttled(await throttle.permit(CREATE), Advice(limit=60, window_s=60))
        for _ in range(5000):
            throttle.passed(await throttle.permit(CREATE))
        return throttle.rate(CREATE)

    assert run(scenario()) == 1


def test_no_write_is_permitted_any_more_once_writing_is_stopped() -> None:
    """Those who wait for their turn hear of it at once; reads go on."""

    async def scenario() -> tuple[list[str], float]:
        throttle = Throttle(dict.fromkeys(Operation, 0.01))
        await asyncio.gather(*(throttle.permit(operation) for operation in Operation))
        waiting = [asyncio.ensure_future(throttle.permit(operation)) for operation in (*Operation, *Operation)]
        await asyncio.sleep(1)
        throttle.stop_writing()
        await asyncio.sleep(1)
        stopped = [task for task in waiting if task.done()]
        await asyncio.gather(*waiting, return_exceptions=True)
        return [type(task.exception()).__name__ for task in stopped], asyncio.get_running_loop().time()

    names, ended = run(scenario())
    assert names == [Interrupted.__name__] * 2 * len(WRITES)
    assert ended == 200


def test_a_write_that_waits_to_be_sent_again_is_not_once_writing_is_stopped() -> None:
    """At once, however long the service said to wait; a read is sent again."""

    async def scenario(operation: Operation) -> tuple[bool, bool, float]:
        throttle = Throttle(None)
        waiting = asyncio.ensure_future(throttle.attempts(operation).another(Advice(retry_after_s=300)))
        await asyncio.sleep(1)
        throttle.stop_writing()
        is_sent_again = await waiting
        ended = asyncio.get_running_loop().time()
        return is_sent_again, await throttle.attempts(operation).another(Advice()), ended

    assert run(scenario(CREATE)) == (False, False, 1)
    assert run(scenario(Operation.LIST_ROOMS)) == (True, True, 300)


async def tries(throttle: Throttle, advice: Advice = Advice()) -> list[float]:  # noqa: B008
    """When a call is sent that fails every time."""
    attempts = throttle.attempts(CREATE)
    sent = [(await throttle.permit(CREATE)).given_at]
    while await attempts.another(advice):
        sent.append((await throttle.permit(CREATE)).given_at)
    return sent


@pytest.mark.parametrize(
    ("chance", "expected"),
    [(1.0, [0, 0.5, 1.5, 3.5, 7.5]), (0.0, [0, 0, 0, 0, 0]), (0.5, [0, 0.25, 0.75, 1.75, 3.75])],
)
def test_a_call_is_tried_five_times_with_full_jitter(chance: float, expected: list[float]) -> None:
    assert run(tries(Throttle(None, chance=lambda: chance))) == expected
    assert len(expected) == MAX_ATTEMPTS


def test_the_wait_is_at_least_what_the_answer_says() -> None:
    assert run(tries(Throttle(None, chance=lambda: 1.0), Advice(retry_after_s=3)))[:4] == [0, 3, 6, 9]
    assert run(tries(Throttle(None, chance=lambda: 1.0), Advice(limit=9, window_s=60)))[:3] == [0, 60, 120]


def test_all_retries_together_are_a_tenth_of_the_calls_and_ten() -> None:
    async def scenario(good: int) -> int:
        throttle = Throttle(None, chance=lambda: 0.0)
        for _ in range(good):
            await throttle.permit(CREATE)
        return sum([len(await tries(throttle)) - 1 for _ in range(100)])

    # the hundred failing calls are calls too, and bring ten retries
    assert run(scenario(0)) == 20
    assert run(scenario(1000)) == 120


def test_every_retry_is_told() -> None:
    told: list[float] = []
    run(tries(Throttle(None, on_wait=lambda _, seconds: told.append(seconds), chance=lambda: 1.0)))
    assert told == [0.5, 1, 2, 4]


def test_even_pacing_is_not_told() -> None:
    told: list[float] = []
    run(moments(Throttle({CREATE: 5}, on_wait=lambda _, seconds: told.append(seconds)), CREATE, 50))
    assert told == []


def test_after_the_deadline_nothing_is_sent_and_nobody_waits_for_it() -> None:
    """Of 1,000 calls at 5 a second with 9.9 s to go, 50 are sent; the others know at once."""

    async def scenario() -> tuple[int, int, float]:
        throttle = Throttle({CREATE: 5}, deadline=9.9)
        results = await asyncio.gather(*(throttle.permit(CREATE) for _ in range(1000)), return_exceptions=True)
        refused = [result for result in results if isinstance(result, DeadlinePassed)]
        return len(results) - len(refused), len(refused), asyncio.get_running_loop().time()

    sent, refused, ended = run(scenario())
    assert (sent, refused) == (50, 950)
    assert ended < 9.9


def test_a_retry_that_would_come_too_late_is_not_waited_for() -> None:
    async def scenario() -> tuple[list[float], float]:
        sent = await tries(Throttle(None, deadline=100), Advice(retry_after_s=60))
        return sent, asyncio.get_running_loop().time()

    assert run(scenario()) == ([0, 60], 60)


def test_virtual_time_says_when_nothing_can_happen_any_more() -> None:
    async def scenario() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(StalledError):
        run(scenario())


def test_virtual_time_passes_days_in_order() -> None:
    async def scenario() -> list[tuple[str, float]]:
        seen: list[tuple[str, float]] = []

        async def note(name: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            seen.append((name, asyncio.get_running_loop().time()))

        await asyncio.gather(note("c", 300_000), note("a", 0.001), note("b", 3600))
        return seen

    assert run(scenario()) == [("a", pytest.approx(0.001)), ("b", 3600), ("c", 300_000)]
