"""A real browser for the pages of this package: the one of the machine, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
)
AXE = Path(__file__).resolve().parent.parent / "node" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("PROVISIONER_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(f"no browser: set PROVISIONER_BROWSER, or have one of {', '.join(names)} on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that judges whether a page can be used by everybody."""
    if not AXE.exists():
        pytest.skip("no axe-core: `make judges` installs it")
    return AXE.read_text(encoding="utf-8")
