"""Jinja's tree → Python that yields pieces instead of strings. Pure.

Jinja's compiler writes `str(finalize(value))` for whatever is printed. This one hands every printed value to
`environment.bind` with the place that prints it, and literal text as an object that knows its origin. Nothing is
evaluated at compile time. Where a method repeats one of Jinja's, the difference is what is passed to `bind`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType

from jinja2 import TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import SandboxedEnvironment

from provisioner.manifests.templates.pieces import Literal, Site
from provisioner.manifests.templates.source import Source, offset_of


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled code, and the objects it refers to as `literals[i]` and `sites[i]`."""

    code: CodeType
    literals: list[Literal]
    sites: list[Site]


def compile_tree(environment: SandboxedEnvironment, tree: nodes.Template, source: Source) -> Program:
    """The program for a checked tree. Raises what Jinja's and Python's compilers raise."""
    generator = _Generator(environment, source)
    generator.visit(tree)
    python: str = generator.stream.getvalue()  # type: ignore[attr-defined]  # a StringIO
    try:
        code = compile(python, source.file, "exec")
    except SyntaxError as error:  # Python has few levels for loops, and a hundred for indentation
        reached = [number for number, line in generator.debug_info if line <= (error.lineno or 0)]
        message = "loops and conditions are nested too deeply here; split it with macros or includes"
        raise TemplateSyntaxError(message, reached[-1] if reached else 1) from error
    return Program(code, generator.literals, generator.sites)


class _Generator(CodeGenerator):
    """Writes the program of one template."""

    def __init__(self, environment: SandboxedEnvironment, source: Source) -> None:
        super().__init__(environment, source.file, source.file, optimized=False)
        self.source = source
        self.literals: list[Literal] = []
        self.sites: list[Site] = []

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("bind = environment.bind")

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        if frame.loop_frame:
            self.writeline("environment.spend()")

    def position(self, node: nodes.Node) -> str:
        return str(self.source.span(offset_of(node.lineno)))

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802
        if frame.require_output_check:
            if self.has_known_extends:
                return
            self.writeline("if parent_template is None:")
            self.indent()
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.simple_write(self._literal(child), frame, child)
            else:
                label = "called from" if isinstance(_innermost(child), nodes.Call) else "printed from"
                self.start_write(frame, child)
                self.write(f"bind({self._site(child, label)}, ")
                self.visit(child, frame)
                self.write(")")
                self.end_write(frame)
        if frame.require_output_check:
            self.outdent()

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        self.write("environment.join_operands((")
        for arg in node.nodes:
            self.visit(arg, frame)
            self.write(", ")
        self.write("))")

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:  # noqa: N802
        call_frame, macro_ref = self.macro_body(node, frame)
        self.writeline("caller = ")
        self.macro_def(macro_ref, call_frame)
        self.start_write(frame, node)
        self.write(f"bind({self._site(node, 'called from')}, ")
        self.visit_Call(node.call, frame, forward_caller=True)
        self.write(")")
        self.end_write(frame)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:  # noqa: N802
        filter_frame = frame.inner()
        filter_frame.symbols.analyze_node(node)
        self.enter_frame(filter_frame)
        self.buffer(filter_frame)
        self.blockvisit(node.body, filter_frame)
        self.start_write(frame, node)
        self.write(f"environment.filtered({self._site(node, 'printed from')}, ")
        self.visit_Filter(node.filter, filter_frame)
        self.write(")")
        self.end_write(frame)
        self.leave_frame(filter_frame)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802
        if node.ignore_missing:
            self.writeline("try:")
            self.indent()
        self.writeline("template = environment.get_or_select_template(", node)
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        if node.ignore_missing:
            self.outdent()
            self.writeline("except TemplateNotFound:")
            self.indent()
            self.writeline("pass")
            self.outdent()
            self.writeline("else:")
            self.indent()
        if node.with_context:
            variables = f"context.get_all(), True, {self.dump_local_context(frame)}"
            pieces = f"template.root_render_func(template.new_context({variables}))"
        else:
            pieces = "template._get_default_module()._body_stream"
        self.simple_write(f"environment.included({self._site(node, 'included from')}, {pieces})", frame, node)
        if node.ignore_missing:
            self.outdent()

    def visit_With(self, node: nodes.With, frame: Frame) -> None:  # noqa: N802
        with_frame = frame.inner()
        with_frame.symbols.analyze_node(node)
        self.enter_frame(with_frame)
        for target, expression in zip(node.targets, node.values, strict=True):
            self.newline(expression)  # where Jinja's own forgets the place
            self.visit(target, with_frame)
            self.write(" = ")
            self.visit(expression, frame)
        self.blockvisit(node.body, with_frame)
        self.leave_frame(with_frame)

    def _literal(self, node: nodes.TemplateData) -> str:
        self.literals.append(Literal(node.data, self.source, ((0, offset_of(node.lineno)),)))
        return f"literals[{len(self.literals) - 1}]"

    def _site(self, node: nodes.Node, label: str) -> str:
        start, end = self.source.tag_at(offset_of(node.lineno))
        self.sites.append(Site(self.source, start, end, label))
        return f"sites[{len(self.sites) - 1}]"


def _innermost(node: nodes.Expr) -> nodes.Expr:
    """What the filters of an expression are applied to."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    return node
