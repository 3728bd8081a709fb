"""docs/import.md and docs/rename.md, run as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.commands.support import ROOM, Folder, workspace
from tests.importing.rooms import bodies, console, put

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs"
STEP = re.compile(
    r"```console\n(?P<console>.*?)```|`(?P<file>rooms/\S+)`:\n\n```yaml\n(?P<yaml>.*?)```"
    r"|<!-- in the console: (?P<room>[^:]+): (?P<field>\w+) = (?P<value>.*?) -->",
    re.DOTALL,
)
HELLO = {
    "script_name": "Hello",
    "shoot_scripts": [{"title": "Welcome", "text_config": {"text": "Good evening.\nNice to see you."}}],
}
OFFER = {"script_name": "Offer", "shoot_scripts": [{"text_config": {"text": "Two for one: {{ today }}"}}]}
RULES = [
    {
        "rule_name": "What does it cost?",
        "event_type": 1,
        "hit_condition": {"relation": "OR", "tags": [{"tag": "content", "match": "REGEX", "value": "price|cost"}]},
        "trigger": {"reply_mode": "SYSTEM_REPLY", "reply_texts": ["Nine a pair."]},
    }
]


def test_every_command_of_the_page_on_importing_does_what_the_page_says(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    spring = {
        "room_name": "Spring sale",
        "room_description": "Shoes and boots",
        "scene_scripts": [HELLO],
        "interaction_rules": RULES,
        "output_urls": ["rtmp://push.example.com/live/7?sign=abc"],
        "stream_keys": ["k3y"],
    }
    autumn = {"room_name": "Autumn sale", "scene_scripts": [HELLO, OFFER], "interaction_rules": RULES}
    put(folder, [spring, autumn, {"room_name": "七鹤茶铺"}])
    steps = list(STEP.finditer((DOCUMENTS / "import.md").read_text(encoding="utf-8")))
    assert len(steps) == 5
    for step in steps:
        if step["console"]:
            run(folder, step["console"])
        elif step["yaml"]:
            assert same((tmp_path / step["file"]).read_text()) == same(step["yaml"])
        else:
            found = [room_id for room_id, body in bodies(folder).items() if body["room_name"] == step["room"]]
            console(folder, found[0], **{step["field"]: step["value"]})
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_every_command_of_the_page_on_renaming_does_what_the_page_says(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    assert folder.run("apply", "--auto-approve").code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("key: spring", "key: spring-2026"))
    text = (DOCUMENTS / "rename.md").read_text(encoding="utf-8")
    proposal, *rest = (step["console"] for step in STEP.finditer(text))
    run(folder, proposal)
    (line,) = re.findall(r"`(moved: .*?)`", text)
    assert line in folder.run("plan").err.replace("\n", " ")
    folder.write("provisioner.yaml", f"workspace: shop\n{line}\n")
    for block in rest:
        run(folder, block)
    assert len(rest) == len(bodies(folder)) == 1


def run(folder: Folder, block: str) -> None:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "provisioner"
        ran = folder.run(*arguments)
        assert ran.code == 0, ran.err
        pattern = ".*".join(map(re.escape, same(output).split("…")))
        assert re.fullmatch(pattern, same(ran.out), re.DOTALL), ran.out


def same(text: str) -> str:
    """The text without what is another on every run: ids and times."""
    text = re.sub(r"\b[0-9a-f]{32}\b", "<id>", text)
    text = re.sub(r"\broom-[0-9a-f]{8}\b", "room-<id>", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "<time>", text)
    return text.rstrip()
