"""An emulator in memory under a clock that stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provisioner.emulator import Emulator
from tests.emulator.support import Caller, Machine


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def emulator(machine: Machine) -> Iterator[Emulator]:
    with Emulator.open(":memory:", now=machine) as opened:
        yield opened


@pytest.fixture
def caller(emulator: Emulator) -> Caller:
    return Caller(emulator)
