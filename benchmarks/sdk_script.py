"""What a person would write in an afternoon: Jinja, PyYAML and the vendor's SDK, one step after the other.

It knows the workspaces of `benchmarks.workspaces`, and nothing of the tool that it is compared with.

    python -m benchmarks.sdk_script check WORKSPACE [--rooms N]     renders, parses, makes the SDK's requests
    python -m benchmarks.sdk_script plan WORKSPACE [--workers N]    and compares each room with what the service has

`plan` takes `ENDPOINT`, `PROJECT_ID` and the keys from the environment, prints the name of each room that differs,
and ends with 2 if there is one. With more than one worker, rooms are read in so many threads.
"""

from __future__ import annotations

import argparse
import base64
import csv
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkmetastudio import v1 as sdk
from jinja2 import Environment, FileSystemLoader, StrictUndefined

PAGE = 100


def rendered(workspace: Path) -> Iterator[str]:
    """The text of every room."""
    # trusted templates that make YAML: there is no HTML to escape for
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader([workspace / "templates", workspace / "rooms"]), undefined=StrictUndefined
    )
    environment.filters["b64"] = lambda text: base64.b64encode(text.encode()).decode()
    environment.globals["values"] = yaml.load((workspace / "values/common.yaml").read_bytes(), yaml.CSafeLoader)
    environment.globals["secret"] = os.environ.__getitem__
    table = workspace / "data/rooms.csv"
    if table.exists():
        template = environment.get_template("room.yaml")
        with table.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                yield template.render(room=row)
    for file in sorted((workspace / "rooms").glob("by-hand/**/*.yaml")):
        yield environment.get_template(file.relative_to(workspace / "rooms").as_posix()).render()


def desired(workspace: Path) -> Iterator[dict[str, Any]]:
    """The body of every room."""
    for text in rendered(workspace):
        manifest: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
        yield manifest["spec"]


def check(workspace: Path, rooms: int | None) -> int:
    """Makes the SDK's request of each room, which knows the fields of one. How many there are."""
    return sum(sdk.CreateSmartLiveRoomReq(**spec) is not None for spec in islice(desired(workspace), rooms))


def connect() -> Any:
    """The vendor's client."""
    config = HttpConfig.get_default_config()
    config.timeout = (3, 60)
    keys = (os.environ[f"HUAWEICLOUD_SDK_{name}"] for name in ("AK", "SK"))
    credentials = BasicCredentials(*keys, os.environ["PROJECT_ID"])
    builder = sdk.MetaStudioClient.new_builder().with_http_config(config).with_credentials(credentials)
    return builder.with_endpoint(os.environ["ENDPOINT"]).build()


def plan(workspace: Path, workers: int) -> list[str]:
    """The names of the rooms that are not as the workspace says."""
    client = connect()
    specs = list(desired(workspace))
    ids = listed(client)

    def differs(spec: dict[str, Any]) -> bool:
        room_id = ids.get(spec["room_name"])
        if room_id is None:
            return True
        shown = client.show_smart_live_room(sdk.ShowSmartLiveRoomRequest(room_id=room_id))
        return not says(shown.to_json_object(), spec)

    if workers == 1:
        found = list(map(differs, specs))
    else:
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(differs, specs))
    return [spec["room_name"] for spec, is_different in zip(specs, found, strict=True) if is_different]


def listed(client: Any) -> dict[str, str]:
    """The ids of all rooms by name, page by page."""
    ids: dict[str, str] = {}
    for offset in range(0, 1_000_000, PAGE):
        page = client.list_smart_live_rooms(sdk.ListSmartLiveRoomsRequest(limit=PAGE, offset=offset))
        ids |= {room.room_name: room.room_id for room in page.smart_live_rooms}
        if len(page.smart_live_rooms) < PAGE:
            break
    return ids


def says(shown: Any, wanted: Any) -> bool:
    """Whether what the service shows has all that is wanted; it may have more."""
    if isinstance(wanted, dict):
        return isinstance(shown, dict) and all(name in shown and says(shown[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return isinstance(shown, list) and len(shown) == len(wanted) and all(map(says, shown, wanted))
    return bool(shown == wanted)


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="sdk_script")
    parser.add_argument("command", choices=("check", "plan"))
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--rooms", type=int)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args(arguments)
    if asked.command == "check":
        sys.stdout.write(f"{check(asked.workspace, asked.rooms)} rooms\n")
        return 0
    different = plan(asked.workspace, asked.workers)
    sys.stdout.write("".join(f"{name} differs\n" for name in different))
    return 2 if different else 0


if __name__ == "__main__":
    sys.exit(main())
