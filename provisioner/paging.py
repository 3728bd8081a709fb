"""Lists of the service that change while they are read.

They have no documented order. Pages of 100 are therefore taken every 90 entries, and the entries at the end of one page
have to appear in the next; if they do not, something moved further than the overlap and the list is read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from provisioner.errors import ServiceError

PAGE = 100
OVERLAP = 10
STRIDE = PAGE - OVERLAP
SCANS = 5
AT_ONCE = 16
"""Calls that are under way at a time."""
MOST = 1_000_000
"""Entries: more than any project can hold. A count beyond it is not believed."""
SPARE_PAGES = 20
"""Pages that are read beyond twice what a list says it has."""

Entry = TypeVar("Entry")
Result = TypeVar("Result")


class ListUnsteadyError(ServiceError):
    """The list changed faster than it could be read, or does not end."""


async def read_list(
    page_at: Callable[[int], Awaitable[tuple[Sequence[Entry], int]]],
    identity: Callable[[Entry], Hashable],
    *,
    what: str,
    is_counted: bool = True,
) -> tuple[Entry, ...]:
    """Every entry of a list once. `page_at` gives up to 100 entries from an offset, and how many the list has.

    `is_counted` is whether that count is of these entries; of a filtered list nobody says so. Raises ListUnsteadyError,
    which calls the list `what`, or what `page_at` raises.
    """
    for _ in range(SCANS):
        found = await _scan(page_at, identity, is_counted=is_counted)
        if found is not None:
            return found
    raise ListUnsteadyError(
        f"the list of {what} changed during each of {SCANS} scans, or does not end; "
        "try again when nobody else is adding or removing many"
    )


async def all_of(work: Iterable[Awaitable[Result]]) -> list[Result]:
    """Results in order; the first failure cancels the rest and is raised as itself."""
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


def is_endless(pages: int, count: int) -> bool:
    """Whether so many pages were read of a list that it goes on far beyond its own count."""
    return pages > 2 * min(count, MOST) // STRIDE + SPARE_PAGES


async def _scan(
    page_at: Callable[[int], Awaitable[tuple[Sequence[Entry], int]]],
    identity: Callable[[Entry], Hashable],
    *,
    is_counted: bool,
) -> tuple[Entry, ...] | None:
    """The list read once; None where two neighbouring pages do not meet, or fewer were seen than there are."""
    first, count = await page_at(0)
    pages = [first]
    counts = [count]
    found = {identity(entry): entry for entry in first}
    while len(pages[-1]) >= PAGE:
        missing = max(counts) - OVERLAP - STRIDE * len(pages)
        wave = range(len(pages), len(pages) + max(1, min(AT_ONCE, -(-missing // STRIDE))))
        before = len(found)
        for entries, count in await all_of(page_at(STRIDE * number) for number in wave):
            pages.append(entries)
            counts.append(count)
            found |= {identity(entry): entry for entry in entries}
        # A list that repeats itself, or that goes on far beyond its own count, would be read for ever.
        if len(found) == before and pages[-1]:
            break
        if is_endless(len(pages), max(counts)):
            return None
    has_ended = len(pages[-1]) < PAGE
    is_short = is_counted and _falls_short(len(found), counts)
    ids = [[identity(entry) for entry in page] for page in pages]
    return tuple(found.values()) if has_ended and not is_short and all(_meet(a, b) for a, b in pairwise(ids)) else None


def _falls_short(seen: int, counts: Sequence[int]) -> bool:
    """Whether fewer entries were seen than the list had at any time of the scan."""
    return seen < min(*counts, MOST)


def _meet(page: Sequence[Hashable], following: Sequence[Hashable]) -> bool:
    """Whether most of what ends a page is in the next. A short page is the last: nothing follows it."""
    if len(page) < PAGE:
        return set(following) <= set(page)
    return len(set(page[-OVERLAP:]) & set(following)) > OVERLAP // 2
