"""Signatures are worked out anew: anything altered after signing is refused. The vendor's signer signs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from provisioner.emulator import Emulator
from provisioner.emulator.authentication import ALGORITHM, Signed, signature
from tests.emulator.support import Caller, Json, Machine, small_room

HOST = "127.0.0.1"
Headers = dict[str, str]


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def signed(
    emulator: Emulator,
    method: str,
    path: str,
    *,
    now: datetime,
    body: bytes = b"",
    query: dict[str, str] | None = None,
    secret_key: str | None = None,
    project_header: str | None = None,
) -> Headers:
    """The headers of a request that the vendor's signer signed."""
    headers = {
        "X-Sdk-Date": stamp(now),
        "X-Project-Id": project_header or emulator.project_id,
        "Content-Type": "application/json",
    }
    request = SdkRequest(
        method=method,
        schema="http",
        host=HOST,
        resource_path=f"/v1/{emulator.project_id}{path}",
        query_params=list((query or {}).items()),
        header_params=headers,
        body=body,
    )
    Signer(BasicCredentials(emulator.access_key, secret_key or emulator.secret_key, "")).sign(request)
    return {str(name): str(value) for name, value in request.header_params.items()}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


def test_a_signed_write_is_taken(emulator: Emulator, caller: Caller, machine: Machine) -> None:
    body = json.dumps(small_room("süß")).encode()
    headers = signed(emulator, "POST", "/smart-live-rooms", now=machine(), body=body)
    assert caller.send("POST", "/smart-live-rooms", body, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"room_name": "a b+c~d/e&f=g%20*'()", "limit": "5", "offset": "0"},
        {"room_name": "直播", "live_state": "NULL,FAILED"},
        {"limit": "100", "a": "", "B": "2", "a1": "x"},
    ],
)
def test_any_query_is_verified(emulator: Emulator, caller: Caller, machine: Machine, query: dict[str, str]) -> None:
    headers = signed(emulator, "GET", "/smart-live-rooms", now=machine(), query=query)
    path = f"/smart-live-rooms?{urlencode(query)}"
    assert caller.send("GET", path, headers=headers).status_code == 200


ALTERATIONS: dict[str, Callable[[Headers], Headers]] = {
    "a signed header": lambda headers: {**headers, "Content-Type": "application/json; charset=utf-8"},
    "the date": lambda headers: {**headers, "X-Sdk-Date": headers["X-Sdk-Date"][:-2] + "9Z"},
    "the access key": lambda headers: {
        **headers,
        "Authorization": headers["Authorization"].replace("Access=", "Access=X"),
    },
    "the signature": lambda headers: {**headers, "Authorization": headers["Authorization"][:-4] + "0000"},
    "the algorithm": lambda headers: {**headers, "Authorization": headers["Authorization"].replace("256", "512")},
    "the list of headers": lambda headers: {
        **headers,
        "Authorization": headers["Authorization"].replace("content-type;", ""),
    },
    "no date signed": lambda headers: {
        **headers,
        "Authorization": headers["Authorization"].replace(";x-sdk-date", ""),
    },
    "nothing sent": lambda _: {},
    "no signature": lambda headers: {name: value for name, value in headers.items() if name != "Authorization"},
    "a security token": lambda headers: {**headers, "X-Security-Token": "temporary"},
    "a wrong token": lambda _: {"X-Auth-Token": "0" * 64},
}


@pytest.mark.parametrize("alter", ALTERATIONS.values(), ids=ALTERATIONS)
def test_what_was_altered_is_refused(
    emulator: Emulator, caller: Caller, machine: Machine, alter: Callable[[Headers], Headers]
) -> None:
    body = json.dumps(small_room()).encode()
    headers = alter(signed(emulator, "POST", "/smart-live-rooms", now=machine(), body=body))
    assert refusal(caller.send("POST", "/smart-live-rooms", body, headers=headers)) == (401, "APIGW.0301")
    assert not emulator.rooms()
    assert [(entry.status, entry.applied) for entry in emulator.ledger()] == [(401, False)]


def test_an_altered_body_path_or_query_is_refused(emulator: Emulator, caller: Caller, machine: Machine) -> None:
    body = json.dumps(small_room()).encode()
    headers = signed(emulator, "POST", "/smart-live-rooms", now=machine(), body=body)
    assert refusal(caller.send("POST", "/smart-live-rooms", body + b" ", headers=headers)) == (401, "APIGW.0301")
    headers = signed(emulator, "GET", "/smart-live-rooms/a", now=machine())
    assert refusal(caller.send("GET", "/smart-live-rooms/b", headers=headers)) == (401, "APIGW.0301")
    headers = signed(emulator, "GET", "/smart-live-rooms", now=machine(), query={"limit": "1"})
    assert refusal(caller.send("GET", "/smart-live-rooms?limit=2", headers=headers)) == (401, "APIGW.0301")


def test_a_wrong_secret_key_is_refused(emulator: Emulator, caller: Caller, machine: Machine) -> None:
    headers = signed(emulator, "GET", "/smart-live-rooms", now=machine(), secret_key="f" * 40)
    assert refusal(caller.send("GET", "/smart-live-rooms", headers=headers)) == (401, "APIGW.0301")


@pytest.mark.parametrize(("minutes", "status"), [(-16, 401), (-14, 200), (14, 200), (16, 401)])
def test_a_clock_may_be_off_by_a_quarter_of_an_hour(
    emulator: Emulator, caller: Caller, machine: Machine, minutes: int, status: int
) -> None:
    headers = signed(emulator, "GET", "/smart-live-rooms", now=machine() + timedelta(minutes=minutes))
    answer = caller.send("GET", "/smart-live-rooms", headers=headers)
    assert answer.status_code == status
    assert answer.headers["date"] == "Sat, 21 Nov 2026 09:00:00 GMT"  # what a client corrects itself by


def test_a_moved_clock_takes_signatures_of_both_times(emulator: Emulator, caller: Caller, machine: Machine) -> None:
    """A client may sign by its machine's clock or by the service's, as its answers tell it."""
    emulator.advance(7_200)
    for seconds, status in ((0, 200), (7_200, 200), (3_600, 401)):
        headers = signed(emulator, "GET", "/smart-live-rooms", now=machine() + timedelta(seconds=seconds))
        assert caller.send("GET", "/smart-live-rooms", headers=headers).status_code == status


def test_another_project_is_refused(emulator: Emulator, caller: Caller, machine: Machine) -> None:
    token: Json = {"X-Auth-Token": emulator.token}
    other = caller.send("GET", "/smart-live-rooms", headers=token, project_id="f" * 32)
    assert refusal(other) == (401, "MSS.00000001")
    headers = signed(emulator, "GET", "/smart-live-rooms", now=machine(), project_header="f" * 32)
    assert refusal(caller.send("GET", "/smart-live-rooms", headers=headers)) == (401, "MSS.00000001")


def test_an_unknown_address_is_not_an_api(caller: Caller) -> None:
    for method, path in (("GET", "/smart-live"), ("PATCH", "/smart-live-rooms"), ("GET", "/smart-live-rooms/a/b")):
        answer = caller.send(method, path)
        assert refusal(answer) == (404, "APIGW.0101")
        assert answer.headers["x-request-id"]


def test_keys_are_not_shown_by_repr(emulator: Emulator) -> None:
    assert emulator.secret_key not in repr(emulator.identity)
    assert emulator.token not in repr(emulator.identity)


@pytest.mark.parametrize(("names", "status"), [(["host", "x-sdk-date"], 200), (["x-sdk-date"], 401), (["host"], 401)])
def test_host_and_date_must_be_signed(
    emulator: Emulator, caller: Caller, machine: Machine, names: list[str], status: int
) -> None:
    """Else a request could be sent elsewhere, or later."""
    headers = {"host": HOST, "x-sdk-date": stamp(machine())}
    request = Signed("GET", f"/v1/{emulator.project_id}/smart-live-rooms", "", headers, b"")
    by_hand = signature(request, names, headers["x-sdk-date"], emulator.secret_key)
    authorization = f"{ALGORITHM} Access={emulator.access_key}, SignedHeaders={';'.join(names)}, Signature={by_hand}"
    sent = {**headers, "X-Project-Id": emulator.project_id, "Authorization": authorization}
    assert caller.send("GET", "/smart-live-rooms", headers=sent).status_code == status
