"""What rooms, shared parts, files and secrets are called. Pure, and the same whoever asks and however often.

A key comes from the room's name where that is written in Latin letters. Other scripts are not spelled out, which
needs a dictionary and a taste; such a room is called after the beginning of its id.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from provisioner.observed import ObservedRoom
from provisioner.rooms import RoomId, RoomKey

_LONGEST = 48
"""Characters of a key that is made; 63 are allowed, and a clash takes some."""
_SHORTEST = 3
"""Letters of a name that are worth a key."""
_ID_SHOWN = 8
_NO_KEY = re.compile(r"[^a-z0-9]+")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})
"""Names that no file on Windows can have."""


def slug(name: str) -> str:
    """A name in `[a-z0-9-]`; empty where too little of it is left."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).lower()
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    shown = _NO_KEY.sub("-", kept).strip("-")[:_LONGEST].rstrip("-")
    return "" if sum(char.isalpha() for char in shown) < _SHORTEST or shown in _RESERVED else shown


def room_keys(rooms: Iterable[ObservedRoom], taken: Collection[str]) -> dict[RoomId, RoomKey]:
    """A key for each room. It depends on all rooms without one, so give all of them and not those asked for.

    Of rooms with one name each gets the beginning of its id, so that none has to be the first.
    """
    wanted = {room.id: slug(room.name) or f"room-{_of_id(room.id)}" for room in rooms}
    counts = Counter(wanted.values())
    keys: dict[RoomId, RoomKey] = {}
    used = set(taken)
    for room_id, name in sorted(wanted.items()):
        alone = counts[name] == 1 and name not in used
        key = name if alone else _first_free(f"{name}-{_of_id(room_id)}", used | set(wanted.values()))
        used.add(key)
        keys[room_id] = RoomKey(key)
    return keys


def shared_key(names: Iterable[str], content: str, taken: Collection[str], *, otherwise: str) -> str:
    """The key of a shared part: the first name that makes one, else `otherwise` and a digest of what it says."""
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_SHOWN]
    name = next((made for made in map(slug, names) if made), None)
    if name is not None and name not in taken:
        return name
    return _first_free(f"{name or otherwise}-{digest}", taken)


_FIELDS = {
    "stream_keys": "STREAM_KEY",
    "key": "CALLBACK_KEY",
    "output_urls": "PUSH_URL",
    "live_event_type_callback_url": "CALLBACK_URL",
    "output_external_url": "UPLOAD_URL",
}


@dataclass(slots=True)
class SecretNames:
    """Gives secrets names, no two the same."""

    taken: set[str] = field(default_factory=set)

    def name(self, field_name: str, key: RoomKey) -> str:
        """Such as STREAM_KEY_SPRING_SALE for the stream key of spring-sale."""
        base = f"{_FIELDS.get(field_name, field_name.upper())}_{re.sub('[^A-Z0-9]+', '_', key.upper())}"
        name = next(name for name in _numbered(base) if name not in self.taken)
        self.taken.add(name)
        return name


def _of_id(room_id: RoomId) -> str:
    """The beginning of an id, in what a key may hold."""
    plain = _NO_KEY.sub("", room_id.lower())
    return plain[:_ID_SHOWN] or hashlib.sha256(room_id.encode()).hexdigest()[:_ID_SHOWN]


def _first_free(name: str, taken: Collection[str]) -> str:
    return next(made for made in _numbered(name, "-") if made not in taken)


def _numbered(name: str, separator: str = "_") -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}{separator}{number}"
        number += 1
