"""A room's scenes before and after, in the order in which they are played: pictures, paragraphs, lengths. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from provisioner.comparing.identity import IDENTITIES, moved, pair
from provisioner.metastudio.sensitive import redact_url
from provisioner.planning.words import counted
from provisioner.reports.html.canvas import MOST_LAYERS, canvas, canvas_size, file_name
from provisioner.reports.html.pictures import Picture, pictures
from provisioner.reports.html.plain import MOST_ITEMS, below, fields, items, left_out, text, whole
from provisioner.reports.html.spoken import clock, seconds, speed_of
from provisioner.reports.word_diff import Comparisons, Pairs, Part

Item: TypeAlias = Mapping[str, Any]
_EXCERPT = 60
_VOICE = {"voice_asset_id": "voice", "speed": "speed", "pitch": "pitch", "volume": "volume"}


@dataclass(frozen=True, slots=True)
class Length:
    """Seconds of speech before and after; None where nothing is said because there is nothing."""

    before_s: float | None
    after_s: float | None

    @property
    def changed(self) -> bool:
        """Whether the two are told apart by a clock."""
        return self.before is not None and self.after is not None and self.before != self.after

    @property
    def before(self) -> str | None:
        """Before, as a clock counts."""
        return None if self.before_s is None else clock(self.before_s)

    @property
    def after(self) -> str | None:
        """After, as a clock counts."""
        return None if self.after_s is None else clock(self.after_s)

    @classmethod
    def of_all(cls, lengths: Iterable[Length]) -> Length:
        """Several together."""
        parts = tuple(lengths)
        return cls(_sum(part.before_s for part in parts), _sum(part.after_s for part in parts))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `words` are its text with what changes in it; `number` its place, from 1, after or else before.

    `mark` is `new`, `removed`, `moved`, `changed` or empty; `notes` say what differs beside the words.
    """

    number: int
    title: Pairs
    words: Pairs
    length: Length
    mark: str = ""
    notes: tuple[str, ...] = ()

    @property
    def excerpt(self) -> str:
        """How it begins."""
        words = " ".join("".join(words for part, words in self.words if part is not Part.GONE).split())
        return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"


@dataclass(frozen=True, slots=True)
class Run:
    """Paragraphs that stand together: one that changes, or several that do not."""

    paragraphs: tuple[Paragraph, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene; `mark` is `new`, `removed`, `moved`, `changed` or empty. `notes` say what else differs."""

    name: str
    mark: str
    pictures: tuple[Picture, ...]
    paragraphs: tuple[Paragraph, ...]
    length: Length
    notes: tuple[str, ...] = ()

    @property
    def looks_different(self) -> bool:
        """Whether its picture changes."""
        return any(picture.changed for picture in self.pictures)

    @property
    def changed(self) -> bool:
        """Whether anything of it changes that is drawn or said."""
        return bool(self.mark)

    @property
    def runs(self) -> Iterator[Run]:
        """Its paragraphs in playing order, unchanged ones together."""
        same: list[Paragraph] = []
        for paragraph in self.paragraphs:
            if not paragraph.mark:
                same.append(paragraph)
                continue
            if same:
                yield Run(tuple(same), changed=False)
                same = []
            yield Run((paragraph,), changed=True)
        if same:
            yield Run(tuple(same), changed=False)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A scene or a paragraph before and after; `number` is its place, from 1, where it will be or else was."""

    number: int
    before: Item | None
    after: Item | None
    is_moved: bool = False

    def mark(self, *, differs: bool) -> str:
        """What happens to it, in one word; empty for nothing."""
        if self.before is None or self.after is None:
            return "new" if self.before is None else "removed"
        return "changed" if differs else "moved" if self.is_moved else ""


def scenes(before: Any, after: Any, comparisons: Comparisons) -> tuple[Scene, ...]:
    """The scenes of a room as it will be played; a removed one stands where it was. None is for no room."""
    old, new = items(below(before, "scene_scripts")), items(below(after, "scene_scripts"))
    sizes = canvas_size(before), canvas_size(after)
    return tuple(_scene(each, sizes, comparisons) for each in _in_order(old, new, "scene_scripts"))


def _scene(pair: _Pair, sizes: tuple[tuple[int, int], tuple[int, int]], comparisons: Comparisons) -> Scene:
    """An unchanged scene is not drawn: of many rooms that is most of the work."""
    old, new = pair.before, pair.after
    drawn: tuple[Picture, ...] = ()
    if old != new or sizes[0] != sizes[1]:
        drawn = pictures(
            canvas(old, sizes[0]) if old is not None else None,
            canvas(new, sizes[1]) if new is not None else None,
        )
    said = tuple(_paragraphs(pair, comparisons))
    notes = tuple(_scene_notes(old, new)) if old is not None and new is not None else ()
    differs = notes or any(paragraph.mark for paragraph in said) or any(picture.changed for picture in drawn)
    return Scene(
        name=text(fields(new if new is not None else old).get("script_name")) or "(scene without a name)",
        mark=pair.mark(differs=bool(differs)),
        pictures=drawn,
        paragraphs=said,
        length=Length.of_all(each.length for each in said),
        notes=(*notes, *_left_out(old, new)),
    )


def _left_out(*scenes: Item | None) -> Iterator[str]:
    """What of a scene is not shown, because it has too much of it."""
    for field, noun, most in (("shoot_scripts", "paragraph", MOST_ITEMS), ("layer_config", "layer", MOST_LAYERS)):
        if more := max(left_out(below(scene, field), most) for scene in scenes):
            yield f"{counted(more, f'further {noun}')} not shown"


def _paragraphs(scene: _Pair, comparisons: Comparisons) -> Iterator[Paragraph]:
    left, right = (items(below(each, "shoot_scripts")) for each in (scene.before, scene.after))
    speeds = speed_of(scene.before), speed_of(scene.after)
    for each in _in_order(left, right, "shoot_scripts"):
        before, after = each.before, each.after
        notes = tuple(_paragraph_notes(before, after)) if before is not None and after is not None else ()
        title = _compared(_title(before), _title(after), comparisons)
        words = _compared(_words(before), _words(after), comparisons)
        differs = bool(notes) or any(part is not Part.KEPT for part, _ in (*title, *words))
        length = Length(_length(before, speeds[0]), _length(after, speeds[1]))
        yield Paragraph(each.number, title, words, length, each.mark(differs=differs), notes)


def _length(item: Item | None, speed: float) -> float | None:
    return None if item is None else seconds(text(below(item, "text_config", "text")), speed)


def _compared(before: str | None, after: str | None, comparisons: Comparisons) -> Pairs:
    """What comes alone is not marked word by word: the whole of it is new, and so is what goes."""
    if before is None or after is None or before == after:
        words = after if after is not None else before
        return ((Part.KEPT, words),) if words else ()
    return comparisons.stretches(before, after)


def _in_order(old: tuple[Item, ...], new: tuple[Item, ...], kind: str) -> Iterator[_Pair]:
    """Items in playing order; what is removed follows what stood before it."""
    if old == new:
        yield from (_Pair(place, item, item) for place, item in enumerate(new, 1))
        return
    pairing = pair([_known(item) for item in new], [_known(item) for item in old], IDENTITIES[kind])
    elsewhere = moved(pairing)
    gone = _runs_of_gone({there for _, there in pairing.both()}, len(old))
    yield from (_Pair(place + 1, old[place], None) for place in gone.get(-1, ()))
    for here, there in pairing.pairs:
        if here is None:
            continue
        yield _Pair(here + 1, old[there] if there is not None else None, new[here], here in elsewhere)
        if there is not None:
            yield from (_Pair(place + 1, old[place], None) for place in gone.get(there, ()))


def _runs_of_gone(taken: set[int], count: int) -> dict[int, list[int]]:
    """Places that have no partner, by the last place before them that has one; -1 where there is none."""
    found: dict[int, list[int]] = {}
    last = -1
    for place in range(count):
        if place in taken:
            last = place
        else:
            found.setdefault(last, []).append(place)
    return found


def _known(item: Item) -> Item:
    """A scene or paragraph by what it is known by, each a text or a number."""
    return {
        "script_name": text(item.get("script_name")),
        "script_id": text(item.get("script_id")),
        "sequence_no": whole(item.get("sequence_no")),
        "title": text(item.get("title")),
        "said": _said(item),
    }


def _title(item: Item | None) -> str | None:
    return None if item is None else text(item.get("title"))


def _words(item: Item | None) -> str | None:
    return None if item is None else _said(item)


def _said(item: Item) -> str:
    """What is said, or the name of the recording that is played."""
    spoken = text(below(item, "text_config", "text"))
    if spoken:
        return spoken
    recording = file_name(redact_url(text(below(item, "audio_config", "audio_url"))))
    name = text(below(item, "audio_config", "asset_id")) or recording
    return f"(recording {name})" if name else ""


def _paragraph_notes(before: Item, after: Item) -> Iterator[str]:
    old, new = (text(below(item, "relation_product", "product_title")) for item in (before, after))
    if old != new:
        yield f"product {new or 'none'} instead of {old or 'none'}"


def _scene_notes(before: Item, after: Item) -> Iterator[str]:
    old, new = text(before.get("script_name")), text(after.get("script_name"))
    if old != new:
        yield f"was called {old}"
    for name, label in _VOICE.items():
        was, will = (text(below(scene, "voice_config", name)) for scene in (before, after))
        if was != will:
            yield f"{label} {will or 'not set'} instead of {was or 'not set'}"


def _sum(lengths: Iterable[float | None]) -> float | None:
    known = [length for length in lengths if length is not None]
    return sum(known) if known else None
