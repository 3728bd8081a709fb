"""The reference is what the code says. `make docs`, or UPDATE_GOLDENS=1 with these tests, writes it anew."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from provisioner.commands.command_line import build
from provisioner.errors import ProvisionerError
from provisioner.exit_codes import ExitCode
from provisioner.schemas.inputs import manifest_schema, workspace_schema
from tests.docs.pages import DOCUMENTS, PAGES, write


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    if os.environ.get("UPDATE_GOLDENS"):
        write()
    assert (DOCUMENTS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs` and read the difference"


def test_no_other_page_is_in_the_reference() -> None:
    there = {path.relative_to(DOCUMENTS).as_posix() for path in (DOCUMENTS / "reference").iterdir()}
    assert there == {name for name in PAGES if name.startswith("reference/")}


def test_every_option_of_every_command_is_there() -> None:
    text = PAGES["reference/commands.md"]()

    def section(title: str) -> str:
        return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]

    def missing(path: str, command: Any) -> list[str]:
        if below := getattr(command, "commands", {}):
            return [lost for name, one in below.items() for lost in missing(f"{path} {name}", one)]
        options = [name for one in command.params for name in one.opts if name.startswith("-")]
        said = section(path) + section("Options of most commands")
        return [f"{path} {name}" for name in options if f"`{name}`" not in said]

    assert missing("provisioner", build()) == []
    assert len(re.findall(r"^## provisioner ", text, re.MULTILINE)) >= 15


def test_every_field_is_there() -> None:
    text = PAGES["reference/manifests.md"]()
    schemas = (manifest_schema(), workspace_schema())
    fields = {
        name for schema in schemas for one in (*schema["$defs"].values(), schema) for name in one.get("properties", {})
    }
    assert [name for name in sorted(fields) if f"\n| `{name}` |" not in text] == []
    assert len(fields) > 150


def test_an_exception_ends_the_tool_with_a_code_of_the_table() -> None:
    def codes(error: type[ProvisionerError]) -> set[object]:
        return {error.exit_code}.union(*map(codes, error.__subclasses__()))

    assert all(isinstance(code, ExitCode) for code in codes(ProvisionerError))
