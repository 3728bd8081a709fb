"""What a model refuses is said in plain words, at its place, without what was written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from provisioner.checking import Place, check, read_as, with_stand_ins
from provisioner.diagnostics import Diagnostic, Span, in_order
from provisioner.metastudio.models import CreateSmartLiveRoomReq
from provisioner.secrets import SecretName, SecretText
from provisioner.yaml_source import Route, parse_documents

SECRET = "hunter2hunter2"


def _custom(value: str) -> str:
    if value == "bad":
        raise PydanticCustomError("odd_thing", "this thing is odd")
    return value


class Inner(BaseModel):
    mode: Literal["FAST", "SLOW"] | None = None
    width: Annotated[int, Field(ge=1, le=100, description="Width in pixels.")]


class Model(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=5, description="What it is called.")]
    count: int | None = None
    ratio: float | None = None
    is_on: bool | None = None
    inner: Inner | None = None
    inners: Annotated[list[Inner], Field(max_length=2, min_length=1)] | None = None
    stream_keys: list[str] | None = None
    live_id: Annotated[str | None, Field(pattern="^[a-z]+$", description="Letters.")] = None
    odd: Annotated[str, AfterValidator(_custom)] | None = None
    tags: Annotated[dict[Annotated[str, Field(pattern="^[a-z]+$")], str] | None, Field(description="By letters.")] = (
        None
    )


def in_file(text: str, *, model: type[BaseModel] = Model, computed: bool = False) -> tuple[Diagnostic, ...]:
    (document,) = parse_documents(text, "f").documents

    def locate(route: Route, *, key: bool = False) -> Place:
        return Place(document.span(route, key=key), computed=computed)

    instance, findings = read_as(model, document.value(), locate)
    assert (instance is None) == bool(findings)
    return findings


def said(text: str, *, computed: bool = False) -> list[str]:
    return [f"{finding.span} {finding.rule}: {finding.message}" for finding in in_file(text, computed=computed)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: a\nconut: 1\n", "f:2:1 unknown-field: there is no field `conut` here; did you mean `count`?"),
        (
            "name: a\ninner: {width: 1, zzz: 1}\n",
            "f:2:19 unknown-field: there is no field `zzz` here; the fields are mode, width",
        ),
        ("count: 1\n", "f:1:1 missing-field: `name` is missing: What it is called."),
        ("name: a\ninner: {}\n", "f:2:1 missing-field: `width` is missing: Width in pixels."),
        ("name: 00123\n", "f:1:7 wrong-type: `name` must be text, not a whole number; write it in quotes"),
        ("name: 0x1F\n", "f:1:7 wrong-type: `name` must be text, not a whole number; write it in quotes"),
        ("name: true\n", "f:1:7 wrong-type: `name` must be text, not true or false; write it in quotes"),
        (
            "name: 1.50\n",
            "f:1:7 wrong-type: `name` must be text, not a number with a fraction; write it in quotes",
        ),
        ("name:\n", "f:1:6 wrong-type: `name` must be text, not nothing"),
        ("name: [a]\n", "f:1:7 wrong-type: `name` must be text, not a list"),
        (
            "name: a\ncount: '12'\n",
            "f:2:8 wrong-type: `count` must be a whole number, not text; write it without quotes",
        ),
        ("name: a\ncount: no\n", "f:2:8 wrong-type: `count` must be a whole number, not text"),
        (
            "name: a\ncount: 1.5\n",
            "f:2:8 wrong-type: `count` must be a whole number, not a number with a fraction",
        ),
        ("name: a\nratio: x\n", "f:2:8 wrong-type: `ratio` must be a number, not text"),
        ("name: a\nis_on: no\n", "f:2:8 wrong-type: `is_on` must be true or false, not text"),
        ("name: a\ninner: x\n", "f:2:8 wrong-type: `inner` must be a mapping, not text"),
        (
            "name: a\nstream_keys: x\n",
            ("f:2:14 wrong-type: `stream_keys` must be a list, not text; write each item on its own line after `- `"),
        ),
        (
            "name: a\ninners: [{width: 1}, {width: 101}]\n",
            "f:2:30 out-of-range: `width` is 101 and must be at most 100",
        ),
        ("name: a\ninner: {width: 0}\n", "f:2:16 out-of-range: `width` is 0 and must be at least 1"),
        (
            "name: a\ninner: {width: 1, mode: FASTER}\n",
            "f:2:25 not-allowed: `mode` must be one of FAST, SLOW; did you mean `FAST`?",
        ),
        ("name: a\ninner: {width: 1, mode: 7}\n", "f:2:25 not-allowed: `mode` must be one of FAST, SLOW"),
        ("name: ''\n", "f:1:7 too-short: `name` must not be empty"),
        ("name: abcdef\n", "f:1:7 too-long: `name` has 6 characters; at most 5 are allowed"),
        ("name: a\ninners: []\n", "f:2:9 too-few: `inners` must not be empty"),
        (
            "name: a\ninners: [{width: 1}, {width: 1}, {width: 1}]\n",
            "f:2:9 too-many: `inners` has 3 entries; at most 2 are allowed",
        ),
        ("name: a\nlive_id: A\n", "f:2:10 wrong-form: `live_id` is not written as it must be: Letters."),
        ("name: a\nodd: bad\n", "f:2:6 odd-thing: this thing is odd"),
        ("name: a\ninners: [x]\n", "f:2:10 wrong-type: item 1 of `inners` must be a mapping, not text"),
        ("name: a\ntags: {b: 1}\n", "f:2:11 wrong-type: `b` must be text, not a whole number; write it in quotes"),
        ("name: a\ntags: {B: b}\n", "f:2:8 wrong-form: this key is not written as it must be: By letters."),
        ("- a\n", "f:1:1 wrong-type: the document must be a mapping, not a list"),
    ],
)
def test_every_kind_of_error_in_words(text: str, message: str) -> None:
    assert said(text) == [message]


def test_what_a_template_computed_gets_advice_for_templates() -> None:
    (number,) = said("name: 12\n", computed=True)
    assert number.endswith('put the expression in quotes: "{{ … }}"')
    (text,) = said("name: a\ncount: '12'\n", computed=True)
    assert text.endswith("add the filter int")


def test_all_findings_of_a_document_come_at_once() -> None:
    assert len(said("name: 1\ncount: x\nzzz: 1\ninner: {}\n")) == 4


def test_findings_are_bounded() -> None:
    assert len(in_file("name: a\nstream_keys: [" + "1, " * 10_000 + "]\n")) == 100


@pytest.mark.parametrize(
    "text",
    [
        f"name: {SECRET}\n",
        f"name: [{SECRET}]\n",
        f"name: a\nlive_id: {SECRET.upper()}\n",
        f"name: a\ninner: {{mode: {SECRET}, width: 1}}\n",
        f"name: a\nstream_keys: {SECRET}\n",
        f"name: a\nstream_keys: {{{SECRET}: 1}}\n",
        "name: a\nstream_keys: [48151623]\n",
        f"name: a\n{SECRET}: 1\n",
        f"name: a\ntags: {{{SECRET}: 1}}\n",
        f"name: a\ncount: {SECRET}\n",
    ],
)
def test_no_message_repeats_what_was_written(text: str) -> None:
    findings = in_file(text)
    assert findings
    for finding in findings:
        assert SECRET not in finding.message
        assert SECRET.upper() not in finding.message
        assert "48151623" not in finding.message


def test_misspelt_fields_deep_in_a_room_are_recognised() -> None:
    text = """
room_name: x
scene_scripts:
  - script_name: a
    shoot_scripts:
      - text_config: {text: hello}
        titel: b
    layer_config:
      - layer_type: TEKST
"""
    (document,) = parse_documents(text, "f").documents
    findings = check(
        CreateSmartLiveRoomReq, document.value(), lambda route, key=False: Place(document.span(route, key=key))
    )
    assert [f"{finding.span} {finding.message}" for finding in in_order(findings)] == [
        "f:7:9 there is no field `titel` here; did you mean `title`?",
        "f:9:21 `layer_type` must be one of HUMAN, IMAGE, VIDEO, TEXT; did you mean `TEXT`?",
    ]


def nowhere(route: Route, *, key: bool = False) -> Place:
    return Place(Span("f"))


class TestSecrets:
    def findings(self, data: dict[str, Any]) -> list[str]:
        found = check(CreateSmartLiveRoomReq, {"room_name": "x", **data}, nowhere)
        return [finding.message for finding in found]

    def test_a_secret_passes_for_text_of_any_content(self) -> None:
        assert self.findings({"stream_keys": [SecretText.of("K")]}) == []
        url = SecretText(("x" * 3000, SecretName("K")))
        assert self.findings({"output_urls": [url]}) == []

    def test_a_secret_is_no_number_and_no_choice(self) -> None:
        assert self.findings({"video_config": {"bitrate": SecretText.of("K"), "width": 1080, "height": 1920}}) == [
            "`bitrate` must be a whole number, not a secret"
        ]
        assert self.findings({"room_type": SecretText.of("K")}) == ["`room_type` must be one of NORMAL, TEMP, TEMPLATE"]

    def test_a_secret_does_not_hide_what_is_wrong_beside_it(self) -> None:
        assert self.findings({"stream_keys": [SecretText.of("K"), SecretText.of("L")]}) == [
            "`stream_keys` has 2 entries; at most 1 are allowed"
        ]

    def test_documents_of_our_own_take_no_secrets(self) -> None:
        instance, findings = read_as(Model, {"name": SecretText.of("K")}, nowhere)
        assert instance is None
        assert [finding.message for finding in findings] == ["`name` must be text, not a secret"]

    def test_data_without_secrets_is_not_copied(self) -> None:
        data: dict[str, Any] = {"a": [{"b": 1}], "c": {"d": "x"}}
        assert with_stand_ins(data) is data
        mixed = {"a": data, "s": [SecretText.of("K")]}
        replaced = with_stand_ins(mixed)
        assert replaced == {"a": data, "s": ["secret"]}
        assert replaced["a"] is data
        assert mixed["s"] == [SecretText.of("K")]
