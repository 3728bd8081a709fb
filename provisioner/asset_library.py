"""The library of assets, read from the service once for each kind that manifests name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from provisioner.asset_names import Library
from provisioner.assets import Asset, AssetKind
from provisioner.observe import ListUnsteadyError

if TYPE_CHECKING:  # commands import it while children work
    from provisioner.metastudio.client import MetaStudio

PAGE = 100
OVERLAP = 10
"""Assets that end a page and begin the next: four of them may go meanwhile, and none is missed."""
STRIDE = PAGE - OVERLAP
SCANS = 3
MOST_PAGES = 1_000
"""More than a library can have: a list that goes on beyond them is not believed."""


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
    for _ in range(SCANS):
        found = await _scan(client, kind)
        if found is not None:
            return found
    raise ListUnsteadyError(
        f"the list of assets of kind {kind} changed during each of {SCANS} scans, or does not end; try again"
    )


async def _scan(client: MetaStudio, kind: AssetKind) -> tuple[Asset, ...] | None:
    """All assets of a kind; None where two neighbouring pages do not meet, or fewer were seen than there are."""
    found: dict[str, Asset] = {}
    tail: set[str] = set()
    least = MOST_PAGES * PAGE
    for number in range(MOST_PAGES):
        page = await client.list_assets(kind.types, offset=STRIDE * number, limit=PAGE)
        if tail and len(tail & {asset.id for asset in page.assets}) <= OVERLAP // 2:
            return None
        least = min(least, page.count)
        found |= {asset.id: asset for asset in page.assets}
        if len(page.assets) < PAGE:
            return tuple(found.values()) if len(found) >= least else None
        tail = {asset.id for asset in page.assets[-OVERLAP:]}
    return None
