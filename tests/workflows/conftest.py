"""A GitHub to talk to, and steps that do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.fake_github import FakeGitHub, serving
from tests.workflows.support import Step


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with serving() as github:
        yield github


@pytest.fixture
def step(tmp_path: Path, fake: FakeGitHub) -> Step:
    return Step(tmp_path, fake)
