"""A connection that is cut after the service did what it was asked: found out, said, and not done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.emulator import Cut, Fault, Operation
from tests.processes.support import manifests, report, service


@pytest.mark.parametrize(
    ("operation", "action", "found", "settle"),
    [
        (Operation.CREATE_ROOM, "create", "the room was found by its marker", 0),
        (Operation.CREATE_ROOM, "create", "the room was found by its marker", 1),
        (Operation.START_JOB, "start", "the job was found", 0),
    ],
)
def test_a_write_whose_answer_was_lost_is_found_and_not_repeated(
    tmp_path: Path, operation: Operation, action: str, found: str, settle: float
) -> None:
    with service() as place:
        folder = place.workspace(tmp_path, settle=settle)
        manifests(folder, 2, on_air=2)
        place.emulator.faults.add(Fault(operation=operation, cut=Cut.BEFORE_ANSWER, applied=True))
        ran = place.run(folder, "apply", "--auto-approve", "--report", "out.json")
        assert ran.code == 0, ran.out + ran.err
        assert found in ran.out
        said = [out for out in report(folder)["outcomes"] if found in out["message"]]
        assert [(out["action"], out["outcome"]) for out in said] == [(action, "applied")]
        assert place.rooms_by_key() == place.jobs_by_key() == {"room-000": 1, "room-001": 1}
        sent = [entry for entry in place.emulator.ledger() if entry.operation is operation]
        assert len(sent) == len([entry for entry in sent if entry.applied]) == 2
        assert place.run(folder, "plan", "--detailed-exitcode", "--refresh", "full").code == 0
        assert len(place.emulator.jobs()) == 2
