"""Workspaces of any size, always the same ones: rooms of one template, rooms written by hand, and a mixture.

Both kinds of room say 25 paragraphs in five scenes, out of the same sentences. Of a template, the sentences hold
values of a table; a room written by hand is a file of about 16 KB with all the ways in which people write YAML.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SCENES = 5
PARAGRAPHS = 5
"""In each scene."""
HAND_WRITTEN_BYTES = 16 * 1024
SECRET = "STREAM_KEY"  # noqa: S105  # the name of a variable
"""What the rooms' stream keys are taken from; `environment` sets it."""
environment = {SECRET: "only-for-measuring"}

TEMPLATE = "templates/room.yaml"
TABLE = "data/rooms.csv"
_SPOKEN = "Keep it between us and the {count} people who listen."
"""The sentence of the template that `edit_template` changes."""


class Kind(StrEnum):
    """What the rooms of a workspace are made from."""

    TEMPLATE = "template"
    HAND_WRITTEN = "hand-written"
    MIXTURE = "mixture"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A generated workspace."""

    path: Path
    kind: Kind
    rooms: int


def generate(path: Path, kind: Kind, rooms: int, *, size: int = HAND_WRITTEN_BYTES) -> Workspace:
    """Writes a workspace into an empty folder. Of a mixture, one room in ten is written by hand.

    `size` is that of a room that is written by hand, in bytes; 4 KB and more.
    """
    by_hand = {Kind.TEMPLATE: 0, Kind.HAND_WRITTEN: rooms, Kind.MIXTURE: rooms // 10}[kind]
    _write(path / "provisioner.yaml", "workspace: bench\nguards: {max_changes_percent: 100}\n")
    _write(path / "values/common.yaml", _VALUES if kind is Kind.HAND_WRITTEN else _BRAND + _VALUES)
    if kind is not Kind.HAND_WRITTEN:
        _write(path / TEMPLATE, _template())
        _write(
            path / "rooms/all.yaml", '{% for room in data("rooms.csv") %}\n---\n{% include "room.yaml" %}{% endfor %}\n'
        )
        write_table(path, rooms - by_hand)
    if kind is Kind.MIXTURE:
        _write(path / "rooms/shared.yaml", _SHARED)
    for number in range(by_hand):
        text = _by_hand(number, size, shares=kind is Kind.MIXTURE)
        _write(path / f"rooms/by-hand/{number // 1000:03}/room-{number:06}.yaml", text)
    return Workspace(path, kind, rooms)


def write_table(path: Path, rooms: int, *, edited: int = 0) -> None:
    """The table of which the template makes rooms. The first `edited` rooms have another offer than usual."""
    file = path / TABLE
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(("key", "name", "city", "product", "price", "offer", "opens", "count", "speed", "days"))
        for number in range(rooms):
            table.writerow(_row(number, is_edited=number < edited))


def edit_template(path: Path) -> None:
    """Says one sentence of the template in other words: every room of it is changed."""
    file = path / TEMPLATE
    text = file.read_text(encoding="utf-8")
    head, said, tail = text.partition(_SPOKEN.split("{", maxsplit=1)[0])
    if not said:
        raise ValueError(f"{file} does not say the sentence any more")
    file.write_text(f"{head}Please keep it between us and the {tail}", encoding="utf-8")


def _row(number: int, *, is_edited: bool) -> tuple[object, ...]:
    city, product = _CITIES[number % len(_CITIES)], _PRODUCTS[number // 7 % len(_PRODUCTS)]
    offer = f"{(number % 9 + 1) * 5} percent off until Sunday" if not is_edited else "two pairs for one"
    name = f"{city} No. {number + 1}: the {product}"
    price = f"{(number * 37) % 9000 / 10 + 19:.2f}"
    days = "weekdays" if number % 3 else "weekends"
    return (
        f"room-{number:06}",
        name,
        city,
        product,
        price,
        offer,
        f"{7 + number % 5:02}:30",
        40 + number % 900,
        90 + number % 21,
        days,
    )


def _template() -> str:
    """The template of all rooms: nearly every sentence of it holds something of the room's row."""
    chance = random.Random("template")  # noqa: S311  # always the same text
    shown = {name: f"{{{{ room.{name} }}}}" for name in ("city", "product", "price", "offer", "opens", "name", "count")}
    scenes = []
    for scene in range(SCENES):
        said = [_sentences(chance, 290, shown) for _ in range(PARAGRAPHS)]
        if scene == 0:
            said[2] += " " + _SPOKEN.format(**shown)
        paragraphs = "".join(
            f'        - title: "{_TITLES[place]}"\n          text_config:\n            text: "{text}"\n'
            for place, text in enumerate(said)
        )
        scenes.append(_scene(f'"{_SCENE_NAMES[scene]} · {{{{ room.city }}}}"', paragraphs, "{{ room.name | b64 }}"))
    return _ROOM.format(
        key="{{ room.key }}",
        name='"{{ values.brand }} · {{ room.name }}"',
        description="\"{% if room.days == 'weekends' %}Open at the weekend only. {% endif %}{{ room.offer }}\"",
        labels='{city: "{{ room.city }}", days: "{{ room.days }}"}',
        scenes="".join(scenes),
        rules=_RULE.format(
            name='"{{ room.product }}"', word='"{{ room.product }}"', reply='"{{ room.price }} in {{ room.city }}."'
        ),
        push="{{ values.push_url }}/{{ room.key }}",
        secret=f'{{{{ secret("{SECRET}") }}}}',
    ).replace("speed: 100", "speed: {{ room.speed | int }}")


def _by_hand(number: int, size: int, *, shares: bool) -> str:
    """A room as a person writes it, of `size` bytes: a larger one has more scenes."""
    scenes = max(1, round(SCENES * size / HAND_WRITTEN_BYTES))
    empty = len(_room_by_hand(number, scenes, 0, shares=shares).encode())
    length = max((size - empty) // (scenes * PARAGRAPHS), 60)
    text = _room_by_hand(number, scenes, length, shares=shares)
    while len(text.encode()) > size * 1.02 and length > 60:  # sentences end where they end
        length -= 10
        text = _room_by_hand(number, scenes, length, shares=shares)
    return text


def _room_by_hand(number: int, count: int, length: int, *, shares: bool) -> str:
    chance = random.Random(number)  # noqa: S311  # always the same text
    city, product = _CITIES[number % len(_CITIES)], _PRODUCTS[number % len(_PRODUCTS)]
    shown = {
        "city": city,
        "product": product,
        "price": f"{number % 900 + 19}.90",
        "offer": "two for one",
        "opens": "09:30",
        "name": city,
        "count": number % 900,
    }
    scenes = []
    for scene in range(count):
        paragraphs = ""
        for place in range(PARAGRAPHS):
            text = _sentences(chance, length, shown) if length else "x"
            style = _STYLES[(scene + place) % len(_STYLES)]
            paragraphs += f"        - title: {_TITLES[place]}\n          text_config:\n{style(text)}"
        name = f"{_SCENE_NAMES[scene % len(_SCENE_NAMES)]} {scene + 1} · {city}"
        scenes.append(_scene(name, paragraphs, f'{{{{ "Today: {product}" | b64 }}}}'))
    shared = "    - {script: welcome}\n" if shares else ""
    return f"# The room of {city}; ask the team before it goes on air.\n" + _ROOM.format(
        key=f"by-hand-{number:06}",
        name=f"{city} No. {number + 1}, by hand",
        description=f"'What is new in {city}: the {product}'",
        labels=f"{{city: {city}, team: events}}",
        scenes=shared + "".join(scenes),
        rules=("    - {rules: faq}\n" if shares else "")
        + _RULE.format(name=product, word=product, reply=f"It costs {shown['price']}."),
        push=f"{{{{ values.push_url }}}}/by-hand-{number:06}",
        secret=f'{{{{ secret("{SECRET}") }}}}',
    )


def _sentences(chance: random.Random, length: int, shown: dict[str, object] | dict[str, str]) -> str:
    """Sentences of about so many bytes in all."""
    said: list[str] = []
    while sum(len(text.encode()) + 1 for text in said) < length:
        said.append(chance.choice(_SENTENCES).format(**shown))
    return " ".join(said)


def _lines(text: str, width: int = 100) -> Iterator[str]:
    """The text in lines as an editor breaks them."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    yield line


def _folded(text: str) -> str:
    return "            text: >-\n" + "".join(f"              {line}\n" for line in _lines(text))


def _literal(text: str) -> str:
    return "            text: |-\n" + "".join(f"              {line}\n" for line in _lines(text))


def _quoted(text: str) -> str:
    return f'            text: "{text}"\n'


def _plain(text: str) -> str:
    return "            text:\n" + "".join(f"              {line}\n" for line in _lines(text))


def _commented(text: str) -> str:
    return f"            # Slowly, please.\n            text: '{text}'\n"


_STYLES: tuple[Callable[[str], str], ...] = (_folded, _literal, _quoted, _plain, _commented)


def _scene(name: str, paragraphs: str, caption: str) -> str:
    return _SCENE.format(name=name, paragraphs=paragraphs, caption=caption)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


_CITIES = ("Aarhus", "Bergen", "Cádiz", "Delft", "Évora", "Fano", "Ghent", "Hull", "杭州", "成都", "厦门")
_PRODUCTS = ("grey walking shoe", "rain boot", "house slipper", "alpine boot", "canvas shoe", "sandal", "布鞋")
_TITLES = ("What it is", "How it wears", "What it costs", "Where it comes from", "Until next time")
_SCENE_NAMES = ("Opening", "The shelf", "Questions", "The offer", "Goodbye")
_SENTENCES = (
    "The {product} in front of me was made by people who walk a great deal, and that can be felt.",
    "In {city} it rains more often than the guide books say, so we begin with the sole.",
    "It costs {price} today, and no, that is not a slip of the tongue.",
    "Whoever asks at the counter gets {offer}, and a box to carry it home in.",
    "We open at {opens}, and somebody has usually been waiting since eight.",
    "Put your hand inside; the seam you are looking for is not there.",
    "There are {count} of you listening now, so write your size and let us see who is the most common.",
    "My colleague in {city} has worn hers for four winters and had the heel done once.",
    "If you have never owned a {product}, try it on in the evening, when feet are larger.",
    "Leather wants a day of rest after a day of work, which is more than most of us get.",
    "今天这双{product}可以试穿，{city}的朋友到店就能摸到，不合脚随时换。",
    "价格是 {price}，另外还有{offer}，拿不定主意的先在评论区报尺码。",
    "我们 {opens} 开门，周末人多，想慢慢挑的话请早一点来。",
    "The laces are longer than they need to be, because nobody ever complained about that.",
    "Ask me anything about {name}, from the parking to the tea that we serve upstairs.",
)

_BRAND = "brand: Long Road Shoes\n"
"""What only the template reads."""
_VALUES = """\
assets: https://assets.example.com/shoes
push_url: rtmp://push.example.com/live
model: 0a1b2c3d4e5f60718293a4b5c6d7e8f9
voice: f9e8d7c6b5a4039281706f5e4d3c2b1a
"""

_ROOM = """\
kind: Room
key: {key}
labels: {labels}
spec:
  room_name: {name}
  room_description: {description}
  room_type: NORMAL
  scene_scripts:
{scenes}\
  interaction_rules:
{rules}\
  play_policy:
    repeat_count: -1
    auto_play_script: true
    play_mode: TEXT
    live_exit_config: {{max_live_duration: 6, auto_stop_mode: SCENE_END}}
  video_config: {{codec: H264, bitrate: 4000, width: 1080, height: 1920, frame_rate: "25"}}
  output_urls:
    - {push}
  stream_keys:
    - {secret}
"""

_SCENE = """\
    - script_name: {name}
      model_asset_id: "{{{{ values.model }}}}"
      voice_config:
        voice_asset_id: "{{{{ values.voice }}}}"
        speed: 100
        pitch: 100
      background_config:
        - background_type: IMAGE
          background_config: "{{{{ values.assets }}}}/shop.jpg"
      layer_config:
        - layer_type: HUMAN
          position: {{dx: 0, dy: 480, layer_index: 1}}
          size: {{width: 1080, height: 1440}}
        - layer_type: TEXT
          position: {{dx: 90, dy: 150, layer_index: 2}}
          size: {{width: 900, height: 160}}
          text_config:
            text_context: {caption}
            font_name: HarmonyOS_Sans_SC_Black
            font_size: 60
            font_color: "#FFF8E7"
      shoot_scripts:
{paragraphs}"""

_RULE = """\
    - rule_name: Welcome
      enabled: true
      event_type: 2
      hit_condition: {{relation: RESERVED, priority: 900}}
      trigger:
        time_window: 60
        reply_mode: SYSTEM_REPLY
        reply_texts:
          - Come in, it is dry here.
          - One more pair of feet. Welcome!
    - rule_name: {name}
      enabled: true
      event_type: 1
      hit_condition:
        relation: OR
        priority: 300
        tags:
          - {{tag: content, operation: NONE, match: EQUAL, value: {word}}}
      trigger:
        time_window: 30
        reply_mode: SYSTEM_REPLY
        play_type: INSERT
        reply_texts:
          - {reply}
"""

_SHARED = (
    "kind: Script\nkey: welcome\nspec:\n"
    + _scene(
        "Welcome",
        "".join(
            f"        - title: {title}\n          text_config:\n{_plain(f'{_SENTENCES[-2]} {_SENTENCES[5]}')}"
            for title in _TITLES
        ),
        "{{ values.brand | b64 }}",
    ).replace("    - script_name", "      script_name")
    + "---\nkind: RuleSet\nkey: faq\nrules:\n"
    + _RULE.format(name="Parking", word="parking", reply="Behind the house.").replace("Welcome", "Hello", 1)
)
"""The scene and the rules that rooms of a mixture share."""
