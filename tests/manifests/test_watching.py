"""The places that rules look at are found from the text alone, as if each room were looked into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.checking import with_stand_ins, with_stand_ins_at
from provisioner.comparing.compare import hidden_texts, secret_texts
from provisioner.manifests.binding import compile_document
from provisioner.manifests.folders import OnDisk
from provisioner.manifests.sources import Source
from provisioner.manifests.templates import TemplateSet
from provisioner.manifests.watching import watched
from provisioner.secrets import SecretText
from provisioner.yaml_source import parse_documents
from tests.strategies import Body, room_specs

NAMES = ("room_name", "output_urls", "stream_keys", "key", "live_event_callback_config", "image_url", "scene_scripts")
WRITTEN = st.sampled_from(
    ["plain", '"rtmp://a/b?c=d"', "7", "~", "{{ values.text }}", "'{{ values.address }}'", "{{ values.none }}"]
)
SECRETS = st.sampled_from(['{{ secret("A") }}', "'x-{{ secret(\"B\") }}-{{ values.text }}'"])
RARE = st.sampled_from(["{{ values.list }}", "{{ values.mapping }}"])
VALUES: dict[str, Any] = {
    "text": "hello",
    "address": "https://user:pass@example.com/?a=b",
    "none": None,
    "list": ["a", None],
    "mapping": {"key": "x"},
}


def flow(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(children, max_size=3).map(lambda items: f"[{', '.join(items)}]")
    fields = st.dictionaries(st.sampled_from(NAMES), children, max_size=4)
    return lists | fields.map(lambda found: "{" + ", ".join(f"{name}: {item}" for name, item in found.items()) + "}")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.recursive(WRITTEN | SECRETS | RARE, flow, max_leaves=12), max_size=5))
def test_what_is_watched_is_found_by_its_places(fields: dict[str, str]) -> None:
    spec = "{" + ", ".join(f"{name}: {item}" for name, item in fields.items()) + "}"
    templates = TemplateSet(
        folder=OnDisk(Path(__file__).parent, "templates"), values=VALUES, target={}, read_data=lambda _path: None
    )
    (document,) = templates.render("rooms/a.yaml", f"kind: Room\nspec: {spec}\n").documents()
    (parsed,) = parse_documents(document.text, "").documents
    compiled = compile_document(parsed.root)
    value: Any = compiled.bind(document.values)[0]
    found = Source(document, compiled, value).watched("spec")
    if found is None:
        assert "values.list" in spec or "values.mapping" in spec
        return
    assert sorted(found, key=repr) == sorted(watched(value["spec"]), key=repr)
    secrets = [route for route, text in found if isinstance(text, SecretText)]
    assert with_stand_ins_at(value["spec"], secrets) == with_stand_ins(value["spec"])


@settings(deadline=None)
@given(room_specs())
def test_what_hides_in_a_room_is_among_what_is_watched(spec: Body) -> None:
    """In one that its model takes: there, secret fields hold texts and lists of them."""
    assert sorted(hidden_texts(watched(spec)), key=repr) == sorted(secret_texts(spec), key=repr)
