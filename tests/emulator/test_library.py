"""The list of assets: filters, pages, who may ask."""

from __future__ import annotations

from typing import Any

import pytest

from provisioner.assets import Asset
from provisioner.emulator import Emulator, library
from tests.emulator.support import Caller

OWN = (
    Asset("own-1", "Sara", "HUMAN_MODEL_2D"),
    Asset("own-2", "Sara junior", "HUMAN_MODEL_2D", "BLOCK"),
    Asset("own-3", "Window", "IMAGE"),
    *(Asset(f"many-{number}", f"Picture {number}", "IMAGE", "UNACTIVED") for number in range(15)),
)


@pytest.fixture
def caller() -> Any:
    with Emulator.open(":memory:", assets=OWN) as emulator:
        yield Caller(emulator)


def ids(caller: Caller, **params: Any) -> list[str]:
    answer = caller.send("GET", "/digital-assets", params=params)
    assert answer.status_code == 200, answer.text
    return [asset["asset_id"] for asset in answer.json()["assets"]]


def test_a_list_is_of_the_tenant_s_own_assets_unless_told(caller: Caller) -> None:
    assert ids(caller, limit=100) == [asset.id for asset in OWN]
    system = [asset.id for asset in library.SYSTEM_ASSETS]
    assert ids(caller, limit=100, asset_source="SYSTEM") == system
    assert ids(caller, limit=100, asset_source="ALL") == [*system, *(asset.id for asset in OWN)]


def test_an_asset_is_shown_in_the_words_of_the_api(caller: Caller) -> None:
    answer = caller.send("GET", "/digital-assets", params={"asset_id": "own-3"}).json()
    assert answer == {
        "count": 1,
        "assets": [
            {
                "project_id": caller.emulator.project_id,
                "asset_id": "own-3",
                "asset_name": "Window",
                "asset_type": "IMAGE",
                "asset_state": "ACTIVED",
                "create_time": "2026-01-01T00:00:00Z",
                "update_time": "2026-01-01T00:00:00Z",
            }
        ],
    }


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"asset_type": "HUMAN_MODEL_2D"}, ["own-1", "own-2"]),
        ({"asset_type": "HUMAN_MODEL_2D,VOICE_MODEL"}, ["own-1", "own-2"]),
        ({"asset_state": "BLOCK,DELETED"}, ["own-2"]),
        ({"name": "Sara"}, ["own-1", "own-2"]),
        ({"name": "Sara", "accurate_query_field": "name"}, ["own-1"]),
        ({"name": "sara"}, []),
        ({"asset_id": "own-3,own-1,nothing"}, ["own-1", "own-3"]),
        ({"asset_type": "HUMAN_MODEL_2D", "sort_key": "create_time", "sort_dir": "desc"}, ["own-2", "own-1"]),
        ({"start_time": "2027-01-01T00:00:00Z"}, []),
        ({"end_time": "2025-01-01T00:00:00Z"}, []),
        ({"start_time": "2025-01-01T00:00:00Z", "asset_state": "BLOCK"}, ["own-2"]),
    ],
)
def test_filters(caller: Caller, params: dict[str, str], expected: list[str]) -> None:
    assert ids(caller, **params) == expected


def test_a_filter_by_several_ids_may_be_sent_several_times(caller: Caller) -> None:
    """As the vendor's SDK sends it."""
    assert ids(caller, asset_id=["own-1", "own-3"]) == ["own-1", "own-3"]


def test_pages_have_ten_assets_unless_told_and_count_says_all(caller: Caller) -> None:
    first = caller.send("GET", "/digital-assets").json()
    assert (first["count"], len(first["assets"])) == (len(OWN), 10)
    assert ids(caller, offset=10, limit=5) == [asset.id for asset in OWN[10:15]]
    assert ids(caller, offset=100) == []


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"asset_type": "PERSON"},
        {"asset_state": "ACTIVE"},
        {"asset_source": "MINE"},
        {"sort_key": "name"},
        {"sort_dir": "up"},
        {"start_time": "yesterday"},
        {"sex": "FEMALE"},
    ],
)
def test_a_filter_that_is_wrong_or_not_known_here_is_refused(caller: Caller, params: dict[str, Any]) -> None:
    answer = caller.send("GET", "/digital-assets", params=params)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00000003")
    assert next(iter(params)) in answer.json()["error_msg"]


def test_it_asks_for_credentials_and_keeps_to_the_limit_of_lists() -> None:
    with Emulator.open(":memory:", limits={"list": 2}) as emulator:
        caller = Caller(emulator)
        assert caller.send("GET", "/digital-assets", headers={}).status_code == 401
        found = [caller.send("GET", "/digital-assets").status_code for _ in range(3)]
        assert found == [200, 200, 429]
