"""The way of many tools: every room is rendered as text and read by ruamel.yaml's round-trip loader."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ruamel.yaml import YAML


def seconds_a_room(texts: Sequence[str]) -> float:
    """Processor seconds to read one of these texts, on average."""
    loader = YAML(typ="rt")
    began = time.process_time()
    for text in texts:
        loader.load(text)
    return (time.process_time() - began) / len(texts)
