"""`provisioner status --watch`: the rooms with their jobs again and again, on one screen or as a line a change."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from provisioner.commands.session import Session, connect
from provisioner.commands.status import Look, look
from provisioner.commands.terminal import discard
from provisioner.diagnostics import has_errors
from provisioner.errors import ProvisionerError, ServiceError
from provisioner.exit_codes import ExitCode
from provisioner.manifests import Keeps
from provisioner.manifests.stamp import Stamp, stamp_of
from provisioner.reports.json_text import one_line
from provisioner.reports.status import RoomStatus, change_json, changes
from provisioner.reports.status_text import change_line, screen, status_text
from provisioner.rooms import DeclaredRoom

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


class _Shows(Protocol):
    """Where looks are shown."""

    def show(self, seen: Look, note: str) -> None:
        """Shows what there is by now, and what is to be said of it."""

    def tell(self, trouble: str) -> None:
        """Tells why there was nothing to be seen."""


def watch(session: Session, *, form: str = "text", interval_s: float = 10) -> int:
    """Looks every so many seconds until Ctrl-C (130), SIGTERM (143) or the end of a pipe (0) ends it."""
    redraws = form == "text" and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in {"dumb", "unknown"}
    way = _screen(session, interval_s) if redraws else _stream(session, form)
    try:
        asyncio.run(_follow(session, way, interval_s))
    except BrokenPipeError:
        discard(sys.stdout)  # whoever read has had enough
        return 0
    except asyncio.CancelledError:
        pass
    return ExitCode.TERMINATED


async def _follow(session: Session, way: AbstractContextManager[_Shows], interval_s: float) -> None:
    """Raises what the first look raises; later ones may fail and the next may not."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - this is a coroutine
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    manifests = await _Manifests.read(session)
    async with connect(session) as connection:
        began = loop.time()
        seen = await look(session, connection, manifests.rooms)
        hushed = replace(session, terminal=replace(session.terminal, quiet=True))
        with way as shows:
            shows.show(seen, "")
            while True:
                await asyncio.sleep(max(0.0, began + interval_s - loop.time()))
                began = loop.time()
                await manifests.read_again()
                try:
                    shows.show(await look(hushed, connection, manifests.rooms), manifests.trouble)
                except ServiceError as error:
                    shows.tell(str(error))


@dataclass(slots=True)
class _Manifests:
    """The last good reading of the manifests. `trouble` says why a later one was of no use, "" where none was."""

    session: Session
    stamp: Stamp
    rooms: tuple[DeclaredRoom, ...]
    trouble: str = ""

    @classmethod
    async def read(cls, session: Session) -> _Manifests:
        """The first reading. Raises FindingsError for what is wrong with them."""
        stamp = stamp_of(session.workspace.root)
        return cls(session, stamp, await session.desired(keeps_specs=False))

    async def read_again(self) -> None:
        """Reads them where their files are others than before; what is wrong then is for the person to see."""
        stamp = stamp_of(self.session.workspace.root)
        if stamp == self.stamp:
            return
        self.stamp = stamp
        try:
            loaded = await self.session.loaded(keeps=Keeps.ROOMS)
        except ProvisionerError as error:
            self.trouble = f"the manifests changed and were not read: {error}"
            return
        if has_errors(loaded.findings):
            self.trouble = "the manifests changed and have errors (provisioner validate); shown as they were before"
            return
        self.rooms, self.trouble = loaded.rooms, ""


@contextmanager
def _screen(session: Session, interval_s: float) -> Iterator[_Shows]:
    """A screen of its own that is drawn anew in place; afterwards the terminal is as before, with the last look."""
    from rich.console import Console
    from rich.live import Live

    colour = session.terminal.has_colour(sys.stdout)
    console = Console(no_color=not colour, highlight=False, markup=False, emoji=False)
    picture = _Picture(interval_s, colour=colour)
    live = Live(picture, console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    picture.redraw = live.refresh
    loop = asyncio.get_running_loop()
    try:
        with live:
            loop.add_signal_handler(signal.SIGWINCH, live.refresh)
            yield picture
    finally:
        loop.remove_signal_handler(signal.SIGWINCH)
        if picture.seen is not None:
            session.terminal.out(status_text(picture.seen.rooms, now=picture.seen.now, **session.terminal.style()))


class _Picture:
    """The last look, drawn as large as the terminal is at that moment."""

    def __init__(self, interval_s: float, *, colour: bool) -> None:
        self._colour = colour
        self._interval_s = interval_s
        self._trouble = self._note = ""
        self.seen: Look | None = None
        self.redraw: Callable[[], None] = lambda: None

    def show(self, seen: Look, note: str) -> None:
        self.seen, self._note, self._trouble = seen, note, ""
        self.redraw()

    def tell(self, trouble: str) -> None:
        self._trouble = trouble
        self.redraw()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.seen is None:
            return
        at = f"{self.seen.now:%H:%M:%S} UTC"
        foot = f"{at}, {self._note or f'every {self._interval_s:g} s; Ctrl-C ends'}"
        if self._trouble:
            foot = f"not read since {at}: {self._trouble}"
        from rich.text import Text

        height = options.height or console.height
        lines = screen(self.seen.rooms, now=self.seen.now, width=options.max_width, height=height, foot=foot)
        yield from lines if self._colour else (Text(line.plain) for line in lines)


@contextmanager
def _stream(session: Session, form: str) -> Iterator[_Shows]:
    yield _Stream(session, form)


class _Stream:
    """A line for every room that is otherwise than before, and at first for every room."""

    def __init__(self, session: Session, form: str) -> None:
        self._session = session
        self._form = form
        self._before: tuple[RoomStatus, ...] = ()
        self._note = ""

    def show(self, seen: Look, note: str) -> None:
        if note and note != self._note:
            self._session.terminal.say(note)
        self._note = note
        names = {"workspace": self._session.workspace.name, "target": self._session.target.name}
        for change in changes(self._before, seen.rooms):
            is_json = self._form == "json"
            line = one_line(change_json(change, seen.now, **names)) if is_json else change_line(change, seen.now)
            sys.stdout.write(f"{line}\n")  # whoever stops to read ends the watch, which Terminal.out would hide
        sys.stdout.flush()
        self._before = seen.rooms

    def tell(self, trouble: str) -> None:
        self._session.terminal.say(f"not read: {trouble}")
