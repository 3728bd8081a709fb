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
SCANS = 3
MOST_PAGES = 1_000
"""More than a library can have: a list that goes on beyond them is not believed."""


async def read_library(
    client: MetaStudio, kinds: Iterable[AssetKind], *, progress: Callable[[int], None] = lambda _: None
) -> Library:
    """All assets of some kinds, whatever their state; one call for a hundred of a kind.

    `progress` hears how many were read. Raises ListUnsteadyError, or what the client raises.
    """
    assets: dict[AssetKind, tuple[Asset, ...]] = {}
    for kind in sorted(kinds):
        assets[kind] = await _of(client, kind)
        progress(sum(map(len, assets.values())))
    return Library(assets)


async def _of(client: MetaStudio, kind: AssetKind) -> tuple[Asset, ...]:
    for _ in range(SCANS):
        found: dict[str, Asset] = {}
        counts: list[int] = []
        for number in range(MOST_PAGES):
            page = await client.list_assets(kind.types, offset=PAGE * number, limit=PAGE)
            counts.append(page.count)
            found |= {asset.id: asset for asset in page.assets}
            if len(page.assets) < PAGE:
                # one that goes amid a scan moves others to pages that were read already
                if len(found) >= min(counts):
                    return tuple(found.values())
                break
    raise ListUnsteadyError(
        f"the list of assets of kind {kind} changed during each of {SCANS} scans, or does not end; try again"
    )
