"""The database file: shared by processes, private to its owner, and never a mystery when it cannot be used."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provisioner.emulator import Emulator, Operation
from provisioner.errors import WorkspaceError
from tests.emulator.support import Caller, small_room

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from provisioner.emulator import Emulator, Operation
with Emulator.open(Path(sys.argv[1])) as emulator:
    for number in range(int(sys.argv[3])):
        status, _ = emulator.console(Operation.CREATE_ROOM, body={"room_name": f"{sys.argv[2]}-{number}"})
        assert status == 200
    print(emulator.project_id)
"""

KILLED = """
import os, signal, sys
from pathlib import Path
from provisioner.emulator import Emulator, Operation, Stage
emulator = Emulator.open(Path(sys.argv[1]))
def watch(stage, call):
    if stage is Stage[sys.argv[2]]:
        os.kill(os.getpid(), signal.SIGKILL)
emulator.faults.watch = watch
emulator.console(Operation.CREATE_ROOM, body={"room_name": "last words"})
"""

LIMITED = """
import resource, signal, sys
from pathlib import Path
from provisioner.emulator import Emulator, Operation
from tests.emulator.support import Caller, small_room
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Emulator.open(Path(sys.argv[1])) as emulator:
    caller = Caller(emulator)
    caller.create()
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    answers = [caller.send("POST", "/smart-live-rooms", small_room(priv_data="x" * 8_000)) for _ in range(60)]
    print(sum(answer.status_code == 200 for answer in answers))
    print(answers[-1].text)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""


def test_processes_share_a_file_that_none_of_them_made_before(tmp_path: Path) -> None:
    path = tmp_path / "state" / "metastudio.db"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(number), "40"], stdout=subprocess.PIPE, text=True
        )
        for number in range(4)
    ]
    printed = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    with Emulator.open(path) as emulator:
        assert set(printed) == {f"{emulator.project_id}\n"}
        assert len({room["room_name"] for room in emulator.rooms()}) == 160
        assert len([entry for entry in emulator.ledger() if entry.applied]) == 160


@pytest.mark.parametrize(("stage", "rooms"), [("RECEIVED", 0), ("COMMITTED", 1)])
def test_a_killed_process_leaves_all_or_nothing(tmp_path: Path, stage: str, rooms: int) -> None:
    path = tmp_path / "metastudio.db"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path), stage], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    with Emulator.open(path) as emulator:
        assert len(emulator.rooms()) == rooms
        assert sum(entry.applied for entry in emulator.ledger()) == rooms


def test_two_openers_see_one_another_and_one_clock(tmp_path: Path) -> None:
    path = tmp_path / "metastudio.db"
    with Emulator.open(path) as one, Emulator.open(path) as other:
        room_id = Caller(one).create()
        job_id = Caller(other).start(room_id)
        one.advance(3_600)
        assert Caller(other).job(room_id, job_id)["state"] == "PROCESSING"
        assert abs((one.now() - other.now()).total_seconds()) < 5
        assert one.identity == other.identity


def test_everything_is_kept_between_openings(tmp_path: Path) -> None:
    path = tmp_path / "metastudio.db"
    with Emulator.open(path) as emulator:
        keys = emulator.identity
        room_id = Caller(emulator).create()
        emulator.advance(86_400)
        then = emulator.now()
    with Emulator.open(path) as emulator:
        assert emulator.identity == keys
        assert Caller(emulator).show(room_id)
        assert emulator.now() >= then


def test_a_reset_forgets_all_but_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "metastudio.db"
    with Emulator.open(path) as emulator:
        keys = emulator.identity
        room_id = Caller(emulator).create()
        Caller(emulator).start(room_id)
        emulator.advance(86_400)
    Emulator.forget(path)
    with Emulator.open(path) as emulator:
        assert (emulator.rooms(), emulator.jobs(), emulator.ledger()) == ((), (), ())
        assert emulator.identity == keys
        assert abs(emulator.now() - datetime.now(UTC)) < timedelta(minutes=1)
    Emulator.forget(tmp_path / "never made")
    assert not (tmp_path / "never made").exists()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "metastudio.db"
    with Emulator.open(path) as emulator:
        emulator.console(Operation.CREATE_ROOM, body=small_room())
        files = list(path.parent.iterdir())
        assert len(files) == 3  # the database and what SQLite keeps beside it
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content", [b"not a database at all, but some text " * 50, b"SQLite format 3\0" + b"\xff" * 4080]
)
def test_a_damaged_file_is_named_and_can_be_reset(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "metastudio.db"
    path.write_bytes(content)
    with pytest.raises(WorkspaceError, match=r"metastudio\.db is damaged.*provisioner emulator reset"):
        Emulator.open(path)
    assert path.read_bytes() == content
    Emulator.forget(path)
    with Emulator.open(path) as emulator:
        assert not emulator.rooms()
    assert path.with_name("metastudio.db.damaged").read_bytes() == content


def test_damaged_pages_are_found_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "metastudio.db"
    with Emulator.open(path) as emulator:
        for number in range(50):
            emulator.console(Operation.CREATE_ROOM, body=small_room(f"{number}", priv_data="x" * 4_000))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    with pytest.raises(WorkspaceError, match="is damaged"):
        Emulator.open(path)


def test_a_failing_database_is_an_answer(tmp_path: Path) -> None:
    """An applier must be able to report what it had applied before the disk was full."""
    path = tmp_path / "metastudio.db"
    with Emulator.open(path) as emulator:
        caller = Caller(emulator)
        caller.create()
        with sqlite3.connect(path) as other:
            other.execute("DROP TABLE commands")
            other.execute("ALTER TABLE ledger RENAME TO elsewhere")
        other.close()
        answer = caller.send("POST", "/smart-live-rooms", small_room())
        assert (answer.status_code, answer.json()["error_code"]) == (500, "MSS.00000004")
        assert "metastudio.db cannot be used" in answer.json()["error_msg"]
        assert len(emulator.rooms()) == 1


def test_a_disk_that_takes_no_more_loses_nothing(tmp_path: Path) -> None:
    """What was answered with 200 is there, what was answered with 500 is not."""
    path = tmp_path / "metastudio.db"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], check=True, timeout=60, stdout=subprocess.PIPE, text=True
    )
    made, last = done.stdout.splitlines()
    assert 0 < int(made) < 60
    assert "MSS.00000004" in last
    assert "metastudio.db cannot" in last
    with Emulator.open(path) as emulator:
        assert len(emulator.rooms()) == int(made) + 1


def test_another_format_and_another_program_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "metastudio.db"
    Emulator.open(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(WorkspaceError, match="has format 99 and this program knows format 1; run `provisioner"):
        Emulator.open(path)

    foreign = tmp_path / "diary.db"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE days (text)")
    database.close()
    before = foreign.read_bytes()
    for use in (Emulator.open, Emulator.forget):
        with pytest.raises(WorkspaceError, match=r"diary\.db is a database of another program"):
            use(foreign)
    assert foreign.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for path in (tmp_path / "file" / "metastudio.db", tmp_path):
        with pytest.raises(WorkspaceError, match=r"cannot be written .*emulator:"):
            Emulator.open(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(WorkspaceError, match="Permission denied"):
        Emulator.open(folder / "metastudio.db")


def test_a_file_in_use_is_waited_for_and_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioner.emulator.store.BUSY_S", 0.2)
    path = tmp_path / "metastudio.db"
    Emulator.open(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorkspaceError, match="was in use by another process"):
        Emulator.open(path)
    holder.close()
    Emulator.open(path).close()


def test_ids_and_time_can_be_given() -> None:
    """What a simulation needs to run twice alike."""
    runs = []
    for _ in range(2):
        numbers = iter(range(1_000))
        with Emulator.open(":memory:", ids=lambda numbers=numbers: f"{next(numbers):032x}") as emulator:  # type: ignore[misc]
            caller = Caller(emulator)
            runs.append((emulator.identity, caller.create(), caller.create()))
    assert runs[0] == runs[1]
