"""Wrong answers: statuses, redirects, broken bodies, slow and missing ones, at every request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tests.faults import invariants
from tests.faults.network import Plain, Point, Sent, Trouble
from tests.faults.row import Case, Row, each_request, kinds_of
from tests.faults.world import World, play, reference

STATUSES = (
    *("400", "401", "403", "404", "408", "409", "413", "422", "429 0308", "429 other"),
    *("500", "502", "503", "504"),
)
BODIES = ("truncated", "empty", "html", "huge", "duplicate", "type", "nan", "no id")
SLOW = ("drip", "hang before headers", "hang after headers")
MEMORY_LIMIT_KB = 160 * 1024
"""What a case may add to a process, which takes up to 96 MiB before: 256 MiB in all."""
FOREVER_S = 1e7
_HUGE_PIECE = b" " * (1 << 20)


class Status(Trouble):
    """A refusal, whether or not the request was carried out; its words echo what was sent."""

    def __init__(self, word: str, *, applied: bool) -> None:
        self._status, _, self._kind = word.partition(" ")
        self.serves = applied

    def bend(self, sent: Sent, answer: Plain) -> Plain:
        """The refusal."""
        code = {"0308": "APIGW.0308", "other": "MSS.00000429"}.get(self._kind, f"MSS.00000{self._status}")
        echo = json.dumps({"sent": sent.body, "headers": sent.headers}, ensure_ascii=False)
        words = "limit:100,time:1 second " if self._kind == "0308" else ""
        body = json.dumps({"error_code": code, "error_msg": f"{words}refused {echo}"}, ensure_ascii=False)
        return Plain(int(self._status), {"x-request-id": "r" * 32}, body.encode())


class Redirect(Trouble):
    """A 302 to another host, not carried out."""

    serves = False

    def bend(self, sent: Sent, answer: Plain) -> Plain:
        """The redirect."""
        return Plain(302, {"location": f"http://evil.example.com{sent.path}", "x-request-id": "r" * 32}, b"")


class Broken(Trouble):
    """A 2xx whose body is not what the API promises; the request was carried out."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def bend(self, sent: Sent, answer: Plain) -> Plain:
        """The broken body under the true headers."""
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        body = answer.body
        if self._kind == "huge":
            return Plain(answer.status, headers, b"", _endless)
        broken = {
            "truncated": body[: len(body) // 2],
            "empty": b"",
            "html": b"<html><body>Please log in</body></html>",
            "duplicate": b'{"room_id": "a", ' + body[1:] if len(body) > 2 else b'{"a": 1, "a": 2}',
            "type": b'{"room_id": 7, "job_id": [], "count": "x", "smart_live_rooms": {}, "smart_live_jobs": 3}',
            "nan": b'{"n": NaN, ' + body[1:] if len(body) > 2 else b"NaN",
            "no id": b'{"count": 0, "smart_live_rooms": [{}], "smart_live_jobs": [{}]}',
        }[self._kind]
        return Plain(answer.status, headers, broken)


class Slow(Trouble):
    """An answer that does not come, or comes a byte in ten seconds."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def at(self, point: Point, sent: Sent) -> None:
        """Hangs where it is meant to."""
        hangs = {"hang before headers": Point.COMMITTED, "hang after headers": Point.MID_RESPONSE}
        if hangs.get(self._kind) is point:
            await asyncio.sleep(FOREVER_S)

    def bend(self, sent: Sent, answer: Plain) -> Plain:
        """The true answer, byte by byte."""
        if self._kind != "drip":
            return answer
        body = answer.body

        async def pieces() -> AsyncIterator[bytes]:
            for byte in body:
                await asyncio.sleep(10)
                yield bytes([byte])

        return Plain(answer.status, answer.headers, body, pieces)


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield _HUGE_PIECE


def check(case: Case) -> list[str]:
    """One wrong answer (`first`), or wrong ones from there on (`on`); then a quiet apply and a plan."""
    variant, nth, word = case
    kind, what, reach = word.split("/")
    makers: dict[str, Callable[[], Trouble]] = {
        "status": lambda: Status(what.removesuffix("+"), applied=what.endswith("+")),
        "redirect": Redirect,
        "body": lambda: Broken(what),
        "slow": lambda: Slow(what),
    }

    async def go() -> list[str]:
        world = World(3)
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        world.network.choose = lambda sent: (
            makers[kind]() if sent.run == 0 and (sent.nth == nth or (reach == "on" and sent.nth > nth)) else None
        )
        run = await world.apply(rooms)
        wrong = list(_sent_once(world, kind, what))
        world.network.choose = lambda _sent: None
        await asyncio.sleep(100)
        final = await world.apply(rooms)
        then = await world.plan(rooms)
        if run.ended is None:
            wrong.append("it did not end")
        return [*wrong, *invariants.always(world), *invariants.quiet(world, rooms, final, then)]

    before = memory_kb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew: cases that ran before do not count
    wrong = play(go)
    added = memory_kb("VmHWM") - before
    if kind == "body" and added > MEMORY_LIMIT_KB:
        wrong.append(f"memory: {added // 1024} MiB more than before")
    return wrong


def memory_kb(name: str) -> int:
    """What Linux says of this process: `VmRSS` is what it holds, `VmHWM` the most that it held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


def _sent_once(world: World, kind: str, what: str) -> list[str]:
    """A write whose outcome is unknown is never sent again, but for one repeat of a start."""
    if kind == "status" and what.startswith("429 0308"):
        return []
    wrong = []
    for name, most in (("create", 1), ("update", 1), ("start", 2)):
        paths = [f"{sent.path} {sent.body}" for sent in world.network.log if sent.kind == name]
        wrong += [f"{name} sent {paths.count(path)} times" for path in set(paths) if paths.count(path) > most]
    return wrong


def _words(kind: str, *whats: str) -> list[str]:
    return [f"{kind}/{what}/{reach}" for what in whats for reach in ("first", "on")]


_APPLIED_OR_NOT = tuple(f"{status}{applied}" for status in STATUSES for applied in ("", "+"))


def _statuses() -> list[Case]:
    """All but two kinds: a service that carries out what it refuses and refuses every look afterwards too, and one that
    carries out what it refuses where no look tells whose doing it was: what a job was told, who ended it, and who
    deleted a room that is said not to be there, or that a call was throttled for and its repeat did not find.
    """
    lies = tuple(status for status in STATUSES if status[0] == "4" and status not in ("408", "429 other"))
    never_found = {f"status/{status}+/on" for status in lies}
    untold = {(kind, f"status/{status}+/first") for status in lies for kind in ("command", "stop")}
    untold |= {("delete", f"status/{status}+/first") for status in ("404", "429 0308")}
    return [
        (variant, nth, word)
        for variant, nth, word in each_request(*_words("status", *_APPLIED_OR_NOT))
        if word not in never_found and (kinds_of(variant)[nth], word) not in untold
    ]


ROWS = (
    Row("statuses, applied or not", 392, _statuses, check, 120),
    Row("redirect to another host", 14, lambda: each_request(*_words("redirect", "302")), check, 16),
    Row("broken bodies", 112, lambda: each_request(*_words("body", *BODIES)), check, 64),
    Row("a byte in ten seconds, hangs", 42, lambda: each_request(*_words("slow", *SLOW)), check, 24),
)
