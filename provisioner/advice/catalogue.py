"""Every rule that a finding can name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from provisioner.advice.reading import READING
from provisioner.advice.rule import Rule
from provisioner.advice.rules import (
    background_too_small,
    bad_excuse,
    bad_regex,
    callback_without_address,
    contradicting_condition,
    equal_layer_index,
    invalid_ssml,
    layer_off_canvas,
    not_for_air,
    paragraph_too_long,
    rotated_video,
    shadowed_rule,
    shared_push_address,
    slow_regex,
    too_little_to_say,
    too_many_videos,
    too_much_to_say,
    unreadable_text_layer,
    unused_excuse,
    unused_rule_set,
    unused_script,
    unused_template,
    unused_value,
)

ON_AIR = (
    too_little_to_say,
    too_much_to_say,
    too_many_videos,
    paragraph_too_long,
    not_for_air,
    callback_without_address,
)
"""What is said of rooms that go on air, and speaks against it (`live.require`)."""
ADVICE = (
    *ON_AIR,
    background_too_small,
    bad_excuse,
    bad_regex,
    contradicting_condition,
    equal_layer_index,
    invalid_ssml,
    layer_off_canvas,
    rotated_video,
    shadowed_rule,
    shared_push_address,
    slow_regex,
    unreadable_text_layer,
    unused_excuse,
    unused_rule_set,
    unused_script,
    unused_template,
    unused_value,
)

CATALOGUE: Mapping[str, Rule] = MappingProxyType(
    {rule.name: rule for rule in sorted((*READING, *(each.RULE for each in ADVICE)), key=lambda rule: rule.name)}
)
"""The rules by name, in that order."""
ON_AIR_RULES = frozenset(each.RULE.name for each in ON_AIR)
