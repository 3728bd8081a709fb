"""A plan whose rooms can be drawn: of every kind one, with all that a canvas, a script and a table may hold."""

from __future__ import annotations

import copy
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

from provisioner.planning.actions import Plan
from provisioner.planning.contents import Air, RoomContent
from provisioner.rooms import RoomKey
from provisioner.windows import Occurrence
from tests.reports.plans import NOW, PLAN, RULES, SCENES


def layer(kind: str, index: int, box: tuple[int, int, int, int], **others: Any) -> dict[str, Any]:
    """A layer at a place of the pile and of the canvas."""
    x, y, width, height = box
    return {
        "layer_type": kind,
        "position": {"dx": x, "dy": y, "layer_index": index},
        "size": {"width": width, "height": height},
        **others,
    }


def words(text: str, size: int = 72, color: str = "#FFF8E7", font: str = "HarmonyOS_Sans_SC_Black") -> dict[str, Any]:
    """The `text_config` of a layer."""
    context = b64encode(text.encode()).decode()
    return {"text_context": context, "font_size": size, "font_color": color, "font_name": font}


def paragraph(text: str, title: str | None = None, **others: Any) -> dict[str, Any]:
    """A paragraph of a script."""
    return {**({"title": title} if title else {}), "text_config": {"text": text}, **others}


ROOM: dict[str, Any] = {
    "room_name": "Store Oslo",
    "video_config": {"width": 1080, "height": 1920, "bitrate": 4000},
    "scene_scripts": [
        {"script_name": "Welcome", "shoot_scripts": [paragraph("Good evening, and welcome."), paragraph("欢迎光临。")]},
        {
            "script_name": "Opening",
            "model_asset_id": "c0ffee",
            "voice_config": {"voice_asset_id": "v1", "speed": 100},
            "background_config": [
                {"background_type": "IMAGE", "background_config": "https://assets.example.com/backgrounds/oslo.jpg?x=1"}
            ],
            "layer_config": [
                layer("HUMAN", 1, (0, 480, 1080, 1440)),
                layer("IMAGE", 2, (90, 360, 900, 500), image_config={"image_url": "https://u:p@example.com/menu.png"}),
                layer("TEXT", 3, (90, 150, 900, 144), text_config=words("玉带巷老店 Old lane")),
                layer("VIDEO", 4, (600, 1400, 400, 300), asset_id="film-1"),
                layer("IMAGE", 5, (0, 0, 200, 200), asset_id="only-then", sequence_no=2),
            ],
            "shoot_scripts": [
                paragraph("Three teas are on the table tonight.", "Hello"),
                paragraph("The first fifty orders ship on Friday.", "Offer"),
                paragraph("第一款是明前龙井。干茶扁平光滑。<break time='2s'/>"),
                paragraph("See you then!", "Farewell"),
            ],
        },
        {"script_name": "Closing", "shoot_scripts": [paragraph("Good night.")]},
    ],
    "interaction_rules": [
        {
            "rule_name": "price",
            "event_type": 1,
            "hit_condition": {
                "relation": "OR",
                "priority": 50,
                "tags": [{"tag": "content", "operation": "NONE", "match": "REGEX", "value": "price|多少钱"}],
            },
            "trigger": {"reply_mode": "SYSTEM_REPLY", "reply_texts": ["Two for five."], "time_window": 45},
        },
        {"rule_name": "shipping", "event_type": 1, "trigger": {"reply_mode": "CALLBACK", "time_window": -1}},
    ],
}


def _after() -> dict[str, Any]:
    room = copy.deepcopy(ROOM)
    opening = room["scene_scripts"][1]
    human, menu, title, _, then = opening["layer_config"]
    menu["position"]["dx"], menu["size"]["width"], menu["rotation"] = 300, 700, {"angle": 12}
    title["text_config"] = words("玉带巷新店 New lane", 88, "#FFD27A")
    then["position"]["dy"] = 300
    opening["layer_config"] = [human, menu, title, then, layer("IMAGE", 6, (700, 1000, 300, 300), asset_id="badge")]
    opening["background_config"] = [{"background_type": "COLOR", "background_color_config": "#1F3D2B"}]
    opening["voice_config"]["speed"] = 120
    hello, offer, tea, _ = opening["shoot_scripts"]
    offer["text_config"]["text"] = "The first eighty orders ship on Saturday."
    opening["shoot_scripts"] = [hello, tea, offer, paragraph("And a draw at the end.", "Draw")]
    room["scene_scripts"].pop()
    price = room["interaction_rules"][0]
    price["hit_condition"]["tags"][0]["value"] = "price|cost|多少钱"
    price["trigger"]["reply_texts"].append("Four for ten.")
    room["interaction_rules"][1] = {"rule_name": "hello", "event_type": 2}
    return room


AFTER = _after()
NEW: dict[str, Any] = {
    "room_name": "Spring Sale",
    "video_config": {"width": 1920, "height": 1080},
    "scene_scripts": [
        {
            **SCENES[0],
            "layer_config": [
                layer("HUMAN", 1, (1100, 180, 675, 900)),
                layer("IMAGE", 2, (120, 160, 880, 620), image_config={"image_url": "https://a.example.com/spring.png"}),
                layer("TEXT", 3, (120, 820, 900, 100), text_config=words("Spring is here", 80, "#ffffff")),
            ],
        },
        SCENES[1],
    ],
    "interaction_rules": RULES,
}
AIR = Air(
    job="PROCESSING",
    started=NOW - timedelta(hours=2),
    windows=tuple(
        Occurrence(
            (NOW + timedelta(days=day, hours=12)).replace(tzinfo=None),
            NOW + timedelta(days=day, hours=4),
            NOW + timedelta(days=day, hours=length),
        )
        for day, length in ((0, 7), (2, 7), (5, 10))
    ),
    timezone="Asia/Shanghai",
)
DRAWN: Plan = replace(
    PLAN,
    contents={
        RoomKey("spring-sale"): RoomContent(None, NEW, labels={"team": "shoes"}),
        RoomKey("store-oslo"): RoomContent(ROOM, AFTER, labels={"team": "shoes", "region": "NO"}),
        RoomKey("tea-evening"): RoomContent(AFTER, AFTER, AIR),
        RoomKey("old-room"): RoomContent(ROOM, None, Air("SUCCEED", NOW, NOW)),
    },
    contents_left_out=2,
)
