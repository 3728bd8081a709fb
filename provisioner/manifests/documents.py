"""A rendered document → a checked draft, or findings at the places a person wrote. Pure.

Documents with one text are parsed once, which is every room of a template: placeholders are numbered from 0 in
each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from provisioner.advice.checks import of_rules, of_scene, of_texts
from provisioner.advice.judging import Judge
from provisioner.advice.parts import EITHER, Part
from provisioner.assets import RULES_FIELDS, SCENE_FIELDS
from provisioner.checking import check, did_you_mean, kind_of, read_as
from provisioner.diagnostics import Diagnostic, Span, has_errors
from provisioner.manifests.asset_references import with_names
from provisioner.manifests.binding import Compiled, compile_document
from provisioner.manifests.drafts import Broken, Checked, Draft, SharedRules, SharedScript
from provisioner.manifests.models import KEY_PATTERN, RuleSetModel, ScriptModel
from provisioner.manifests.policy import violations
from provisioner.manifests.room_documents import read_room
from provisioner.manifests.sources import Source, moved
from provisioner.manifests.templates import RenderedDocument
from provisioner.metastudio.models import LiveRoomInteractionRuleInfo, LiveVideoScriptInfo
from provisioner.rooms import Value
from provisioner.yaml_source import Parsed, parse_documents

_KEY = re.compile(KEY_PATTERN)


@dataclass(frozen=True, slots=True)
class Read:
    """What one document said. `draft` is None where not even its key is known."""

    draft: Draft | None
    findings: tuple[Diagnostic, ...]
    origin: Span
    name: str
    """How a person tells it from others, such as `Room spring-sale`; an empty text where it has no key."""


def read_document(document: RenderedDocument, judge: Judge | None = None) -> Iterator[Read]:
    """The draft of a rendered document; nothing for one that is empty or a comment."""
    judge = judge or Judge()
    parsed, compiled = _parsed(document.text)
    if parsed.findings:
        findings = tuple(moved(finding, document) for finding in parsed.findings)
        yield Read(None, findings, document.locate(1, 1)[0], "")
    for one in compiled:
        value, bad_values = one.bind(document.values)
        if value is None and not bad_values:
            continue
        source = Source(document, one, value, judge)
        findings_of_values = tuple(source.finding_of(bad) for bad in bad_values)
        yield _read(source, findings_of_values)


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[Parsed, tuple[Compiled, ...]]:
    parsed = parse_documents(text, "")
    roots = () if parsed.findings else parsed.documents
    return parsed, tuple(compile_document(document.root) for document in roots)


def _read(source: Source, so_far: tuple[Diagnostic, ...]) -> Read:
    data = source.value
    origin = source(()).span
    if not isinstance(data, dict):
        message = f"a document is a mapping with `kind` and `key`, not {kind_of(data)}"
        return Read(None, (*so_far, source(()).error("wrong-type", message)), origin, "")
    kind = data.get("kind")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return Read(None, (*so_far, _unknown_kind(data, source)), origin, "")
    checked = reader(source, data)
    findings = (*so_far, *_besides(so_far, checked.findings))
    key = data.get("key")
    is_key = isinstance(key, str) and _KEY.match(key) is not None
    draft = checked.draft
    if has_errors(findings):
        draft = Broken(str(kind), str(key), source(("key",)), checked.references) if is_key else None
    return Read(draft, findings, origin, f"{kind} {key}" if is_key else "")


def _besides(known: tuple[Diagnostic, ...], more: tuple[Diagnostic, ...]) -> Iterator[Diagnostic]:
    """`more` without what follows from a value that is already known not to fit its place."""
    places = {finding.span for finding in known}
    return (finding for finding in more if finding.span not in places)


def _script(source: Source, data: dict[str, Any]) -> Checked:
    named = with_names(data.get("spec"), SCENE_FIELDS, source, ("spec",))
    scene = named.body
    data = {**data, "spec": scene} if named.routes else data
    model, found = read_as(ScriptModel, data, source)
    findings = [*found, *named.findings]
    if isinstance(scene, dict):
        findings += check(LiveVideoScriptInfo, scene, source, route=("spec",))
        findings += source.findings(violations(scene, ("spec",)))
    if model is not None and not has_errors(findings):
        part = Part(("spec",), model.spec)
        findings += source.findings(of_texts(part))
        findings += source.findings(of_scene(part, EITHER))
    return Checked(SharedScript(model.key, source(("key",)), model.spec) if model else None, tuple(findings))


def _rules(source: Source, data: dict[str, Any]) -> Checked:
    named = with_names(data.get("rules"), RULES_FIELDS, source, ("rules",))
    rules = named.body
    data = {**data, "rules": rules} if named.routes else data
    model, found = read_as(RuleSetModel, data, source)
    findings = [*found, *named.findings]
    for position, rule in enumerate(rules if isinstance(rules, list) else ()):
        findings += check(LiveRoomInteractionRuleInfo, rule, source, route=("rules", position))
    findings += source.findings(violations(rules, ("rules",)))
    if model is not None and not has_errors(findings):
        parts = [Part(("rules", position), rule) for position, rule in enumerate(model.rules)]
        findings += source.findings(of_rules(parts, EITHER))
    return Checked(SharedRules(model.key, source(("key",)), model.rules) if model else None, tuple(findings))


_READERS: dict[str, Callable[[Source, dict[str, Any]], Checked]] = {
    "Room": read_room,
    "Script": _script,
    "RuleSet": _rules,
}


def _unknown_kind(data: dict[str, Value], source: Source) -> Diagnostic:
    kind = data.get("kind")
    known = ", ".join(_READERS)
    if kind is None:
        return source(("kind",)).error("missing-field", f"`kind` is missing: it is one of {known}")
    hint = did_you_mean(kind, _READERS) if isinstance(kind, str) else ""
    return source(("kind",)).error("not-allowed", f"`kind` must be one of {known}{hint}")
