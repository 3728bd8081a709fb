"""How many calls a second each region allows, per operation (api.md, "Limits of calls"). Pure.

The console and every other pipeline of the tenant share these limits, so a target may set lower ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from provisioner.errors import WorkspaceError
from provisioner.metastudio.operation import Operation

LIMITED: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
        "create": (Operation.CREATE_ROOM,),
        "update": (Operation.UPDATE_ROOM,),
        "list": (Operation.LIST_ROOMS, Operation.LIST_JOBS, Operation.LIST_ASSETS),
        "show": (Operation.SHOW_ROOM, Operation.SHOW_JOB, Operation.LIVE_WARNINGS),
        "delete": (Operation.DELETE_ROOM,),
        "start": (Operation.START_JOB,),
        "stop": (Operation.STOP_JOB, Operation.COMMAND_JOB),
    }
)
"""The names under a target's `limits`, and the operations each stands for; every operation has its own bucket."""

_BEIJING4: Mapping[str, float] = MappingProxyType(
    {"create": 5, "update": 5, "list": 20, "show": 20, "delete": 4, "start": 4, "stop": 4}
)
_ELSEWHERE: Mapping[str, float] = MappingProxyType(
    {"create": 3, "update": 3, "list": 10, "show": 10, "delete": 3, "start": 3, "stop": 3}
)


def rates(region: str, limits: Mapping[str, float]) -> dict[Operation, float]:
    """Calls a second for every operation: the region's, with the target's `limits` over them.

    A region that is not known gets the lower figures. Raises WorkspaceError for a limit that does not exist or
    is not a positive number.
    """
    for name, rate in limits.items():
        if name not in LIMITED:
            raise WorkspaceError(f'limits: there is no limit "{name}"; the names are {", ".join(LIMITED)}')
        if not (rate > 0 and math.isfinite(rate)):
            raise WorkspaceError(f"limits: {name} must be a number of calls a second above 0")
    defaults = _BEIJING4 if region == "cn-north-4" else _ELSEWHERE
    return {operation: limits.get(name, defaults[name]) for name, group in LIMITED.items() for operation in group}
