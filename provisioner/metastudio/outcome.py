"""What is known about a write after it was tried: applied, not applied, or unknown. Pure.

There is no idempotency key, so the difference decides what may be sent again (reliability.md, section 1). Only
proof counts: a write is *not applied* when no byte of it left, when the service refused it in its own words
(a 4xx with an `error_code`), or when the gateway throttled it (429 `APIGW.0308`). It is *applied* when a 2xx
holds what the call promises. Everything else is *unknown* and must be looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Generic, TypeAlias, TypeVar, assert_never

from provisioner.metastudio.answers import THROTTLED_BY_GATEWAY, Answer, refusal
from provisioner.metastudio.errors import CallError, MalformedAnswer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Applied(Generic[T]):
    """The service did it. `value` is what it answered (not shown in `repr`: it may hold keys and tokens)."""

    value: T = field(repr=False)
    request_id: str | None


@dataclass(frozen=True, slots=True)
class NotApplied:
    """The service did not do it, proven. `retryable` tells that the same write may be sent again."""

    error: CallError
    retryable: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """The service may have done it, or may still do it. Never send it again; look."""

    error: CallError


Write: TypeAlias = Applied[T] | NotApplied | Unknown


class Phase(Enum):
    """How far a request came."""

    UNSENT = "no byte of the body left, or of the whole request where it has no body"
    SENT = "some of it may have left"


@dataclass(frozen=True, slots=True)
class Lost:
    """A request without a complete answer."""

    phase: Phase
    error: CallError


Exchange: TypeAlias = Answer | Lost
"""What became of one HTTP request."""


def classify(exchange: Exchange, where: str, read: Callable[[Answer], T]) -> Write[T]:
    """The outcome of a write. `where` names the call in messages; `read` takes from a 2xx what the call promises
    and raises MalformedAnswer where that is missing.
    """
    if isinstance(exchange, Answer):
        return _classify_answer(exchange, where, read)
    match exchange.phase:
        case Phase.UNSENT:
            return NotApplied(exchange.error, retryable=exchange.error.transient)
        case Phase.SENT:
            return Unknown(exchange.error)
        case _:
            assert_never(exchange.phase)


def _classify_answer(answer: Answer, where: str, read: Callable[[Answer], T]) -> Write[T]:
    if answer.is_success:
        try:
            return Applied(read(answer), answer.request_id)
        except MalformedAnswer as broken:
            return Unknown(broken)
    error = refusal(answer, where)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        by_gateway = error.error_code == THROTTLED_BY_GATEWAY
        return NotApplied(error, retryable=True) if by_gateway else Unknown(error)
    by_service = 400 <= answer.status < 500 and answer.status != HTTPStatus.REQUEST_TIMEOUT
    if by_service and error.error_code is not None:
        return NotApplied(error, retryable=False)
    return Unknown(error)
