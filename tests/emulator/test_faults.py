"""What goes wrong on command goes wrong as told, and the ledger says what really happened."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from provisioner.emulator import Cut, Emulator, Fault, Operation, Origin, Stage
from provisioner.emulator.app import ConnectionCut
from provisioner.emulator.server import running
from tests import virtual_time
from tests.emulator.support import Caller, Json, Machine, small_room

CREATE = Operation.CREATE_ROOM


def truth(emulator: Emulator) -> list[tuple[str, int | None, bool]]:
    return [(entry.operation.value, entry.status, entry.applied) for entry in emulator.ledger()]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("applied", [True, False])
def test_any_answer_with_or_without_effect(caller: Caller, emulator: Emulator, status: int, *, applied: bool) -> None:
    emulator.faults.add(Fault(CREATE, status=status, error_code="X.1", error_msg="no", applied=applied))
    answer = caller.send("POST", "/smart-live-rooms", small_room())
    assert answer.status_code == status
    assert answer.json() == {"error_code": "X.1", "error_msg": "no"}
    assert len(emulator.rooms()) == applied
    assert truth(emulator) == [("create_room", status, applied)]
    assert caller.create()  # used up


def test_a_fault_waits_for_its_turn_and_lasts_its_time(caller: Caller, emulator: Emulator) -> None:
    emulator.faults.add(Fault(CREATE, skip=1, times=2, status=503, applied=False))
    found = [caller.send("POST", "/smart-live-rooms", small_room()).status_code for _ in range(5)]
    assert found == [200, 503, 503, 200, 200]
    emulator.faults.add(Fault(times=None, status=500))
    assert [caller.send("GET", "/smart-live-rooms").status_code for _ in range(3)] == [500] * 3
    emulator.faults.clear()
    assert caller.send("GET", "/smart-live-rooms").status_code == 200


def test_a_fault_can_be_for_one_room(caller: Caller, emulator: Emulator) -> None:
    emulator.faults.add(Fault(room="bad*", times=None, status=502, applied=False))
    assert caller.send("POST", "/smart-live-rooms", small_room("bad one")).status_code == 502
    good = caller.create(small_room("good"))
    assert caller.send("GET", f"/smart-live-rooms/{good}").status_code == 200
    emulator.faults.add(Fault(room=good, times=None, status=502))
    assert caller.send("DELETE", f"/smart-live-rooms/{good}").status_code == 502
    assert not emulator.rooms()


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"room_id": "ab', b"{}", b'{"room_id": 5}', b'{"room_id": NaN}', b" " * 5_000_000]
)
def test_any_body(caller: Caller, emulator: Emulator, body: bytes) -> None:
    emulator.faults.add(Fault(CREATE, body=body, headers=(("Content-Type", "text/html"),)))
    answer = caller.send("POST", "/smart-live-rooms", small_room())
    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["content-type"] == "text/html"
    assert len(emulator.rooms()) == 1


def test_a_redirect(caller: Caller, emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=302, headers=(("Location", "http://elsewhere.example/"),), body=b""))
    answer = caller.send("GET", "/smart-live-rooms")
    assert (answer.status_code, answer.headers["location"]) == (302, "http://elsewhere.example/")


def test_a_true_answer_can_be_edited(caller: Caller, emulator: Emulator) -> None:
    caller.create()

    def lose_one(answer: Json) -> Json:
        return {**answer, "count": answer["count"] - 1}

    emulator.faults.add(Fault(Operation.LIST_ROOMS, edit=lose_one))
    assert (caller.page()["count"], caller.page()["count"]) == (0, 1)


def test_a_cut_in_the_same_process_is_a_read_error(caller: Caller, emulator: Emulator) -> None:
    for cut in (Cut.BEFORE_ANSWER, Cut.IN_BODY):
        emulator.faults.add(Fault(CREATE, cut=cut))
        with pytest.raises(httpx.ReadError):
            caller.send("POST", "/smart-live-rooms", small_room())
    assert truth(emulator) == [("create_room", None, True), ("create_room", 200, True)]


def test_a_plain_asgi_transport_sees_the_cut_as_an_exception(emulator: Emulator) -> None:
    async def create() -> None:
        transport = httpx.ASGITransport(app=emulator.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            path = f"/v1/{emulator.project_id}/smart-live-rooms"
            await client.post(path, json=small_room(), headers={"X-Auth-Token": emulator.token})

    emulator.faults.add(Fault(CREATE, cut=Cut.BEFORE_ANSWER))
    with pytest.raises(ConnectionCut):
        asyncio.run(create())
    assert len(emulator.rooms()) == 1


def test_a_write_can_land_late(caller: Caller, emulator: Emulator, machine: Machine) -> None:
    emulator.faults.add(Fault(CREATE, lands_after_s=90, status=504))
    assert caller.send("POST", "/smart-live-rooms", small_room()).status_code == 504
    machine.pass_s(89)
    assert caller.page()["count"] == 0
    machine.pass_s(30)
    assert caller.page()["count"] == 1
    (landed,) = [entry for entry in emulator.ledger() if entry.origin is Origin.LATE]
    assert landed.applied
    assert landed.room_id == emulator.rooms()[0]["room_id"]
    assert emulator.rooms()[0]["create_time"] == "2026-11-21T09:01:30Z"


def test_a_late_write_is_refused_like_any_other(caller: Caller, emulator: Emulator, machine: Machine) -> None:
    room_id = caller.create()
    emulator.faults.add(Fault(Operation.UPDATE_ROOM, lands_after_s=10, cut=Cut.BEFORE_ANSWER))
    with pytest.raises(httpx.ReadError):
        caller.send("PUT", f"/smart-live-rooms/{room_id}", small_room("late"))
    caller.send("DELETE", f"/smart-live-rooms/{room_id}")
    machine.pass_s(11)
    assert not emulator.rooms()
    assert truth(emulator)[-1] == ("update_room", None, False)
    assert emulator.ledger()[-1].error_code == "MSS.20010045"


def test_the_service_carries_on_when_the_client_gives_up(caller: Caller, emulator: Emulator) -> None:
    """A delay before the request is handled outlasts the client; the room is made nevertheless."""
    emulator.faults.add(Fault(CREATE, delay_s=60), Fault(CREATE, hold_s=60))

    async def impatient() -> None:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(30):
                    await caller.send_async("POST", "/smart-live-rooms", small_room())
        await asyncio.sleep(60)

    started = time.monotonic()
    virtual_time.run(impatient())
    assert time.monotonic() - started < 5
    assert [applied for _, _, applied in truth(emulator)] == [True, True]


def test_a_body_can_drip(caller: Caller, emulator: Emulator) -> None:
    async def slowly() -> float:
        loop = asyncio.get_running_loop()
        started = loop.time()
        answer = await caller.send_async("GET", "/smart-live-rooms")
        assert answer.json()["count"] == 0
        return loop.time() - started

    emulator.faults.add(Fault(drip_s=10))
    assert virtual_time.run(slowly()) == 10 * len('{"count":0,"smart_live_rooms":[]}')


def test_the_stages_of_a_request_can_be_watched(caller: Caller, emulator: Emulator) -> None:
    seen: list[tuple[str, int]] = []
    emulator.faults.watch = lambda stage, _: seen.append((stage.value, len(emulator.rooms())))
    caller.create()
    assert seen == [(Stage.RECEIVED.value, 0), (Stage.COMMITTED.value, 1), (Stage.ANSWERED.value, 1)]


def test_the_console_meets_no_fault(emulator: Emulator) -> None:
    emulator.faults.add(Fault(times=None, status=500))
    emulator.throttle.set("create", 1)
    for _ in range(3):
        status, body = emulator.console(CREATE, body=small_room())
        assert status == 200
    assert emulator.console(Operation.DELETE_ROOM, room_id=body["room_id"]) == (204, {})
    assert {entry.origin for entry in emulator.ledger()} == {Origin.CONSOLE}


def test_the_ledger_keeps_digests_and_no_secret(caller: Caller, emulator: Emulator) -> None:
    caller.create(small_room(stream_keys=["s3cr3t"], output_urls=["rtmp://a/b"]))
    caller.create(small_room())
    first, second = emulator.ledger()
    assert first.body_digest
    assert first.body_digest != second.body_digest
    assert "s3cr3t" not in repr(first)
    assert emulator.token not in repr(first)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Emulator, httpx.Client]]:
    with (
        Emulator.open(tmp_path / "metastudio.db") as emulator,
        running(emulator, control=True) as endpoint,
        httpx.Client(
            base_url=f"{endpoint}/v1/{emulator.project_id}",
            headers={"X-Auth-Token": emulator.token},
            timeout=5,
            trust_env=False,
        ) as client,
    ):
        yield emulator, client


def test_a_connection_is_cut_after_the_commit(served: tuple[Emulator, httpx.Client]) -> None:
    emulator, client = served
    emulator.faults.add(Fault(CREATE, cut=Cut.BEFORE_ANSWER), Fault(CREATE, cut=Cut.IN_BODY))
    for number, words in ((1, "without sending a response"), (2, "without sending complete message body")):
        with pytest.raises(httpx.RemoteProtocolError, match=words):
            client.post("/smart-live-rooms", json=small_room())
        assert len(emulator.rooms()) == number
    assert client.post("/smart-live-rooms", json=small_room()).status_code == 200


def test_a_server_is_slow_on_command(served: tuple[Emulator, httpx.Client]) -> None:
    emulator, client = served
    emulator.faults.add(Fault(CREATE, hold_s=0.5))
    with pytest.raises(httpx.ReadTimeout):
        client.post("/smart-live-rooms", json=small_room(), timeout=0.1)
    assert len(emulator.rooms()) == 1


def test_half_a_request_has_no_effect(served: tuple[Emulator, httpx.Client]) -> None:
    emulator, client = served
    body = json.dumps(small_room()).encode()
    host, port = client.base_url.host, client.base_url.port
    head = (
        f"POST {client.base_url.path}smart-live-rooms HTTP/1.1\r\nHost: {host}\r\n"
        f"X-Auth-Token: {emulator.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, port or 80)) as connection:
        connection.sendall(head.encode() + body[:-3])
    assert client.get("/smart-live-rooms").json()["count"] == 0
    assert [entry.operation for entry in emulator.ledger()] == [Operation.LIST_ROOMS]


def test_faults_and_clock_over_http(served: tuple[Emulator, httpx.Client]) -> None:
    emulator, client = served
    root = f"http://{client.base_url.host}:{client.base_url.port}"
    orders = {
        "faults": [{"operation": "create_room", "status": 503, "applied": False, "times": None}],
        "job_failures": [{"room": "x*", "after_s": 1}],
        "list_lag_s": 5,
    }
    assert client.post(f"{root}/_faults", json=orders).status_code == 200
    assert client.post("/smart-live-rooms", json=small_room()).status_code == 503
    assert len(client.get(f"{root}/_faults").json()["armed"]) == 2
    assert client.delete(f"{root}/_faults").status_code == 204
    room_id = client.post("/smart-live-rooms", json=small_room()).json()["room_id"]
    job_id = client.post(f"/smart-live-rooms/{room_id}/smart-live-jobs", json={}).json()["job_id"]
    assert client.post(f"{root}/_clock", json={"advance_s": 60}).status_code == 200
    job = client.get(f"/smart-live-rooms/{room_id}/smart-live-jobs/{job_id}").json()
    assert job["state"] == "PROCESSING"
    assert client.post(f"{root}/_faults", json={"faults": [{"operation": "dance"}]}).status_code == 400
    assert client.post(f"{root}/_faults", json={"fault": []}).status_code == 400
    assert client.post(f"{root}/_clock", json={"advance": 60}).status_code == 400
    assert not emulator.faults.armed


def test_the_switch_is_off_unless_asked_for(emulator: Emulator) -> None:
    with running(emulator) as endpoint:
        for method, path in (("GET", "/_faults"), ("POST", "/_clock")):
            assert httpx.request(method, endpoint + path, trust_env=False).status_code == 404
