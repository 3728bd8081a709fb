"""A scene's canvas before and after: what changes in it, layer by layer, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from provisioner.comparing.identity import IDENTITIES, pair
from provisioner.reports.html.canvas import MOST_MOMENTS, Box, Canvas, Layer, Words, short


@dataclass(frozen=True, slots=True)
class LayerChange:
    """What happens to one layer: None where it is not there. `words` say what differs, empty for nothing."""

    before: Layer | None
    after: Layer | None
    words: tuple[str, ...] = ()

    @property
    def layer(self) -> Layer:
        """The layer as it will be, or as it was."""
        layer = self.after or self.before
        assert layer is not None  # noqa: S101 - a pair has at least one
        return layer


@dataclass(frozen=True, slots=True)
class Picture:
    """A scene's picture before and after, during one paragraph (`moment`) or all the time."""

    before: Canvas | None
    after: Canvas | None
    changes: tuple[LayerChange, ...]
    background: tuple[str, ...]
    moment: int | None = None

    @property
    def changed(self) -> bool:
        """Whether the two look different."""
        return self.before != self.after

    @property
    def outlined(self) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
        """Where something changes: on the picture before, and on the one after."""
        marked = [change for change in self.changes if change.words]
        return (
            tuple(change.before.box for change in marked if change.before),
            tuple(change.after.box for change in marked if change.after),
        )


def pictures(before: Canvas | None, after: Canvas | None) -> tuple[Picture, ...]:
    """The picture all the time first, then those of paragraphs whose own layers differ.

    None of a scene in which there is nothing to be seen.
    """
    if all(drawn is None or drawn.is_empty for drawn in (before, after)):
        return ()
    moments = sorted({moment for drawn in (before, after) if drawn for moment in drawn.moments})
    made = [_picture(before, after, moment) for moment in (None, *moments[:MOST_MOMENTS])]
    return (made[0], *(each for each in made[1:] if any(change.words for change in each.changes)))


def _picture(before: Canvas | None, after: Canvas | None, moment: int | None) -> Picture:
    old, new = (drawn.at(moment) if drawn else None for drawn in (before, after))
    whole_pile = moment is None
    changes = [
        change
        for change in _layer_changes(old.layers if old else (), new.layers if new else ())
        if whole_pile or change.layer.moment is not None
    ]
    return Picture(old, new, tuple(changes), _background_words(old, new), moment)


def _layer_changes(before: tuple[Layer, ...], after: tuple[Layer, ...]) -> Iterable[LayerChange]:
    """Layers paired as plans pair them, but a film is never the same layer as a picture; from the bottom to the top."""
    found = pair([_known(layer) for layer in after], [_known(layer) for layer in before], IDENTITIES["layer_config"])
    for new, old in found.pairs:
        left = before[old] if old is not None else None
        right = after[new] if new is not None else None
        if left is not None and right is not None and left.sign is not right.sign:
            yield LayerChange(left, None, ("removed",))
            left = None
        yield LayerChange(left, right, tuple(_differences(left, right)))


def _known(layer: Layer) -> Mapping[str, Any]:
    """A layer by what it is known by; the sign and the place of two that are alike."""
    return {
        "group_id": layer.group,
        "asset_id": layer.source,
        "layer_type": layer.sign.value,
        "position": {"layer_index": layer.index},
        "box": repr(layer.box),
        "words": repr(layer.words),
    }


def _differences(before: Layer | None, after: Layer | None) -> Iterable[str]:
    if before is None or after is None:
        yield "new" if before is None else "removed"
        return
    old, new = before.box, after.box
    if (old.x, old.y) != (new.x, new.y):
        yield f"moved from {old.x:g}, {old.y:g} to {new.x:g}, {new.y:g}"
    if (old.width, old.height) != (new.width, new.height):
        yield f"resized from {old.width:g}×{old.height:g} to {new.width:g}×{new.height:g}"
    if old.angle != new.angle:
        yield f"turned from {old.angle:g}° to {new.angle:g}°"
    if before.index != after.index:
        yield f"from place {before.index:g} to {after.index:g} in the pile"
    if before.source != after.source:
        yield f"shows {after.name} instead of {before.name}"
    if before.words and after.words:
        yield from _word_differences(before.words, after.words)


def _word_differences(before: Words, after: Words) -> Iterable[str]:
    old, new = ("".join(words.lines) for words in (before, after))
    if old != new:
        yield f"says “{short(new)}” instead of “{short(old)}”"
    if before.size != after.size:
        yield f"font size {before.size:g} → {after.size:g}"
    if before.color != after.color:
        yield f"colour {before.color} → {after.color}"
    if before.weight != after.weight:
        yield "another font"


def _background_words(before: Canvas | None, after: Canvas | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    words = []
    if (before.width, before.height) != (after.width, after.height):
        words.append(f"the picture turns from {before.width}×{before.height} to {after.width}×{after.height}")
    if before.person != after.person:
        words.append(f"person {after.person or 'not set'} instead of {before.person or 'not set'}")
    old, new = before.background, after.background
    if (old.kind, old.source) != (new.kind, new.source):
        words.append(f"background {new.name} instead of {old.name}")
    elif old.box != new.box:
        words.append("background picture lies elsewhere")
    return tuple(words)
