"""A bound document that knows where each of its values comes from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from provisioner.advice.judging import Judge
from provisioner.checking import Place, Violation
from provisioner.diagnostics import Diagnostic
from provisioner.manifests.binding import BadValue, Compiled, placeholder_of
from provisioner.manifests.templates import RenderedDocument
from provisioner.manifests.watching import Watched
from provisioner.rooms import Value
from provisioner.yaml_source import Route, Scalar, place

_CONTAINERS = frozenset({dict, list})


@dataclass(frozen=True, slots=True)
class Source:
    """One document with its values in place. Called with a route, it says where a person wrote that."""

    document: RenderedDocument
    compiled: Compiled
    value: Value
    judge: Judge = field(default_factory=Judge)

    def __call__(self, route: Route, *, key: bool = False) -> Place:
        """The place of a value or its key. What is missing is missed at the key of the mapping around it."""
        found = self.compiled.find(route, self.document.values)
        index = None if key and not found.rest else placeholder_of(found.node)
        if index is not None:
            span, trace = self.document.locate_value(index)
            is_plain = isinstance(found.node, Scalar) and found.node.plain
            return Place(span, trace, computed=is_plain, inside=found.rest if is_plain else ())
        node = found.key if found.key is not None and (key or found.rest) else found.node
        span, trace = self.document.locate(*place(node))
        return Place(span, trace)

    def watched(self, top: str) -> list[Watched] | None:
        """What is watched in the field `top`, with routes from there; None where only looking into it tells."""
        places = self.compiled.places
        return places.watched(self.document.values, self.value, top) if places is not None else None

    @property
    def has_its_text_s_shape(self) -> bool:
        """Whether it has the lists and mappings of its text, as all documents of it have in which no value is one."""
        return self.compiled.places is not None and _CONTAINERS.isdisjoint(map(type, self.document.values))

    def holds(self, character: str) -> bool:
        """Whether a character is anywhere in the document, as far as that is told without looking into lists and
        mappings that stand in it as one value.
        """
        values = self.document.values
        if character in self.document.text or character in "".join([text for text in values if type(text) is str]):
            return True
        return not _CONTAINERS.isdisjoint(map(type, values))

    def findings(self, violations: Iterable[Violation]) -> Iterator[Diagnostic]:
        """Broken rules as findings, as far as they count."""
        return self.judge.weighed(
            self(violation.route).finding(violation.severity, violation.rule, violation.message)
            for violation in violations
        )

    def finding_of(self, bad: BadValue) -> Diagnostic:
        """A value that does not fit its place, at the expression that printed it."""
        span, trace = self.document.locate_value(bad.index)
        return Diagnostic.error(bad.rule, bad.message, span, trace)


def moved(finding: Diagnostic, document: RenderedDocument) -> Diagnostic:
    """A finding about the rendered text, at the place a person wrote, with the way that led there."""
    if finding.span is None:
        return finding
    span, trace = document.locate(finding.span.line, finding.span.column)
    others = tuple(
        replace(frame, span=document.locate(frame.span.line, frame.span.column)[0]) for frame in finding.trace
    )
    return replace(finding, span=span, trace=(*others, *trace))
