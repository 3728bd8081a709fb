"""What tests of the embedded service share: plain HTTP to it in this process, a room, and a machine's clock."""

from __future__ import annotations

import asyncio
import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from provisioner.emulator import Emulator
from provisioner.emulator.transport import InProcess

Json = dict[str, Any]

ROOM: Json = {
    "room_name": "Spring sale",
    "room_description": "Shoes",
    "priv_data": '{"k": "ä ☃ \\u2028 </x>"}',
    "output_urls": ["rtmp://push.example/live"],
    "stream_keys": ["key-7"],
    "video_config": {"codec": "H264", "bitrate": 4000, "width": 1920, "height": 1080, "frame_rate": "25"},
    "play_policy": {"repeat_count": -1},
    "scene_scripts": [
        {
            "script_name": "Opening",
            "model_asset_id": "model-anna",
            "dh_id": "anna",
            "voice_config": {"voice_asset_id": "voice-1", "speed": 120},
            "layer_config": [
                {
                    "layer_type": "VIDEO",
                    "position": {"dx": 0, "dy": 0, "layer_index": 1},
                    "video_config": {"video_url": "https://media.example/a.mp4"},
                }
            ],
            "shoot_scripts": [
                {"title": "Hello", "text_config": {"text": "Welcome <break time='1s'/> 你好"}},
                {"sequence_no": 7, "text_config": {"text": "second"}},
                {"text_config": {"text": "third"}},
            ],
        },
        {
            "script_id": "kept-id",
            "script_name": "Offers",
            "shoot_scripts": [{"text_config": {"text": "Buy"}}],
        },
    ],
    "interaction_rules": [
        {
            "rule_name": "faq",
            "event_type": 1,
            "enabled_scenes": ["Offers"],
            "hit_condition": {"relation": "OR", "tags": []},
            "trigger": {"reply_mode": "SYSTEM_REPLY", "reply_texts": ["Yes"]},
        }
    ],
}


def room(**changes: Any) -> Json:
    """A full room, with top-level fields replaced; None leaves a field out."""
    body = copy.deepcopy(ROOM) | changes
    return {name: value for name, value in body.items() if value is not None}


def small_room(name: str = "small", **more: Any) -> Json:
    """The least that the service takes."""
    return {"room_name": name, **more}


class Machine:
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 9, 0, 0, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_s(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Caller:
    """Speaks HTTP to an emulator in this process, with its token unless told otherwise."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def send(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        *,
        params: Json | None = None,
        headers: dict[str, str] | None = None,
        project_id: str | None = None,
    ) -> httpx.Response:
        """One request below `/v1/{project_id}`. Raises httpx.ReadError where the connection is cut."""
        return asyncio.run(self.send_async(method, path, body, params=params, headers=headers, project_id=project_id))

    async def send_async(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        *,
        params: Json | None = None,
        headers: dict[str, str] | None = None,
        project_id: str | None = None,
    ) -> httpx.Response:
        """The same, awaited."""
        content = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        async with httpx.AsyncClient(transport=InProcess(self.emulator), base_url="http://127.0.0.1") as client:
            return await client.request(
                method,
                f"/v1/{project_id or self.emulator.project_id}{path}",
                params=params,
                headers={"X-Auth-Token": self.emulator.token} if headers is None else headers,
                **content,
            )

    def create(self, body: Json | None = None) -> str:
        """A new room's id."""
        answer = self.send("POST", "/smart-live-rooms", body or small_room())
        assert answer.status_code == 200, answer.text
        return str(answer.json()["room_id"])

    def show(self, room_id: str) -> Json:
        """A room."""
        answer = self.send("GET", f"/smart-live-rooms/{room_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def page(self, **params: Any) -> Json:
        """One page of rooms."""
        answer = self.send("GET", "/smart-live-rooms", params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def names(self, **params: Any) -> list[str]:
        """The names on one page of rooms."""
        return [found["room_name"] for found in self.page(**params)["smart_live_rooms"]]

    def start(self, room_id: str, body: Json | None = None) -> str:
        """A new job's id."""
        answer = self.send("POST", f"/smart-live-rooms/{room_id}/smart-live-jobs", body or {})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])

    def job(self, room_id: str, job_id: str) -> Json:
        """A job."""
        answer = self.send("GET", f"/smart-live-rooms/{room_id}/smart-live-jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())
