"""What small commands did, as plain data: files written, the embedded service moved or served. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from typing_extensions import TypedDict

from provisioner.reports.json_text import timestamp
from provisioner.reports.json_types import FORMAT_VERSION, Moment


class WrittenJson(TypedDict):
    """What a command wrote."""

    format_version: Literal[1]
    files: list[str]
    """Paths, as they are opened from the folder in which the command was called."""


class EmulatorJson(TypedDict):
    """An embedded service after a command."""

    format_version: Literal[1]
    target: str
    now: Moment
    """What its clock shows."""


class ServingJson(TypedDict):
    """How an embedded service is reached while it is served; one line, as soon as it takes requests."""

    format_version: Literal[1]
    endpoint: str
    project_id: str
    access_key: str
    secret_key: str
    """Of this machine's service alone; it opens nothing else."""
    token: str


def written_json(files: Iterable[str]) -> WrittenJson:
    """The files that were written, in order."""
    return {"format_version": FORMAT_VERSION, "files": list(files)}


def emulator_json(target: str, now: datetime) -> EmulatorJson:
    """An embedded service and its clock."""
    return {"format_version": FORMAT_VERSION, "target": target, "now": timestamp(now)}


def serving_json(access: Mapping[str, str]) -> ServingJson:
    """How a service is reached, from `endpoint`, `project id`, `access key`, `secret key` and `token`."""
    return {
        "format_version": FORMAT_VERSION,
        "endpoint": access["endpoint"],
        "project_id": access["project id"],
        "access_key": access["access key"],
        "secret_key": access["secret key"],
        "token": access["token"],
    }
