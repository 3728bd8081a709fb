"""The pages that are made from the code, by their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.docs import commands_page, exit_codes_page, manifests_page, rules_page

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs"
PAGES: Mapping[str, Callable[[], str]] = {
    "reference/commands.md": commands_page.page,
    "reference/manifests.md": manifests_page.page,
    "reference/exit-codes.md": exit_codes_page.page,
    "rules.md": rules_page.page,
}


def write() -> None:
    """Writes each of them anew."""
    for name, made in PAGES.items():
        (DOCUMENTS / name).write_text(made(), encoding="utf-8", newline="\n")
