"""A share of the fault matrix, and every case that once failed. `make faults` plays the whole of it."""

from __future__ import annotations

import json

import pytest

from tests.faults import matrix
from tests.faults.row import Case, Row

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("row", matrix.ROWS, ids=lambda row: row.name)
def test_a_share_of_the_row_holds(row: Row, part: int) -> None:
    failed = {json.dumps(case): wrong for case in row.some(row.share)[part::PARTS] if (wrong := row.check(case))}
    assert not failed


@pytest.mark.parametrize("row", matrix.ROWS, ids=lambda row: row.name)
def test_the_row_has_as_many_cases_as_it_promises(row: Row) -> None:
    assert len(row.cases()) >= row.figure


@pytest.mark.parametrize(("row", "case", "why"), matrix.kept())
def test_what_once_failed_holds(row: Row, case: Case, why: str) -> None:
    assert not row.check(case), why
