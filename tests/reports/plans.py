"""Plans, reports and findings built by hand: every kind of action and of outcome, and one that is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from provisioner.applying.outcomes import (
    Applied,
    Failed,
    Interruption,
    Outcome,
    Report,
    Skipped,
    Unchanged,
    Unknown,
)
from provisioner.comparing.compare import Branch, FieldChange, Kind
from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.importing.expressing import Secret
from provisioner.importing.selection import NotImported
from provisioner.planning.actions import (
    Action,
    Adopt,
    AgainstBase,
    Base,
    Blocked,
    Cause,
    Create,
    Delete,
    NoOp,
    Plan,
    Reading,
    Restart,
    Rewrite,
    Start,
    Stop,
    Taken,
    Upcoming,
    Update,
)
from provisioner.planning.refresh import Refresh
from provisioner.reports.imported import ByHand, FieldLeft, Imported, RoomInFile, WrittenFile
from provisioner.reports.render_diff import RenderDiff
from provisioner.reports.room_view import RoomView
from provisioner.reports.status import RoomStatus
from provisioner.rooms import JobId, RoomId, RoomKey

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LOCAL = NOW.replace(hour=16, tzinfo=None)
LONG = "第一款是明前龙井。干茶扁平光滑，像一片一片小小的竹叶，凑近了闻，有炒豆子和新草的香气。" * 10

SCENES = [
    {
        "script_name": "Welcome",
        "layer_config": [{"layer_type": "HUMAN"}, {"layer_type": "IMAGE"}],
        "shoot_scripts": [
            {"title": "Hello", "text_config": {"text": "Good evening, and welcome to the shop on the corner."}},
            {"text_config": {"text": "Tonight there are three teas on the table."}},
        ],
    },
    {"script_name": "今晚茶席", "shoot_scripts": [{"text_config": {"text": LONG}}]},
]
RULES = [{"rule_name": "price"}, {"rule_name": "shipping"}]

CREATED = (
    FieldChange("room_name", None, "Spring Sale", Kind.ADD),
    FieldChange("room_type", None, "NORMAL", Kind.ADD),
    FieldChange("scene_scripts", None, SCENES, Kind.ADD),
    FieldChange("interaction_rules", None, RULES, Kind.ADD),
    FieldChange("output_urls", None, ["rtmp://push.example.com/live/spring"], Kind.ADD),
    FieldChange("stream_keys", None, None, Kind.ADD, sensitive=True),
    FieldChange("video_config", None, {"bitrate": 4000, "width": 1080, "height": 1920}, Kind.ADD),
)
UPDATED = (
    FieldChange("room_description", None, "Every Saturday at eight.", Kind.SET),
    FieldChange("video_config.bitrate", 4000, 5000),
    FieldChange(
        "scene_scripts[Opening].shoot_scripts[2].text_config.text",
        "Good evening. The first fifty orders ship on Friday, and each comes with a tin of our own.\nSee you then!",
        "Good evening. The first eighty orders ship on Saturday, and each comes with a tin of our own.\nSee you then!",
    ),
    FieldChange("scene_scripts[Opening].shoot_scripts[5]", 3, 5, Kind.MOVE),
    FieldChange("scene_scripts[Opening].shoot_scripts[6]", None, SCENES[0]["shoot_scripts"][0], Kind.ADD),  # type: ignore[index]
    FieldChange("scene_scripts[Opening].model_asset_id", "a" * 32, "b" * 32),
    FieldChange("scene_scripts[Closing]", SCENES[0], None, Kind.REMOVE),
    FieldChange('interaction_rules["a[b]"].enabled', True, False),
    FieldChange("interaction_rules[price].trigger.reply_texts[1]", None, "Four for ten.", Kind.ADD),
    FieldChange("stream_keys", None, None, sensitive=True),
    FieldChange("co_streamer_config", {"enabled": True, "mode": "x" * 400}, {"enabled": False}),
)
DRIFTED = (
    FieldChange("scene_scripts[茶席].shoot_scripts[1].text_config.text", LONG, LONG.replace("竹叶", "松针")),
    FieldChange("room_name", "Teas of the week", "Tea evening"),
    FieldChange("review_config", {"no_need_review": True}, None),
    FieldChange(
        "scene_scripts[茶席].script_description",
        "Something that has nothing whatever in common with what comes.",
        "完全不同的描述，只说今晚的茶、今晚的桌子、今晚的人，以及明天早上还剩下的一点点香气和一点点热水而已，仅此而已。",
    ),
)


def _span(file: str, line: int = 3) -> Span:
    return Span(file, line, 1)


ACTIONS: tuple[Action, ...] = (
    Create(
        key=RoomKey("spring-sale"),
        room_name="Spring Sale",
        cause=Cause.NEW,
        origin=_span("rooms/spring.yaml"),
        changes=CREATED,
    ),
    Start(
        key=RoomKey("spring-sale"),
        room_name="Spring Sale",
        cause=Cause.LIVE,
        origin=_span("rooms/spring.yaml"),
        run="2026-11-21-evening",
        until=NOW + timedelta(days=1, hours=14),
    ),
    Adopt(
        key=RoomKey("store-berlin"),
        room_name="Store Berlin",
        cause=Cause.MANIFEST,
        room_id=RoomId("0b1c"),
        origin=_span("rooms/stores.yaml"),
        changes=(FieldChange("room_name", "berlin (old)", "Store Berlin"),),
        base=Base("2026-11-19T07:00:00Z", None),
        reason="takes over the unmanaged room 0b1c",
    ),
    Update(
        key=RoomKey("store-oslo"),
        room_name="Store Oslo",
        cause=Cause.BOTH,
        room_id=RoomId("4f5a"),
        origin=_span("rooms/stores.yaml", 20),
        changes=UPDATED,
        base=Base("2026-11-19T07:00:00Z", "9f" * 16),
    ),
    Rewrite(
        key=RoomKey("store-oslo"),
        room_name="Store Oslo",
        cause=Cause.LIVE,
        room_id=RoomId("4f5a"),
        origin=_span("rooms/stores.yaml", 20),
        commands=("REWRITE_PLAY_SCRIPT", "REWRITE_INTERACTION_RULES"),
        reason="on air now: viewers see and hear the change while the job goes on",
    ),
    Update(
        key=RoomKey("tea-evening"),
        room_name="七鹤茶铺 · 周末茶会",
        cause=Cause.DRIFT,
        room_id=RoomId("77aa"),
        origin=_span("rooms/tea-evening.yaml"),
        changes=DRIFTED,
        base=Base("2026-11-20T06:59:59Z", "0c" * 16),
    ),
    Restart(
        key=RoomKey("tea-evening"),
        room_name="七鹤茶铺 · 周末茶会",
        cause=Cause.DRIFT,
        room_id=RoomId("77aa"),
        run="evening",
        reason="on air now: viewers lose the picture until the new job is up",
    ),
    Stop(
        key=RoomKey("tea-morning"),
        room_name="Tea in the morning",
        cause=Cause.LIVE,
        room_id=RoomId("88bb"),
        reason="on air now: viewers lose the picture",
    ),
    Delete(
        key=RoomKey("old-room"),
        room_name="Last year",
        cause=Cause.REMOVED,
        room_id=RoomId("dead"),
        base=Base(None, None),
    ),
    Blocked(
        key=RoomKey("big-room"),
        room_name="The big one",
        cause=Cause.REMOVED,
        room_id=RoomId("beef"),
        reason="it is protected: restore its manifest without lifecycle.protect, apply, then remove it",
    ),
    NoOp(key=RoomKey("store-rome"), room_name="Store Rome", cause=Cause.MANIFEST, room_id=RoomId("c0de")),
    NoOp(key=RoomKey("store-bonn"), room_name="Store Bonn", cause=Cause.MANIFEST, room_id=RoomId("c0df")),
)
WARNINGS = (
    Diagnostic(
        Severity.WARNING,
        "secrets-not-compared",
        "stream_keys cannot be compared: set SPRING_KEY to see whether it changes",
        Span("rooms/stores.yaml", 22, 5, 22, 17),
        (Frame("included from", Span("rooms/all.yaml", 2, 1)),),
    ),
    Diagnostic(Severity.NOTE, "no-place", "100% of the rooms were listed"),
)
PLAN = Plan(
    workspace="tea-shop",
    target="production",
    project_id="0123456789abcdef0123456789abcdef",
    refresh=Refresh.AUTO,
    actions=ACTIONS,
    manifests="sha256:" + "ab" * 32,
    created=NOW,
    expires=NOW + timedelta(days=1),
    warnings=WARNINGS,
    selection=("store-oslo", "tea-evening"),
    prune=True,
    commit="0123456789abcdef0123456789abcdef01234567",
    reading=Reading(listed=110, managed=60, read=2, known=1, believed=3),
    upcoming=tuple(
        Upcoming(RoomKey(key), action, run, at, (at + timedelta(hours=8)).replace(tzinfo=None), "Asia/Shanghai")
        for key, action, run, at in (
            ("tea-morning", "start", "1@2026-11-21T08:00", NOW + timedelta(hours=16)),
            ("spring-sale", "stop", "2026-11-21-evening", NOW + timedelta(days=1, hours=14)),
            ("store-rome", "start", "1@2026-11-23T08:00", NOW + timedelta(days=2, hours=16)),
        )
    ),
)
REHEARSAL = replace(PLAN, at=NOW + timedelta(days=1), actions=ACTIONS[-2:], warnings=(), selection=())


def _from_branch(action: Action) -> Action:
    """As a branch beside its base has it: its first change is the branch's, what else changes was to be done before."""
    if isinstance(action, NoOp | Stop):
        return action
    marks = (Branch.THIS, *(Branch.BEFORE for _ in action.changes))
    changes = tuple(replace(change, branch=mark) for change, mark in zip(action.changes, marks, strict=False))
    mixed = Branch.BOTH if len(changes) > 1 else Branch.THIS if changes else Branch.BEFORE
    return replace(action, changes=changes, branch=mixed)


BESIDE = replace(
    PLAN,
    actions=tuple(map(_from_branch, ACTIONS)),
    snapshot=Taken(NOW - timedelta(hours=3), "sha256:" + "cd" * 32),
    base=AgainstBase("origin/main", "89abcdef" * 5, is_compared=True, new=1, changed=3, settled=1),
)
"""Planned offline, beside another revision."""
QUIET = replace(
    PLAN,
    actions=tuple(NoOp(key=RoomKey(f"store-{n:02}"), room_name=f"Store {n}", cause=Cause.MANIFEST) for n in range(13)),
    warnings=(),
    selection=(),
    commit=None,
    upcoming=(),
)

CITIES = ("Aachen", "Bergen", "Cádiz", "Delft", "Espoo", "Fürth", "Genoa", "Hanoi")


def store(number: int, *changes: FieldChange, cause: Cause = Cause.MANIFEST) -> Update:
    """An update of one of many stores that are made from one template."""
    return Update(
        key=RoomKey(f"store-{number:04}"),
        room_name=f"Seven Cranes · {CITIES[number % 8]} {number}",
        cause=cause,
        room_id=RoomId(f"{number:032x}"),
        origin=_span("templates/store-room.yaml", 7),
        changes=changes,
        base=Base("2026-11-19T07:00:00Z", "9f" * 16),
    )


def greeting(number: int) -> FieldChange:
    """The same edit in a text that differs from store to store."""
    place = f"Good evening from {CITIES[number % 8]}, store {number}! "
    return FieldChange(
        "scene_scripts[Welcome].shoot_scripts[1].text_config.text",
        f"{place}The first fifty orders ship on Friday, and each comes with a tin of our own. See you then!",
        f"{place}The first eighty orders ship on Saturday, and each comes with a tin of our own. See you then!",
    )


def offer(number: int) -> FieldChange:
    """A text of the store's own, in a scene that is named like it."""
    path = f"scene_scripts[{CITIES[number % 8]} {number}].shoot_scripts[2].text_config.text"
    return FieldChange(
        path, f"Today {number} cups are free.", f"Today {number + 1} cups are free, in {CITIES[number % 8]} only."
    )


ALIKE = replace(
    PLAN,
    actions=(
        *(store(n, greeting(n)) for n in range(38)),
        *(store(n, greeting(n), FieldChange("video_config.bitrate", 4000, 5000)) for n in range(38, 40)),
        *(store(n, offer(n)) for n in range(40, 52)),
        *(store(n, FieldChange("room_description", "Come in.", "SALE!!!"), cause=Cause.DRIFT) for n in range(52, 59)),
        *(
            Delete(key=RoomKey(f"pop-up-{n}"), room_name=f"Pop-up {n}", cause=Cause.REMOVED, room_id=RoomId(f"d{n}"))
            for n in range(5)
        ),
        *(NoOp(key=RoomKey(f"tea-{n}"), room_name=f"Tea {n}", cause=Cause.MANIFEST) for n in range(30)),
    ),
    selection=(),
    upcoming=(),
)
"""Many rooms from one template, of which most change alike."""

_OSLO = UPDATED[2]
EARLIER = replace(
    PLAN,
    created=NOW - timedelta(days=3),
    expires=NOW - timedelta(days=2),
    commit="fedcba9876543210fedcba9876543210fedcba98",
    actions=(
        *ACTIONS[2:3],
        replace(
            ACTIONS[3],
            changes=(
                replace(_OSLO, after=_OSLO.after.replace("eighty", "ninety")),
                *UPDATED[3:],
                FieldChange("video_config.width", 1080, 720),
            ),
        ),
        *ACTIONS[5:6],
        *ACTIONS[7:],
        *(store(n, greeting(n)) for n in range(6)),
        store(6, greeting(6), FieldChange("video_config.bitrate", 4000, 5000)),
    ),
)
"""What was reviewed before `PLAN`."""
REWORDED = replace(
    ALIKE,
    actions=tuple(
        replace(
            action,
            changes=tuple(
                replace(change, after=change.after.replace("Saturday", "Sunday"))
                if "Saturday" in str(change.after)
                else change
                for change in action.changes
            ),
        )
        for action in ALIKE.actions
    ),
)
"""The same stores after another commit."""
_CREATE, _START, _ADOPT, _UPDATE, _REWRITE, _DRIFT, _RESTART, _STOP, _DELETE, _BLOCKED, _, _NOTHING = ACTIONS
OUTCOMES: tuple[Outcome, ...] = (
    Applied(_CREATE, RoomId("1a2b"), "req-1", note="it was created by an earlier apply and found again"),
    Applied(_START, RoomId("1a2b"), "req-2", JobId("job-9")),
    Applied(_ADOPT, RoomId("0b1c"), "req-3"),
    Failed(
        _UPDATE,
        "video_config.bitrate is out of range (MSS.30000020): correct it and apply again",
        RoomId("4f5a"),
        "req-4",
    ),
    Skipped(_REWRITE, "the room itself was not updated", RoomId("4f5a")),
    Applied(_DRIFT, RoomId("77aa"), "req-5"),
    Unknown(_RESTART, "the answer was lost; a job may be starting", RoomId("77aa"), "req-6"),
    Applied(_STOP, RoomId("88bb")),
    Unchanged(_DELETE, RoomId("dead"), "somebody deleted it meanwhile"),
    Skipped(_BLOCKED, _BLOCKED.reason, RoomId("beef"), refused=True),
)
REPORT = Report(PLAN, OUTCOMES)
INTERRUPTED = Report(
    PLAN, (Applied(_CREATE, RoomId("1a2b")), Skipped(_START, "the apply was interrupted")), Interruption.SIGINT
)

FINDINGS = (
    Diagnostic.error(
        "unknown-field",
        "room_nme is not a field of a room; did you mean room_name?",
        Span("rooms/spring.yaml", 14, 11, 14, 19),
    ),
    Diagnostic.error(
        "out-of-range",
        "bitrate is 50, and 100% less than 1000 is too little:\nuse 4000, for instance",
        Span("rooms/a, b: c.yaml", 3, 1, 5, 2),
        [
            Frame("included from", Span("rooms/stores.yaml", 4, 3)),
            Frame("in the loop at", Span("rooms/stores.yaml", 2, 1)),
        ],
    ),
    *WARNINGS,
)

ROOMS = (
    RoomStatus("old-room", "Last year", "dead", "ENABLE", None, managed=True),
    RoomStatus("spring-sale", "Spring Sale", declared=True),
    RoomStatus(
        "store-oslo",
        "Store Oslo",
        "4f5a",
        "BLOCKED",
        "FAILED",
        NOW - timedelta(days=4),
        NOW - timedelta(days=3, hours=4),
        True,
        True,
    ),
    RoomStatus(
        "tea-evening",
        "七鹤茶铺 · 周末茶会",
        "26f065244f754b3aa853b649a21aaf66",
        "ENABLE",
        "PROCESSING",
        NOW - timedelta(hours=2, minutes=5),
        None,
        True,
        True,
        "0f1e2d3c",
        7440.0,
        Upcoming(RoomKey("tea-evening"), "stop", "1@2026-11-20T13:30", NOW, LOCAL, "Asia/Shanghai"),
    ),
    RoomStatus("tea-morning", "Tea in the morning", "88bb", "ENABLE", "WAITING", None, None, True, True, "77aa", 0.0),
)

IMPORTED = Imported(
    workspace="tea-shop",
    target="production",
    files=(
        WrittenFile("rooms/scripts/welcome.yaml", parts=(("Script", "welcome"),)),
        WrittenFile("rooms/spring.yaml", (RoomInFile(RoomKey("spring"), RoomId("r1"), "春茶 Spring", adopts=True),)),
        WrittenFile("rooms/teas.yaml", (RoomInFile(RoomKey("oolong"), RoomId("r2"), "Oolong"),), changed_lines=3),
    ),
    skipped=(
        NotImported(RoomId("r3"), "Green", "workspace other manages it, as green"),
        NotImported(RoomId("r4"), "\x1b[31mRed", "it is a second room with the key of r5, which counts", decides=True),
    ),
    left_out=(FieldLeft(RoomKey("spring"), "interaction_rules[1].trigger", "it leads into a private network"),),
    secrets=(
        Secret("PUSH_URL_SPRING", RoomKey("spring"), "output_urls[1]", "rtmp://push.example.com/live?sign=***"),
        Secret("STREAM_KEY_SPRING", RoomKey("spring"), "stream_keys[1]"),
    ),
    by_hand=(
        ByHand(RoomKey("oolong"), "room_name", "rooms/teas.yaml:4", 'write "Oolong tea"', "an expression makes it"),
    ),
    unchanged=7,
)

DIFFERENCE = RenderDiff(
    target="production",
    ref="origin/main",
    commit="0123456789abcdef0123456789abcdef01234567",
    rooms=tuple(
        RoomView.of(action.key, (replace(action, room_id=None, base=None, reason=""),))
        for action in ALIKE.actions
        if isinstance(action, Create | Update | Delete)
    ),
    same=1_200,
)
