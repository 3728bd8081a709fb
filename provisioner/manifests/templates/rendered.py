"""A rendered document: YAML with placeholders, and the way from a place in it to what a person wrote. Pure.

Where text comes from is worked out only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias, TypeVar

from provisioner.diagnostics import Frame, Span
from provisioner.manifests.templates.pieces import Bound, Literal, Site
from provisioner.manifests.templates.placeholders import placeholder
from provisioner.rooms import Value

MAX_FRAMES = 8
"""Steps of a trace: the innermost, and the outermost of a longer one."""

T = TypeVar("T")
Atom: TypeAlias = Literal | Bound
Origin: TypeAlias = tuple[Span, tuple[Frame, ...]]
"""What a person wrote, and the way from there to where it appeared, innermost step first."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The places that put a piece where it is, innermost first."""

    site: Site
    outer: Chain | None

    def frames(self) -> tuple[Frame, ...]:
        """The way as a trace."""
        sites: list[Site] = []
        chain: Chain | None = self
        while chain is not None:
            sites.append(chain.site)
            chain = chain.outer
        return tuple(Frame(site.label, site.span) for site in shortened(sites))


def shortened(steps: list[T]) -> list[T]:
    """A way of bearable length."""
    return steps if len(steps) <= MAX_FRAMES else [*steps[: MAX_FRAMES - 1], steps[-1]]


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """YAML text in which placeholder number i stands for `values[i]`, which is plain data."""

    text: str
    values: Sequence[Value]
    atoms: list[Atom] = field(repr=False)
    """What `text` was made of."""
    chains: list[tuple[int, Chain | None]] = field(repr=False)
    """From which atom on which way holds."""

    def locate(self, line: int, column: int) -> Origin:
        """The origin of a place in `text`, whose lines and columns count from 1."""
        start = 0
        for _ in range(line - 1):
            start = self.text.find("\n", start) + 1
        wanted = min(start + column - 1, len(self.text) - 1)
        end = bound = 0
        for position, atom in enumerate(self.atoms):
            begin = end
            if isinstance(atom, Bound):
                end += len(placeholder(bound))
                bound += 1
            else:
                end += len(atom.text)
            if wanted < end:
                return self.origin(position, wanted - begin)
        msg = "an empty document has no places"
        raise ValueError(msg)

    def locate_value(self, index: int) -> Origin:
        """The expression that printed value number `index`."""
        bound = (position for position, atom in enumerate(self.atoms) if isinstance(atom, Bound))
        return self.origin(next(islice(bound, index, None)))

    def origin(self, position: int, within: int = 0) -> Origin:
        """The origin of a character of atom number `position`."""
        chain = None
        for start, chain_from_there in self.chains:
            if start > position:
                break
            chain = chain_from_there
        atom = self.atoms[position]
        span = atom.site.span if isinstance(atom, Bound) else atom.source.span(atom.offset(within))
        return span, chain.frames() if chain is not None else ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a manifest renders to."""

    documents: Callable[[], Iterator[RenderedDocument]]
    """Renders the documents that are not empty, each when it is asked for.

    Raises TemplateFailed where an expression on the way cannot be evaluated.
    """
