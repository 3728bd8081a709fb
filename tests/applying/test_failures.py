"""Which failures become outcomes of an action, and which are defects."""

from __future__ import annotations

import pytest

from provisioner.applying.outcomes import Failed, Skipped
from provisioner.secrets import SecretText
from tests.rig import Rig, kinds, room


def test_a_marker_that_has_no_place_fails_its_own_room_alone() -> None:
    rig = Rig()
    report = rig.apply(room("a"), room("b", run="x" * 600))
    assert kinds(report.outcomes) == [("Applied", "create"), ("Failed", "create"), ("Skipped", "start")]
    assert report.exit_code == 3
    failed, skipped = report.outcomes[1:]
    assert isinstance(failed, Failed)
    assert "the marker takes more than" in failed.message
    assert isinstance(skipped, Skipped)
    assert list(rig.bodies()) == ["Room a"]


def test_an_unknown_secret_is_a_defect_here_and_not_an_outcome() -> None:
    """`apply` looks for all secrets before it starts."""
    with pytest.raises(KeyError, match="KEY"):
        Rig().apply(room("a", {"stream_keys": [SecretText.of("KEY")], "output_urls": ["rtmp://live.example.com/app"]}))
