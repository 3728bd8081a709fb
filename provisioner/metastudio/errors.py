"""What can go wrong between this program and MetaStudio. Values only, pure.

    ServiceError                    (provisioner.errors)
    └── CallError                   every error of a call; its attributes are below
        ├── NotSent                 nothing left this machine, and sending it again will not help
        │   ├── CredentialsMissing  no access key or token was found, or the vendor's chain failed
        │   ├── UnusableRequest     an id or a body that must not be sent
        │   ├── DeadlinePassed      the time for the whole run is over
        │   └── Interrupted         the end of the run was asked for
        ├── ConnectFailed           DNS, TCP, TLS, proxy: no byte of the request left
        │   └── CertificateRefused  the server's certificate is not trusted
        ├── TimedOut                no complete answer within the time for one call
        ├── Disconnected            the connection broke before the answer was complete
        ├── MalformedAnswer         an answer, but not one the API documents
        ├── RedirectRefused         3xx; never followed, since credentials would follow it too
        ├── InvalidRequest          400, 413, 422 and every 4xx without a class of its own
        ├── AuthenticationFailed    401
        │   └── ClockSkewed         401, because this machine's clock is more than 15 minutes off
        ├── Forbidden               403
        ├── NotFound                404
        ├── Conflict                409
        ├── Throttled               429
        └── ServiceFailed           408 and 5xx

Messages say what was refused, by what status and code, with which request id, and what to do. They never hold a
header, a body or a credential; the service's own words pass through `remote_text.printable` first.
"""

# ruff: noqa: N818 - each name says what happened; that it is an error stands in every signature

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from provisioner.errors import ServiceError


@dataclass(frozen=True, slots=True)
class Advice:
    """What a refusal says about when to come back: `Retry-After`, and the limit it names per window.

    Seconds; None where the answer says nothing.
    """

    retry_after_s: float | None = None
    limit: int | None = None
    window_s: float | None = None

    @property
    def rate(self) -> float | None:
        """The calls a second that the named limit allows, or None."""
        return self.limit / self.window_s if self.limit and self.window_s else None


class CallError(ServiceError):
    """A call that did not end well.

    `status` is the HTTP status, `error_code` the service's own (`MSS.*`, `APIGW.*`), `request_id` what the
    vendor's support asks for; each is None where no answer told it. `advice` says when to come back.
    `transient` tells that the same request may succeed later.
    """

    transient: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        error_code: str | None = None,
        request_id: str | None = None,
        advice: Advice = Advice(),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error_code = error_code
        self.request_id = request_id
        self.advice = advice


class NotSent(CallError):
    """Nothing left this machine, and sending the same again will not help."""


class CredentialsMissing(NotSent):
    """No credentials were found, or the place that should give them failed."""


class UnusableRequest(NotSent):
    """An id that must not stand in a path, or a body that is not JSON."""


class DeadlinePassed(NotSent):
    """The time for the whole run was over before this call was sent."""


class Interrupted(NotSent):
    """The end of the run was asked for before this write was sent."""


class ConnectFailed(CallError):
    """No connection: DNS, TCP, TLS or the proxy. No byte of the request left."""

    transient = True


class CertificateRefused(ConnectFailed):
    """The server's certificate is not trusted here; trying again will not change that."""

    transient = False


class TimedOut(CallError):
    """No complete answer came within the time for one call."""

    transient = True


class Disconnected(CallError):
    """The connection broke before the answer was complete."""

    transient = True


class MalformedAnswer(CallError):
    """The answer is not what the API documents: not JSON, too large, or without what it must hold."""


class RedirectRefused(CallError):
    """The answer points elsewhere; redirects are never followed."""


class InvalidRequest(CallError):
    """The service does not accept the request."""


class AuthenticationFailed(CallError):
    """The service does not accept the credentials."""


class ClockSkewed(AuthenticationFailed):
    """The service does not accept the time of the signature."""


class Forbidden(CallError):
    """The credentials are good and do not suffice."""


class NotFound(CallError):
    """There is no such room, job or project."""


class Conflict(CallError):
    """The request contradicts the present state."""


class Throttled(CallError):
    """Too many calls."""

    transient = True


class ServiceFailed(CallError):
    """The service or its gateway failed."""

    transient = True
