"""The Jinja environment of manifests: what compiled templates call while they run.

Attributes and calls are allowed by name, for plain data and for Jinja's own helpers. Numbers, texts and loops are
bounded. The child process around all of it (`workers.limited`) is the second line of defence, not the first.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import Template, TemplateNotFound, Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.parser import Parser
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, missing

from provisioner.manifests.templates.access import attribute, check_callable
from provisioner.manifests.templates.arithmetic import OPERATORS, calculate
from provisioner.manifests.templates.compiler import Program
from provisioner.manifests.templates.errors import Refused
from provisioner.manifests.templates.filters import all_filters, all_tests
from provisioner.manifests.templates.operands import as_text, check_characters, plain, resolved
from provisioner.manifests.templates.pieces import Bound, Nested, Piece, Site, Structure
from provisioner.manifests.templates.source import Source, tokenize
from provisioner.manifests.templates.texts import join_texts, kind_of, secret_refused
from provisioner.manifests.templates.undefined import Missing
from provisioner.secrets import SecretText

MAX_STEPS = 2_000_000
"""Rounds of loops for one document; a call counts for several."""
_STEPS_OF_A_CALL = 5

MAX_RANGE = 100_000
"""Numbers that `range` makes."""

_TAKE_STRUCTURE = (Macro, LoopContext, BlockReference, type)
_SCALARS = frozenset({bool, int, type(None), SecretText})


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise Refused("template-limit", f"`range` makes up to {MAX_RANGE:,} numbers")
    return numbers


class BoundTemplate(Template):
    """A compiled template that knows its source."""

    source: Source
    _rendering: object = None

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """The module for an import without context: one for each rendering, so that no state outlives it."""
        environment: BoundEnvironment = self.environment  # type: ignore[assignment]  # there is no other
        if self._rendering is not environment.rendering:
            self._rendering, self._module = environment.rendering, None
        return super()._get_default_module(ctx)


class BoundEnvironment(ImmutableSandboxedEnvironment):
    """What the code of compiled templates talks to."""

    template_class = BoundTemplate
    concat = Structure  # type: ignore[assignment]  # whatever is captured stays pieces
    intercepted_binops = frozenset(OPERATORS)

    def __init__(self, functions: Mapping[str, object], load: Callable[[object], BoundTemplate]) -> None:
        """`functions` are the global names; `load` finds what is included or imported, or raises."""
        super().__init__(undefined=Missing, optimized=False, autoescape=False, keep_trailing_newline=True)
        self.filters = dict(all_filters())
        self.tests = dict(all_tests())
        self.globals = {
            "cycler": Cycler,
            "dict": dict,
            "joiner": Joiner,
            "namespace": Namespace,
            "range": _range,
            **functions,
        }
        self._load = load
        self.rendering = object()
        self._steps_left = MAX_STEPS

    def parse_source(self, source: Source) -> nodes.Template:
        """The tree of a template. Raises what Jinja's parser raises, with offsets for lines."""
        parser = Parser(self, "", source.file, source.file)
        parser.stream = tokenize(self.lexer, source)
        return parser.parse()

    def make_template(self, program: Program, source: Source) -> BoundTemplate:
        """A compiled template, ready to run."""
        names = {
            "environment": self,
            "__file__": source.file,
            "literals": program.literals,
            "sites": program.sites,
        }
        exec(program.code, names)  # noqa: S102  # this is how Jinja runs what it compiled from its own tree
        template = BoundTemplate.from_module_dict(self, names, self.make_globals(None))
        assert isinstance(template, BoundTemplate)  # noqa: S101  # for the type checker
        template.source = source
        return template

    def run(self, template: BoundTemplate) -> Iterator[Piece]:
        """The pieces of a manifest, as its code yields them."""
        self.rendering = object()
        self.refill()
        pieces: Iterator[Piece] = template.root_render_func(template.new_context())  # type: ignore[assignment]
        return pieces

    def refill(self) -> None:
        """A document is complete: the next one may take as many steps again."""
        self._steps_left = MAX_STEPS

    # What compiled code calls: names are those that `compiler` and Jinja write.

    def bind(self, site: Site, value: object) -> Piece:
        """What printing a value yields: structure as it is, everything else as data."""
        kind = type(value)
        if kind is str:
            check_characters(value)  # type: ignore[arg-type]  # a str
            return Bound(value, site)  # type: ignore[arg-type]
        if kind in _SCALARS:
            return Bound(value, site)  # type: ignore[arg-type]  # plain data
        if isinstance(value, Structure):
            return Nested(site, value.pieces)
        if isinstance(value, Undefined):
            str(value)  # raises what is undefined; an `if` without `else` prints nothing
            return Nested(site, [])
        return Bound(plain(value), site)

    def filtered(self, site: Site, value: object) -> Piece:
        """What a filter block yields."""
        return value if isinstance(value, Structure) else self.bind(site, value)

    def included(self, site: Site, pieces: Iterable[Piece]) -> Piece:
        """What an include yields."""
        return Nested(site, list(pieces))

    def join_operands(self, operands: Iterable[object]) -> str | SecretText:
        """`a ~ b`: always data."""
        return join_texts(map(as_text, operands))

    def spend(self, steps: int = 1) -> None:
        """Counts a round of a loop or a call."""
        self._steps_left -= steps
        if self._steps_left < 0:
            message = f"this goes on for more than {MAX_STEPS:,} steps in one document; shorten the loop"
            raise Refused("template-limit", message)

    def getattr(self, obj: Any, attribute: str) -> Any:  # Jinja's
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return self._attribute(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # Jinja's
        owner, key = resolved(obj), resolved(argument)
        if isinstance(owner, SecretText) or isinstance(key, SecretText):
            raise secret_refused("`[ ]`")
        try:
            return owner[key]  # type: ignore[index]  # or TypeError
        except LookupError:
            return Missing(obj=owner, name=key)
        except TypeError:
            if isinstance(key, str) and not isinstance(owner, dict):
                return self._attribute(owner, key)
            message = f"{kind_of(owner)} has no `[ ]` with {kind_of(key)} in it"
            raise Refused("template-value", message) from None

    def _attribute(self, obj: object, name: str) -> object:
        owner = resolved(obj)
        if isinstance(owner, Undefined):
            str(owner)  # raises what is undefined
        found = attribute(owner, name)
        return Missing(obj=owner, name=name) if found is missing else found

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002  # Jinja's
        self.spend(_STEPS_OF_A_CALL)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if isinstance(obj, _TAKE_STRUCTURE):  # or hold it
            return obj(*args, **kwargs)
        check_callable(obj)
        return obj(*map(resolved, args), **{name: resolved(value) for name, value in kwargs.items()})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002  # Jinja's
        return calculate(operator, left, right)

    def get_or_select_template(self, template_name_or_list: Any, *_: object) -> Template:  # Jinja's
        names = resolved(template_name_or_list)
        return self._first_of(names) if isinstance(names, list | tuple) else self._load(names)

    def get_template(self, name: Any, *_: object) -> Template:  # Jinja's
        return self._load(resolved(name))

    def _first_of(self, names: Iterable[object]) -> Template:
        for name in names:
            with contextlib.suppress(TemplateNotFound):
                return self._load(resolved(name))
        raise TemplateNotFound(None, "none of these templates exists")
