"""Reading the library: every asset of the kinds asked for, in few calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import httpx
import pytest

from provisioner.assets import Asset, AssetKind
from provisioner.emulator import Emulator, Operation, library
from provisioner.emulator.transport import InProcess
from provisioner.library.names import Library
from provisioner.library.reading import read_library
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.metastudio.errors import MalformedAnswer
from provisioner.paging import SCANS, ListUnsteadyError

ENDPOINT = parse_endpoint("http://127.0.0.1", project_id="p1", region="cn-north-4")
IMAGES = tuple(Asset(f"id-{number:03}", f"Picture {number}", "IMAGE") for number in range(250))


def read(emulator: Emulator, kinds: Iterable[AssetKind]) -> Library:
    async def main() -> Library:
        endpoint = parse_endpoint("http://127.0.0.1", project_id=emulator.project_id, region="cn-north-4")
        auth = fixed_key(emulator.access_key, emulator.secret_key, emulator.project_id)
        async with MetaStudio(endpoint, auth, transport=InProcess(emulator), now=emulator.now) as client:
            return await read_library(client, kinds)

    return asyncio.run(main())


def test_a_kind_is_read_whole_in_few_calls_and_no_other_kind_is() -> None:
    with Emulator.open(":memory:", assets=IMAGES) as emulator:
        found = read(emulator, [AssetKind.IMAGE])
        assert found.assets.keys() == {AssetKind.IMAGE}
        system = [asset for asset in library.SYSTEM_ASSETS if asset.type == "IMAGE"]
        assert set(found.assets[AssetKind.IMAGE]) == {*IMAGES, *system}
        assert [entry.operation for entry in emulator.ledger()] == [Operation.LIST_ASSETS] * 3


def test_recordings_and_music_are_one_kind() -> None:
    music = Asset("m", "Song", "MUSIC")
    with Emulator.open(":memory:", assets=(music,)) as emulator:
        assert {asset.name for asset in read(emulator, [AssetKind.AUDIO]).assets[AssetKind.AUDIO]} == {"Song", "Gong"}


def scan(pages: Any) -> tuple[Asset, ...]:
    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=pages(int(request.url.params["offset"])))

    async def main() -> Library:
        auth = fixed_key("AK", "SK", "p1")
        async with MetaStudio(ENDPOINT, auth, transport=httpx.MockTransport(answer)) as client:
            return await read_library(client, [AssetKind.MODEL])

    return asyncio.run(main()).assets[AssetKind.MODEL]


def page(count: int, ids: Iterable[str]) -> dict[str, Any]:
    shown = [
        {"asset_id": one, "asset_name": one, "asset_type": "HUMAN_MODEL_2D", "asset_state": "ACTIVED"} for one in ids
    ]
    return {"count": count, "assets": shown}


def in_pages(lists: list[list[str]], calls: list[int]) -> Any:
    """A library that is another one at each call, the last one for ever."""

    def pages(offset: int) -> dict[str, Any]:
        ids = lists[min(len(calls), len(lists) - 1)]
        calls.append(offset)
        return page(len(ids), ids[offset : offset + 100])

    return pages


def test_an_asset_that_goes_or_comes_amid_a_scan_hides_no_other() -> None:
    calls: list[int] = []
    before = [str(n) for n in range(120)]
    after = [str(n) for n in range(1, 121)]  # one is gone and one came, so the count is the same
    found = {asset.id for asset in scan(in_pages([before, after], calls))}
    assert found >= set(after)
    assert calls == [0, 90]


def test_where_many_go_amid_a_scan_it_starts_again() -> None:
    calls: list[int] = []
    before = [str(n) for n in range(120)]
    after = [str(n) for n in range(20, 140)]
    found = {asset.id for asset in scan(in_pages([before, after], calls))}
    assert found == set(after)
    assert calls == [0, 90, 0, 90]


def test_a_list_that_is_short_of_its_own_count_is_not_believed() -> None:
    calls: list[int] = []

    def pages(offset: int) -> dict[str, Any]:
        calls.append(offset)
        return page(50, ["a"])

    with pytest.raises(ListUnsteadyError, match="kind model"):
        scan(pages)
    assert len(calls) == SCANS


def test_a_list_that_does_not_end_is_given_up() -> None:
    with pytest.raises(ListUnsteadyError, match="does not end"):
        scan(lambda _offset: page(1, (str(n) for n in range(100))))


@pytest.mark.parametrize("asset_id", ["", "a b", "a\n", "x" * 300])
def test_what_cannot_be_an_id_is_malformed(asset_id: str) -> None:
    with pytest.raises(MalformedAnswer):
        scan(lambda _offset: page(1, [asset_id]))
