"""The digest that ties a saved plan to what was reviewed. Pure.

It covers every value of the document but itself, and neither its layout nor the order of its keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

FIELD: Final = "digest"
"""Where the digest stands in a document."""


def digest_of(document: Mapping[str, Any]) -> str:
    """`sha256:` and the hexadecimal SHA-256 of the document's canonical JSON. The document is plain data."""
    covered = {name: value for name, value in document.items() if name != FIELD}
    canonical = json.dumps(covered, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode('ascii')).hexdigest()}"
