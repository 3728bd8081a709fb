"""A crew on other machines: the workers of a Dask cluster that runs already."""

from __future__ import annotations

import asyncio
import pickle
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from provisioner.errors import UsageError, WorkspaceError
from provisioner.workers.alone import do_alone, outcome
from provisioner.workers.limits import LimitExceeded, Limits

if TYPE_CHECKING:
    from distributed import Client, Future

P = TypeVar("P")
T = TypeVar("T")

_CONNECT_S = 10
"""Seconds for the scheduler to answer, and for it to have a worker."""
_ADDRESS = re.compile(r"(?:tcp|tls)://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}", re.ASCII)
_PACKAGE = "metastudio-provisioner"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers of a Dask cluster, one part for each of their threads; each part in a process with limits."""

    client: Client
    size: int
    limits: Limits = field(default_factory=Limits)

    @property
    def is_remote(self) -> bool:
        """They are elsewhere."""
        return True

    async def do(
        self, work: Callable[[P], Iterator[T]], parts: Sequence[P], take: Callable[[int, T | LimitExceeded], None]
    ) -> None:
        """As a Crew does. The work goes to each worker once; what a part yields is taken when it is done.

        Raises WorkspaceError where a worker or the scheduler is lost.
        """
        followed: list[asyncio.Future[None]] = []
        try:
            with _unless_lost():
                shared = await self.client.scatter(_packed(work), broadcast=True, hash=False)
                given = await self.client.scatter([_packed(part) for part in parts], hash=False)
            futures = [self.client.submit(do_alone, shared, part, self.limits, pure=False) for part in given]
            followed += [asyncio.ensure_future(_follow(number, one, take)) for number, one in enumerate(futures)]
            await asyncio.gather(*followed)
        finally:
            for one in followed:
                one.cancel()
            await asyncio.gather(*followed, return_exceptions=True)


async def _follow(number: int, future: Future[bytes], take: Callable[[int, Any], None]) -> None:
    with _unless_lost():
        given = await future
    if not given:
        raise WorkspaceError("a process that a worker of the cluster had started ended early; look at the worker's log")
    for item in outcome(given):
        take(number, item)


def _packed(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


@contextmanager
def _unless_lost() -> Iterator[None]:
    """Raises WorkspaceError for what Dask raises when a worker or the scheduler is gone."""
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415 - it is there where a cluster was joined
    from distributed.client import ClosedClientError  # noqa: PLC0415 - the same

    try:
        yield
    except (OSError, CancelledError, ClosedClientError, KilledWorker) as error:
        raise WorkspaceError(
            f"the cluster lost a worker or its scheduler ({type(error).__name__}), and nothing was written. "
            "Run the command again when it is well, or leave --cluster out"
        ) from error


@asynccontextmanager
async def joined(address: str) -> AsyncIterator[Cluster]:
    """The cluster whose scheduler has this address, such as `tcp://10.0.0.5:8786`.

    Raises UsageError where Dask is not installed or the address is none, and WorkspaceError where no scheduler or
    worker answers, or one has another version.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and a quarter of a second
    except ModuleNotFoundError as error:
        raise UsageError("--cluster needs Dask: pip install 'metastudio-provisioner[dask]'") from error
    if _ADDRESS.fullmatch(address) is None:
        raise UsageError(f"--cluster takes the address of a scheduler, such as tcp://10.0.0.5:8786, not {address}")
    if address.startswith("tls:"):
        _check_certificates()
    try:
        client = await Client(address, asynchronous=True, timeout=_CONNECT_S, set_as_default=False)
    except OSError as error:
        raise WorkspaceError(
            f"no scheduler of a cluster answers at {address} within {_CONNECT_S} seconds; nothing was written. "
            "Start it with `dask scheduler`, or leave --cluster out"
        ) from error
    try:
        yield Cluster(client, await _size(client))
    finally:
        await client.close()


def _check_certificates() -> None:
    """Raises WorkspaceError where Dask's configuration names none that can be used."""
    from distributed import Security  # noqa: PLC0415 - an extra

    with suppress(OSError):
        if Security().get_connection_args("client")["ssl_context"] is not None:
            return
    raise WorkspaceError("tls:// needs certificates: name them in Dask's configuration under distributed.comm.tls")


async def _size(client: Client) -> int:
    """How many threads its workers have, each of which is as this process is. Raises WorkspaceError."""
    with _unless_lost():
        try:
            async with asyncio.timeout(_CONNECT_S):
                await client.wait_for_workers(1)  # type: ignore[func-returns-value,misc]  # awaitable, as the next
                found = await client.get_versions(packages=[_PACKAGE])  # type: ignore[misc]
                threads: dict[str, int] = await client.nthreads()
        except TimeoutError as error:
            raise WorkspaceError(
                f"the cluster has no worker that answers within {_CONNECT_S} seconds; nothing was written. "
                "Start one with `dask worker`, or leave --cluster out"
            ) from error
    ours = _versions(found["client"])
    others = {worker: theirs for worker, told in found["workers"].items() if (theirs := _versions(told)) != ours}
    if others:
        worker, theirs = min(others.items())
        raise WorkspaceError(
            f"worker {worker} of the cluster has {theirs}, and this is {ours}: install the same on every worker. "
            "Nothing was written"
        )
    return sum(threads.values())


def _versions(told: Any) -> str:
    """What has to be the same everywhere, of what Dask tells about a process."""
    python = ".".join(told["host"]["python"].split(".")[:2])
    return f"provisioner {told['packages'][_PACKAGE] or '(none)'} with Python {python}"
