"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# A pipeline is to fail for its change and not for its luck; on a laptop every run looks elsewhere.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
