"""What only the workspace as a whole shows: what is not used, what rooms share, and what is excused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from provisioner.advice.judging import Excuse, Excuses, Judge, Terms, excuses_in, unused
from provisioner.advice.rules import (
    shared_push_address,
    unused_rule_set,
    unused_script,
    unused_template,
    unused_value,
)
from provisioner.advice.written import Written
from provisioner.diagnostics import Diagnostic, Severity, Span
from provisioner.errors import FindingsError
from provisioner.manifests.drafts import Broken, Reference
from provisioner.manifests.files import ManifestFile
from provisioner.manifests.folders import LeadsOutError, OnDisk
from provisioner.manifests.resolve import Inventory
from provisioner.manifests.templates import library
from provisioner.rooms import Value
from provisioner.text_files import read_text
from provisioner.workspace import Target, Workspace, values_files

_NAME = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Texts:
    """The files that people write, as text, and the excuses in them."""

    written: Written
    excuses: Excuses
    is_complete: bool

    def terms(self, workspace: Workspace) -> Terms:
        """What the workspace wants of rules."""
        return Terms(dict(workspace.severities), self.excuses.all)


def read_texts(workspace: Workspace, target: Target, manifests: tuple[ManifestFile, ...]) -> Texts:
    """Reads templates and values beside the manifests. What cannot be read is said by those who use it."""
    folder = OnDisk(workspace.root, library.FOLDER, is_closed=True)
    templates: dict[str, str] = {}
    is_complete = True
    for path in folder.paths():
        try:
            templates[path] = folder.read(path)
        except (FindingsError, LeadsOutError):
            is_complete = False
    rest = {name: read_text(workspace.root, workspace.root / name) for name in _existing(workspace, target)}
    written = Written({file.name: file.source for file in manifests}, templates, rest)
    by_file = {**written.manifests, **{f"{library.FOLDER}/{path}": text for path, text in templates.items()}, **rest}
    found = [excuses_in(file, text) for file, text in by_file.items()]
    excuses = Excuses(
        tuple(excuse for each in found for excuse in each.all),
        tuple(finding for each in found for finding in each.findings),
    )
    return Texts(written, excuses, is_complete)


def workspace_findings(
    texts: Texts,
    values: dict[str, Value],
    inventory: Inventory,
    references: Collection[Reference],
    *,
    is_rendered: bool,
) -> Iterator[Diagnostic]:
    """What is not used, and what rooms share; as the catalogue has it.

    Nothing is called unused where not everything was rendered, nor a script or a rule set where a reference leads
    nowhere: a misspelt name may be meant for it.
    """
    yield from texts.excuses.findings
    yield from shared_push_address.found(inventory.pushes)
    if not is_rendered or not texts.written.manifests:
        return
    if not any(inventory.shared.unknown(references)):
        yield from _unused_shared(texts.written, inventory, references)
    if texts.is_complete:
        yield from unused_value.found(_names(texts.written, values), texts.written)
        yield from unused_template.found(library.FOLDER, texts.written)


def unused_excuses(
    texts: Texts, used: Iterable[Excuse], findings: Iterable[Diagnostic], judge: Judge
) -> Iterator[Diagnostic]:
    """The excuses that nothing needed, where that is sure."""
    if not texts.excuses.all:
        return iter(())
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    unsure = {span.file for finding in errors for span in _places(finding)}
    if errors:  # what uses a template, a script or a value may not have been looked at
        unsure |= {excuse.span.file for excuse in texts.excuses.all if excuse.span.file not in texts.written.manifests}
    return judge.weighed(unused(texts.excuses.all, used, frozenset(unsure)))


def _places(finding: Diagnostic) -> Iterator[Span]:
    if finding.span is not None:
        yield finding.span
    yield from (frame.span for frame in finding.trace)


def _unused_shared(written: Written, inventory: Inventory, references: Iterable[Reference]) -> Iterator[Diagnostic]:
    """Scripts and rule sets that no room refers to, for whichever target."""
    referred = {(reference.kind, reference.key) for reference in references}
    shared = inventory.shared
    every = [
        *(("Script", key, one, unused_script) for key, one in shared.scripts.items()),
        *(("RuleSet", key, one, unused_rule_set) for key, one in shared.rules.items()),
    ]
    alone = [each for each in every if each[:2] not in referred and not isinstance(each[2], Broken)]
    if not alone:
        return
    mentioned = written.mentioned()
    for _, key, one, rule in alone:
        if key.rstrip("._-") not in mentioned:
            yield one.key_place.finding(rule.RULE.severity, rule.RULE.name, rule.MESSAGE)


def _names(written: Written, values: dict[str, Value]) -> Iterator[tuple[str, Span]]:
    """The names at the top of the files of values, and where each stands."""
    for file, text in written.rest.items():
        for match in _NAME.finditer(text):
            if match[1] in values:
                line = text.count("\n", 0, match.start()) + 1
                yield match[1], Span(file, line, 1, line, len(match[1]) + 1)


def _existing(workspace: Workspace, target: Target) -> Iterator[str]:
    return (name for name in values_files(target) if (workspace.root / name).exists())
