"""What rules of advice look at: a room with its scenes and interaction rules in place. Values only, pure.

Everything in it has passed the API's own models, so fields that are there have their types.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from provisioner.yaml_source import Route

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A scene or an interaction rule, and the route at which a manifest says it.

    `shared`: a Script or a RuleSet says it, and the route is that of the reference to it.
    """

    route: Route
    body: dict[str, Any]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Canvas:
    """What layers stand on, in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


LANDSCAPE, PORTRAIT = Canvas(1920, 1080), Canvas(1080, 1920)
EITHER = (LANDSCAPE, PORTRAIT)
NEAREST = 1080
"""What begins nearer than this to the upper left corner begins on either canvas, both ways."""


@dataclass(frozen=True, slots=True)
class WholeRoom:
    """A room with everything in place. `start` is the body of the call that puts it on air."""

    spec: Body
    start: Body
    scenes: Sequence[Part]
    rules: Sequence[Part]

    @property
    def canvases(self) -> tuple[Canvas, ...]:
        """The canvas, or both where nothing tells which."""
        return canvases(self.spec, self.start)

    @property
    def video(self) -> tuple[Route, Body] | None:
        """How the picture goes out, and where that is said: at the start, or for every broadcast."""
        for route, body in ((("live", "start"), self.start), (("spec",), self.spec)):
            video = body.get("video_config")
            if isinstance(video, dict):
                return (*route, "video_config"), video
        return None


def canvases(spec: Body, start: Body) -> tuple[Canvas, ...]:
    """The canvases that a room may have. With CROP the canvas is that of the avatar's model, which nothing here
    tells; otherwise the resolution decides (api.md, "What a room must satisfy").
    """
    written = [body["video_config"] for body in (spec, start) if isinstance(body.get("video_config"), dict)]
    if any(video.get("clip_mode") == "CROP" for video in written):
        return EITHER
    found = {_canvas(video.get("width"), video.get("height")) for video in written}
    return (found.pop() or PORTRAIT,) if len(found) == 1 and None not in found else EITHER


def _canvas(width: object, height: object) -> Canvas | None:
    if not isinstance(width, int) or not isinstance(height, int):
        return None
    return LANDSCAPE if width > height else PORTRAIT


def mappings(body: Body, field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings in a list, with their positions."""
    items = body.get(field)
    for position, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield position, item


def below(body: Body, field: str) -> dict[str, Any]:
    """The mapping in a field; an empty one where there is none."""
    found = body.get(field)
    return found if isinstance(found, dict) else _NOTHING


_NOTHING: dict[str, Any] = {}


def texts(scene: Part) -> list[tuple[int, str]]:
    """What is said in a scene, with the positions of the paragraphs. Rooms have many, so routes are made only for
    those that something is said of.
    """
    items = scene.body.get("shoot_scripts")
    return [
        (position, text)
        for position, item in enumerate(items if isinstance(items, list) else ())
        if isinstance(item, dict)
        and isinstance(config := item.get("text_config"), dict)
        and isinstance(text := config.get("text"), str)
    ]


def route_of_text(scene: Part, position: int) -> Route:
    """Where the text of a paragraph stands."""
    return (*scene.route, "shoot_scripts", position, "text_config", "text")
