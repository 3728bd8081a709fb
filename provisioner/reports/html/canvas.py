"""A scene → its canvas: a background and layers with their places, as values that a template draws. Pure.

The canvas measures 1920×1080 or 1080×1920 whatever the output's resolution (`metastudio.models.layers`). Pictures and
films are not fetched: each is drawn as a sign of its own, in a colour that follows from what is shown, so that
another picture looks different.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from zlib import crc32

from provisioner.metastudio.sensitive import redact_url
from provisioner.reports.html.plain import below, fields, items, number, text, whole

LANDSCAPE = (1920, 1080)
PORTRAIT = (1080, 1920)
MOST_LAYERS = 60
"""Layers of one scene that are drawn."""
MOST_MOMENTS = 6
"""Paragraphs with layers of their own for which a scene is drawn once more."""
_LONGEST_LABEL = 40
_LONGEST_WORDS = 400
_COLOR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\Z")
_WEIGHTS = {"HarmonyOS_Sans_SC_Black": 800, "HarmonyOS_Sans_SC_Thin": 300}
_WIDE = 0x2E80
"""The first character that is as wide as it is high."""


class Sign(StrEnum):
    """What a layer shows."""

    HUMAN = "person"
    IMAGE = "picture"
    VIDEO = "film"
    TEXT = "words"
    OTHER = "layer"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the canvas, in its pixels, turned round its centre by degrees."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def turn(self) -> str:
        """As SVG turns it; empty where it stands upright."""
        x, y = self.middle
        return f"rotate({self.angle:g} {x:g} {y:g})" if self.angle else ""


@dataclass(frozen=True, slots=True)
class Words:
    """The text of a layer: its lines as they fit its width, and how they look. `size` is in canvas pixels."""

    lines: tuple[str, ...]
    size: float
    color: str
    weight: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer. `name` is its group, asset or file; `hue` a colour that follows from it, in degrees.

    `index` is its place in the pile as it is written; `moment` the paragraph during which it is shown, None for all.
    """

    sign: Sign
    name: str
    box: Box
    index: float = 0
    hue: int = 0
    words: Words | None = None
    moment: int | None = None
    group: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Background:
    """What is behind: a colour, or a picture at `box`, which is what `name` says; without a `kind`, nothing."""

    kind: str
    name: str
    color: str | None = None
    hue: int = 0
    box: Box | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture, its layers from the bottom to the top. `person` is who stands in it, by asset."""

    width: int
    height: int
    background: Background
    layers: tuple[Layer, ...]
    person: str = ""

    def at(self, moment: int | None) -> Canvas:
        """The picture during a paragraph; None is without layers of any one paragraph."""
        return replace(self, layers=tuple(layer for layer in self.layers if layer.moment in (None, moment)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not self.layers and not self.background.kind

    @property
    def moments(self) -> tuple[int, ...]:
        """The paragraphs that have layers of their own."""
        return tuple(sorted({layer.moment for layer in self.layers if layer.moment is not None}))[:MOST_MOMENTS]


def canvas_size(room: Any) -> tuple[int, int]:
    """Landscape or portrait, by the output's resolution, or by `view_mode`, which is portrait where nothing is said."""
    width, height = (number(below(room, "video_config", side), 0) for side in ("width", "height"))
    if width > 0 and height > 0:
        return LANDSCAPE if width > height else PORTRAIT
    return LANDSCAPE if below(room, "view_mode") == "LANDSCAPE" else PORTRAIT


def canvas(scene: Any, size: tuple[int, int]) -> Canvas:
    """The picture of a scene on a canvas of this size."""
    drawn = [_layer(layer, size) for layer in items(below(scene, "layer_config"))[:MOST_LAYERS]]
    person = short(text(below(scene, "model_asset_id")))
    return Canvas(*size, _background(scene, size), tuple(sorted(drawn, key=lambda layer: layer.index)), person)


def _layer(layer: Mapping[str, Any], size: tuple[int, int]) -> Layer:
    sign = Sign.__members__.get(text(layer.get("layer_type")), Sign.OTHER)
    box = _box(layer, sign, size)
    source = _source(layer, sign)
    return Layer(
        sign=sign,
        name=short(file_name(source)) or sign.value,
        box=box,
        index=number(below(layer, "position", "layer_index"), 0),
        hue=_hue(source),
        words=_words(fields(layer.get("text_config")), box.width) if sign is Sign.TEXT else None,
        moment=whole(layer.get("sequence_no")),
        group=text(layer.get("group_id")),
        source=source,
    )


def _source(layer: Mapping[str, Any], sign: Sign) -> str:
    """The asset of a layer, or the address of what it shows."""
    addresses = {Sign.IMAGE: ("image_config", "image_url"), Sign.VIDEO: ("video_config", "video_url")}
    address = text(below(layer, *addresses[sign])) if sign in addresses else ""
    return text(layer.get("asset_id")) or redact_url(address)


def _box(layer: Mapping[str, Any], sign: Sign, size: tuple[int, int]) -> Box:
    x, y = (number(below(layer, "position", name), 0) for name in ("dx", "dy"))
    usual = {Sign.HUMAN: size, Sign.TEXT: (size[0] - x, 160)}.get(sign, (400, 300))
    width = number(below(layer, "size", "width"), usual[0])
    height = number(below(layer, "size", "height"), usual[1])
    angle = 0.0 if sign is Sign.VIDEO else number(below(layer, "rotation", "angle"), 0) % 360
    return Box(x, y, max(width, 0), max(height, 0), angle)


def _words(config: Mapping[str, Any], width: float) -> Words:
    size = max(4.0, min(400.0, number(config.get("font_size"), 40)))
    color = text(config.get("font_color"))
    return Words(
        lines=tuple(_wrapped(_decoded(text(config.get("text_context"))), width / size)),
        size=size,
        color=color if _COLOR.match(color) else "#ffffff",
        weight=_WEIGHTS.get(text(config.get("font_name")), 500),
    )


def _decoded(context: str) -> str:
    """The words of a text layer, which are Base64 of UTF-8; what is neither is shown as it is written."""
    try:
        words = base64.b64decode(context + "=" * (-len(context) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        words = context
    return words[:_LONGEST_WORDS]


def _wrapped(words: str, width: float) -> Iterable[str]:
    """Lines of at most `width` em; Chinese breaks anywhere, other words where there is a space, if there is one."""
    for paragraph in words.split("\n"):
        line, used = "", 0.0
        for piece in re.findall(r"[\u2e80-\U0010ffff]|[^\s\u2e80-\U0010ffff]+|\s+", paragraph):
            wide = sum(_em(char) for char in piece)
            if line and used + wide > width:
                yield line
                line, used = "", 0.0
                if piece.isspace():
                    continue
            line, used = line + piece, used + wide
        yield line


def _em(char: str) -> float:
    """About how wide a character is."""
    if ord(char) >= _WIDE:
        return 1.0
    return 0.64 if char.isupper() else 0.28 if char == " " else 0.5


def _background(scene: Any, size: tuple[int, int]) -> Background:
    config = next(iter(items(below(scene, "background_config"))), None)
    if config is None:
        return Background("", "nothing")
    kind = text(config.get("background_type"))
    color = text(config.get("background_color_config"))
    if kind == "COLOR":
        return Background(kind, color or "no colour", color if _COLOR.match(color) else None, source=color)
    source = text(config.get("background_asset_id")) or redact_url(text(config.get("background_config")))
    place = fields(config.get("background_image_config"))
    box = Box(
        number(place.get("dx"), 0),
        number(place.get("dy"), 0),
        max(1.0, number(place.get("width"), size[0])),
        max(1.0, number(place.get("height"), size[1])),
    )
    return Background(kind, short(file_name(source)) or "no address", None, _hue(source), box, source)


def file_name(source: str) -> str:
    """The last part of an address without its query; an id as it is."""
    path = source.partition("?")[0].partition("#")[0].rstrip("/")
    return path.rpartition("/")[2] if "://" in path else path


def short(words: str) -> str:
    return words if len(words) <= _LONGEST_LABEL else f"{words[: _LONGEST_LABEL - 1]}…"


def _hue(source: str) -> int:
    return crc32(source.encode("utf-8", "replace")) % 360
