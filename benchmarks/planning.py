"""The lines of `plan`: rooms that did not change, rooms that all changed, and the script on the SDK."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.asked import Asked
from benchmarks.measuring import Ran, module, provisioner
from benchmarks.service import TARGET, Calls, Service, fill, served
from benchmarks.table import Line, Rival
from benchmarks.workspaces import Kind, edit_template, environment, generate

LIST_S = 20.0
SHOW_S = 20.0
"""Calls a second that the service takes in its largest region."""
PAGE = 100
WORKERS = 8


def unchanged(asked: Asked) -> Iterator[Line]:
    """Nothing has changed: the list alone answers."""
    usual = 10_000
    rooms = asked.size(usual)
    path = _filled(asked, rooms)
    alone = provisioner(path, "validate", environment=environment)
    limits = {"list": LIST_S, "show": SHOW_S}
    asked.say(f"plan of {rooms:,} rooms, {LIST_S:g} calls a second")
    with served(path, limits) as service:
        ran, calls, served_s = _planned(service, changes=False)
    floor_s = calls.floor_s(limits)
    work = f"no-change `plan`, {rooms:,} rooms, list at {LIST_S:g} calls/s"
    script_s = rooms / SHOW_S + (rooms // PAGE + 1) / LIST_S
    yield Line(
        work,
        f"{ran.wall_s / floor_s:.2f} x its calls ({ran.wall_s:.1f} s, calls {floor_s:.1f} s)",
        "<= 1.3 x the time of its list calls",
        asked.met(usual, ran.wall_s <= 1.3 * floor_s),
        Rival(f"{script_s:,.0f} s of calls alone, reckoned: one show a room", script_s / ran.wall_s),
        remarks=f"`validate` of these rooms takes {alone.wall_s:.1f} s; processor: {ran.cpu_s:.1f} s here, "
        f"{served_s:.1f} s in the service; {ran.peak_bytes / 1024**2:,.0f} MB",
    )
    yield Line(
        f"{work}: calls",
        f"{calls.total} calls, {calls.throttled} of them throttled",
        "<= 120 calls",
        asked.met(usual, calls.total <= 120),
    )


def changed(asked: Asked) -> Iterator[Line]:
    """One edit of the template has changed every room. An earlier plan has read the rooms once."""
    usual = 10_000
    rooms = asked.size(usual)
    path = _filled(asked, rooms)
    edit_template(path)
    with served(path) as service:
        asked.say(f"the first plan of {rooms:,} changed rooms, which may keep what it reads")
        first, first_calls, _ = _planned(service, changes=True)
        asked.say(f"plan of {rooms:,} changed rooms")
        limits = {"list": LIST_S}
        service.pace(limits)
        ran, calls, served_s = _planned(service, changes=True)
    beyond_s = ran.wall_s - calls.floor_s(limits)
    at_rate_s = calls.floor_s({"list": LIST_S, "show": SHOW_S})
    script_s = rooms / SHOW_S + (rooms // PAGE + 1) / LIST_S
    yield Line(
        f"`plan`, all {rooms:,} rooms changed by one edit of their template",
        f"{beyond_s:.1f} s beyond {calls.total:,} calls",
        "<= 40 s beyond the calls",
        asked.met(usual, beyond_s <= 40),
        Rival(f"{script_s:,.0f} s of calls alone, reckoned: one show a room", script_s / (beyond_s + at_rate_s)),
        remarks=f"{ran.wall_s:.1f} s with shows as fast as they come, {beyond_s + at_rate_s:,.0f} s with {SHOW_S:g} a "
        f"second; processor: {ran.cpu_s:.1f} s here, {served_s:.1f} s in the service; {ran.peak_bytes / 1024**2:,.0f} "
        f"MB; the first plan: {first.wall_s:.1f} s, {first_calls.total:,} calls",
    )


def against_script(asked: Asked) -> Iterator[Line]:
    """The same no-change plan by the script on the SDK, and by the same script in eight threads."""
    usual = 1_000
    rooms = asked.size(usual)
    path = _filled(asked, rooms)
    with served(path) as service:
        asked.say(f"plan of {rooms:,} rooms")
        ran, calls, served_s = _planned(service, changes=False)
        scripts = {}
        for workers in (1, WORKERS):
            asked.say(f"the script on the SDK, {workers} at a time")
            scripts[workers] = _script(service, workers)
    alone, threads = scripts[1], scripts[WORKERS]
    ratio = alone.wall_s / ran.wall_s
    yield Line(
        f"no-change `plan`, {rooms:,} rooms, service without limits, against the script on the SDK",
        f"{ratio:.1f} x as fast ({ran.wall_s:.2f} s)",
        ">= 5 x as fast",
        asked.met(usual, ratio >= 5),
        Rival(f"{alone.wall_s:.1f} s, one call after the other", ratio),
        remarks=f"with {WORKERS} threads the script takes {threads.wall_s:.1f} s: {threads.wall_s / ran.wall_s:.1f}x; "
        f"{calls.total} calls here, {rooms + rooms // PAGE + 1:,} there; processor: {ran.cpu_s:.1f} s here, "
        f"{served_s:.1f} s in the service, {alone.cpu_s:.1f} s in the script",
    )


def _filled(asked: Asked, rooms: int) -> Path:
    """A workspace whose service has all its rooms; made once in a run, and copied for everybody who changes it."""
    made = asked.shared / f"filled-{rooms}"
    if not made.exists():
        asked.say(f"filling the service with {rooms:,} rooms")
        fill(generate(made, Kind.TEMPLATE, rooms).path)
    return Path(shutil.copytree(made, asked.folder / "rooms"))


def _planned(service: Service, *, changes: bool) -> tuple[Ran, Calls, float]:
    """A plan, the calls that it made, and the processor time of the service. Raises FailedError."""
    calls, cpu_s = service.calls(), service.cpu_s
    ran = provisioner(
        service.workspace,
        *("plan", "--target", TARGET, "--detailed-exitcode"),
        environment=service.environment,
        code=2 if changes else 0,
    )
    return ran, service.calls() - calls, service.cpu_s - cpu_s


def _script(service: Service, workers: int) -> Ran:
    return module(
        *("benchmarks.sdk_script", "plan", str(service.workspace), "--workers", str(workers)),
        folder=service.workspace,
        environment=service.environment,
    )
