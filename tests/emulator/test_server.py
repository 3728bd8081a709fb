"""An emulator on a port: it says how it is reached, and ends cleanly."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from provisioner.emulator import Emulator, server
from provisioner.emulator.server import running
from provisioner.errors import WorkspaceError
from tests.emulator.support import small_room

SERVE = """
import json
import sys
from pathlib import Path
from provisioner.emulator import Emulator
from provisioner.emulator.server import serve
with Emulator.open(Path(sys.argv[1])) as emulator:
    serve(emulator, port=0, tell=lambda access: print(json.dumps(access), flush=True))
print("closed")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_tells_how_it_is_reached_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "metastudio.db"
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = json.loads(process.stdout.readline())
        assert list(lines) == ["endpoint", "project id", "access key", "secret key", "token"]
        with Emulator.open(path) as emulator:  # the same file, while it is served
            assert lines["secret key"] == emulator.secret_key
        with httpx.Client(headers={"X-Auth-Token": lines["token"]}, trust_env=False) as client:
            rooms = f"{lines['endpoint']}/v1/{lines['project id']}/smart-live-rooms"
            answer = client.post(rooms, json=small_room())
            assert answer.status_code == 200
            assert sorted(answer.headers) == ["content-length", "content-type", "date", "x-request-id"]
            process.send_signal(number)  # while the client keeps its connection
            out, err = process.communicate(timeout=10)
    assert (out, err, process.returncode) == ("closed\n", "", 0)
    with Emulator.open(path) as emulator:
        assert len(emulator.rooms()) == 1


def test_a_port_in_use_is_named(emulator: Emulator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(WorkspaceError, match=rf"port {port} of .* is in use; choose another"),
            running(emulator, port=port),
        ):
            pass
    with (
        pytest.raises(WorkspaceError, match=r"port 70000 of .* cannot be listened on"),
        running(emulator, port=70_000),
    ):
        pass


def test_it_listens_on_loopback_only(emulator: Emulator) -> None:
    with running(emulator) as endpoint:
        assert endpoint.startswith("http://127.0.0.1:")
        port = int(endpoint.rpartition(":")[2])
        with socket.socket() as other, pytest.raises(OSError, match="refused"):
            other.connect(("127.0.0.2", port))


def test_an_answer_is_not_held_back_until_the_client_has_acknowledged_its_head() -> None:
    """TCP_NODELAY is set on a connection only if the socket that it was accepted from names its protocol."""
    with server._listening(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
