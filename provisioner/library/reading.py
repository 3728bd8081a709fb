"""The library of assets, read from the service once for each kind that manifests name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from provisioner.assets import Asset, AssetKind
from provisioner.library.names import Library
from provisioner.paging import PAGE, read_list

if TYPE_CHECKING:  # commands import it while children work
    from provisioner.metastudio.client import MetaStudio


async def read_library(
    client: MetaStudio, kinds: Iterable[AssetKind], *, progress: Callable[[int], None] = lambda _: None
) -> Library:
    """All assets of some kinds, whatever their state; one call for every ninety of a kind.

    `progress` hears how many were read. Raises ListUnsteadyError, or what the client raises.
    """
    assets: dict[AssetKind, tuple[Asset, ...]] = {}
    for kind in sorted(kinds):
        assets[kind] = await _of(client, kind)
        progress(sum(map(len, assets.values())))
    return Library(assets)


async def _of(client: MetaStudio, kind: AssetKind) -> tuple[Asset, ...]:
    async def page_at(offset: int) -> tuple[Sequence[Asset], int]:
        page = await client.list_assets(kind.types, offset=offset, limit=PAGE)
        return page.assets, page.count

    return await read_list(page_at, attrgetter("id"), what=f"assets of kind {kind}")
