"""What a write's exchange proves (reliability.md, section 1): the whole table."""

from __future__ import annotations

import json

import pytest

from provisioner.metastudio import contents
from provisioner.metastudio.answers import Answer
from provisioner.metastudio.errors import (
    CallError,
    CertificateRefused,
    ConnectFailed,
    DeadlinePassed,
    Disconnected,
    MalformedAnswer,
    TimedOut,
)
from provisioner.metastudio.outcome import Applied, Lost, NotApplied, Phase, Unknown, Write, classify

REFUSED = b'{"error_code": "MSS.00000003", "error_msg": "Invalid parameter"}'
THROTTLED = b'{"error_code": "APIGW.0308", "error_msg": "policy user over ratelimit,limit:5,time:1 second"}'
HTML = b"<html><body>It works!</body></html>"
ROOM = b'{"room_id": "26f06524-4f75-4b3a-a853-b649a21aaf66"}'


def created(status: int, body: bytes) -> Write[str]:
    answer = Answer(status, {"x-request-id": "req-1"}, body)
    return classify(answer, "create room", lambda it: contents.created_room(it, "create room"))


def test_a_2xx_with_an_id_is_applied() -> None:
    outcome = created(200, ROOM)
    assert isinstance(outcome, Applied)
    assert outcome.value == "26f06524-4f75-4b3a-a853-b649a21aaf66"
    assert outcome.request_id == "req-1"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 428, 451])
def test_a_refusal_in_the_services_own_words_is_not_applied_and_not_for_sending_again(status: int) -> None:
    outcome = created(status, REFUSED)
    assert isinstance(outcome, NotApplied)
    assert not outcome.retryable
    assert (outcome.error.status, outcome.error.error_code, outcome.error.request_id) == (
        status,
        "MSS.00000003",
        "req-1",
    )


def test_the_gateways_throttling_is_not_applied_and_may_be_sent_again() -> None:
    outcome = created(429, THROTTLED)
    assert isinstance(outcome, NotApplied)
    assert outcome.retryable
    assert (outcome.error.advice.limit, outcome.error.advice.window_s) == (5, 1)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((status, b"") for status in (400, 401, 403, 404, 409, 413, 422)),
        *((status, HTML) for status in (400, 401, 403, 404, 409, 413, 422)),
        (400, b'{"error_msg": "no code"}'),
        (400, b'{"error_code": ""}'),
        (400, b'{"error_code": 3}'),
        (400, b'["MSS.00000003"]'),
        (400, b'{"error_code": "MSS.00000003", "error_code": "MSS.00000004"}'),
        (400, REFUSED[:-3]),
    ],
)
def test_a_4xx_that_the_service_did_not_plainly_write_is_unknown(status: int, body: bytes) -> None:
    assert isinstance(created(status, body), Unknown)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 408, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [REFUSED, HTML, b""])
def test_redirects_timeouts_other_throttling_and_failures_are_unknown_whatever_they_say(
    status: int, body: bytes
) -> None:
    assert isinstance(created(status, body), Unknown)


@pytest.mark.parametrize("status", [400, 403, 503])
def test_the_throttling_code_counts_only_with_its_status(status: int) -> None:
    outcome = created(status, THROTTLED)
    assert not (isinstance(outcome, NotApplied) and outcome.retryable)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"26f06524"',
        HTML,
        ROOM[:-5],
        b"{}",
        b'{"room_id": null}',
        b'{"room_id": ""}',
        b'{"room_id": 7}',
        b'{"room_id": "../../evil"}',
        b'{"room_id": "' + b"a" * 65 + b'"}',
        b'{"room_id": "a", "room_id": "b"}',
        b'{"room_id": "a", "x": NaN}',
        b'{"room_id": "a", "x": 1e999}',
        b'{"room_id": "a", "x": ' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"room_id": "a"}{"room_id": "b"}',
        ROOM.decode().encode("utf-16"),
        b'\xef\xbb\xbf{"room_id": "a"}',
    ],
)
def test_a_2xx_without_what_the_call_promises_is_unknown(body: bytes) -> None:
    outcome = created(200, body)
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, MalformedAnswer)


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (ConnectFailed("x"), True),
        (TimedOut("x"), True),
        (Disconnected("x"), True),
        (CertificateRefused("x"), False),
        (DeadlinePassed("x"), False),
    ],
)
def test_what_never_left_is_not_applied(error: CallError, retryable: bool) -> None:
    outcome: Write[str] = classify(Lost(Phase.UNSENT, error), "create room", lambda _: "never")
    assert outcome == NotApplied(error, retryable=retryable)


@pytest.mark.parametrize("error", [TimedOut("x"), Disconnected("x"), MalformedAnswer("x"), ConnectFailed("x")])
def test_what_may_have_left_and_has_no_answer_is_unknown(error: CallError) -> None:
    outcome: Write[str] = classify(Lost(Phase.SENT, error), "create room", lambda _: "never")
    assert outcome == Unknown(error)


@pytest.mark.parametrize(("body", "is_applied"), [(b"", True), (b" \r\n", True), (b"{}", True), (HTML, False)])
def test_a_delete_is_applied_without_a_body_but_not_by_a_page_of_html(body: bytes, is_applied: bool) -> None:
    outcome = classify(Answer(200, {}, body), "delete room", lambda it: contents.nothing(it, "delete room"))
    assert isinstance(outcome, Applied) is is_applied


def test_an_update_that_answers_another_room_is_unknown() -> None:
    answer = Answer(200, {}, json.dumps({"room_id": "other"}).encode())
    outcome = classify(answer, "update room", lambda it: contents.updated_room(it, "update room", "mine"))
    assert isinstance(outcome, Unknown)


def test_what_was_applied_is_not_shown() -> None:
    assert "k3y" not in repr(Applied({"stream_keys": ["k3y"]}, "req-1"))
