"""Numbers of things in words. Pure."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 room`, `1,200 rooms`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
