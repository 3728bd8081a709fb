"""A cluster of two workers on this machine: the same results as here, no secret on the way, plain words on failure."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from provisioner.errors import FindingsError, UsageError, WorkspaceError
from provisioner.manifests import Loaded, load
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import Plan
from provisioner.planning.refresh import Refresh
from provisioner.reports.plan_json import plan_to_json
from provisioner.rooms import DesiredRoom
from provisioner.workers import Crew, Forked, LimitExceeded, Limits, cluster, joined
from provisioner.workspace import Workspace, open_workspace
from tests.commands import support
from tests.rig import Rig, edited, room, scene
from tests.workers import works
from tests.workers.local_cluster import running

P = TypeVar("P")
T = TypeVar("T")
Opens = Callable[[], AbstractAsyncContextManager[Crew]]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(2) as found:
        yield found


@pytest.fixture
def empty() -> Iterator[str]:
    """A cluster without workers."""
    with running(0) as found:
        yield found


def forked(size: int) -> Opens:
    return lambda: nullcontext(Forked(size))


@dataclass
class Overheard:
    """A crew, and what goes to it."""

    crew: Crew
    said: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.crew.size

    @property
    def is_remote(self) -> bool:
        return self.crew.is_remote

    async def do(
        self, work: Callable[[P], Iterator[T]], parts: Sequence[P], take: Callable[[int, T | LimitExceeded], None]
    ) -> None:
        self.said.extend(map(pickle.dumps, (work, *parts)))
        await self.crew.do(work, parts, take)

    def heard(self, text: str) -> bool:
        return any(text.encode() in said for said in self.said)


def do(address: str, work: Callable[[P], Iterator[T]], parts: Sequence[P], **limits: float) -> list[list[Any]]:
    """What a cluster yields for each part."""
    taken: list[list[Any]] = [[] for _ in parts]

    async def go() -> None:
        async with joined(address) as crew:
            await replace(crew, limits=Limits(**limits)).do(
                work, parts, lambda number, item: taken[number].append(item)
            )

    asyncio.run(go())
    return taken


class TestDoing:
    def test_items_come_back_by_part_and_in_order(self, address: str) -> None:
        assert do(address, works.count, [3, 0, 5, 1]) == [[0, 1, 2], [], [0, 1, 2, 3, 4], [0]]

    def test_each_part_has_a_process_that_no_worker_forked(self, address: str) -> None:
        async def of_workers() -> set[int]:
            async with joined(address) as crew:
                return set((await crew.client.run(os.getpid)).values())

        found = [item for (item,) in do(address, works.processes, range(4))]
        assert len({pid for pid, _ in found}) == len({parent for _, parent in found}) == 4
        assert not {parent for _, parent in found} & asyncio.run(of_workers())

    def test_a_limit_ends_a_part_and_what_came_before_it_counts(self, address: str) -> None:
        for part, (first, end) in zip("ab", do(address, works.hang, ["a", "b"], silence_s=0.4), strict=True):
            assert first == part
            assert isinstance(end, LimitExceeded)
            assert "nothing came for 0.4 seconds" in str(end)

    def test_a_child_that_dies_is_a_limit_too(self, address: str) -> None:
        ((first, end),) = do(address, works.die, [0])
        assert (first, type(end)) == (1, LimitExceeded)

    def test_an_exception_of_ours_is_raised_as_itself(self, address: str) -> None:
        with pytest.raises(FindingsError) as caught:
            do(address, works.complain, [0])
        assert caught.value.findings == (works.FOUND,)

    def test_a_defect_of_ours_never_shows_what_it_was_about(self, address: str) -> None:
        with pytest.raises(RuntimeError, match=r"^KeyError at .*works\.py:\d+$"):
            do(address, works.stumble, [0])


LOOP = """\
{% import "parts.yaml" as parts %}
{% for row in data("rows.csv") %}
---
kind: Room
key: r{{ row.n }}
spec:
  room_name: {{ values.brand }} {{ row.text }}
  stream_keys: [{{ secret("KEY") }}]
  scene_scripts:
    - {% include "scene.yaml" %}
{% if row.n == "7" %}
  room_descripton: x
{% elif row.n|int >= 20 %}
    - script: {{ "hello" if row.n != "30" else "helo" }}
{% endif %}
{% endfor %}
"""
FILES = {
    "provisioner.yaml": "workspace: shop\n",
    "values/common.yaml": "brand: Cranes\n",
    "rooms/a.yaml": LOOP,
    "rooms/b.yaml": "kind: Script\nkey: hello\nspec: {script_name: Hello, shoot_scripts: []}\n",
    "rooms/c.yaml": "kind: Room\nkey: r9\nspec: {room_name: {{ data('latin.json') }}}\n",
    "rooms/d.yaml": "kind: Room\nkey: d\nspec: {room_name: {{ include('parts.yml') }}}\n",
    "rooms/e.yaml": 'kind: Room\nkey: e\nspec: {room_name: {% include "part.yaml" %}}\n',
    "rooms/f.yaml": 'kind: Room\nkey: f\nspec: {room_name: {% include "out.yaml" %}}\n',
    "rooms/g.yaml": "kind: Room\nkey: r9\nspec: {room_name: twice}\n",
    "templates/scene.yaml": "{script_name: Opening, shoot_scripts: [{text_config: {text: Hi}}]}\n",
    "templates/parts.yaml": "{% macro name(x) %}{{ x }}{% endmacro %}\n",
    "data/rows.csv": "n,text\n" + "".join(f'{n},"{n}: x, ""y"""\n' for n in range(560)),
}


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "data/latin.json").write_bytes(b'"caf\xe9"')
    (tmp_path / "templates/out.yaml").symlink_to("../values/common.yaml")
    return open_workspace(tmp_path)


class TestLoading:
    def test_manifests_say_the_same_wherever_they_are_read(self, address: str, shop: Workspace) -> None:
        """With a loop, includes, tables, references, a limit of a file, and mistakes of every kind."""
        said: list[Overheard] = []

        def by(opens: Opens) -> Loaded:
            async def go() -> Loaded:
                async with opens() as crew:
                    said.append(Overheard(crew))
                    return await load(shop, shop.target(None), said[-1])

            return asyncio.run(go())

        alone = by(forked(1))
        assert by(forked(2)) == alone
        assert by(partial(joined, address)) == alone
        assert len(alone.rooms) > 500
        found = {(finding.rule, finding.span.file) for finding in alone.findings if finding.span}
        assert {"unknown-field", "unknown-reference", "not-utf-8", "template-path"} <= {rule for rule, _ in found}, (
            found
        )
        assert len({file for _, file in found}) >= 6
        assert said[0].heard(shop.root.name)
        assert not said[-1].heard(shop.root.name), "workers elsewhere have no such folder"


def desired(number: int, text: str) -> DesiredRoom:
    spec: dict[str, Any] = {"scene_scripts": [scene("Opening", text)], "stream_keys": [f"hunter2-{number}"]}
    if number % 10 == 0:
        spec["output_urls"] = [f"rtmp://push.example.com/live/{number}"]
    return room(f"r{number}", spec)


@dataclass
class Unmasked:
    """Remembers rooms as a service would show them that masks nothing."""

    rig: Rig

    def fill(self, rooms: Sequence[ObservedRoom]) -> tuple[ObservedRoom, ...]:
        bodies = self.rig.bodies()
        return tuple(replace(found, body=self._body(found.name, bodies[found.name])) for found in rooms)

    def _body(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        shown = {**body, "stream_keys": [f"streamkey-{name}"]}
        if "output_urls" in body:
            shown["output_urls"] = [f"{url}?auth_key=pushkey-{name}" for url in body["output_urls"]]
        return shown


class TestPlanning:
    def test_a_plan_is_the_same_and_no_secret_of_a_room_leaves_this_machine(self, address: str) -> None:
        rig = Rig()
        rooms = [desired(number, "before") for number in range(270)]
        rig.apply(*rooms)
        changed = [
            edited(one, scene_scripts=[scene("Opening", "after")]) if number % 3 == 0 else one
            for number, one in enumerate(rooms)
        ]

        def by(opens: Opens) -> tuple[Plan, Overheard]:
            async def go() -> tuple[Plan, Overheard]:
                async with opens() as crew, rig.client() as client:
                    overheard = Overheard(crew)
                    plan = await rig.plan_with(
                        client, changed, refresh=Refresh.FULL, memory=Unmasked(rig), crew=overheard
                    )
                return plan, overheard

            return asyncio.run(go())

        alone, _ = by(forked(1))
        two, told = by(forked(2))
        there, shared = by(partial(joined, address))
        assert len(alone.changes) == 90 + 18  # a third, and the addresses that carry what no manifest says
        expected = json.dumps(plan_to_json(alone, include_unchanged=True))
        for plan in (two, there):
            made = plan_to_json(replace(plan, created=alone.created, expires=alone.expires), include_unchanged=True)
            assert json.dumps(made) == expected
        assert told.heard("streamkey-Room r3")
        assert told.heard("pushkey-Room r10")
        assert shared.heard("Room r3")
        assert not shared.heard("streamkey")
        assert not shared.heard("pushkey")


class TestCommands:
    def test_a_whole_plan_is_byte_for_byte_the_same(self, address: str, tmp_path: Path) -> None:
        folder = support.workspace(tmp_path, spring=support.ROOM)
        told = [
            folder.run("plan", "--format", "json", *options) for options in (["--jobs", "1"], ["--cluster", address])
        ]
        assert [ran.code for ran in told] == [0, 0], told
        assert [ran.err for ran in told] == ["", ""]
        here, there = (re.sub(r'"(created|expires|digest)": ".*?"', r'"\1": ""', ran.out) for ran in told)
        assert here == there

    def test_manifests_are_checked_there(self, address: str, tmp_path: Path) -> None:
        folder = support.workspace(tmp_path, spring=support.ROOM.replace("room_name", "room_nmae"))
        ran = folder.run("validate", "--cluster", address)
        assert ran.code == 1
        assert "rooms/spring.yaml:4:3" in ran.err + ran.out

    def test_only_one_kind_of_crew_is_asked_for(self, tmp_path: Path) -> None:
        folder = support.workspace(tmp_path, spring=support.ROOM)
        ran = folder.run("apply", "--auto-approve", "--jobs", "2", "--cluster", "tcp://127.0.0.1:1")
        assert (ran.code, ran.err.splitlines()[0][:13]) == (64, "error: --jobs")
        assert folder.run("plan", "--jobs", "0").code == 64


class TestFailing:
    @pytest.mark.parametrize("text", ["127.0.0.1:8786", "tcp://127.0.0.1", "http://127.0.0.1:8786", "tcp://a b:1", ""])
    def test_what_is_no_address(self, text: str) -> None:
        with pytest.raises(UsageError, match="--cluster takes the address of a scheduler"):
            do(text, works.count, [1])

    def test_without_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(UsageError, match=r"pip install 'metastudio-provisioner\[dask\]'"):
            do("tcp://127.0.0.1:1", works.count, [1])

    def test_no_scheduler(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "_CONNECT_S", 0.3)
        with pytest.raises(WorkspaceError, match=r"no scheduler .* tcp://127.0.0.1:1 .* nothing was written"):
            do("tcp://127.0.0.1:1", works.count, [1])

    def test_no_certificates(self) -> None:
        with pytest.raises(WorkspaceError, match="tls:// needs certificates"):
            do("tls://127.0.0.1:1", works.count, [1])

    def test_no_worker(self, empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "_CONNECT_S", 0.3)
        with pytest.raises(WorkspaceError, match="no worker that answers"):
            do(empty, works.count, [1])

    def test_a_worker_with_another_version(self, empty: str, tmp_path: Path) -> None:
        other = tmp_path / "metastudio_provisioner-9.9.dist-info"
        other.mkdir()
        (other / "METADATA").write_text("Metadata-Version: 2.1\nName: metastudio-provisioner\nVersion: 9.9\n")
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", empty]
        options = ["--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1", "--no-nanny"]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        with subprocess.Popen([*worker, *options], env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
            try:
                with pytest.raises(
                    WorkspaceError, match=r"has provisioner 9\.9 with Python .*, and this is provisioner"
                ):
                    do(empty, works.count, [1])
            finally:
                process.terminate()

    def test_a_worker_that_is_lost(self) -> None:
        async def go(address: str) -> None:
            async with joined(address) as crew:
                (worker,) = (await crew.client.run(os.getpid)).values()
                doing = asyncio.ensure_future(crew.do(works.hang, ["a"], lambda _number, _item: None))
                await asyncio.sleep(0.5)
                os.kill(worker, signal.SIGKILL)
                await doing

        with running(1) as address, pytest.raises(WorkspaceError, match=r"lost a worker .* nothing was written"):
            asyncio.run(go(address))
