"""The HTML report as the commands write it: the same page by every way, and no secret in any form in it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from provisioner.commands.reporting import save_plan
from tests.commands.support import Folder, Ran, workspace
from tests.commands.test_show import WHOLE
from tests.leaks import forms

ROOM = """\
kind: Room
key: spring
spec:
  room_name: Spring sale
  video_config: {width: 1080, height: 1920, bitrate: 4000}
  scene_scripts:
    - script_name: Opening
      layer_config:
        - layer_type: HUMAN
          position: {dx: 0, dy: 480, layer_index: 1}
          size: {width: 1080, height: 1440}
      shoot_scripts:
        - title: Hello
          text_config: {text: Hello and welcome to the shop.}
  output_urls: ['rtmp://push.example.com/live?{{ secret("PUSH") }}']
  stream_keys: ['{{ secret("KEY") }}']
live: {state: running, window: {every: [sat], from: '20:00', until: '22:00', timezone: Asia/Shanghai}}
"""
SECRETS = {"KEY": 'k"<&>é/+ 0123', "PUSH": "auth=s3cret-of-push"}


def done(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A room that was applied and has changed since, and the plan of that."""
    folder = workspace(tmp_path_factory.mktemp("html"), spring=ROOM)
    done(folder.run("plan", "--report", "new.html", environment=SECRETS))
    done(folder.run("apply", "--auto-approve", environment=SECRETS))
    folder.write("rooms/spring.yaml", ROOM.replace("the shop", "our shop").replace("dy: 480", "dy: 500"))
    changed = {**SECRETS, "KEY": f"{SECRETS['KEY']}-changed"}
    done(folder.run("plan", "-o", "plan.json", "--report", "plan.html", "--report", "plan.txt", environment=changed))
    return folder


def read(folder: Folder, name: str) -> str:
    return (folder.path / name).read_text(encoding="utf-8")


def test_a_saved_plan_is_shown_as_the_same_page(folder: Folder) -> None:
    page = read(folder, "plan.html")
    assert done(folder.run("show", "plan.json", "--format", "html")).out == page
    done(folder.run("show", "plan.json", "--report", "again.html"))
    assert read(folder, "again.html") == page
    assert "moved from 0, 480 to 0, 500" in page
    assert "<del>the</del><ins>our</ins> shop" in page


def test_a_page_is_printed_with_the_plan_s_warnings_in_it(tmp_path: Path) -> None:
    save_plan(WHOLE, tmp_path / "plan.json")
    ran = done(Folder(tmp_path).run("show", "plan.json", "--format", "html"))
    assert ran.out.startswith("<!doctype html>")
    assert ran.out.endswith("</html>\n")
    assert ran.err == ""
    assert all(warning.message in ran.out for warning in WHOLE.warnings)


@pytest.mark.parametrize("name", ["new.html", "plan.html"])
def test_no_secret_is_in_the_page_in_any_form(folder: Folder, name: str) -> None:
    page = read(folder, name)
    assert "sensitive" in page
    assert not [form for value in SECRETS.values() for form in forms(value) if form in page]


def test_outcomes_are_no_page(folder: Folder) -> None:
    ran = folder.run("apply", "--report", "outcome.html")
    assert ran.code == 64
    assert ".json, .md, .txt" in ran.err


def test_the_sample_of_this_repository_is_drawn_without_its_secrets(tmp_path: Path) -> None:
    sample = Path(__file__).resolve().parents[2]
    for name in ("rooms", "templates", "values", "data"):
        shutil.copytree(sample / name, tmp_path / name)
    shutil.copy(sample / "provisioner.yaml", tmp_path)
    with (tmp_path / "data/stores.csv").open(encoding="utf-8", newline="") as file:
        keys = [row["key"] for row in csv.DictReader(file)]
    names = [f"STREAM_KEY_{key.upper().replace('-', '_')}" for key in (*keys, "tea-evening")]
    secrets = {name: f"value/of+{name}==" for name in names}
    page = done(Folder(tmp_path).run("plan", "--format", "html", environment=secrets)).out
    assert page.count('<li class="room"') == len(names)
    assert page.count('class="canvas"') >= 2 * len(names) - 2
    assert not [form for value in secrets.values() for form in forms(value) if form in page]
