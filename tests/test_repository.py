"""What the repository promises about itself is true: its lock, its workflows and its documents."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

import provisioner

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def kept_files() -> tuple[str, ...]:
    """Every file that is in Git or would be added to it."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a Git repository")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return tuple(name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file())


def lines_matching(pattern: str, *endings: str) -> list[str]:
    """`file:line: text` for every line of a kept file that matches."""
    wanted = re.compile(pattern)
    return [
        f"{name}:{number}: {line.strip()}"
        for name in kept_files()
        if not endings or name.endswith(endings)
        for number, line in enumerate((ROOT / name).read_text("utf-8", errors="replace").splitlines(), start=1)
        if wanted.search(line)
    ]


def locked() -> dict[str, str]:
    """The logical lines of the lock, by canonical name."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return {
        canonicalize_name(re.split(r"[=\[; ]", line)[0]): line for line in lines if line and not line.startswith("#")
    }


def test_every_locked_package_has_hashes_and_no_address() -> None:
    line_form = re.compile(r"[a-z0-9-]+==[^\s;@]+( ; [^@]+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert len(locked()) > 40
    assert [line for line in locked().values() if not line_form.fullmatch(line)] == []
    assert lines_matching("://", "requirements.txt") == []


def test_the_lock_has_what_the_package_its_tests_and_its_build_need() -> None:
    project, lock = PYPROJECT["project"], locked()
    needed = [
        *map(Requirement, project["dependencies"]),
        *map(Requirement, project["optional-dependencies"]["dev"]),
        *map(Requirement, PYPROJECT["build-system"]["requires"]),
    ]
    for requirement in needed:
        line = lock[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(line.split("==")[1].split()[0]), line


def test_the_version_is_written_the_same_way_twice() -> None:
    assert PYPROJECT["project"]["version"] == provisioner.__version__


def test_make_commands_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    in_code = r"(?:^    |`|^)make(?: --[a-z-]+)* ([a-z]+)"
    for name in (*(n for n in kept_files() if n.endswith(".md")), ".ci/run"):
        named = set(re.findall(in_code, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, name
    assert {"demo", "test"} <= targets


def test_the_commands_of_ci_stand_in_contributing() -> None:
    steps = re.findall(r"^make .*?([a-z]+)$", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert steps
    assert [step for step in steps if f"`make {step}`" not in contributing] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name} -> {link}"
        for name in kept_files()
        if name.endswith(".md")
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", (ROOT / name).read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", link) and not (ROOT / name).parent.joinpath(link).exists()
    ]
    assert not broken


def test_the_index_of_the_documents_names_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {name.removeprefix("docs/") for name in kept_files() if re.match(r"docs/.*\.md$", name)} - {"README.md"}
    assert set(re.findall(r"\]\(([^)]+)\)", index)) == pages


def test_the_map_in_contributing_names_every_part_of_the_package() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(
        re.findall(r"[a-z_]+(?:/|\.py)", text.partition("## How the code is laid out")[2].partition("\n## ")[0])
    )
    parts = {
        re.sub(r"^provisioner/([a-z_]+(?:/|\.py)).*", r"\1", name)
        for name in kept_files()
        if name.startswith("provisioner/")
    }
    assert sorted(part for part in parts if not re.match(r"_|provisioner/", part) and part not in named) == []


def test_actions_are_pinned_by_commit() -> None:
    """Or are of the very commit that uses them, which `$/` says."""
    used = lines_matching(r"^\s*(- )?uses: ", ".yml", ".yaml", ".md")
    pinned = re.compile(r"uses: (\$/\.github/[\w./-]+|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d\S*)$")
    assert used
    assert [line for line in used if not pinned.search(line)] == []


def workflows() -> list[tuple[str, dict[str, Any]]]:
    paths = sorted((ROOT / ".github/workflows").glob("*.yml"))
    return [(path.name, YAML(typ="safe").load(path.read_text(encoding="utf-8"))) for path in paths]


@pytest.mark.parametrize(("name", "workflow"), workflows())
def test_workflows_get_no_more_than_they_need(name: str, workflow: dict[str, Any]) -> None:
    """A read-only token, a time limit for every job, and no credentials left in the checkout."""
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


def test_ci_tests_every_python_that_the_package_names() -> None:
    named = [
        last for item in PYPROJECT["project"]["classifiers"] if re.fullmatch(r"3\.\d+", last := item.split(" :: ")[-1])
    ]
    matrix = dict(workflows())["ci.yml"]["jobs"]["check"]["strategy"]["matrix"]["python"]
    assert matrix == named


def test_no_file_names_a_package_registry() -> None:
    assert lines_matching(r"(?i)pypi\.org|pythonhosted\.org|registry\.npmjs|crates\.io|proxy\.golang") == []


def test_no_file_names_a_place_on_one_machine() -> None:
    assert lines_matching(r"(?<![\w.~*?)}\]-])/(?:work|tmp|root)(?![\w-])") == []
