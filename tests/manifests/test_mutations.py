"""Manifests with random mistakes are read to the end, and every finding has a place that exists."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.comparing.declared import pack
from provisioner.manifests.documents import read_document
from provisioner.manifests.drafts import Draft, Kept, OpenRoom, RoomDraft, SettledRoom
from provisioner.manifests.folders import OnDisk
from provisioner.manifests.resolve import Following, inventory
from provisioner.manifests.templates import TemplateFailed, TemplateSet
from provisioner.rooms import Value

SOURCES = sorted((Path(__file__).parent / "cases").glob("*/rooms/*.yaml"))
JUNK = [
    *("null", "[]", "{}", "1", "-1.5", "true", "'", '"', "~", "&a", "*a", "!x", "<<: {}", "\t", "- ", "? ", ": "),
    *("{{ values.list }}", "{{ none }}", "{{ secret('A') }}", "{{ 'x' ~ secret('B') }}: 1", "{script: a}", "🍵"),
    *("{rules: b}", "{a: {b: [null]}}", "\n---\n", "0x1F", "key: b", "kind: Script"),
]


@st.composite
def mistaken(draw: st.DrawFn) -> str:
    lines = draw(st.sampled_from(SOURCES)).read_text(encoding="utf-8").split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[at].partition(":")
        match draw(st.integers(0, 3)):
            case 0:
                lines[at] = ""
            case 1:
                lines.insert(at, draw(st.sampled_from(lines)))
            case 2 if colon:
                lines[at] = f"{key}: {draw(st.sampled_from(JUNK))}"
            case _:
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + draw(st.sampled_from(JUNK)) + lines[at][column:]
    return "\n".join(lines)


def kept(draft: Draft) -> Kept:
    """A draft as it is kept: a room that refers to nothing has been checked as a whole, and is not followed."""
    if not isinstance(draft, RoomDraft):
        return draft
    key = draft.room.key
    return OpenRoom(key, draft.key_place, pack(draft)) if draft.references else SettledRoom(key, draft.key_place, None)


@settings(max_examples=200, deadline=None)
@given(mistaken())
def test_nothing_that_a_person_may_write_is_a_defect_of_ours(source: str) -> None:
    values: dict[str, Value] = {"list": [1, None, {"a": None}]}
    templates = TemplateSet(
        folder=OnDisk(Path(__file__).parent, "templates"), values=values, target={}, read_data=lambda _path: []
    )
    drafts: list[Draft] = []
    try:
        for document in templates.render("rooms/a.yaml", source).documents():
            for read in read_document(document):
                drafts += [read.draft] if read.draft is not None else []
                for finding in read.findings:
                    assert finding.span is not None
                    assert 1 <= finding.span.line <= source.count("\n") + 2
                    assert finding.span.column >= 1
    except TemplateFailed:
        return
    found = inventory(map(kept, drafts))
    list(found.shared.unknown(reference for one in drafts for reference in getattr(one, "references", ())))
    list(Following(found.shared)(found.open))
