"""A plan can tell what each of its rooms says before and after it, and never a secret."""

from __future__ import annotations

from datetime import time

from provisioner.planning.refresh import Refresh
from provisioner.reports.json_text import dumps
from provisioner.reports.plan_json import plan_as_saved
from provisioner.rooms import Live, LiveState, RoomKey
from provisioner.secrets import SecretText
from provisioner.windows import Weekday, Weekly
from tests.rig import Rig, room, scene

BEFORE = room("tea", {"scene_scripts": [scene("Opening", "Good evening.")], "room_description": "At eight."})
AFTER = room("tea", {"scene_scripts": [scene("Opening", "Good morning.")]}, labels={"team": "tea"})


def test_a_room_is_told_as_it_is_and_as_it_will_be() -> None:
    rig = Rig()
    rig.apply(BEFORE)
    content = rig.plan(AFTER).contents[RoomKey("tea")]
    assert content.before is not None
    assert content.after is not None
    texts = [
        side["scene_scripts"][0]["shoot_scripts"][0]["text_config"]["text"] for side in (content.before, content.after)
    ]
    assert texts == ["Good evening.", "Good morning."]
    assert content.after["room_description"] == "At eight."
    assert content.labels == {"team": "tea"}


def test_a_new_room_has_no_before_and_a_deleted_one_no_after() -> None:
    rig = Rig()
    new = rig.plan(BEFORE).contents[RoomKey("tea")]
    assert (new.before, (new.after or {})["room_description"]) == (None, "At eight.")
    rig.apply(BEFORE)
    gone = rig.plan(room("other"), prune=True, refresh=Refresh.FULL).contents[RoomKey("tea")]
    assert gone.after is None


def test_unchanged_rooms_have_no_contents() -> None:
    rig = Rig()
    rig.apply(BEFORE)
    assert not rig.plan(BEFORE).contents


def test_contents_hold_no_secret() -> None:
    rig = Rig(secrets={"KEY": "s3cr3t-stream-key", "URL": "rtmp://user:pa55word@push.example.com/live?token=t0k3n"})
    desired = room("tea", {"stream_keys": [SecretText.of("KEY")], "output_urls": [SecretText.of("URL")]})
    rig.apply(desired)
    later = room("tea", {**desired.spec, "room_description": "New."})
    written = dumps(plan_as_saved(rig.plan(later, refresh=Refresh.FULL)))
    assert '"contents": {\n    "tea"' in written
    for secret in ("s3cr3t-stream-key", "pa55word", "t0k3n"):
        assert secret not in written


def test_windows_of_the_week_ahead_and_the_job_are_told() -> None:
    rig = Rig()
    window = Weekly(frozenset({Weekday.MON, Weekday.FRI}), time(19, 30), time(22, 0), "Asia/Shanghai")
    desired = room("tea", live=Live(LiveState.RUNNING, "show", window=window))
    air = rig.plan(desired).contents[RoomKey("tea")].air
    assert (air.job, air.timezone) == (None, "Asia/Shanghai")
    assert len(air.windows) in {2, 3}
    rig.apply(room("tea", run="now"))
    rig.emulator.advance(60)
    air = rig.plan(room("tea", {"room_description": "New."}, run="now")).contents[RoomKey("tea")].air
    assert air.job == "PROCESSING"
    assert air.started is not None
