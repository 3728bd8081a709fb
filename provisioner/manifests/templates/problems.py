"""Exceptions of templates → findings at the places a person wrote. Pure.

Compiled code keeps the offset of every statement and printed expression, so the frames of a traceback that belong
to templates are the way to what failed. Messages never repeat values.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import FrameType, TracebackType

from jinja2 import TemplateNotFound, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.debug import get_template_locals
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.parser import Parser
from jinja2.utils import missing

from provisioner.checking import did_you_mean
from provisioner.diagnostics import Diagnostic, Frame, Span
from provisioner.errors import FindingsError
from provisioner.manifests.templates.errors import Refused, TemplateFailed
from provisioner.manifests.templates.rendered import shortened
from provisioner.manifests.templates.source import Source, offset_of
from provisioner.manifests.templates.texts import kind_named, kind_of
from provisioner.manifests.templates.undefined import UndefinedValue

GLOBAL_NAMES = "`values`, `target`, `data` and `secret`"
_MAX_NAMED = 10
"""Names that a message lists."""


def not_compiled(error: Exception, source: Source) -> TemplateFailed:
    """Why a template cannot be compiled: an exception of Jinja's or Python's compiler."""
    match error:
        case TemplateSyntaxError():
            offset = min(offset_of(error.lineno), len(source.text))
            message = f"this template is not valid: {_without_quotations(error.message or 'syntax error')}"
        case RecursionError() | MemoryError() | SyntaxError():
            offset = _offset_reached(error.__traceback__)
            message = "this template is nested too deeply; split it with macros or includes"
        case _:
            offset, message = 0, "this template holds a number or a name that cannot be read"
    return TemplateFailed((Diagnostic.error("template-syntax", message, source.span(offset)),))


def _offset_reached(traceback: TracebackType | None) -> int:
    """How far Jinja's parser or compiler had come; the start where that cannot be told."""
    reached = 0
    while traceback is not None:
        here = traceback.tb_frame.f_locals
        match here.get("node"), here.get("self"):
            case nodes.Node(lineno=int(number)), _:
                reached = offset_of(number)
            case _, Parser() as parser:
                reached = offset_of(parser.stream.current.lineno)
        traceback = traceback.tb_next
    return reached


def not_rendered(error: Exception) -> TemplateFailed:
    """Why a template could not be rendered, at the expression that was being evaluated.

    Raises the error itself where no template was running: then it is a defect of ours.
    """
    steps = list(_steps(error.__traceback__))
    if not steps:
        raise error
    innermost = steps[0]
    frames = _frames(steps)
    if isinstance(error, FindingsError):
        return TemplateFailed(tuple(_from_here(finding, innermost, frames) for finding in error.findings))
    rule, message = _explained(error, innermost)
    span = innermost.span_of(error.name) if isinstance(error, UndefinedValue) else innermost.span
    return TemplateFailed((Diagnostic.error(rule, message, span, frames),))


@dataclass(frozen=True, slots=True)
class _Step:
    """A template that was running: which tag of it, and in which frame of Python."""

    source: Source
    tag: tuple[int, int]
    frame: FrameType

    @property
    def span(self) -> Span:
        return self.source.span(*self.tag)

    def span_of(self, name: object) -> Span:
        """Where a name stands in the tag; the whole tag where that is not clear."""
        start, end = self.tag
        found = [*re.finditer(rf"(?<!\w){re.escape(str(name))}(?!\w)", self.source.text[start:end])]
        if len(found) != 1:
            return self.span
        return self.source.span(start + found[0].start(), start + found[0].end())

    def label(self, otherwise: str) -> str:
        """What the tag does to what it leads to."""
        return _LABELS.get(self.source.words(self.tag).partition(" ")[0], otherwise)


_LABELS = {
    "extends": "extended from",
    "from": "imported from",
    "import": "imported from",
    "include": "included from",
}


def _steps(traceback: TracebackType | None) -> Iterator[_Step]:
    """The templates that were running, innermost first."""
    running = []
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            running.append((template, traceback))
        traceback = traceback.tb_next
    for template, at in reversed(running):
        source: Source = template.source
        tag = source.tag_at(offset_of(template.get_corresponding_lineno(at.tb_lineno)))
        yield _Step(source, tag, at.tb_frame)


def _frames(steps: list[_Step]) -> tuple[Frame, ...]:
    """The way to the innermost step: includes, imports and calls of macros, but no helpers of the compiler."""
    outer = [
        (step, "called from" if inner.frame.f_code.co_name == "macro" else step.label("included from"))
        for inner, step in itertools.pairwise(steps)
        if inner.frame.f_code.co_name in {"macro", "root"}
    ]
    return tuple(Frame(label, step.span) for step, label in shortened(outer))


def _from_here(finding: Diagnostic, step: _Step, frames: tuple[Frame, ...]) -> Diagnostic:
    """A finding about a file that a template asked for, with the way to it."""
    if finding.span is None:
        return replace(finding, span=step.span, trace=(*finding.trace, *frames))
    return replace(finding, trace=(*finding.trace, Frame(step.label("read from"), step.span), *frames))


def _explained(error: Exception, step: _Step) -> tuple[str, str]:
    """Rule and message."""
    match error:
        case Refused():
            return error.rule, error.words
        case UndefinedValue():
            return "template-undefined", _undefined(error, step)
        case SecurityError():
            return "template-security", str(error)
        case TemplateNotFound():
            return "template-path", str(error)
        case RecursionError():
            return (
                "template-limit",
                "this goes too deep: a macro or an include that leads back to itself has no end",
            )
        case MemoryError():
            return "template-limit", "this needs more memory than templates may use; make it smaller"
        case TypeError():
            return "template-value", _type_error(str(error))
        case ZeroDivisionError():
            return "template-value", "this divides by zero"
        case ValueError() if "unpack" in str(error):
            return "template-value", "there are more or fewer values here than names to unpack them into"
        case TemplateRuntimeError() if str(error).startswith("No "):
            return "template-value", "there is no filter or test of the name that is computed here"
        case TemplateRuntimeError():
            return "template-value", _lowered(str(error))
        case _:
            return "template-value", "this expression cannot be evaluated with these values"


def _undefined(error: UndefinedValue, step: _Step) -> str:
    name, hint = _shown(error.name, step.source), error.hint or ""
    if "sequence was empty" in hint:
        return "this list is empty, so nothing can be taken from it"
    if error.name is None or "inline if" in hint:
        return _lowered(hint)
    if error.name == "caller":
        return "`caller` is not defined: this macro was not used by a `{% call %}` block"
    if hint.startswith("parameter"):
        return f"the parameter {name} of this macro was not given, and it has no default"
    if hint:
        return f"{name} is not in the template that it is imported from"
    if error.owner is missing:
        known = [*get_template_locals(dict(step.frame.f_locals))]
        otherwise = f"; known are {GLOBAL_NAMES}, what the template sets, and the variables of loops"
        return f"{name} is not defined{_close(error.name, known) or otherwise}"
    match error.owner:
        case dict():
            keys = [key for key in error.owner if isinstance(key, str) and _NAME.fullmatch(key)]
            listed = f"; there are: {', '.join(keys)}" if 0 < len(keys) <= _MAX_NAMED else ""
            return f"there is no {name} in this mapping{_close(error.name, keys) or listed}"
        case list() | tuple() if isinstance(error.name, int):
            return f"this list has {len(error.owner)} entries, so there is no number {error.name} (the first is 0)"
        case TemplateModule():
            exported = [key for key in vars(error.owner) if not key.startswith("_")]
            return f"the imported template has no {name}{_close(error.name, exported)}"
        case _:
            return f"{kind_of(error.owner)} has no {name}"


_NAME = re.compile(r"\w[\w.-]{0,63}")


def _shown(name: object, source: Source) -> str:
    """A name in a message: one that was computed, and so may be a value, is not repeated."""
    text = str(name)
    is_written = _NAME.fullmatch(text) and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", source.text)
    return f"`{text}`" if is_written else "entry of this name"


def _close(name: object, known: Iterable[str]) -> str:
    return did_you_mean(name, known) if isinstance(name, str) and _NAME.fullmatch(name) else ""


def _type_error(message: str) -> str:
    types = [kind_named(name) for name in re.findall(r"'(\w+)'", message)]
    if "not supported between" in message and len(types) == 2:
        return f"{types[0]} and {types[1]} cannot be compared"
    if "not iterable" in message and types:
        return f"{types[0]} has no entries to go through"
    if message.startswith("macro "):
        return message.replace("'", "`")
    if "argument" in message:
        return "these are not the arguments that the filter or function takes"
    return "the values in this expression do not go together: " + (" and ".join(types) or "their types differ")


def _lowered(message: str) -> str:
    """One of Jinja's own sentences in our manner."""
    return (message[:1].lower() + message[1:]).rstrip(".")


def _without_quotations(message: str) -> str:
    """What Jinja says about syntax, without what it quotes from the template beyond names of tags."""
    expected = re.search(r"expected(?: token)? '([^']{1,40})'", message)
    what = f"; `{expected[1]}` is expected" if expected is not None else ""
    if message.startswith("unexpected char"):
        return "this character means nothing here"
    if message.startswith(("unexpected '", 'unexpected "', "expected token")):
        return f"this means nothing here{what}"
    return _lowered(message)
