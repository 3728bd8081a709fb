"""Limits of calls: each operation has its own window, and a refusal names it."""

from __future__ import annotations

from provisioner.emulator import Emulator, Limit
from tests.emulator.support import Caller, Machine, small_room


def statuses(caller: Caller, method: str, path: str, times: int) -> list[int]:
    body = small_room() if method == "POST" else None
    return [caller.send(method, path, body).status_code for _ in range(times)]


def test_one_call_too_many_is_refused_and_does_nothing(machine: Machine) -> None:
    with Emulator.open(":memory:", now=machine, limits={"create": 3}) as emulator:
        caller = Caller(emulator)
        assert statuses(caller, "POST", "/smart-live-rooms", 4) == [200, 200, 200, 429]
        answer = caller.send("POST", "/smart-live-rooms", small_room())
        assert answer.json()["error_code"] == "APIGW.0308"
        assert "limit:3,time:1 second" in answer.json()["error_msg"]
        assert len(emulator.rooms()) == 3
        assert statuses(caller, "GET", "/smart-live-rooms", 9) == [200] * 9
        machine.pass_s(0.9)
        assert statuses(caller, "POST", "/smart-live-rooms", 1) == [429]
        machine.pass_s(0.1)
        assert statuses(caller, "POST", "/smart-live-rooms", 4) == [200, 200, 200, 429]


def test_a_window_can_last_minutes(caller: Caller, emulator: Emulator, machine: Machine) -> None:
    emulator.throttle.set("list_rooms", Limit(2, 300))
    assert statuses(caller, "GET", "/smart-live-rooms", 3) == [200, 200, 429]
    assert "limit:2,time:5 minute" in caller.send("GET", "/smart-live-rooms").json()["error_msg"]
    assert statuses(caller, "GET", "/smart-live-jobs", 3) == [200] * 3
    machine.pass_s(299)
    assert statuses(caller, "GET", "/smart-live-rooms", 1) == [429]
    machine.pass_s(1)
    assert statuses(caller, "GET", "/smart-live-rooms", 1) == [200]


def test_limits_can_be_lifted_and_may_be_below_one_a_second(caller: Caller, emulator: Emulator) -> None:
    emulator.throttle.set("list", 0.5)
    assert statuses(caller, "GET", "/smart-live-rooms", 2) == [200, 429]
    assert "limit:1,time:2 second" in caller.send("GET", "/smart-live-rooms").json()["error_msg"]
    emulator.throttle.set("list", None)
    assert statuses(caller, "GET", "/smart-live-rooms", 5) == [200] * 5


def test_refused_calls_stand_in_the_ledger(caller: Caller, emulator: Emulator) -> None:
    emulator.throttle.set("create", 1)
    statuses(caller, "POST", "/smart-live-rooms", 2)
    assert [(entry.status, entry.error_code, entry.applied) for entry in emulator.ledger()] == [
        (200, None, True),
        (429, "APIGW.0308", False),
    ]
