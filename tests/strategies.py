"""Hypothesis strategies for the API's request bodies, derived from the models.

A field that is added to a model is generated without a change here: its type, range, length and choices are
read from its annotation. Only what no annotation says stands below: what text of a given name looks like
(`_BY_NAME`), and rules between fields (`_REFINEMENTS`).
"""

from __future__ import annotations

import base64
import types
from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, Union, cast, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from provisioner.metastudio import models
from provisioner.metastudio.models.base import INT32_MAX, Base64Text

Body: TypeAlias = dict[str, Any]
Text: TypeAlias = Callable[[int, int], SearchStrategy[str]]
"""Given the least and the greatest length, the strategy for free text."""

SERVICE_DECIDES = frozenset({"script_id", "rule_index", "view_mode"})
"""Optional fields that the service fills in whatever was written; generated only where they are asked for."""

_LONGEST_TEXT = 48
_MOST_ITEMS = 3

# fmt: off
_FRAGMENTS = (
    "", " ", "  ", "\n", "\n\n", "\t", "\n  ", ": ", ":", " #", "# x", "'", "''", '"', '\\"', "\\", "\\n", "`",
    "```", "- ", "---", "\n---\n", "...", "? ", "|", ">", "|-\n  x", "&a ", "*a", "!!str ", "%YAML 1.2", "<<: ",
    "!!python/object:os.system ", "[", "]", "{", "}", "[]", "{}", ", ", "@", "=", "~", "null", "no", "yes", "on",
    "true", "0x1F", "00123", "12:30:45", "1e3", "1_000", ".inf", ".nan", "2026-11-21", "-1", "+1", "0.10", "0o17",
    "{{", "}}", "{{ values.x }}", "{% raw %}", "{%- if x -%}", "{# gone #}", "{{ 7*7 }}", "${HOME}", "%(x)s", "%s",
    "\\u0000", "</script>", "<img src=x onerror=alert(1)>", "&amp;", "|a|b|", "@org/team", "closes #1",
    "::add-mask::", "##[error]", "%0A::set-output", "\u2028", "\u200b", "\u202e", "\ufeff", "é", "e\u0301",
    "直播间", "，", "🛍️", "👩‍👩‍👧", "𝔘", "ß", "İ",
)
# fmt: on
"""Text with a meaning to YAML, Jinja, shells, logs, Markdown or HTML, or that is easily mangled."""

_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"), include_characters="\n\t")


def hostile_text(min_size: int = 0, max_size: int = _LONGEST_TEXT) -> SearchStrategy[str]:
    """Text that breaks whatever handles it carelessly.

    It has no surrogates, no control characters but tab and newline, and none of the private-use characters that
    the tool refuses, so YAML and JSON can carry it.
    """
    pieces = st.lists(st.sampled_from(_FRAGMENTS) | st.text(_CHARACTERS, max_size=4), min_size=1, max_size=6).map(
        "".join
    )
    return pieces.map(lambda text: text[:max_size].ljust(min_size, "x"))


def plain_text(min_size: int = 0, max_size: int = _LONGEST_TEXT) -> SearchStrategy[str]:
    """Text as people write it: letters of several scripts, punctuation, no line breaks."""
    return st.text("abcXYZ 0123456789.,!?:'-äé直播间你好，。🎉", min_size=min_size, max_size=max_size)


def any_text(min_size: int = 0, max_size: int = _LONGEST_TEXT) -> SearchStrategy[str]:
    """Plain and hostile text."""
    return plain_text(min_size, max_size) | hostile_text(min_size, max_size)


def room_specs(*, text: Text = any_text, service_decided: bool = False) -> SearchStrategy[Body]:
    """Valid bodies of the create call as plain data, without nulls.

    Scripts and rules have names of their own, `enabled_scenes` names scenes of the room, paragraphs are numbered
    in order or not at all. `service_decided` adds the fields that the service overrules.
    """
    return request_bodies(models.CreateSmartLiveRoomReq, text=text, service_decided=service_decided)


def start_bodies(*, text: Text = any_text, service_decided: bool = False) -> SearchStrategy[Body]:
    """Valid bodies of the start call."""
    return request_bodies(models.StartSmartLiveReq, text=text, service_decided=service_decided)


@cache
def request_bodies(
    model: type[BaseModel], *, text: Text = any_text, service_decided: bool = False
) -> SearchStrategy[Body]:
    """Valid bodies for any request model."""
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        if name in SERVICE_DECIDES and not service_decided:
            continue
        values = _values(name, field.annotation, tuple(field.metadata), text, service_decided)
        (required if field.is_required() else optional)[name] = values
    return _bodies(model, required, optional)


@st.composite
def _bodies(
    draw: st.DrawFn,
    model: type[BaseModel],
    required: dict[str, SearchStrategy[Any]],
    optional: dict[str, SearchStrategy[Any]],
) -> Body:
    body = {name: draw(values) for name, values in required.items()}
    body |= {name: draw(values) for name, values in optional.items() if draw(st.booleans())}
    if refine := _REFINEMENTS.get(model):
        refine(draw, body)
    return body


def _values(
    name: str, annotation: Any, metadata: tuple[Any, ...], text: Text, service_decided: bool
) -> SearchStrategy[Any]:
    if annotation == Base64Text:
        return text(0, 60).map(lambda plain: base64.b64encode(plain.encode()).decode())
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = tuple(_constraints(arguments[1:]))
        return _values(name, arguments[0], (*inner, *metadata), text, service_decided)
    if origin in (Union, types.UnionType):
        choices = [argument for argument in arguments if argument is not types.NoneType]
        return st.one_of([_values(name, choice, metadata, text, service_decided) for choice in choices])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is list:
        low, high = _lengths(metadata, _MOST_ITEMS)
        items = _values(name, arguments[0], (), text, service_decided)
        return st.lists(items, min_size=low, max_size=high)
    if origin is dict:
        return st.dictionaries(plain_text(1, 8), text(0, 8), max_size=2)
    if annotation is Any:
        return text(0, 8)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return request_bodies(annotation, text=text, service_decided=service_decided)
    return _scalars(name, annotation, metadata, text)


def _scalars(name: str, annotation: Any, metadata: tuple[Any, ...], text: Text) -> SearchStrategy[Any]:
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        low, high = _range(metadata, -INT32_MAX - 1, INT32_MAX)
        return st.integers(low, high) | st.integers(max(low, -2000), min(high, max(low, 4000)))
    if annotation is float:
        low, high = _range(metadata, -1000, 1000)
        return st.integers(low * 100, high * 100).map(lambda hundredths: hundredths / 100)
    if annotation is str:
        if (known := _text_by_name(name)) is not None:
            return known
        return text(*_lengths(metadata, _LONGEST_TEXT))
    message = f"no strategy for {name}: {annotation!r}; teach tests/strategies.py its type"
    raise TypeError(message)


def _constraints(metadata: tuple[Any, ...]) -> Iterator[Any]:
    for entry in metadata:
        if isinstance(entry, FieldInfo):
            yield from entry.metadata
        else:
            yield entry


def _range(metadata: tuple[Any, ...], least: int, most: int) -> tuple[int, int]:
    lows = [cast("int", entry.ge) for entry in metadata if isinstance(entry, Ge)]
    highs = [cast("int", entry.le) for entry in metadata if isinstance(entry, Le)]
    return max([least, *lows]), min([most, *highs])


def _lengths(metadata: tuple[Any, ...], most: int) -> tuple[int, int]:
    lows = [entry.min_length for entry in metadata if isinstance(entry, MinLen)]
    highs = [entry.max_length for entry in metadata if isinstance(entry, MaxLen)]
    low = max([0, *lows])
    return low, max(low, min([most, *highs]))


_IDS = st.text("0123456789abcdef", min_size=8, max_size=32)
_WEB = st.builds(
    "https://{}.example.com/{}{}".format,
    st.sampled_from(("a", "cdn", "xn--fiq228c")),
    st.text("abz09-_.~%2F", max_size=12),
    st.sampled_from(("", "?token=s3cret", "?a=1&b=%20", "#part")),
)
_PUSH = st.builds("rtmp://{}.example.com/live/{}".format, st.sampled_from(("push", "p2")), _IDS)
_COLORS = st.text("0123456789ABCDEF", min_size=6, max_size=6).map("#{}".format)

_BY_NAME: dict[str, SearchStrategy[str]] = {
    "output_urls": _PUSH,
    "background_config": _WEB | _IDS,
    "frame_rate": st.just("25"),
    "expire_time": st.sampled_from(("", "2027-01-10T08:43:17Z", "2031-12-31T23:59:59Z")),
    "background_color_config": _COLORS,
}


def _text_by_name(name: str) -> SearchStrategy[str] | None:
    """What text with a meaning looks like; None for free text."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.endswith(("_id", "_ids")):
        return _IDS
    if name.endswith("_url"):
        return _WEB
    return _COLORS if name.endswith("_color") else None


def _refine_background(draw: st.DrawFn, body: Body) -> None:
    if body["background_type"] == "IMAGE" and not body.get("background_asset_id"):
        body.setdefault("background_config", draw(_WEB))
    if body["background_type"] == "COLOR":
        body.setdefault("background_color_config", draw(_COLORS))


def _refine_background_image(draw: st.DrawFn, body: Body) -> None:
    """Covers both canvases, since only the room knows which one is meant."""
    over = st.integers(0, 2000)
    body["dx"], body["dy"] = -draw(over), -draw(over)
    body["width"] = 1920 - body["dx"] + draw(over)
    body["height"] = 1920 - body["dy"] + draw(over)


def _refine_layer(draw: st.DrawFn, body: Body) -> None:
    if body["layer_type"] == "VIDEO":
        body.pop("rotation", None)


def _refine_trigger(draw: st.DrawFn, body: Body) -> None:
    if body.get("reply_mode") == "INTELLIGENT_REPLY":
        body.setdefault("robot_id", draw(_IDS))


def _refine_video(draw: st.DrawFn, body: Body) -> None:
    if body.get("clip_mode") != "CROP":
        body["width"], body["height"] = draw(st.sampled_from(sorted(models.RESOLUTIONS)))


def _refine_scene(draw: st.DrawFn, body: Body) -> None:
    paragraphs = body["shoot_scripts"]
    numbered = draw(st.booleans())
    for number, paragraph in enumerate(paragraphs, 1):
        paragraph.pop("sequence_no", None)
        if numbered:
            paragraph["sequence_no"] = number
    for layer in body.get("layer_config", []):
        if layer.pop("sequence_no", None) is not None and numbered and paragraphs:
            layer["sequence_no"] = draw(st.integers(1, len(paragraphs)))


def _refine_room(draw: st.DrawFn, body: Body) -> None:
    scenes = body.get("scene_scripts", [])
    rules = body.get("interaction_rules", [])
    _make_unique(scenes, "script_name")
    _make_unique(rules, "rule_name")
    names = [scene["script_name"] for scene in scenes]
    for rule in rules:
        if rule.pop("enabled_scenes", None) is not None and names:
            rule["enabled_scenes"] = draw(st.lists(st.sampled_from(names), unique=True))


def _make_unique(items: list[Body], name: str) -> None:
    seen: set[str] = set()
    for number, item in enumerate(items):
        if name in item:
            if item[name] in seen:
                item[name] += f" ({number})"
            seen.add(item[name])


_REFINEMENTS: dict[type[BaseModel], Callable[[st.DrawFn, Body], None]] = {
    models.BackgroundConfigInfo: _refine_background,
    models.BackgroundImageConfig: _refine_background_image,
    models.LayerConfig: _refine_layer,
    models.TriggerProcess: _refine_trigger,
    models.VideoConfig: _refine_video,
    models.LiveVideoScriptInfo: _refine_scene,
    models.CreateSmartLiveRoomReq: _refine_room,
}
