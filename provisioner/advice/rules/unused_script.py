"""A Script that no room refers to. Pure."""

from __future__ import annotations

from provisioner.advice.rule import Rule

RULE = Rule(
    name="unused-script",
    title="No room refers to a Script",
    why="A Script is in no broadcast until a room refers to it, so one that none refers to was forgotten, or is left "
    "over. One whose key stands anywhere else in the workspace, such as in a branch for another target, passes.",
    bad="kind: Script\nkey: wellcome   # rooms say {script: welcome-zh}",
    good="kind: Script\nkey: welcome-zh",
    source="README.md, How a manifest looks",
)
MESSAGE = "no room refers to this Script; refer to it with {script: KEY} in `scene_scripts`, or remove it"
