"""Faults and the clock over HTTP, for tests whose emulator serves in another process. Off unless asked for.

    GET    /_faults    what is armed
    POST   /_faults    {"faults": [{"operation": "create_room", "status": 503, "applied": true}, …],
                        "job_failures": [{"room": "spring-*"}], "list_lag_s": 20}: armed in addition
    DELETE /_faults    everything is disarmed
    POST   /_clock     {"advance_s": 3600}

Nothing here asks who calls: it is for loopback and for tests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import ConfigDict, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provisioner.emulator.answers import Answer, invalid, json_answer
from provisioner.emulator.faults import Fault, JobFailure
from provisioner.emulator.service import Emulator


@dataclass(frozen=True)
class _Orders:
    __pydantic_config__ = ConfigDict(extra="forbid")

    faults: tuple[Fault, ...] = ()
    job_failures: tuple[JobFailure, ...] = ()
    list_lag_s: float | None = None


@dataclass(frozen=True)
class _Step:
    __pydantic_config__ = ConfigDict(extra="forbid")

    advance_s: float


def routes(emulator: Emulator) -> tuple[Route, ...]:
    """The two addresses."""

    async def show(_: Request) -> Response:
        armed = [repr(fault) for fault in emulator.faults.armed]
        return _response(json_answer(200, {"armed": armed, "list_lag_s": emulator.faults.list_lag_s}))

    async def arm(request: Request) -> Response:
        try:
            orders = TypeAdapter(_Orders).validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        emulator.faults.add(*orders.faults, *orders.job_failures)
        if orders.list_lag_s is not None:
            emulator.faults.list_lag_s = orders.list_lag_s
        return await show(request)

    async def disarm(_: Request) -> Response:
        emulator.faults.clear()
        return Response(status_code=204)

    async def advance(request: Request) -> Response:
        try:
            step = TypeAdapter(_Step).validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        emulator.advance(step.advance_s)
        return _response(json_answer(200, {"now": emulator.now().isoformat()}))

    return (
        Route("/_faults", show, methods=["GET"]),
        Route("/_faults", arm, methods=["POST"]),
        Route("/_faults", disarm, methods=["DELETE"]),
        Route("/_clock", advance, methods=["POST"]),
    )


def _refused(error: ValidationError) -> Response:
    return _response(invalid(json.dumps(error.errors(include_url=False, include_input=False))).answer())


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type="application/json")
