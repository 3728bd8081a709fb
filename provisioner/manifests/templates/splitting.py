"""Pieces → documents. Pure.

Documents are told apart at lines that start with `---` or `...` in the structure. A value stands in the text as a
placeholder, so none can make such a line. Placeholders are numbered from 0 in each document, so that rooms from one
template have one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from provisioner.diagnostics import Diagnostic
from provisioner.manifests.templates.errors import TemplateFailed
from provisioner.manifests.templates.pieces import Bound, Literal, Nested, Piece
from provisioner.manifests.templates.placeholders import CLOSE, OPEN, placeholder
from provisioner.manifests.templates.rendered import Atom, Chain, RenderedDocument
from provisioner.rooms import Value

MAX_DOCUMENT = 8_000_000
"""Characters of one document."""
MAX_ATOMS = 500_000
"""Texts and values of one document."""

_LONGEST_RUN = 4_096
_MOST_SHAPES = 64

_SEPARATOR = re.compile(r"(?:\A|(?<=\n))(?:---|\.\.\.)(?=[ \t\n]|\Z)")
_UNDECIDED = frozenset({"-", "--", "---", ".", "..", "..."})
_EMPTY = re.compile(r"(?:---[ \t]*+)?(?:\s++|#[^\n]*+)*+")
_DIRECTIVES = re.compile(r"(?:\s++|[#%][^\n]*+)*+")


def documents(pieces: Iterable[Piece]) -> Iterator[RenderedDocument]:
    """The documents that are not empty, each as soon as it is complete. Raises TemplateFailed for a huge one."""
    gathering = _Gathering()
    for _ in gathering.take(pieces):
        yield from gathering.separate(final=False)
    if gathering.undecided is not None:
        yield from gathering.separate(final=True)
    yield from gathering.unless_empty()


class _Gathering:
    """The document that is being put together."""

    def __init__(self) -> None:
        self.undecided: int | None = None
        """The atom from which on the text is or is not a separator, which only what follows can tell."""
        self._known: dict[tuple[int | Literal | None, ...], tuple[list[str], int]] = {}
        self._begin([], [], [])

    def take(self, pieces: Iterable[Piece]) -> Iterator[None]:
        """Adds the pieces, with a stop after every literal text that may hold a separator or decide about one.

        A room has hundreds of pieces, and this is most of what rendering one takes, so they are added in runs.
        """
        stack: list[tuple[Iterator[Piece], Chain | None]] = [(iter(pieces), None)]
        run: list[Atom] = []
        while stack:
            open_pieces, chain = stack[-1]
            for piece in open_pieces:
                if isinstance(piece, Bound):
                    run.append(piece)
                    self.undecided = None  # no line with a value in it is a separator
                    stops = False
                elif isinstance(piece, Literal):
                    run.append(piece)
                    stops = piece.may_separate or self.undecided is not None
                else:
                    run = self._add(run)
                    inner = Chain(piece.site, chain) if isinstance(piece, Nested) else chain
                    stack.append((iter(piece.pieces), inner))
                    self._chains.append((len(self.atoms), inner))
                    break
                if stops or len(run) == _LONGEST_RUN:
                    run = self._add(run)
                    if stops:
                        yield
            else:
                run = self._add(run)
                stack.pop()
                self._chains.append((len(self.atoms), stack[-1][1] if stack else None))

    def _add(self, run: list[Atom]) -> list[Atom]:
        """Adds atoms; returns an empty run."""
        if run:
            texts, length = self._texts_of(run)
            self.atoms += run
            self._texts += texts
            self._values += [atom.value for atom in run if isinstance(atom, Bound)]
            self._length += length
            if self._length > MAX_DOCUMENT or len(self.atoms) > MAX_ATOMS:
                self._refuse()
        return []

    def _texts_of(self, run: list[Atom]) -> tuple[list[str], int]:
        """The texts of atoms, and their length. Rooms of one template have the same, so they are made once."""
        first = len(self._values)
        shape = (first, *[None if isinstance(atom, Bound) else atom for atom in run])
        known = self._known.get(shape)
        if known is None:
            numbers = count(first)
            texts = [placeholder(next(numbers)) if isinstance(atom, Bound) else atom.text for atom in run]
            known = (texts, sum(map(len, texts)))
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            self._known[shape] = known
        return known

    def separate(self, *, final: bool) -> Iterator[RenderedDocument]:
        """The documents that end at separators in what came last. `final`: nothing follows it."""
        start = len(self.atoms) - 1 if self.undecided is None else self.undecided
        run = "".join(self._texts[start:])
        at_line_start = start == 0 or self._texts[start - 1].endswith("\n")
        gone = 0
        for match in _SEPARATOR.finditer(run):
            if match.start() == 0 and not at_line_start:
                continue
            if match.end() == len(run) and not final:
                break
            index, within = self._atom_at(start, match.start() - gone)
            if match.group() == "---" and self._holds_directives(index, within):
                continue
            yield from self._cut(index, within)
            start, gone = 0, match.start()
            if match.group() == "...":
                self._drop(3)
                gone += 3
        line = run[run.rfind("\n") + 1 :]
        decided = line not in _UNDECIDED or ("\n" not in run and not at_line_start)
        self.undecided = None if decided else start

    def unless_empty(self) -> Iterator[RenderedDocument]:
        """The document, if there is anything in it but comments."""
        document = self.document()
        if "\\" in document.text:
            _refuse_escapes(document)
        if _EMPTY.fullmatch(document.text) is None:
            yield document

    def document(self) -> RenderedDocument:
        """The document as far as it goes."""
        return RenderedDocument("".join(self._texts), self._values, self.atoms, self._chains)

    def _begin(self, atoms: list[Atom], texts: list[str], chains: list[tuple[int, Chain | None]]) -> None:
        self.atoms, self._texts, self._chains = atoms, texts, chains
        self._values: list[Value] = []
        self._length = sum(map(len, texts))

    def _refuse(self) -> None:
        message = f"this makes a document of more than {MAX_DOCUMENT:,} characters or {MAX_ATOMS:,} values; split it"
        last = len(self.atoms) - 1
        span, trace = self.document().origin(last)
        raise TemplateFailed((Diagnostic.error("template-limit", message, span, trace),))

    def _atom_at(self, start: int, offset: int) -> tuple[int, int]:
        """The atom, and the place in it, that is `offset` characters after the start of atom number `start`."""
        index = start
        while offset >= len(self._texts[index]):
            offset -= len(self._texts[index])
            index += 1
        return index, offset

    def _holds_directives(self, index: int, within: int) -> bool:
        """Whether only lines such as `%YAML 1.2` stand before a place; they belong to what follows."""
        if self._values or not any("%" in text for text in self._texts[: index + 1]):
            return False
        text = "".join((*self._texts[:index], self._texts[index][:within]))
        return _DIRECTIVES.fullmatch(text) is not None and _EMPTY.fullmatch(text) is None

    def _cut(self, index: int, within: int) -> Iterator[RenderedDocument]:
        """Ends the document in the atom at `index`. From there on all atoms are literal."""
        rest = self.atoms[index:]
        first = rest[0]
        chain = next((chain for start, chain in reversed(self._chains) if start <= index), None)
        chains = [(0, chain), *((start - index, chain) for start, chain in self._chains if start > index)]
        del self.atoms[index:], self._texts[index:]
        if within and isinstance(first, Literal):
            before, rest[0] = first.cut(within)
            self.atoms.append(before)
            self._texts.append(before.text)
        yield from self.unless_empty()
        self._begin(rest, [atom.text for atom in rest if isinstance(atom, Literal)], chains)

    def _drop(self, count: int) -> None:
        """Takes characters away at the start of the document, which is literal."""
        while count:
            first = self.atoms[0]
            if isinstance(first, Literal) and count < len(first.text):
                self.atoms[0] = first.cut(count)[1]
                self._texts[0] = self._texts[0][count:]
                return
            count -= len(self._texts[0])
            del self.atoms[0], self._texts[0]
            self._chains = [(max(start - 1, 0), chain) for start, chain in self._chains]


def _refuse_escapes(document: RenderedDocument) -> None:
    """Refuses what YAML would read as a placeholder that nobody put there."""
    escape = _ESCAPE.search(document.text)
    if escape is None:
        return
    before = document.text[: escape.start()]
    span, trace = document.locate(before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = "this escape stands for a private-use character that is kept for placeholders; remove it"
    raise TemplateFailed((Diagnostic.error("reserved-character", message, span, trace),))


_ESCAPE = re.compile("|".join(rf"\\(?:u|U0000){ord(character):04x}" for character in (OPEN, CLOSE)), re.IGNORECASE)
