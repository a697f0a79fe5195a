"""Templates by people's hands: Jinja's syntax, Twig's habits, and no way to run anything.

Jinja reads the text; what it makes of it is neither compiled nor run. We walk the tree ourselves, know a short list of
its parts and refuse all others, and count every step, so that no template takes long or grows large.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from app.lib import clock
from app.lib.sandbox_run import Run
from app.lib.sandbox_values import FILTERS, LARGEST_NUMBER, MOST_TEXT, TESTS, BadTemplate, Setting

__all__ = ["MOST_TEXT", "BadTemplate", "Variable", "check", "render", "variables"]

DEEPEST = 40
# A quoted text may spell what no database keeps: '\\x00', '\\ud800'.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.TemplateData, nodes.Output, nodes.If, nodes.For),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Concat, nodes.Filter, nodes.Test),
)
_TAGS: dict[type[nodes.Node], str] = {
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.With: "with",
    nodes.Block: "block",
    nodes.Extends: "extends",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Scope: "autoescape",
}
_SIGNS: dict[type[nodes.Node], str] = {
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Mod: "%",
    nodes.Pow: "**",
}


class _TwigWords(Extension):
    """Twig writes elseif where Jinja writes elif."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        before = None
        for token in stream:
            if before == "block_begin" and token.type == "name" and token.value == "elseif":
                token = Token(token.lineno, "name", "elif")
            before = token.type
            yield token


# Twig takes away the line break after a tag, too. Markdown is made safe where it is shown, so nothing is escaped here.
_reader = Environment(extensions=[_TwigWords], trim_blocks=True, autoescape=False)  # noqa: S701


@dataclass(frozen=True)
class Variable:
    """A name that a template uses and does not make itself; `is_list` if it loops over it."""

    name: str
    is_list: bool


def render(source: str, values: Mapping[str, Any], zone: tzinfo) -> str:
    """`source` with `values`: JSON's kinds, and times. Dates are told in `zone`. Raises BadTemplate."""
    try:
        said = Run(values, Setting(clock.now(), zone)).text(_read(source))
    except RecursionError:
        raise BadTemplate(1, "deep") from None
    return _UNSTORABLE.sub("", said).strip()


def check(source: str) -> None:
    """Raise BadTemplate if `source` is not written as a template must be."""
    _read(source)


def variables(source: str) -> list[Variable]:
    """What `source` needs to be given, in the order of first use. Raises BadTemplate."""
    found: dict[str, bool] = {}
    _collect(_read(source), frozenset(), found)
    return [Variable(name, is_list) for name, is_list in found.items()]


def _read(source: str) -> nodes.Template:
    if len(source) > MOST_TEXT:
        raise BadTemplate(1, "long_source")
    try:
        tree = _reader.parse(source)
    except TemplateSyntaxError as error:
        raise BadTemplate(error.lineno, *_fault(error.message or "")) from None
    except RecursionError:
        raise BadTemplate(1, "deep") from None
    except ValueError:  # a number of thousands of digits
        raise BadTemplate(1, "large_number") from None
    _inspect(tree)
    return tree


def _fault(message: str) -> tuple[str, str]:
    """The kind of a fault that Jinja found, and the word that it stumbled over."""
    quoted = message.split("'")
    word = quoted[1] if len(quoted) > 1 else ""
    if message.startswith("Encountered unknown tag"):
        return ("stray_end" if word.startswith("end") or word in ("else", "elif") else "unknown_tag"), word
    if message.startswith(("Unexpected end of template", "Missing end of")) or "unexpected end of template" in message:
        return "unclosed", ""
    if message.startswith("unexpected char"):
        return "unexpected", message.removeprefix("unexpected char ").rpartition(" at ")[0][1:-1]
    got = quoted[3] if len(quoted) > 3 else word
    if got.startswith(("end of", "end_of")):
        return "incomplete", ""
    return ("unexpected", got) if got else ("syntax", "")


def _inspect(tree: nodes.Template) -> None:
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise BadTemplate(node.lineno, "deep")
        _permit(node)
        waiting.extend((inner, depth + 1) for inner in reversed(list(node.iter_child_nodes())))


def _permit(node: nodes.Node) -> None:
    if isinstance(node, nodes.Call):
        raise BadTemplate(node.lineno, "call", getattr(node.node, "name", getattr(node.node, "attr", "")))
    if type(node) in _TAGS:
        raise BadTemplate(node.lineno or 1, "tag", _TAGS[type(node)])
    if type(node) in _SIGNS:
        raise BadTemplate(node.lineno, "sign", _SIGNS[type(node)])
    if type(node) not in _ALLOWED:
        raise BadTemplate(node.lineno or 1, "syntax")
    named = node.attr if isinstance(node, nodes.Getattr) else getattr(node, "name", getattr(node, "value", ""))
    if isinstance(named, str) and named.startswith("__"):
        raise BadTemplate(node.lineno, "underscores", named)
    if isinstance(named, int | float) and not abs(named) <= LARGEST_NUMBER:
        raise BadTemplate(node.lineno, "large_number")
    if isinstance(node, nodes.Filter | nodes.Test):
        _permit_named(node)
    if isinstance(node, nodes.For):
        _permit_loop(node)


def _permit_named(node: nodes.Filter | nodes.Test) -> None:
    is_filter = isinstance(node, nodes.Filter)
    known = FILTERS if is_filter else TESTS
    if node.name not in known or (is_filter and node.node is None):
        raise BadTemplate(node.lineno, "filter" if is_filter else "test", node.name)
    most = known[node.name][1]
    given = len(node.args)
    if node.kwargs or node.dyn_args or node.dyn_kwargs or given > most or (not is_filter and given < most):
        raise BadTemplate(node.lineno, "arguments", node.name)


def _permit_loop(node: nodes.For) -> None:
    names = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
    if node.recursive or not 1 <= len(names) <= 2 or not all(isinstance(name, nodes.Name) for name in names):
        raise BadTemplate(node.lineno, "loop")


def _collect(node: nodes.Node, bound: frozenset[str], found: dict[str, bool]) -> None:
    if isinstance(node, nodes.Name):
        if node.name not in bound:
            found.setdefault(node.name, False)
    elif isinstance(node, nodes.For):
        if isinstance(node.iter, nodes.Name) and node.iter.name not in bound:
            found[node.iter.name] = True
        _collect(node.iter, bound, found)
        names = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
        inside = bound | {"loop", *(name.name for name in names)}  # type: ignore[attr-defined]
        for inner in [*([node.test] if node.test else []), *node.body]:
            _collect(inner, inside, found)
        for inner in node.else_:
            _collect(inner, bound, found)
    else:
        if isinstance(node, nodes.Filter) and node.name == "join" and isinstance(node.node, nodes.Name):
            found[node.node.name] = True
        for inner in node.iter_child_nodes():
            _collect(inner, bound, found)
