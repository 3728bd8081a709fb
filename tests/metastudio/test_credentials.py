"""Where access keys and tokens come from, and that none of the vendor's surprises reaches a user."""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provisioner.metastudio import credentials
from provisioner.metastudio.credentials import AccessKey, VendorKeys, aksk, fixed_key, token
from provisioner.metastudio.errors import CredentialsMissing
from provisioner.metastudio.signing import Signable
from tests.metastudio.loopback import answering, hanging, http, serving

POD_URI, POD_FILE = "HC_CONTAINER_CREDENTIALS_FULL_URI", "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials anywhere; plain HTTP to elsewhere, such as the instance metadata, ends at a closed port."""
    for name in os.environ:
        if name.startswith(("HUAWEICLOUD_", "HC_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def found() -> AccessKey:
    async def main() -> AccessKey:
        keys = VendorKeys("cn-north-4")
        await keys.ready()
        return keys.current()

    return asyncio.run(main())


def profile(home: Path, text: str) -> None:
    folder = home / ".huaweicloud"
    folder.mkdir()
    (folder / "credentials").write_text(text)


def test_keys_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "AK1\n")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", " SK1")
    assert found() == AccessKey("AK1", "SK1")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SECURITY_TOKEN", "T1")
    assert found() == AccessKey("AK1", "SK1", "T1")


def test_keys_come_from_the_profile_file_after_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profile(tmp_path, "[basic]\nak = AK2\nsk = SK2\n")
    assert found() == AccessKey("AK2", "SK2")
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "AK1")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "SK1")
    assert found() == AccessKey("AK1", "SK1")


@pytest.mark.parametrize(
    "text",
    ["sk = hunter2\n", "[basic]\nak = a\nsk = hunter2%\n", "[basic]\nhunter2\n", "[basic]\nak=a\nak=hunter2\n"],
)
def test_a_broken_profile_file_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    profile(tmp_path, text)
    with pytest.raises(CredentialsMissing, match="profile file") as raised:
        found()
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is not None
    assert "hunter2" not in str(raised.value.__cause__)
    assert raised.value.__cause__.__cause__ is None


def test_without_any_credentials_the_message_says_what_to_set() -> None:
    with pytest.raises(CredentialsMissing, match="HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK"):
        found()


def test_an_instance_metadata_service_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a laptop the address of the metadata may lead anywhere; here it leads to a proxy that says nothing."""
    monkeypatch.setattr(credentials, "_METADATA_TIME_S", 0.3)

    async def main() -> float:
        async with serving(hanging) as server:
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
            started = time.monotonic()
            with pytest.raises(CredentialsMissing, match="HUAWEICLOUD_SDK_AK"):
                await VendorKeys("cn-north-4").ready()
            return time.monotonic() - started

    assert asyncio.run(main()) < 2


def pod_answer(expires_in: timedelta, name: str = "POD") -> bytes:
    expires = (datetime.now(UTC) + expires_in).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    key = {"access": f"AK-{name}", "secret": f"SK-{name}", "securitytoken": f"T-{name}", "expires_at": expires}
    return http(200, json.dumps({"credential": key}).encode())


def test_pod_identity_is_reached_and_netrc_does_not_replace_its_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The vendor's chain gives up at the metadata before it; `requests` would send .netrc's password instead."""
    (tmp_path / "token").write_text("pod-token\n")
    (tmp_path / ".netrc").write_text("default login me password hunter2\n")
    monkeypatch.setenv(POD_FILE, str(tmp_path / "token"))

    async def main() -> tuple[AccessKey, str]:
        async with serving(answering(pod_answer(timedelta(hours=6)))) as server:
            monkeypatch.setenv(POD_URI, f"http://127.0.0.1:{server.port}/key")
            auth = aksk("p1", "cn-north-4")
            await auth.ready()
            signed = auth.headers(Signable("GET", "h", "/", (), b"", datetime.now(UTC)))
            assert signed["X-Security-Token"] == "T-POD"
            return auth.source.current(), server.received[0].headers["authorization"]

    assert asyncio.run(main()) == (AccessKey("AK-POD", "SK-POD", "T-POD"), "pod-token")


def test_a_place_that_is_set_up_and_fails_is_not_passed_over_for_another_identity(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("pod-token\n")
    monkeypatch.setenv(POD_FILE, str(tmp_path / "token"))

    async def main() -> None:
        async with serving(answering(http(403, b"hunter2"))) as server:
            monkeypatch.setenv(POD_URI, f"http://127.0.0.1:{server.port}/key")
            with pytest.raises(CredentialsMissing, match="pod identity") as raised:
                await VendorKeys("cn-north-4").ready()
            assert "hunter2" not in str(raised.value)

    asyncio.run(main())


def test_oidc_goes_to_the_token_service_without_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login me password hunter2\n")
    monkeypatch.setenv("HUAWEICLOUD_OIDC_PROVIDER_URN", "iam::d:oidcProvider:p")
    monkeypatch.setenv("HUAWEICLOUD_OIDC_AGENCY_URN", "iam::d:agency:a")
    monkeypatch.setenv("HUAWEICLOUD_OIDC_ID_TOKEN", "id-token")
    expires = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    key = {"access_key_id": "AK3", "secret_access_key": "SK3", "security_token": "T3", "expiration": expires}

    async def main() -> AccessKey:
        async with serving(answering(http(200, json.dumps({"credentials": key}).encode()))) as server:
            monkeypatch.setenv("HUAWEICLOUD_SDK_STS_ENDPOINT", f"http://127.0.0.1:{server.port}")
            keys = VendorKeys("cn-north-4")
            await keys.ready()
            assert "authorization" not in server.received[0].headers
            assert json.loads(server.received[0].body)["id_token"] == "id-token"
            return keys.current()

    assert asyncio.run(main()) == AccessKey("AK3", "SK3", "T3")


def test_a_temporary_key_is_renewed_before_it_expires_and_kept_when_that_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("pod-token\n")
    monkeypatch.setenv(POD_FILE, str(tmp_path / "token"))
    monkeypatch.setattr(credentials, "_RENEWAL_CHECK_S", 0.0)
    soon = timedelta(minutes=30)  # the vendor's code renews 40 minutes before the end

    async def main() -> list[str]:
        answers = answering(*(pod_answer(soon, name) for name in "123"), http(500))
        async with serving(answers) as server:
            monkeypatch.setenv(POD_URI, f"http://127.0.0.1:{server.port}/key")
            keys = VendorKeys("cn-north-4")
            used = []
            for _ in range(3):
                await keys.ready()
                used.append(keys.current().ak)
            return used

    # finding the key asks for it, and a key that ends this soon is renewed at once
    assert asyncio.run(main()) == ["AK-2", "AK-3", "AK-3"]


def test_a_token_comes_from_its_variable() -> None:
    request = Signable("GET", "h", "/", (), b"", datetime.now(UTC))
    assert token({"HUAWEICLOUD_AUTH_TOKEN": " abc\n"}).headers(request) == {"X-Auth-Token": "abc"}


@pytest.mark.parametrize("value", [None, "", " ", "a b", "a\r\nX-Evil: 1", "tökén"])
def test_a_token_that_is_none_is_refused_without_being_shown(value: str | None) -> None:
    with pytest.raises(CredentialsMissing, match="HUAWEICLOUD_AUTH_TOKEN") as raised:
        token({} if value is None else {"HUAWEICLOUD_AUTH_TOKEN": value})
    assert not value or value.strip() == "" or value not in str(raised.value)


@pytest.mark.parametrize(("ak", "sk"), [("", "s"), ("a", ""), ("a\nb", "s"), ("a", "hunter2 x"), ("ä", "s")])
def test_a_key_that_cannot_stand_in_a_header_is_refused_without_being_shown(ak: str, sk: str) -> None:
    with pytest.raises(CredentialsMissing) as raised:
        fixed_key(ak, sk, "p1")
    assert "hunter2" not in str(raised.value)


def test_no_key_is_shown() -> None:
    assert "SK9" not in repr(fixed_key("AK9", "SK9", "p1"))
    assert "AK9" not in repr(fixed_key("AK9", "SK9", "p1"))
