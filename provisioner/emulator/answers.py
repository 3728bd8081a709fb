"""What the service says: answers, and refusals as exceptions that become answers. Pure.

Codes that api.md names ("Quirks") are the API's. The others are assumed: where the vendor's Web SDK lists a
numbered error for the same situation (20010045 room not found, 20010046 a job exists in the room, 20010053
invalid command), that number is used behind `MSS.`; `APIGW.0101` is the gateway's for an unknown address.
What is really sent there has not been seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object as `json.loads` gives it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body (None for none), and headers beyond those every answer has."""

    status: int
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Refusal(Exception):  # noqa: N818  # it ends a request, not the program
    """The service refuses a request. `status`, `code` and `message` are what the client gets."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def answer(self) -> Answer:
        """The refusal as the API writes errors."""
        return json_answer(self.status, {"error_code": self.code, "error_msg": self.message})


def json_answer(status: int, value: Mapping[str, object]) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, to_json(value).encode())


def to_json(value: object) -> str:
    """Compact JSON that keeps text as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def invalid(message: str) -> Refusal:
    """A parameter that is missing, unknown or wrong."""
    return Refusal(400, "MSS.00000003", f"Invalid parameter: {message}")


def unauthorised(message: str) -> Refusal:
    """The gateway cannot tell who is asking."""
    return Refusal(401, "APIGW.0301", f"Incorrect IAM authentication information: {message}")


def wrong_project() -> Refusal:
    """The caller is known and the project in the address is not theirs."""
    return Refusal(401, "MSS.00000001", "Unauthorized: the project in the path is not the caller's")


def throttled(message: str) -> Refusal:
    """The gateway's limit of calls is reached."""
    return Refusal(429, "APIGW.0308", f"The throttling threshold has been reached: {message}")


def no_such_api() -> Refusal:
    """No operation has that method and path (assumed code)."""
    return Refusal(404, "APIGW.0101", "The API does not exist or has not been published in the environment")


def no_such(what: str) -> Refusal:
    """No room or job has the id in the path (assumed code and status)."""
    return Refusal(404, "MSS.20010045", f"The {what} does not exist")


def job_exists(message: str) -> Refusal:
    """A running job stands in the way (assumed code and status)."""
    return Refusal(400, "MSS.20010046", message)


def wrong_state(message: str) -> Refusal:
    """The job or room is not in a state that allows this (assumed code and status)."""
    return Refusal(400, "MSS.20010053", message)


def internal(message: str) -> Refusal:
    """The service failed."""
    return Refusal(500, "MSS.00000004", f"Internal Error: {message}")
