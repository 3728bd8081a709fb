"""What can be said about a template before it runs: forbidden names and unknown filters, all at once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jinja2 import nodes

from provisioner.checking import did_you_mean
from provisioner.diagnostics import Diagnostic
from provisioner.manifests.templates.source import Source, offset_of

REMOVED_FILTERS = {
    "attr": "write the name after a dot",
    "e": "values need no escaping here; for speech there is `ssml_escape`",
    "escape": "values need no escaping here; for speech there is `ssml_escape`",
    "forceescape": "values need no escaping here; for speech there is `ssml_escape`",
    "format": 'write `"%03d" % number`',
    "pprint": "print the value itself",
    "random": "every plan must come out the same",
    "safe": "a value is never structure; put structure into a macro or an include",
    "urlize": "rooms have no HTML",
    "xmlattr": "rooms have no HTML",
}
"""Filters of Jinja's that are not here, and what to do instead."""

TEXT_BLOCKS = frozenset({"lower", "upper"})
"""Filters that change characters one by one, so that in a `{% filter %}` block structure stays structure."""


def block_filter(name: str) -> str:
    """What a filter is called when it is applied to a block; no template can write this name."""
    return f"{name} block"


def check_tree(
    tree: nodes.Template, source: Source, filters: Collection[str], tests: Collection[str]
) -> Iterator[Diagnostic]:
    """Everything in a tree that may not be there, at its place; of each tag only the first.

    On the way, filters on blocks get the names that tell them from filters on values.
    """
    seen: set[int] = set()
    for number, rule, message in sorted(_problems(tree, filters, tests), key=lambda problem: problem[0]):
        start, end = source.tag_at(offset_of(number))
        if start not in seen:
            seen.add(start)
            yield Diagnostic.error(rule, message, source.span(start, end))


def _problems(tree: nodes.Template, filters: Collection[str], tests: Collection[str]) -> Iterator[tuple[int, str, str]]:
    for node in tree.find_all(_CHECKED):
        match node:
            case nodes.Getattr(attr=str(name)) | nodes.Getitem(arg=nodes.Const(value=str(name))):
                if name.startswith("__"):
                    message = f"`{name}` is internal to Python and out of bounds; templates work on data only"
                    yield node.lineno, "template-security", message
            case nodes.Filter(name=str(name)) if name in REMOVED_FILTERS:
                message = f"the filter `{name}` is not available: {REMOVED_FILTERS[name]}"
                yield node.lineno, "template-security", message
            case nodes.Filter(name=str(name)) if name not in filters:
                yield node.lineno, "template-syntax", f"there is no filter `{name}`{did_you_mean(name, filters)}"
            case nodes.Test(name=str(name)) if name not in tests:
                yield node.lineno, "template-syntax", f"there is no test `{name}`{did_you_mean(name, tests)}"
            case nodes.FilterBlock():
                _rename(node.filter)
            case nodes.ScopedEvalContextModifier():
                message = "`autoescape` is not available: values are bound and need no escaping"
                yield node.lineno, "template-syntax", message


_CHECKED = (
    *(nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test),
    *(nodes.FilterBlock, nodes.ScopedEvalContextModifier),
)


def _rename(node: nodes.Expr | None) -> None:
    while isinstance(node, nodes.Filter):
        if node.name in TEXT_BLOCKS:
            node.name = block_filter(node.name)
        node = node.node
