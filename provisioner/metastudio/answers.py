"""A complete HTTP answer, and what it says when it refuses. Pure.

Errors are `{"error_code", "error_msg"}`, and every answer has `X-Request-Id` (api.md, "Quirks").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from provisioner.metastudio.errors import (
    Advice,
    AuthenticationFailed,
    CallError,
    ClockSkewed,
    Conflict,
    Forbidden,
    InvalidRequest,
    MalformedAnswer,
    NotFound,
    RedirectRefused,
    ServiceFailed,
    Throttled,
)
from provisioner.metastudio.remote_text import printable
from provisioner.metastudio.strict_json import NotJsonError, parse

THROTTLED_BY_GATEWAY = "APIGW.0308"
"""The gateway's own throttling: it refuses before the service sees the request."""
BAD_SIGNATURE = "APIGW.0301"
"""The gateway's refusal of a signature, also for a clock that is off by more than 15 minutes."""

TOLERATED_SKEW = timedelta(minutes=14)
"""The gateway tolerates 15 minutes; a refused signature that is this far off was refused for its time."""

MAX_RETRY_AFTER_S = 300.0
MAX_WINDOW_S = 3600.0

_LIMIT = re.compile(r"limit:\s*(\d{1,9})\s*,\s*time:\s*(\d{1,6})\s*(second|minute|hour|day)", re.IGNORECASE)
_UNIT_S = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}

_BY_STATUS: Mapping[int, tuple[type[CallError], str]] = {
    401: (AuthenticationFailed, "Check the access key or token, and that it belongs to this project and region."),
    403: (Forbidden, "Ask for the permission, or use credentials that have it."),
    404: (NotFound, "It may be gone, or live in another project or region."),
    408: (ServiceFailed, "Try again later."),
    409: (Conflict, "Something else changed it; plan again."),
    429: (Throttled, "Other users of the tenant share the limit; try later or lower the target's `limits`."),
}
_BY_CLASS: Mapping[int, tuple[type[CallError], str]] = {
    3: (RedirectRefused, "Redirects are not followed; correct the target's `endpoint`, or look for a proxy."),
    4: (InvalidRequest, "Correct what the service names, and plan again."),
    5: (ServiceFailed, "Try again later; the vendor's support wants the request id."),
}
_ODD_STATUS = (MalformedAnswer, "Look for a proxy between this machine and the service.")


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer. Header names are lower-case. `signed_at` is the time that the request's signature bore,
    if it had one. `conceal` takes out of the service's own words what must not be shown, such as a credential
    that it echoes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    signed_at: datetime | None = None
    conceal: Callable[[str], str] = field(default=str, repr=False, compare=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str | None:
        """The service's name for this exchange, escaped for messages."""
        value = self.headers.get("x-request-id")
        return printable(value, 80) if value else None

    @property
    def date(self) -> datetime | None:
        """The service's clock when it answered, in whole seconds, in UTC."""
        return _http_date(self.headers.get("date", ""))

    @property
    def clock_skew(self) -> timedelta | None:
        """How far the signature's time was behind the service's, where that is why the gateway refused it."""
        if self.status != HTTPStatus.UNAUTHORIZED or self.signed_at is None or self.date is None:
            return None
        skew = self.date - self.signed_at
        return skew if abs(skew) > TOLERATED_SKEW and _error_of(self)[0] == BAD_SIGNATURE else None

    def json(self, where: str) -> object:
        """The body as plain data. Raises MalformedAnswer."""
        try:
            return parse(self.body)
        except NotJsonError as error:
            raise self.malformed(where, str(error)) from error

    def json_object(self, where: str) -> dict[str, Any]:
        """The body as a JSON object. Raises MalformedAnswer."""
        value = self.json(where)
        if not isinstance(value, dict):
            raise self.malformed(where, "it is not a JSON object")
        return value

    def malformed(self, where: str, reason: str) -> MalformedAnswer:
        """The error that this answer is not what the API documents. `reason` speaks of "it", the answer's body."""
        kind = printable(self.headers.get("content-type", "no content type"), 60)
        message = (
            f"{where}: the answer ({self.status}, {kind}, {len(self.body):,} bytes{self._id_text}) is unusable:"
            f" {reason}. Look for a proxy between this machine and the service."
        )
        return MalformedAnswer(message, status=self.status, request_id=self.request_id)

    @property
    def _id_text(self) -> str:
        return f", request id {self.request_id}" if self.request_id else ""


def refusal(answer: Answer, where: str) -> CallError:
    """The error that an answer other than 2xx stands for. `where` names the call in the message."""
    kind, remedy = _BY_STATUS.get(answer.status) or _BY_CLASS.get(answer.status // 100, _ODD_STATUS)
    if answer.clock_skew is not None:
        kind, remedy = ClockSkewed, _clock_remedy(answer.clock_skew)
    code, words = _error_of(answer)
    said = " ".join(part for part in (str(answer.status), code and printable(code, 64), words and f"({words})") if part)
    request = f" [request id {answer.request_id}]" if answer.request_id else ""
    return kind(
        f"{where}: the service answered {said}{request}. {remedy}",
        status=answer.status,
        error_code=code and printable(code, 64),
        request_id=answer.request_id,
        advice=_advice(answer, words or ""),
    )


def _clock_remedy(skew: timedelta) -> str:
    direction = "behind" if skew > timedelta() else "ahead of"
    minutes = round(abs(skew).total_seconds() / 60)
    return f"The time of the signature is {minutes} minutes {direction} the service's: set this machine's clock."


def _error_of(answer: Answer) -> tuple[str | None, str | None]:
    """The `error_code`, and the `error_msg` fit for a message; None where the body does not have them."""
    try:
        body = parse(answer.body)
    except NotJsonError:
        return None, None
    if not isinstance(body, dict):
        return None, None
    code, words = body.get("error_code"), body.get("error_msg")
    readable = code if isinstance(code, str) and code.strip() else None
    return readable, printable(answer.conceal(words)) if isinstance(words, str) and words else None


def _advice(answer: Answer, words: str) -> Advice:
    named = _LIMIT.search(words)
    return Advice(
        retry_after_s=_retry_after_s(answer),
        limit=int(named[1]) if named else None,
        window_s=min(int(named[2]) * _UNIT_S[named[3].lower()], MAX_WINDOW_S) if named else None,
    )


def _retry_after_s(answer: Answer) -> float | None:
    """`Retry-After` in seconds from now, at most five minutes; a date counts from the answer's own."""
    value = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return min(float(value), MAX_RETRY_AFTER_S)
    until, date = _http_date(value), answer.date
    if until is None or date is None:
        return None
    return min(max(0.0, (until - date).total_seconds()), MAX_RETRY_AFTER_S)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
