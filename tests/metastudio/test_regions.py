"""The pace of each operation (api.md, "Limits of calls")."""

from __future__ import annotations

import pytest

from provisioner.errors import WorkspaceError
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.regions import rates


def test_every_operation_has_a_rate_in_every_region() -> None:
    for region in ("cn-north-4", "cn-east-3", "ap-southeast-3", "somewhere-new"):
        assert set(rates(region, {})) == set(Operation)


def test_the_documented_limits_hold_by_default() -> None:
    beijing, elsewhere = rates("cn-north-4", {}), rates("ap-southeast-3", {})
    assert (beijing[Operation.LIST_ROOMS], beijing[Operation.SHOW_ROOM]) == (20, 20)
    assert (beijing[Operation.CREATE_ROOM], beijing[Operation.UPDATE_ROOM]) == (5, 5)
    assert (beijing[Operation.DELETE_ROOM], beijing[Operation.START_JOB], beijing[Operation.STOP_JOB]) == (4, 4, 4)
    assert (elsewhere[Operation.LIST_ROOMS], elsewhere[Operation.CREATE_ROOM]) == (10, 3)


def test_a_region_that_is_not_known_gets_the_lower_limits() -> None:
    assert rates("somewhere-new", {}) == rates("cn-east-3", {})


def test_a_targets_limits_win_and_touch_nothing_else() -> None:
    changed = rates("cn-north-4", {"create": 1, "list": 0.5})
    assert (changed[Operation.CREATE_ROOM], changed[Operation.LIST_ROOMS], changed[Operation.LIST_JOBS]) == (
        1,
        0.5,
        0.5,
    )
    assert changed[Operation.UPDATE_ROOM] == 5


@pytest.mark.parametrize("limits", [{"craete": 1}, {"create": 0}, {"create": -1}, {"create": float("inf")}])
def test_a_limit_that_makes_no_sense_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(WorkspaceError):
        rates("cn-north-4", limits)
