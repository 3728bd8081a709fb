"""Where credentials may go, and which ids may stand in a path (reliability.md, section 4, rows 16 and 17)."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provisioner.errors import WorkspaceError
from provisioner.metastudio.endpoint import VENDOR_DOMAINS, checked_id, parse_endpoint
from provisioner.metastudio.errors import UnusableRequest

PROJECT = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("url", "kept", "host"),
    [
        (
            "https://metastudio.cn-north-4.myhuaweicloud.com",
            "https://metastudio.cn-north-4.myhuaweicloud.com",
            "metastudio.cn-north-4.myhuaweicloud.com",
        ),
        ("https://metastudio.eu-west-101.myhuaweicloud.eu/", None, "metastudio.eu-west-101.myhuaweicloud.eu"),
        (
            "https://METASTUDIO.cn-east-3.MyHuaweiCloud.com:443",
            "https://metastudio.cn-east-3.myhuaweicloud.com",
            "metastudio.cn-east-3.myhuaweicloud.com",
        ),
        ("https://metastudio.x.myhuaweicloud.com:8443", None, "metastudio.x.myhuaweicloud.com:8443"),
        ("http://127.0.0.1:8080", None, "127.0.0.1:8080"),
        ("http://127.0.0.1", None, "127.0.0.1"),
        ("http://127.8.9.10:80/", "http://127.8.9.10", "127.8.9.10"),
        ("http://localhost:65535", None, "localhost:65535"),
        ("https://localhost", None, "localhost"),
    ],
)
def test_the_vendors_hosts_and_this_machine_are_accepted(url: str, kept: str | None, host: str) -> None:
    endpoint = parse_endpoint(url, project_id=PROJECT, region="cn-north-4")
    assert endpoint.url == (kept or url.rstrip("/"))
    assert endpoint.host == host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "metastudio.cn-north-4.myhuaweicloud.com",
        "http://metastudio.cn-north-4.myhuaweicloud.com",
        "ftp://metastudio.cn-north-4.myhuaweicloud.com",
        "HTTPS://metastudio.cn-north-4.myhuaweicloud.com",
        "file:///etc/passwd",
        "http://169.254.169.254",
        "https://169.254.169.254",
        "https://100.125.1.250",
        "https://evil.com",
        "https://evil.com#.myhuaweicloud.com",
        "https://evil.com?.myhuaweicloud.com",
        "https://evil.com/.myhuaweicloud.com",
        "https://evil.com\\.myhuaweicloud.com",
        "https://evil.com%2f.myhuaweicloud.com",
        "https://evil.com%23.myhuaweicloud.com",
        "https://evil.com:443.myhuaweicloud.com",
        "https://evil.com\t.myhuaweicloud.com",
        "https://evil.com\n.myhuaweicloud.com",
        "https://evil.com .myhuaweicloud.com",
        "https://metastudio.cn-north-4.myhuaweicloud.com\n",
        "https://metastudio.cn-north-4.myhuaweicloud.com@evil.com",
        "https://user:secret@metastudio.cn-north-4.myhuaweicloud.com",
        "https://user@metastudio.cn-north-4.myhuaweicloud.com",
        "https://@metastudio.cn-north-4.myhuaweicloud.com",
        "https://[::1]",
        "http://[::1]:8080",
        "https://[::ffff:127.0.0.1]",
        "https://metastudio.cn-north-4.myhuaweicloud.com.",
        "http://localhost.",
        "http://localhost.evil.com",
        "http://127.0.0.1.evil.com",
        "http://127.1",
        "http://2130706433",
        "http://0x7f000001",
        "http://0177.0.0.1",
        "http://127.0.0.01",
        "http://0.0.0.0",
        "https://myhuaweicloud.com",
        "https://evilmyhuaweicloud.com",
        "https://.myhuaweicloud.com",
        "https://a..myhuaweicloud.com",
        "https://-a.myhuaweicloud.com",
        "https://a-.myhuaweicloud.com",
        "https://a_b.myhuaweicloud.com",
        "https://" + "a" * 64 + ".myhuaweicloud.com",
        "https://" + "a." * 130 + "myhuaweicloud.com",
        "https://metastudio.myhuaweicloud.com.evil.com",
        "https://metаstudio.myhuaweicloud.com",  # a Cyrillic а
        "https://metastudio。myhuaweicloud.com",
        "https://a.myhuaweicloud.com:0",
        "https://a.myhuaweicloud.com:65536",
        "https://a.myhuaweicloud.com:",
        "https://a.myhuaweicloud.com:٤٤٣",
        "https://a.myhuaweicloud.com/v1",
        "https://a.myhuaweicloud.com//",
        "https://a.myhuaweicloud.com?x=1",
        "https:///a.myhuaweicloud.com",
        "https:a.myhuaweicloud.com",
        "//a.myhuaweicloud.com",
    ],
)
def test_every_other_address_is_refused(url: str) -> None:
    with pytest.raises(WorkspaceError):
        parse_endpoint(url, project_id=PROJECT, region="cn-north-4")


@given(
    st.from_regex(
        r"https?://[\w.:@#?/\\\[\]%-]{0,40}(\.myhuaweicloud\.com|localhost|127\.0\.0\.1)?.{0,6}", fullmatch=True
    )
)
@example("https://evil.com#.myhuaweicloud.com")
@example("https://a.myhuaweicloud.com")
def test_all_parsers_agree_on_where_an_accepted_address_leads(url: str) -> None:
    """httpx, urllib and the check see the same host, and it is one that may have the credentials."""
    try:
        endpoint = parse_endpoint(url, project_id=PROJECT, region="cn-north-4")
    except WorkspaceError:
        return
    host = endpoint.host.partition(":")[0]
    assert httpx.URL(endpoint.url).host == urlsplit(endpoint.url).hostname == host
    assert httpx.URL(endpoint.url).userinfo == b""
    assert host.endswith(VENDOR_DOMAINS) or host == "localhost" or host.startswith("127.")


@pytest.mark.parametrize("value", ["", "../../x", "a/b", "a b", "a?b", "a#b", "%2e", "a.b", "ä", "a\n", "a" * 65])
def test_an_id_that_could_change_a_path_is_refused(value: str) -> None:
    with pytest.raises(WorkspaceError):
        parse_endpoint("http://127.0.0.1", project_id=value, region="cn-north-4")
    with pytest.raises(UnusableRequest):
        checked_id("room_id", value)


@given(st.text(max_size=70))
@example("26f06524-4f75-4b3a-a853-b649a21aaf66")
def test_an_accepted_id_is_one_segment_of_a_path_and_nothing_else(value: str) -> None:
    try:
        checked = checked_id("room_id", value)
    except UnusableRequest:
        return
    url = httpx.URL(f"https://h/v1/p/smart-live-rooms/{checked}/stop")
    assert url.raw_path.decode() == f"/v1/p/smart-live-rooms/{value}/stop"


@pytest.mark.parametrize("region", ["", "cn north", "cn-north-4\n", "../x", "CN-NORTH-4", "-cn", "a" * 65])
def test_a_region_is_a_plain_name(region: str) -> None:
    with pytest.raises(WorkspaceError):
        parse_endpoint("http://127.0.0.1", project_id=PROJECT, region=region)


def test_a_refused_address_is_shown_in_one_harmless_line() -> None:
    with pytest.raises(WorkspaceError) as raised:
        parse_endpoint("https://x\x1b]0;title\x07\r\n::set-output" + "y" * 500, project_id=PROJECT, region="r")
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 400


def test_the_password_of_an_address_is_not_shown() -> None:
    with pytest.raises(WorkspaceError) as raised:
        parse_endpoint("https://user:hunter2@a.myhuaweicloud.com", project_id=PROJECT, region="r")
    assert "hunter2" not in str(raised.value)
