"""What errors say, and what they must not say."""

from __future__ import annotations

import inspect
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.errors import ServiceError
from provisioner.metastudio import errors
from provisioner.metastudio.answers import Answer, refusal
from provisioner.metastudio.errors import CallError
from provisioner.metastudio.remote_text import printable


def answer(status: int, body: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, json.dumps(body).encode())


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in inspect.getdoc(errors).splitlines():  # type: ignore[union-attr]
        match = re.match(r"^( *(?:[│ ] *)*(?:[├└]── )?)([A-Z][A-Za-z]+)  ", line)
        if not match:
            continue
        depth = len(match[1])
        path = [step for step in path if step[0] < depth]
        if path:
            drawn[match[2]] = path[-1][1]
        path.append((depth, match[2]))
    defined = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, ServiceError) and kind is not ServiceError
    }
    assert drawn == defined


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, "RedirectRefused"),
        (400, "InvalidRequest"),
        (401, "AuthenticationFailed"),
        (403, "Forbidden"),
        (404, "NotFound"),
        (405, "InvalidRequest"),
        (408, "ServiceFailed"),
        (409, "Conflict"),
        (413, "InvalidRequest"),
        (422, "InvalidRequest"),
        (429, "Throttled"),
        (500, "ServiceFailed"),
        (503, "ServiceFailed"),
        (101, "MalformedAnswer"),
        (700, "MalformedAnswer"),
    ],
)
def test_every_status_has_its_class(status: int, kind: str) -> None:
    error = refusal(answer(status), "show room")
    assert type(error).__name__ == kind
    assert error.status == status


def test_a_message_says_what_where_and_what_to_do() -> None:
    body = {"error_code": "MSS.00000003", "error_msg": "Invalid parameter"}
    error = refusal(answer(400, body, x_request_id="req-42"), "update room r-1")
    assert str(error) == (
        "update room r-1: the service answered 400 MSS.00000003 (Invalid parameter) [request id req-42]."
        " Correct what the service names, and plan again."
    )
    assert (error.error_code, error.request_id) == ("MSS.00000003", "req-42")


HOSTILE = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;https://evil\x1b\\link",
    "a\r\n::add-mask::x\n##[error]",
    "\u202egnp.exe\u2066",
    "zero\u200bwidth\ufeff",
    "\x9b31m",
    "line\u2028separator\u2029",
    "\ue000private\U000f0000",
    "nbsp\u00a0wide\u3000",
    "half \ud83d",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_services_words_come_out_in_one_visible_line(text: str) -> None:
    body = {"error_code": text, "error_msg": text}
    error = refusal(answer(400, body, x_request_id=text, content_type=text), "show room")
    assert str(error).isprintable()
    assert len(str(error)) < 700
    assert (error.error_code or "").isprintable()
    assert (error.request_id or "").isprintable()
    malformed = str(answer(200, [], x_request_id=text, content_type=text).malformed("show room", "it is not JSON"))
    assert malformed.isprintable()
    assert len(malformed) < 500


@given(st.text(), st.integers(1, 50))
def test_escaped_text_is_visible_and_bounded(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit
    assert shown == text or not text.isprintable() or len(text) > limit or "\\" in shown


def test_a_credential_that_the_service_echoes_is_hidden_before_the_text_is_cut() -> None:
    body = json.dumps({"error_code": "APIGW.0301", "error_msg": "x" * 290 + "hunter2hunter2"}).encode()
    echoing = Answer(401, {}, body, conceal=lambda text: text.replace("hunter2hunter2", "(hidden)"))
    assert "hunter" not in str(refusal(echoing, "list rooms"))


@pytest.mark.parametrize(
    ("message", "limit", "window_s"),
    [
        ("The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute", 60, 60),
        ("... limit:200,time:5 minute", 200, 300),
        ("... Limit: 5 , Time: 1 Seconds", 5, 1),
        ("... limit:10,time:2 hour", 10, 3600),
        ("... limit:10,time:1 day", 10, 3600),
        ("... limit:1000000000000,time:1 second", None, None),
        ("... limit:0,time:0 second", 0, 0),
        ("too fast", None, None),
    ],
)
def test_the_limit_and_its_window_are_read_from_the_message(
    message: str, limit: int | None, window_s: float | None
) -> None:
    advice = refusal(answer(429, {"error_code": "APIGW.0308", "error_msg": message}), "create room").advice
    assert (advice.limit, advice.window_s) == (limit, window_s)
    assert advice.rate is None or advice.rate > 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("86400", 300),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Sat, 21 Nov 2026 01:00:30 GMT", 30),
        ("Sat, 21 Nov 2026 03:00:00 GMT", 300),
        ("Sat, 21 Nov 2026 00:00:00 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_five_minutes_at_most(value: str, seconds: float | None) -> None:
    error = refusal(answer(503, date="Sat, 21 Nov 2026 01:00:00 GMT", retry_after=value), "list rooms")
    assert error.advice.retry_after_s == seconds


@pytest.mark.parametrize("value", ["", "yesterday", "Sat, 99 Nov 2026 01:00:00 GMT", "Sat, 21 Nov 99999 01:00:00 GMT"])
def test_a_date_that_is_none_is_ignored(value: str) -> None:
    assert answer(200, date=value).date is None


def test_errors_of_the_client_end_a_command_like_every_other() -> None:
    assert issubclass(CallError, ServiceError)
    assert CallError.exit_code == 1
