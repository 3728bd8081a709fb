"""Sends the calls of one run: paced, signed, tried again where that is safe, and with one clock for all.

Reads are tried again after a failure of the network or the service, within the throttle's limits. Writes are sent
once; `persist` sends one again that is proven not to be applied. The one request that goes out twice by itself is
one that the gateway refused for the time of its signature, before the service saw it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

from provisioner.clock import Now
from provisioner.metastudio.answers import THROTTLED_BY_GATEWAY, Answer, refusal
from provisioner.metastudio.endpoint import Endpoint
from provisioner.metastudio.errors import NotSent
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.outcome import Exchange, Lost, NotApplied, Phase, Write, classify
from provisioner.metastudio.service_clock import ServiceClock
from provisioner.metastudio.signing import Authenticator, Signable
from provisioner.metastudio.throttle import Permit, Throttle
from provisioner.metastudio.wire import Request, Wire

T = TypeVar("T")


class Session:
    """What the calls of one run share. `now` is this machine's clock."""

    def __init__(self, endpoint: Endpoint, auth: Authenticator, *, wire: Wire, throttle: Throttle, now: Now) -> None:
        self._endpoint = endpoint
        self._auth = auth
        self._wire = wire
        self._throttle = throttle
        self._now = now
        self._clock = ServiceClock()
        self._correction = timedelta()

    @property
    def service_time(self) -> datetime:
        """The service's clock as its answers tell it; this machine's before the first answer."""
        return self._now() + self._clock.offset

    async def read(self, request: Request) -> Answer:
        """The 2xx to a request that changes nothing. Raises a CallError."""
        attempts = self._throttle.attempts(request.operation)
        while True:
            exchange = await self._exchange(request)
            if isinstance(exchange, Answer) and exchange.is_success:
                return exchange
            error = exchange.error if isinstance(exchange, Lost) else refusal(exchange, request.where)
            if not error.transient or not await attempts.another(error.advice):
                raise error

    async def write(self, request: Request, read: Callable[[Answer, str], T]) -> Write[T]:
        """Sends a write once; `read` takes from a 2xx what the call promises. Nothing is raised but cancellation,
        after which the outcome is unknown.
        """
        exchange = await self._exchange(request)
        return classify(exchange, request.where, lambda answer: read(answer, request.where))

    async def persist(self, operation: Operation, send: Callable[[], Awaitable[Write[T]]]) -> Write[T]:
        """Calls `send` until its outcome is another than "not applied, may be sent again", or the throttle has no
        attempt, retry or time left for it.
        """
        attempts = self._throttle.attempts(operation)
        while True:
            outcome = await send()
            if not isinstance(outcome, NotApplied) or not outcome.retryable:
                return outcome
            if not await attempts.another(outcome.error.advice):
                return outcome

    def stop_writing(self) -> None:
        """Lets no write out any more."""
        self._throttle.stop_writing()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._wire.aclose()

    async def _exchange(self, request: Request) -> Exchange:
        correction = self._correction
        exchange = await self._once(request)
        skew = exchange.clock_skew if isinstance(exchange, Answer) else None
        if skew is None or correction:  # corrected once and wrong again: the clock jumps, a person should look
            return exchange
        self._correction = skew
        return await self._once(request)

    async def _once(self, request: Request) -> Exchange:
        try:
            await self._auth.ready()
            permit = await self._throttle.permit(request.operation)
        except NotSent as error:
            return Lost(Phase.UNSENT, error)
        sent = self._now()
        signed_at = sent + self._correction
        headers = self._auth.headers(
            Signable(request.method, self._endpoint.host, request.path, request.query, request.body, signed_at)
        )
        exchange = await self._wire.send(
            request,
            headers,
            signed_at=signed_at if "Authorization" in headers else None,
            until=self._throttle.deadline,
        )
        if isinstance(exchange, Answer):
            self._learn(exchange, permit, sent)
        return exchange

    def _learn(self, answer: Answer, permit: Permit, sent: datetime) -> None:
        """Takes from an answer what it tells about the service's clock and limits."""
        if answer.date is not None:
            self._clock.observe(answer.date, sent, self._now())
        error = refusal(answer, "") if answer.status == HTTPStatus.TOO_MANY_REQUESTS else None
        if error is not None and error.error_code == THROTTLED_BY_GATEWAY:
            self._throttle.throttled(permit, error.advice)
        else:
            self._throttle.passed(permit)
