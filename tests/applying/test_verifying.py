"""What is told of a room that was written and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Applied
from provisioner.emulator import Operation
from provisioner.emulator.transport import InProcess
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from tests import virtual_time
from tests.paced import Paced
from tests.rig import Rig, edited, room


@dataclass
class Meddled(Rig):
    """The answer to an update gets lost, and after as many looks as `looks` somebody edits the room; the marker
    stays as it was written.
    """

    looks: int = 1
    reads: int = 0

    def client(self) -> MetaStudio:
        emulator = self.emulator
        return MetaStudio(
            parse_endpoint("http://127.0.0.1", project_id=emulator.project_id, region="cn-north-4"),
            fixed_key(emulator.access_key, emulator.secret_key, emulator.project_id),
            transport=_Meddler(self),
            now=emulator.now,
        )


class _Meddler(httpx.AsyncBaseTransport):
    def __init__(self, rig: Meddled) -> None:
        self._rig = rig
        self._inner = InProcess(rig.emulator)
        self._written: dict[str, Any] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        room_id = request.url.path.rpartition("/")[2]
        is_read = request.method == "GET" and self._written is not None
        if is_read and self._rig.reads == self._rig.looks:
            theirs = {**(self._written or {}), "room_description": "theirs"}
            self._rig.emulator.console(Operation.UPDATE_ROOM, room_id=room_id, body=theirs)
        answer = await self._inner.handle_async_request(request)
        if request.method == "PUT":
            self._written = json.loads(request.content)
            raise httpx.ReadError("cut", request=request)
        self._rig.reads += is_read
        return answer


def test_a_room_that_was_found_written_and_reads_differently_tells_both() -> None:
    rig = Meddled(run=virtual_time.run)
    desired = room("a", {"room_description": "one"})
    rig.apply(desired)
    report = rig.apply(edited(desired, room_description="two"))
    (outcome,) = report.outcomes
    assert isinstance(outcome, Applied)
    assert outcome.mismatch == ("room_description",)
    assert "no usable answer came, and the room was found as it was written" in outcome.note
    assert "the service shows it differently at room_description" in outcome.note


@pytest.mark.parametrize("versions", [1, 2])
def test_a_written_room_is_read_back_once_and_when_its_second_is_over(versions: int) -> None:
    rig = Paced(settle_s=15.0)

    async def go() -> None:
        async with rig.client() as client:
            for version in range(versions):
                rooms = [room("a", {"room_description": f"version {version}"})]
                report = await apply_plan(await rig.plan_with(client, rooms), rig.context(client, rooms))
                assert report.exit_code == 0

    rig.run(go())
    (*_, (written, _)) = rig.calls(Operation.CREATE_ROOM, Operation.UPDATE_ROOM)
    (read,) = [moment for moment, _ in rig.calls(Operation.SHOW_ROOM) if moment > written]
    assert read >= int(written) + 1
