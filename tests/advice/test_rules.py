"""Each rule of advice: what breaks it, and where, and what comes near to that and does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from provisioner.advice.catalogue import ADVICE
from tests.advice.support import (
    LANDSCAPE,
    LONG,
    ON_AIR,
    PORTRAIT,
    condition,
    found,
    marked,
    paragraph,
    room,
    rules,
    said,
    scene,
    tag,
)

Files = Mapping[str, str]


def layers(*items: str) -> str:
    return scene("layer_config:\n" + "".join(f"  - {item}\n" for item in items))


def layer(position: str, more: str = "", kind: str = "IMAGE") -> str:
    return f"{{layer_type: {kind}, position: {{{position}}}{more}}}"


def words(text: str) -> str:
    return layers(f"{{layer_type: TEXT, text_config: {{text_context: {text}}}}}")


def background(placed: str) -> str:
    picture = "background_type: IMAGE, background_config: 'https://a.example.com/b.png'"
    return scene(f"background_config:\n  - {{{picture}, background_image_config: {placed}}}")


def gift(priority: int, more: str = "", trigger: str = "{}") -> str:
    return f"{{event_type: 4, hit_condition: {{relation: RESERVED, priority: {priority}}}, trigger: {trigger}{more}}}"


def script(body: str, key: str = "shared") -> str:
    body += "" if "shoot_scripts" in body else "\n  shoot_scripts: []"
    return f"kind: Script\nkey: {key}\nspec:\n  script_name: Shared\n  {body}\n"


def long_scenes(paragraphs: int) -> str:
    """Three scenes, each with so many paragraphs of 1,999 characters."""
    texts = ", ".join(["{text_config: {text: " + "x" * 1999 + "}}"] * paragraphs)
    return "\n".join(f"- {{script_name: s{number}, shoot_scripts: [{texts}]}}" for number in range(3))


UPRIGHT = (
    "background_config: [{background_type: IMAGE, background_asset_id: b, "
    "background_image_config: {dx: 0, dy: 0, width: 1080, height: 1920}}]"
)
CALLING = "kind: RuleSet\nkey: shared\nrules: [{event_type: 1, trigger: {reply_mode: SYSTEM_REPLY_AND_CALLBACK}}]\n"
BELOW = "layer_config: {layer_type: TEXT, position: §{dx: 0, dy: 1920, layer_index: 9}}"
LOOP = """\
{% for text in ["<speak>a</speak>", "<speak>b"] %}
---
kind: Room
key: r{{ loop.index }}
spec:
  room_name: x
  {% include "scene.yaml" %}
{% endfor %}
"""
INCLUDED = "scene_scripts: [{script_name: a, shoot_scripts: [{text_config: {text: §{{ text }}}}]}]\n"


def pushed(
    key: str, url: str = "rtmp://push.example.com/live", secret: str = "A", live: str = ON_AIR, mark: str = ""
) -> str:
    address = f"output_urls: [{mark}'{url}']\nstream_keys: ['{{{{ secret(\"{secret}\") }}}}']\n"
    return room(address + paragraph(LONG) + PORTRAIT, live, key)


def weekly(day: str, start: str, until: str, zone: str = "Asia/Shanghai") -> str:
    window = f"{{every: [{day}], from: '{start}', until: '{until}', timezone: {zone}}}"
    return f"live: {{window: {window}}}\n"


def one(text: str, **more: str) -> Files:
    return {"rooms/a.yaml": text, **more}


USING = room("scene_scripts:\n  - script: shared\n" + PORTRAIT, key="user")
OFF_LANDSCAPE = "layer_config: [{layer_type: IMAGE, position: {dx: 10, dy: 1500, layer_index: 1}}]"
PLAIN = room(paragraph("Hello"))
EXAMPLE = "https://hooks.example.com/answer"

HITS: dict[str, list[Files]] = {
    "too-little-to-say": [
        one(room("scene_scripts:\n  - §script_name: Short\n    shoot_scripts: [{text_config: {text: Hi}}]", ON_AIR)),
        one(
            room("scene_scripts:\n  - script: §shared", ON_AIR),
            **{"rooms/b.yaml": script(f"shoot_scripts: [{{text_config: {{text: {'x' * 200}}}}}]")},
        ),
    ],
    "too-much-to-say": [
        one(room("scene_scripts:\n§" + long_scenes(51), ON_AIR)),
    ],
    "too-many-videos": [
        one(
            room(
                "scene_scripts:\n  §- script_name: a\n    shoot_scripts: []\n    layer_config:\n"
                + "      - {layer_type: VIDEO}\n" * 4,
                ON_AIR,
            )
        ),
    ],
    "paragraph-too-long": [one(room(paragraph("§" + "x" * 2000), ON_AIR))],
    "not-for-air": [
        one(room(paragraph(LONG) + "video_config: {width: §720, height: 1280, bitrate: §800}", ON_AIR)),
        one(
            room(
                paragraph(LONG) + PORTRAIT,
                "live:\n  state: running\n  start: {video_config: {width: 1080, height: 1920, bitrate: §9000}}\n",
            )
        ),
    ],
    "callback-without-address": [
        one(room(rules("§{event_type: 1, trigger: {reply_mode: CALLBACK}}") + paragraph(LONG), ON_AIR)),
        one(
            room("interaction_rules:\n  - rules: §shared\n" + paragraph(LONG), ON_AIR),
            **{"rooms/b.yaml": CALLING},
        ),
    ],
    "layer-off-canvas": [
        one(room(layers("{layer_type: IMAGE, position: §{dx: 1200, dy: 0, layer_index: 1}}") + PORTRAIT)),
        one(
            room(
                layers(
                    "{layer_type: IMAGE, position: §{dx: -300, dy: 0, layer_index: 1}, size: {width: 300, height: 9}}"
                )
            )
        ),
        one(
            script("layer_config: [{layer_type: IMAGE, position: §{dx: 2000, dy: 0, layer_index: 1}}]"),
            **{"rooms/b.yaml": USING},
        ),
        one(room("scene_scripts:\n  - script: §shared\n" + LANDSCAPE), **{"rooms/b.yaml": script(OFF_LANDSCAPE)}),
        one(room(rules(f"{{event_type: 1, trigger: {{{BELOW}}}}}"))),
    ],
    "equal-layer-index": [
        one(room(layers(layer("dx: 0, dy: 0, layer_index: 1"), layer("dx: 90, dy: 90, layer_index: §1")))),
        one(
            room(
                layers(
                    layer("dx: 0, dy: 0, layer_index: 2", ", size: {width: 100, height: 100}"),
                    layer("dx: 99, dy: 99, layer_index: §2"),
                )
            )
        ),
    ],
    "background-too-small": [
        one(room(background("§{dx: 0, dy: 0, width: 1080, height: 1920}") + LANDSCAPE)),
        one(
            room("scene_scripts:\n  - script: §shared\n" + LANDSCAPE),
            **{"rooms/b.yaml": script(UPRIGHT)},
        ),
    ],
    "rotated-video": [one(room(layers("{layer_type: VIDEO, rotation: §{angle: 90}}")))],
    "unreadable-text-layer": [
        one(room(words("§AAAA"))),
        one(
            script("layer_config: [{layer_type: TEXT, text_config: {text_context: §AAECAw==}}]"),
            **{"rooms/b.yaml": USING},
        ),
    ],
    "invalid-ssml": [
        one(room(paragraph("§<speak>Hello <sub>24#</sub></speak>"))),
        one(room(paragraph("§'Hello <break time=\"1s\"/> all'"))),
        one(script("shoot_scripts: [{text_config: {text: §<speak>Hello}}]"), **{"rooms/b.yaml": USING}),
        {
            "rooms/a.yaml": LOOP,
            "templates/scene.yaml": INCLUDED,
        },
    ],
    "bad-regex": [
        one(room(rules(condition(tag("REGEX", "§'how (much'"))))),
        one(
            "kind: RuleSet\nkey: shared\nrules:\n  - " + condition(tag("REGEX", "§'[a'")) + "\n",
            **{"rooms/b.yaml": room("interaction_rules: [{rules: shared}]")},
        ),
    ],
    "slow-regex": [one(room(rules(condition(tag("REGEX", "§'(好+)+吗'")))))],
    "contradicting-condition": [
        one(room(rules(condition(tag("EQUAL", "price"), "§" + tag("EQUAL", "discount"))))),
        one(room(rules(condition(tag("MATH_GT", "'5'", "level"), "§" + tag("MATH_LT", "'3'", "level"))))),
        one(room(rules(condition(tag("MATH_GT", "'5'", "level"), "§" + tag("MATH_EQ", "'5'", "level"))))),
        one(room(rules(condition("§" + tag("MATH_GT", "many", "level"))))),
        one(room(rules(condition("§" + tag("MATH_GT", "many", "level"), relation="OR")))),
    ],
    "shadowed-rule": [
        one(room(rules(gift(100), "§" + gift(200)))),
        one(room(rules("§" + gift(200), gift(100)))),
        one(room(rules(gift(100), "§" + gift(100)))),
        one(
            room(
                rules(gift(100, ", enabled_scenes: [Opening]"), "§" + gift(200, ", enabled_scenes: [Opening]"))
                + paragraph("Hi")
            )
        ),
        one(
            room("interaction_rules:\n  - " + gift(100) + "\n  - rules: §shared"),
            **{"rooms/b.yaml": f"kind: RuleSet\nkey: shared\nrules: [{gift(200)}]\n"},
        ),
        one(
            f"kind: RuleSet\nkey: shared\nrules: [{gift(100)}, §{gift(200)}]\n",
            **{"rooms/b.yaml": room("interaction_rules: [{rules: shared}]")},
        ),
    ],
    "shared-push-address": [
        one(pushed("a"), **{"rooms/b.yaml": pushed("b", mark="§")}),
        one(
            pushed("a", live=weekly("sat", "20:00", "22:00")),
            **{"rooms/b.yaml": pushed("b", live=weekly("sat", "21:59", "23:00"), mark="§")},
        ),
        one(
            pushed("a", live=weekly("sat", "20:00", "22:00")),
            **{"rooms/b.yaml": pushed("b", live=weekly("sat", "13:00", "14:00", "Europe/Berlin"), mark="§")},
        ),
        one(
            pushed("a", live=weekly("sat", "20:00", "22:00")),
            **{
                "rooms/b.yaml": pushed(
                    "b",
                    live="live: {window: {from: 2026-11-21T21:00, until: 2026-11-21T21:30, timezone: Asia/Shanghai}}\n",
                    mark="§",
                )
            },
        ),
    ],
    "unused-script": [one(PLAIN, **{"rooms/b.yaml": script("shoot_scripts: []").replace("key: ", "key: §")})],
    "unused-rule-set": [one(PLAIN, **{"rooms/b.yaml": "kind: RuleSet\nkey: §shared\nrules: [{rule_name: x}]\n"})],
    "unused-value": [
        one(
            room("room_description: {{ values.greeting }}\n"),
            **{"values/common.yaml": "greeting: Hello\n§greting: Hi\n"},
        ),
        one(PLAIN, **{"values/local.yaml": "§city: Oslo\n"}),
    ],
    "unused-template": [
        one(
            room("room_description: {% include 'a.yaml' %}\n"),
            **{"templates/a.yaml": "x", "templates/deep/b.yaml": "§y"},
        )
    ],
    "bad-excuse": [
        one("§# provisioner: allow[too-little-to-say]\n" + PLAIN),
        one("§# provisioner: allow[too-litle-to-say] it is short\n" + PLAIN),
        one("§# provisioner: allow[secret-in-clear] it is a test\n" + PLAIN),
        one("§# provisioner: allow[wrong-type] it is a test\n" + PLAIN),
    ],
    "unused-excuse": [one("§# provisioner: allow[too-little-to-say] it is short\n" + PLAIN)],
}

NEAR: dict[str, list[Files]] = {
    "too-little-to-say": [
        one(PLAIN),
        one(room(paragraph("x" * 201), ON_AIR)),
        one(room(scene("shoot_scripts:\n  - text_config: {text: Hi}\n  - audio_config: {asset_id: a}"), ON_AIR)),
        one(room(scene("shoot_scripts: []"), ON_AIR)),
    ],
    "too-much-to-say": [
        one(room("scene_scripts:\n" + long_scenes(50), ON_AIR)),
    ],
    "too-many-videos": [one(room(scene("layer_config:\n" + "  - {layer_type: VIDEO}\n" * 3), ON_AIR))],
    "paragraph-too-long": [
        one(room(paragraph("x" * 1999), ON_AIR)),
        one(room(paragraph("<speak>" + "x" * 2900 + "</speak>"), ON_AIR)),
        one(room(paragraph("x" * 2000))),
    ],
    "not-for-air": [
        one(room(paragraph(LONG) + PORTRAIT, ON_AIR)),
        one(room("video_config: {width: 720, height: 1280, bitrate: 800}")),
    ],
    "callback-without-address": [
        one(room(rules("{event_type: 1, trigger: {reply_mode: CALLBACK}}"))),
        one(
            room(
                rules("{event_type: 1, trigger: {reply_mode: CALLBACK}}") + paragraph(LONG),
                f"live: {{state: running, start: {{interaction_callback_url: '{EXAMPLE}'}}}}\n",
            )
        ),
        one(room(rules("{event_type: 1, enabled: false, trigger: {reply_mode: CALLBACK}}") + paragraph(LONG), ON_AIR)),
    ],
    "layer-off-canvas": [
        one(room(layers(layer("dx: 1079, dy: 1919, layer_index: 1")) + PORTRAIT)),
        one(room(layers(layer("dx: 1200, dy: 0, layer_index: 1")))),
        one(room(layers(layer("dx: -300, dy: 0, layer_index: 1")) + PORTRAIT)),
        one(room(layers(layer("dx: -300, dy: 0, layer_index: 1", ", size: {width: 301}")) + PORTRAIT)),
        one(room(layers(layer("dx: 1090, dy: 0, layer_index: 1", ", rotation: {angle: 45}")) + PORTRAIT)),
        one(
            room(
                layers(layer("dx: 1200, dy: 0, layer_index: 1"))
                + "video_config: {clip_mode: CROP, width: 1080, height: 1920, bitrate: 4000}"
            )
        ),
        one(room("scene_scripts:\n  - script: shared\n" + PORTRAIT), **{"rooms/b.yaml": script(OFF_LANDSCAPE)}),
    ],
    "equal-layer-index": [
        one(room(layers(layer("dx: 0, dy: 0, layer_index: 1"), layer("dx: 0, dy: 0, layer_index: 2")))),
        one(
            room(
                layers(
                    layer("dx: 0, dy: 0, layer_index: 1", ", size: {width: 90, height: 90}"),
                    layer("dx: 90, dy: 0, layer_index: 1"),
                )
            )
        ),
        one(
            room(
                layers(
                    layer("dx: 0, dy: 0, layer_index: 1", ", sequence_no: 1"),
                    layer("dx: 0, dy: 0, layer_index: 1", ", sequence_no: 2"),
                )
            )
        ),
    ],
    "background-too-small": [
        one(room(background("{dx: -20, dy: 0, width: 1940, height: 1080}") + LANDSCAPE)),
        one(room(background("{dx: 0, dy: 0, width: 1080, height: 1920}"))),
    ],
    "rotated-video": [
        one(room(layers("{layer_type: VIDEO, rotation: {angle: 0}}", "{layer_type: IMAGE, rotation: {angle: 90}}")))
    ],
    "unreadable-text-layer": [one(room(words("{{ '今晚 👩‍🍳\n' | b64 }}"))), one(room(words("VGVh")))],
    "invalid-ssml": [
        one(room(paragraph("'<b>Free</b> delivery & more, 1 < 2'"))),
        one(room(paragraph('\'<speak>a<break time="800ms"/> &amp; <sub alias="x">24#</sub></speak>\''))),
        one(room(paragraph('\'<speak><emotion type="HAPPY"><insert-action name="a" tag="b"/>Hi</emotion></speak>\''))),
    ],
    "bad-regex": [
        one(room(rules(condition(tag("REGEX", "'how (much|many)'"))))),
        one(room(rules(condition(tag("REGEX", r"'\p{Han}+(?i)ok(?<name>x)'"))))),
        one(room(rules(condition(tag("EQUAL", "'how (much'"))))),
    ],
    "slow-regex": [
        one(room(rules(condition(tag("REGEX", "'(好+啊)+吗'"))))),
        one(room(rules(condition(tag("EQUAL", "'(a+)+'"))))),
    ],
    "contradicting-condition": [
        one(room(rules(condition(tag("EQUAL", "price"), tag("EQUAL", "discount"), relation="OR")))),
        one(room(rules(condition(tag("EQUAL", "price"), tag("EQUAL", "discount", "name"))))),
        one(room(rules(condition(tag("MATH_GE", "'5'", "level"), tag("MATH_LE", "'5'", "level"))))),
        one(room(rules(condition(tag("MATH_GT", "many", "level"), tag("EQUAL", "x"), relation="OR")))),
    ],
    "shadowed-rule": [
        one(room(rules(gift(100, trigger="{time_window: 60}"), gift(200)))),
        one(room(rules(gift(100, ", enabled: false"), gift(200)))),
        one(room(rules(gift(100, ", enabled_scenes: [Opening]"), gift(200)) + paragraph("Hi"))),
        one(room(rules(gift(100), gift(100, trigger="{time_window: 9}")))),
        one(room(rules(gift(100), gift(200).replace("event_type: 4", "event_type: 3")))),
        one(room(rules(condition(tag("EQUAL", "a")), condition(tag("EQUAL", "b"))))),
    ],
    "shared-push-address": [
        one(pushed("a"), **{"rooms/b.yaml": pushed("b", secret="B")}),
        one(pushed("a"), **{"rooms/b.yaml": pushed("b", url="rtmp://push.example.com/other")}),
        one(pushed("a"), **{"rooms/b.yaml": pushed("b", live="")}),
        one(
            pushed("a", live=weekly("sat", "20:00", "22:00")),
            **{"rooms/b.yaml": pushed("b", live=weekly("sat", "22:00", "23:00"))},
        ),
        one(
            pushed("a", live=weekly("sat", "20:00", "22:00")),
            **{"rooms/b.yaml": pushed("b", live=weekly("sun", "20:00", "22:00"))},
        ),
        one(
            pushed("a", live=weekly("sat", "20:00", "22:00")),
            **{"rooms/b.yaml": pushed("b", live=weekly("sat", "20:00", "22:00", "Europe/Berlin"))},
        ),
    ],
    "unused-script": [
        one(USING, **{"rooms/b.yaml": script("shoot_scripts: []")}),
        one(
            PLAIN + "{% if target.name == 'other' %}\n---\n" + USING + "{% endif %}",
            **{"rooms/b.yaml": script("shoot_scripts: []")},
        ),
        one(PLAIN + "---\n" + USING.replace("shared", "shard"), **{"rooms/b.yaml": script("shoot_scripts: []")}),
    ],
    "unused-rule-set": [
        one(
            room("interaction_rules: [{rules: shared}]"),
            **{"rooms/b.yaml": "kind: RuleSet\nkey: shared\nrules: [{rule_name: x}]\n"},
        )
    ],
    "unused-value": [
        one(
            room("{% if target.name == 'other' %}\nroom_description: {{ values.greeting }}\n{% endif %}\n"),
            **{"values/common.yaml": "greeting: Hello\n"},
        ),
        one(room("room_description: {{ values['greeting'] }}\n"), **{"values/common.yaml": "greeting: Hello\n"}),
        one(
            room("room_description: {{ values['greet' ~ 'ing'] }}\n"),
            **{"values/common.yaml": "greeting: Hello\nother: 1\n"},
        ),
        one(
            room("{% for name, value in values.items() %}{% endfor %}\n"), **{"values/common.yaml": "greeting: Hello\n"}
        ),
        one(
            room("room_description: {% include 'a.yaml' %}\n"),
            **{"values/common.yaml": "greeting: Hello\n", "templates/a.yaml": "{{ values.greeting }}"},
        ),
    ],
    "unused-template": [
        one(
            room("{% if target.name == 'other' %}\nroom_description: {% include 'a.yaml' %}\n{% endif %}\n"),
            **{"templates/a.yaml": "{% import './b.yaml' as b %}x", "templates/b.yaml": "y"},
        ),
        one(
            room("room_description: {% include 'a' ~ '.yaml' %}\n"),
            **{"templates/a.yaml": "x", "templates/b.yaml": "y"},
        ),
        one(PLAIN, **{"templates/README.md": "what stands here"}),
        one(PLAIN, **{"templates/new/store.yaml": "kind: Room\nkey: __key__\n"}),
    ],
    "bad-excuse": [
        one(
            room(
                paragraph("Hi").replace("Opening", "Opening  # provisioner: allow[too-little-to-say] it is short"),
                ON_AIR,
            )
        )
    ],
    "unused-excuse": [
        one(
            room(
                paragraph("Hi").replace("Opening", "Opening  # provisioner: allow[too-little-to-say] it is short"),
                ON_AIR,
            )
        ),
        one("# provisioner: allow[too-little-to-say] it is short\n" + PLAIN + "  room_nane: x\n"),
    ],
}
ERRORS_ARE_MEANT = frozenset({"unused-script", "unused-excuse"})
"""Rules of which a near miss is one because of an error."""


def test_every_rule_has_a_hit_and_a_near_miss() -> None:
    names = {each.RULE.name for each in ADVICE}
    assert set(HITS) == set(NEAR) == names


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, number) for rule, cases in HITS.items() for number in range(len(cases))]
)
def test_a_hit_is_found_where_it_is_written_and_is_all_that_is_found(rule: str, number: int, tmp_path: Path) -> None:
    files = HITS[rule][number]
    assert said(found(tmp_path, files)) == [(rule, place) for place in marked(files)]


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, number) for rule, cases in NEAR.items() for number in range(len(cases))]
)
def test_a_near_miss_is_none(rule: str, number: int, tmp_path: Path) -> None:
    findings = found(tmp_path, NEAR[rule][number])
    assert rule not in {finding.rule for finding in findings}
    assert rule in ERRORS_ARE_MEANT or not findings
