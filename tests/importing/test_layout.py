"""What is written says what was meant, and reads well."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioner.importing.layout import manifest_text
from provisioner.importing.proof import Reader
from provisioner.secrets import SecretText
from tests.strategies import any_text, hostile_text

READER = Reader()


def script(**fields: Any) -> dict[str, Any]:
    return {"kind": "Script", "key": "a", "spec": {"script_name": "x", "shoot_scripts": [], **fields}}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(any_text(0, 200) | hostile_text(0, 200) | st.text(st.characters(exclude_categories=("Cs", "Co")), max_size=40))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    """As a field, in a list, and behind Base64; with every character that JSON can carry."""
    layer = {"layer_type": "TEXT", "text_config": {"text_context": base64.b64encode(text.encode()).decode()}}
    document = script(
        script_description=text,
        shoot_scripts=[{"title": text[:200], "text_config": {"text": text}}],
        layer_config=[layer],
    )
    assert READER.problem(manifest_text([document, document]), [document, document]) is None


@settings(deadline=None)
@given(st.text("{}%#\"'\\ \n\t\u2028-x", max_size=12))
def test_no_row_of_braces_opens_anything(text: str) -> None:
    document = script(script_description=text)
    assert READER.problem(manifest_text([document]), [document]) is None


def test_a_text_that_is_read_otherwise_is_a_problem() -> None:
    document = script(script_description="one")
    text = manifest_text([document])
    assert READER.problem(text, [script(script_description="two")]) is not None
    assert READER.problem(text.replace("one", "{{ 1 + }}"), [document]) is not None
    assert READER.problem(text.replace("one", "yes"), [script(script_description=True)]) is not None
    assert READER.problem(text.replace("kind: Script", "kind: Skript"), [{**document, "kind": "Skript"}]) is not None


def test_texts_stand_as_people_write_them() -> None:
    document = {
        "plain": "Two for one, today: only",
        "lines": "First.\n\n  Second, {{ indented }}.\n",
        "expression": "it's {% raw %}",
        "hidden": "a\u202eb\u200d",
        "both": "\t{{% x }}",
        "number": "007",
        "answer": "no",
        "time": "12:30",
        "text_context": base64.b64encode('It\'s "on": 限时'.encode()).decode(),
        "other_context": "5LiN",
        "secret": SecretText.of("STREAM_KEY"),
        "paragraph": "字" * 300,
    }
    assert manifest_text([document]) == (
        "plain: 'Two for one, today: only'\n"
        'lines: |\n  First.\n\n    Second, {{ "{{" }} indented }}.\n'
        "expression: 'it''s {{ \"{%\" }} raw %}'\n"
        'hidden: "a\\u202Eb\\u200D"\n'
        'both: "\\t\\x7B\\x7B% x }}"\n'
        "number: '007'\n"
        "answer: 'no'\n"
        "time: '12:30'\n"
        'text_context: \'{{ "It\\u0027s \\"on\\": 限时" | b64 }}\'\n'
        "other_context: 5LiN\n"
        "secret: '{{ secret(\"STREAM_KEY\") }}'\n"
        f"paragraph: {'字' * 300}\n"
    )
