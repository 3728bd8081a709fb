"""One case's world: a service with its clock, a network, and runs of the tool against them, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from provisioner.applying.bodies import room_body
from provisioner.applying.context import Context, Stopping
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Report
from provisioner.comparing.compare import secret_texts
from provisioner.comparing.fingerprint import spec_hash
from provisioner.emulator import Emulator, Operation
from provisioner.errors import ProvisionerError
from provisioner.marker import Marker, RunIntent, digest_secrets
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.planning.actions import Plan
from provisioner.planning.room_actions import known_secrets
from provisioner.rooms import DesiredRoom, Live, LiveState, OnChange
from provisioner.secret_store import SecretStore
from provisioner.secrets import SecretText
from tests.faults.network import Network
from tests.rig import WORKSPACE, Rig, edited, room, scene
from tests.virtual_time import run as run_virtually

T = TypeVar("T")
BASE = datetime(2026, 3, 1, tzinfo=UTC)
SECRETS = {"KEY": 'str"m/k€y+&<7', "OTHER": "another secret key"}
DEADLINE_S = 1200.0


@dataclass
class Run:
    """One plan and apply. `report` is None where it was killed or never got that far; then `error` may say why."""

    number: int
    began: float
    deadline: float
    plan: Plan | None = None
    report: Report | None = None
    error: ProvisionerError | None = None
    crash: BaseException | None = None
    ended: float | None = None
    client: MetaStudio | None = None

    @property
    def retries(self) -> int:
        """How many calls it sent again, by the throttle's own count: what it tells of are waits for a turn too."""
        return self.client._session._throttle._retries if self.client is not None else 0


@dataclass
class World:
    """Everything of one case. Made inside the running loop."""

    seed: int
    settle_s: float = 15.0
    runs: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - chance, not secrecy
        self._loop = asyncio.get_running_loop()
        self.emulator = Emulator.open(":memory:", now=self.clock, ids=lambda: f"{self.rng.getrandbits(128):032x}")
        self.network = Network(self.emulator)
        self.rig = Rig(emulator=self.emulator, secrets=dict(SECRETS), settle_s=self.settle_s)
        self.foreign: dict[str, Any] = {}
        self.stripped: set[str] = set()
        self.prune = False

    def clock(self) -> datetime:
        """The true time."""
        return BASE + timedelta(seconds=self._loop.time())

    @property
    def now(self) -> float:
        """Seconds since the world began."""
        return self._loop.time()

    def client(self, run: Run, *, skew: Callable[[], timedelta] = timedelta) -> MetaStudio:
        """A client as a real target has it."""
        run.client = MetaStudio(
            parse_endpoint("http://127.0.0.1", project_id=self.emulator.project_id, region="cn-north-4"),
            fixed_key(self.emulator.access_key, self.emulator.secret_key, self.emulator.project_id),
            transport=self.network.line(run.number),
            now=lambda: self.clock() + skew(),
            deadline=run.deadline,
            conceal=SecretStore(SECRETS).conceal,
            chance=self.rng.random,
        )
        return run.client

    async def apply(
        self,
        rooms: Iterable[DesiredRoom],
        *,
        stopping: Stopping | None = None,
        deadline_s: float = DEADLINE_S,
        skew: Callable[[], timedelta] = timedelta,
        planned: asyncio.Event | None = None,
        **scope: Any,
    ) -> Run:
        """Plans and applies; whatever goes wrong is in the run."""
        run = Run(len(self.runs), self.now, self.now + deadline_s)
        self.runs.append(run)
        desired = tuple(rooms)
        try:
            async with self.client(run, skew=skew) as client:
                run.plan = await self.rig.plan_with(client, desired, **{"prune": self.prune, **scope})
                if planned is not None:
                    planned.set()
                run.report = await apply_plan(run.plan, self._context(client, desired, stopping))
        except ProvisionerError as error:
            run.error = error
        except Exception as error:  # noqa: BLE001 - a violation, told as one
            run.crash = error
        finally:
            run.ended = self.now
        return run

    async def plan(self, rooms: Iterable[DesiredRoom], **scope: Any) -> Plan:
        """A plan by a further run that writes nothing."""
        run = Run(len(self.runs), self.now, self.now + DEADLINE_S)
        self.runs.append(run)
        async with self.client(run) as client:
            run.plan = await self.rig.plan_with(client, rooms, **{"prune": self.prune, **scope})
        run.ended = self.now
        return run.plan

    async def killed_apply(self, rooms: Iterable[DesiredRoom], arm: Callable[[Callable[[], None]], None]) -> Run:
        """An apply that `arm` gets the means to kill: nothing of it happens any more, the service goes on."""
        number = len(self.runs)
        task = asyncio.ensure_future(self.apply(rooms))

        def kill() -> None:
            self.network.dead.add(number)
            task.cancel()

        arm(kill)
        await asyncio.wait([task])
        self.network.choose = lambda _sent: None
        await asyncio.sleep(5.0)  # what the service had received is done by then
        return self.runs[number]

    def _context(self, client: MetaStudio, rooms: tuple[DesiredRoom, ...], stopping: Stopping | None) -> Context:
        return Context(
            client=client,
            workspace=WORKSPACE,
            seals=self.rig.seals,
            desired={found.key: found for found in rooms},
            nonce=self._nonce,
            secrets=SECRETS,
            settle_s=self.settle_s,
            stopping=stopping if stopping is not None else Stopping(),
        )

    # --- what is there before the tool comes

    def add_foreign(self, name: str = "Somebody else's") -> str:
        """A room that nobody declared; it must stay as it is."""
        body = {"room_name": name, "priv_data": "theirs"}
        _, answer = self.emulator.console(Operation.CREATE_ROOM, body=body)
        room_id = str(answer["room_id"])
        self.foreign[room_id] = self.shown(room_id)
        return room_id

    def add_unmanaged(self, desired: DesiredRoom) -> str:
        """A room that somebody made in the console, and that nobody has taken over yet."""
        _, answer = self.emulator.console(Operation.CREATE_ROOM, body={"room_name": desired.name})
        return str(answer["room_id"])

    def add_on_air(self, desired: DesiredRoom) -> str:
        """A room as an earlier apply has left it, which started its run."""
        room_id = self.add_managed(desired, RunIntent(desired.live.run, self._second(), self._nonce()))
        status, _ = self.emulator.console(Operation.START_JOB, room_id=room_id, body={})
        assert status == 202
        return room_id

    def _second(self) -> datetime:
        return self.clock().replace(microsecond=0)

    def _nonce(self) -> str:
        return f"{self.rng.getrandbits(64):016x}"

    def add_managed(self, desired: DesiredRoom, intent: RunIntent | None = None) -> str:
        """A room as an earlier apply has left it."""
        seals = self.rig.seals
        nonce = self._nonce()
        marker = Marker(
            workspace=WORKSPACE,
            key=desired.key,
            nonce=nonce,
            spec_hash=spec_hash(desired),
            written=self._second(),
            intent=intent,
            secrets_digest=digest_secrets(known_secrets(secret_texts(desired.spec), SECRETS) or {}, seals.keys, nonce),
        ).sealed(seals.project_id, seals.keys)
        _, answer = self.emulator.console(Operation.CREATE_ROOM, body=room_body(desired, None, marker, SECRETS))
        return str(answer["room_id"])

    def shown(self, room_id: str) -> dict[str, Any] | None:
        """A room as the service has it, None if it is gone."""
        return next((dict(body) for body in self.emulator.rooms() if body["room_id"] == room_id), None)


KEYED: dict[str, Any] = {
    "output_urls": ["rtmp://live.example.com/app"],
    "stream_keys": [SecretText.of("KEY")],
}
CREATED = room("c", {"room_description": "new", **KEYED})
STOOD = room("u", {"room_description": "one", **KEYED})
CALM = room("n", {"room_description": "calm"})


_OLD, _NEW = ({"scene_scripts": [scene("Opening", text)], **KEYED} for text in ("Welcome.", "Good evening."))
RESTARTED = room("r", _OLD, live=Live(LiveState.RUNNING, "evening", OnChange.RESTART))
COMMANDED = room("h", _OLD, live=Live(LiveState.RUNNING, "evening", OnChange.HOT))
ENDED = room("s", _OLD, live=Live(LiveState.STOPPED, "evening"))
ADOPTED = room("a", {"room_description": "ours", **KEYED})
LEFT = room("d", {"room_description": "left"})


def reference(world: World, variant: str) -> tuple[DesiredRoom, ...]:
    """A reference run. The first (`c`, `u`): a create, an update, a no-op, a foreign room, and a job on the created
    room or the updated one. The second (`o`): a restart, a rewrite and a stop of jobs on air, an adoption, a deletion,
    and a foreign room.
    """
    world.add_foreign()
    if variant == "o":
        return _on_air(world)
    world.add_managed(STOOD)
    world.add_managed(CALM)
    changed = edited(STOOD, room_description="two")
    rooms = {"c": CREATED, "u": changed, "n": CALM}
    rooms[variant] = room(variant, rooms[variant].spec, run="evening")
    return tuple(rooms.values())


def _on_air(world: World) -> tuple[DesiredRoom, ...]:
    for desired in (RESTARTED, COMMANDED, ENDED):
        world.add_on_air(desired)
    adopted = replace(ADOPTED, adopt=world.add_unmanaged(ADOPTED))
    world.add_managed(LEFT)
    world.prune = True
    return edited(RESTARTED, **_NEW), edited(COMMANDED, **_NEW), ENDED, adopted


def play(case: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Plays one case in a loop of its own."""
    return run_virtually(case())
