"""What leaves this machine of a room: no secret, and nothing that comparing would miss."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.comparing.compare import differences, undeclared_secrets
from provisioner.comparing.shareable import shielded, without_secrets
from provisioner.metastudio.sensitive import is_sensitive, is_url, redact_url
from provisioner.secrets import SecretText
from tests.strategies import Body, room_specs

SECRET = "hunter2-"

NAMES = st.sampled_from(
    ["room_name", "live_event_callback_config", "key", "stream_keys", "Token", "output_urls", "scene_scripts", "a"]
)
TEXTS = st.sampled_from(["", "***", "x", "0", "rtmp://h/live", "rtmp://h/live?t=***", "https://u:p@h/x"])
SCALARS = st.none() | st.booleans() | st.integers(0, 2) | TEXTS


def values(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
        max_leaves=12,
    )


BODIES = st.dictionaries(NAMES, values(SCALARS), max_size=5)
SPECS = st.dictionaries(NAMES, values(SCALARS | st.just(SecretText.of("KEY"))), max_size=5)


@st.composite
def mutants(draw: st.DrawFn, body: st.SearchStrategy[Any]) -> Any:
    """A copy of plain data in which some places hold something else: what comparing is made for."""
    found = copy.deepcopy(draw(body))
    for _ in range(draw(st.integers(0, 3))):
        places = list(_containers(found))
        holder = draw(st.sampled_from(places))
        if isinstance(holder, dict) and holder:
            holder[draw(st.sampled_from(sorted(holder)))] = draw(values(SCALARS))
        elif isinstance(holder, list) and holder:
            holder[draw(st.integers(0, len(holder) - 1))] = draw(values(SCALARS))
    return found


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _containers(item)


def secrets_of(value: Any, route: tuple[str | int, ...] = ()) -> Iterator[str]:
    """The texts at sensitive places, and addresses that may not be shown whole."""
    match value:
        case dict():
            for name, item in value.items():
                yield from secrets_of(item, (*route, name))
        case list():
            for position, item in enumerate(value):
                yield from secrets_of(item, (*route, position))
        case str() if is_sensitive(route) or (is_url(route) and redact_url(value) != value):
            yield value


def assert_same(spec: Any, body: Any) -> None:
    shared = without_secrets(body)
    if shared is not None:
        assert differences(spec, shared) == differences(spec, body)
        assert undeclared_secrets(spec, shared) == undeclared_secrets(spec, body)


@given(SPECS, BODIES)
def test_any_manifest_finds_the_same_in_it(spec: Any, body: Any) -> None:
    assert_same(spec, body)


@given(st.data())
def test_manifests_that_are_close_find_the_same_in_it(data: st.DataObject) -> None:
    """The body is nearly the manifest, so that most places are equal and the few others decide."""
    spec = data.draw(SPECS | room_specs())
    body = data.draw(mutants(st.just(spec)))
    assert_same(spec, _plain(body))


@pytest.mark.parametrize(
    ("spec", "body"),
    [
        ({"a": "x"}, {"a": {"token": ["p", "q"]}}),  # shown as it was before: two masks
        ({"a": [{"token": "q"}, {"token": "p"}]}, {"a": [{"token": "p"}, {"token": "q"}]}),  # a move
        ({"live_event_callback_config": None}, {"live_event_callback_config": {"key": "p"}}),
        ({"stream_keys": None}, {"stream_keys": ["p"]}),
        ({"stream_keys": []}, {"stream_keys": [""]}),
    ],
)
def test_where_a_mask_could_show(spec: Any, body: Any) -> None:
    assert differences(spec, body) or undeclared_secrets(spec, body)
    assert_same(spec, body)


@given(st.data(), room_specs())
def test_no_secret_is_in_it(data: st.DataObject, body: Body) -> None:
    told = _with_secrets(data, body)
    shared = without_secrets(told)
    secrets = list(secrets_of(told))
    if shared is None:
        assert secrets
    else:
        assert not [text for text in secrets if text and text.encode() in pickle.dumps(shared)]
        assert without_secrets(shared) == shared


def _with_secrets(data: st.DataObject, value: Any, route: tuple[str | int, ...] = ()) -> Any:
    """A copy with a text of its own at every sensitive place, and sometimes at an address."""
    match value:
        case dict():
            return {name: _with_secrets(data, item, (*route, name)) for name, item in value.items()}
        case list():
            return [_with_secrets(data, item, (*route, position)) for position, item in enumerate(value)]
        case str() if is_sensitive(route):
            return SECRET + "-".join(map(str, route))
        case str() if is_url(route):
            return data.draw(st.sampled_from(["rtmp://h/live", f"rtmp://h/live?t={SECRET}address"]))
        case _:
            return value


def _plain(value: Any) -> Any:
    """What a service would have of it: names of secrets are its own texts."""
    match value:
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case SecretText():
            return SECRET + str(value.names)
        case _:
            return value


@pytest.mark.parametrize(
    "body",
    [
        {"stream_keys": ["abc", ""], "room_name": "x"},
        {"live_event_callback_config": {"live_event_callback_url": "https://h/x", "key": "abc"}},
        {"output_urls": ["rtmp://h/live"], "a": [{"token": ""}]},
    ],
)
def test_what_is_masked_keeps_its_shape(body: dict[str, Any]) -> None:
    shared = without_secrets(body)
    assert shared is not None
    assert bool(shared.get("stream_keys")) == bool(body.get("stream_keys"))
    assert "abc" not in str(shared)
    assert shared.keys() == body.keys()


@pytest.mark.parametrize(
    "body",
    [
        {"output_urls": ["rtmp://h/live?auth_key=abc"]},
        {"output_urls": ["rtmp://user:abc@h/live"]},
        {"live_event_callback_config": {"live_event_type_callback_url": "https://h/x?token=abc"}},
        {"live_event_callback_config": [{"key": "abc"}]},
        {"a": [{"Token": "abc"}]},
        {"stream_keys": {"abc": "x"}},
    ],
)
def test_a_secret_that_is_compared_with_others_stays_here(body: dict[str, Any]) -> None:
    assert without_secrets(body) is None


def test_an_address_that_a_manifest_takes_from_a_secret_is_told_by_its_host_alone() -> None:
    body = {
        "output_urls": ["rtmp://push.example.com:1935/app/st4eam?auth=x", "no address"],
        "live_event_callback_config": {"live_event_type_callback_url": "https://shop.example.com/p4th", "key": "k"},
        "room_name": "https://a.example.com/b",
    }
    shown = shielded(body, frozenset({"output_urls", "live_event_callback_config", "room_name"}))
    assert shown == {
        "output_urls": ["rtmp://push.example.com:1935/***", "***"],
        "live_event_callback_config": {"live_event_type_callback_url": "https://shop.example.com/***", "key": "k"},
        "room_name": "https://a.example.com/b",
    }
    assert shielded(body, frozenset()) == body
