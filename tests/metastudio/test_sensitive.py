"""Secrets are known by their field, and addresses are shown without their proof."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.metastudio.sensitive import URL_FIELDS, is_sensitive, is_url, redact_url


@pytest.mark.parametrize(
    "path",
    [
        ("stream_keys",),
        ("stream_keys", 0),
        ("params", "stream_keys", 0),
        ("live_event_callback_config", "key"),
        ("rtc_room_info", "users", 3, "signature"),
        ("X-Auth-Token",),
        ("Authorization",),
    ],
)
def test_secret_fields_are_sensitive(path: tuple[str | int, ...]) -> None:
    assert is_sensitive(path)


@pytest.mark.parametrize(
    "path",
    [
        (),
        (0,),
        ("room_name",),
        ("key",),
        ("live_event_callback_config",),
        ("live_event_callback_config", "auth_type"),
        ("output_urls", 0),
        ("scene_scripts", 0, "shoot_scripts", 1, "text_config", "text"),
    ],
)
def test_other_fields_are_not(path: tuple[str | int, ...]) -> None:
    assert not is_sensitive(path)


def test_addresses_with_a_proof_are_known_by_their_field() -> None:
    assert is_url(("output_urls", 0))
    assert is_url(("live_event_callback_config", "live_event_type_callback_url"))
    assert not is_url(("scene_scripts", 0, "layer_config", 0, "image_config", "image_url"))
    assert {"interaction_callback_url", "live_event_report_url"} <= URL_FIELDS


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtmp://push.example.com/live/room", "rtmp://push.example.com/live/room"),
        ("rtmp://push.example.com:1935/live", "rtmp://push.example.com:1935/live"),
        ("https://[2001:db8::1]:8443/hook", "https://[2001:db8::1]:8443/hook"),
        ("rtmp://u:p@push.example.com/live?k=v&e=1#f", "rtmp://***@push.example.com/live?k=***&e=***#***"),
        ("https://h/hook?opaque", "https://h/hook?***"),
        ("https://h/hook?c2VjcmV0=", "https://h/hook?***"),
        ("https://h/hook?c2VjcmV0==", "https://h/hook?***"),
        ("https://h/hook?a=1;b=2", "https://h/hook?a=***&b=***"),
        ("https://h/hook?a=1?b=2", "https://h/hook?a=***"),
        ("rtmp://u:p@ss@h/live", "rtmp://***@h/live"),
        ("rtmp://u:p/ss@h/live", "rtmp://***@h/live"),
        ("rtmp://u:p?ss@h/live", "rtmp://***?***"),
        ("rtmp://u:p#ss@h/live", "rtmp://***#***"),
        ("rtmp://u:12#ss@h/live", "rtmp://***#***"),
        ("u:p@h/live", "***@h/live"),
        ("//u:p@h/live", "***@h/live"),
        ("https:\\\\u:p@h", "***@h"),
        ("u:p@x://h", "***@x://h"),
        ("https://[", "https://***"),
        ("", ""),
        ("plain", "plain"),
    ],
)
def test_where_an_address_leads_stays_readable_and_its_proof_does_not(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(st.text())
def test_any_text_is_taken_and_masked_once(text: str) -> None:
    masked = redact_url(text)
    assert redact_url(masked) == masked


SECRETS = st.text("0123456789abcdefABCDEF~!$*,'()", min_size=6, max_size=24).map("QZ{}ZQ".format)


@given(user=SECRETS, password=SECRETS, value=SECRETS, fragment=SECRETS, noise=st.text("@:/[].-ab1", max_size=6))
def test_no_part_of_a_proof_survives(user: str, password: str, value: str, fragment: str, noise: str) -> None:
    url = f"rtmp://{user}{noise}:{password}@push.example.com/live?auth={value}&{value}#{fragment}"
    assert "QZ" not in redact_url(url)
    assert "ZQ" not in redact_url(url)
