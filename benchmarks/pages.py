"""The lines of the HTML report: how large it is, how long it takes to write, to open and to filter."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.asked import Asked
from benchmarks.measuring import provisioner
from benchmarks.table import Line
from benchmarks.workspaces import Kind, edit_template, environment, generate

_ROOMS = 1000
_SEARCHES = ("l", "leather", "", "room-000007", "", "nowhere to be found", "", "two pairs")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_OPENED = "performance.getEntriesByType('navigation')[0].domInteractive"
_TYPED = """async (words) => {
    const find = document.getElementById("find");
    const began = performance.now();
    find.value = words;
    find.dispatchEvent(new Event("input", {bubbles: true}));
    document.body.offsetHeight;
    const done = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return done;
}"""


def page(asked: Asked) -> Iterator[Line]:
    """A plan in which one edit of their template changes a paragraph of every room."""
    rooms = asked.size(_ROOMS)
    asked.say(f"{rooms:,} rooms, applied and changed")
    generate(asked.folder, Kind.TEMPLATE, rooms)
    provisioner(asked.folder, "apply", "--auto-approve", "--quiet", environment=environment)
    edit_template(asked.folder)
    file = asked.folder / "plan.html"
    plain = provisioner(asked.folder, "plan", "--report", "plan.txt", "--quiet", environment=environment)
    written = provisioner(asked.folder, "plan", "--report", file.name, "--quiet", environment=environment)
    taken_s = written.cpu_s - plain.cpu_s
    size_mb = file.stat().st_size / 1e6
    work = f"HTML report of {rooms:,} changed rooms of 25 paragraphs"
    met = asked.met(_ROOMS, taken_s <= 8 and size_mb <= 12)
    remarks = f"{written.wall_s:.1f} s the whole plan"
    yield Line(work, f"{size_mb:.1f} MB, {taken_s:.1f} s of processor time", "<= 12 MB, 8 s", met, remarks=remarks)
    asked.say("opened in a browser")
    browsed = _browsed(file)
    if browsed is None:
        yield Line(f"{work}: in a browser", "no browser", "", None)
        return
    opened_s, typed_s = browsed
    yield Line(f"{work}: opened", f"{opened_s:.1f} s", "<= 2 s", asked.met(_ROOMS, opened_s <= 2))
    usual_s = median(typed_s)
    yield Line(
        f"{work}: filtered and laid out after a keystroke",
        f"{usual_s * 1000:.0f} ms",
        "<= 100 ms",
        asked.met(_ROOMS, usual_s <= 0.1),
        remarks=f"the middle one of {len(typed_s)} searches; the slowest took {max(typed_s) * 1000:.0f} ms",
    )


def _browsed(file: Path) -> tuple[float, list[float]] | None:
    """Seconds until the page can be used, and of each search; None where there is no browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this benchmark has a browser

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("PROVISIONER_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        window: Any = browser.new_page(viewport={"width": 1280, "height": 800})
        window.goto(file.as_uri())
        opened_ms = float(window.evaluate(_OPENED))
        typed = [float(window.evaluate(_TYPED, words)) / 1000 for words in _SEARCHES]
        browser.close()
    return opened_ms / 1000, typed
