"""Secrets come from the environment before the file, and are taken out of any text in every form they may have."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.errors import WorkspaceError
from provisioner.secret_store import SecretStore, load_secrets


@given(st.text(min_size=4, alphabet=st.characters(codec="utf-8")))
def test_a_value_is_concealed_in_clear_and_as_others_write_it(value: str) -> None:
    store = SecretStore({"KEY": value})
    for form in (
        value,
        base64.b64encode(value.encode()).decode(),
        quote(value, safe=""),
        json.dumps(value),
        json.dumps(value, ensure_ascii=False),
    ):
        said = store.conceal(f"<{form}>")
        assert said in {"<***>", '<"***">'} or form.strip('"') in "***", (form, said)


def test_the_environment_goes_before_the_file_and_the_rest_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "secrets"
    file.write_text("# ours\n\nA=from file\nB = also from file\n")
    store = load_secrets(["A", "B", "C"], {"A": "from environment"}, file, stands_in=False)
    assert store.values == {"A": "from environment", "B": "also from file"}
    assert store.missing == ("C",)
    assert "from environment" not in repr(store)


def test_the_embedded_service_gets_stand_ins_that_fit_every_field() -> None:
    store = load_secrets(["X" * 100, "KEY"], {}, None, stands_in=True)
    assert store.stand_ins == ("KEY", "X" * 100)
    assert all(0 < len(value) <= 32 for value in store.values.values())


@pytest.mark.parametrize("text", ["no separator", "1A=x", "=x"])
def test_a_wrong_line_is_named_by_number_and_never_quoted(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secrets"
    file.write_text(f"A=1\n{text}\n")
    with pytest.raises(WorkspaceError, match=":2: ") as caught:
        load_secrets(["A"], {}, file, stands_in=False)
    assert text not in str(caught.value)
