"""The walk through a template's tree that makes its text, one counted step at a time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jinja2 import nodes

from app.lib.sandbox_values import (
    FILTERS,
    MISSING,
    MOST_TEXT,
    TESTS,
    BadTemplate,
    Refused,
    Setting,
    items,
    member,
    number,
    same,
    text,
    truth,
)

MOST_STEPS = 50_000
# A long text costs as many steps as it has pieces of this size.
CHARACTERS_A_STEP = 50

Scope = Mapping[str, Any]


class Run:
    """One rendering. `text` gives the words or raises BadTemplate; the tree must have been inspected before."""

    def __init__(self, values: Scope, setting: Setting) -> None:
        self._values, self._setting = values, setting
        self._steps = self._length = 0
        self._said: list[str] = []

    def text(self, tree: nodes.Template) -> str:
        self._all(tree.body, {})
        return "".join(self._said)

    def _step(self, node: nodes.Node, cost: int = 1) -> None:
        self._steps += cost
        if self._steps > MOST_STEPS:
            raise BadTemplate(node.lineno, "slow")

    def _all(self, body: Sequence[nodes.Node], scope: Scope) -> None:
        for node in body:
            self._step(node)
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    self._say(part, scope)
            elif isinstance(node, nodes.If):
                self._choose(node, scope)
            elif isinstance(node, nodes.For):
                self._loop(node, scope)

    def _say(self, part: nodes.Node, scope: Scope) -> None:
        said = part.data if isinstance(part, nodes.TemplateData) else self._text(part, scope)
        self._length += len(said)
        if self._length > MOST_TEXT:
            raise BadTemplate(part.lineno, "long")
        self._said.append(said)

    def _choose(self, node: nodes.If, scope: Scope) -> None:
        for branch in [node, *node.elif_]:
            if truth(self._value(branch.test, scope)):
                return self._all(branch.body, scope)
        return self._all(node.else_, scope)

    def _loop(self, node: nodes.For, scope: Scope) -> None:
        over = self._value(node.iter, scope)
        rows = list(self._try(node, items, over))
        keys = list(over) if isinstance(over, Mapping) else range(len(rows))
        chosen = []
        for key, row in zip(keys, rows, strict=True):
            self._step(node)
            inside = {**scope, **_bind(node.target, key, row)}
            if node.test is None or truth(self._value(node.test, inside)):
                chosen.append(inside)
        for place, inside in enumerate(chosen):
            self._all(node.body, {**inside, "loop": _whereabouts(place, len(chosen))})
        if not chosen:
            self._all(node.else_, scope)

    def _try(self, node: nodes.Node, do: Callable[..., Any], *given: Any) -> Any:
        """What `do` makes of `given`; what it refuses is told with the line, and long texts are counted."""
        try:
            made = do(*given)
        except Refused as refused:
            raise BadTemplate(node.lineno, str(refused)) from None
        if isinstance(made, str):
            if len(made) > MOST_TEXT:
                raise BadTemplate(node.lineno, "long")
            self._step(node, len(made) // CHARACTERS_A_STEP)
        return made

    def _weigh(self, node: nodes.Node, *given: Any) -> None:
        """Count what it costs to look through all of `given`, whatever comes out of it."""
        for value in given:
            if isinstance(value, str):
                self._step(node, len(value) // CHARACTERS_A_STEP)
            elif isinstance(value, list | tuple | Mapping):
                self._step(node, len(value))
                self._weigh(node, *(value.values() if isinstance(value, Mapping) else value))

    def _text(self, node: nodes.Node, scope: Scope) -> str:
        return str(self._try(node, text, self._value(node, scope), self._setting))

    def _value(self, node: Any, scope: Scope) -> Any:
        self._step(node)
        return getattr(self, f"_{type(node).__name__.lower()}")(node, scope)

    def _values_of(self, found: Sequence[nodes.Node], scope: Scope) -> list[Any]:
        return [self._value(node, scope) for node in found]

    def _name(self, node: nodes.Name, scope: Scope) -> Any:
        # A scope holds what loops bind and nothing else: it is copied for each turn.
        return scope[node.name] if node.name in scope else self._values.get(node.name, MISSING)

    def _const(self, node: nodes.Const, scope: Scope) -> Any:
        return node.value

    def _getattr(self, node: nodes.Getattr, scope: Scope) -> Any:
        return member(self._value(node.node, scope), node.attr)

    def _getitem(self, node: nodes.Getitem, scope: Scope) -> Any:
        return member(self._value(node.node, scope), self._value(node.arg, scope))

    def _list(self, node: nodes.List | nodes.Tuple, scope: Scope) -> Any:
        return self._values_of(node.items, scope)

    _tuple = _list

    def _dict(self, node: nodes.Dict, scope: Scope) -> Any:
        return {self._text(pair.key, scope): self._value(pair.value, scope) for pair in node.items}

    def _condexpr(self, node: nodes.CondExpr, scope: Scope) -> Any:
        if truth(self._value(node.test, scope)):
            return self._value(node.expr1, scope)
        return self._value(node.expr2, scope) if node.expr2 is not None else MISSING

    def _and(self, node: nodes.And, scope: Scope) -> Any:
        left = self._value(node.left, scope)
        return self._value(node.right, scope) if truth(left) else left

    def _or(self, node: nodes.Or, scope: Scope) -> Any:
        left = self._value(node.left, scope)
        return left if truth(left) else self._value(node.right, scope)

    def _not(self, node: nodes.Not, scope: Scope) -> bool:
        return not truth(self._value(node.node, scope))

    def _neg(self, node: nodes.Neg, scope: Scope) -> Any:
        return -self._try(node, number, self._value(node.node, scope))

    def _pos(self, node: nodes.Pos, scope: Scope) -> Any:
        return self._try(node, number, self._value(node.node, scope))

    def _add(self, node: nodes.Add, scope: Scope) -> Any:
        left, right = (self._try(node, number, self._value(side, scope)) for side in (node.left, node.right))
        return self._try(node, number, left + right)

    def _sub(self, node: nodes.Sub, scope: Scope) -> Any:
        left, right = (self._try(node, number, self._value(side, scope)) for side in (node.left, node.right))
        return self._try(node, number, left - right)

    def _concat(self, node: nodes.Concat, scope: Scope) -> str:
        parts = [self._text(part, scope) for part in node.nodes]
        return str(self._try(node, "".join, parts))

    def _compare(self, node: nodes.Compare, scope: Scope) -> bool:
        left = self._value(node.expr, scope)
        for operand in node.ops:
            self._step(node)
            right = self._value(operand.expr, scope)
            self._weigh(node, left, right)
            if not self._try(node, _compare, operand.op, left, right):
                return False
            left = right
        return True

    def _filter(self, node: nodes.Filter, scope: Scope) -> Any:
        do, _most = FILTERS[node.name]
        value = self._value(node.node, scope)
        arguments = self._values_of(node.args, scope)
        self._weigh(node, value, *arguments)
        return self._try(node, do, value, self._setting, *arguments)

    def _test(self, node: nodes.Test, scope: Scope) -> bool:
        do, _most = TESTS[node.name]
        return bool(self._try(node, do, self._value(node.node, scope), *self._values_of(node.args, scope)))


def _bind(target: nodes.Node, key: Any, row: Any) -> dict[str, Any]:
    if isinstance(target, nodes.Tuple):
        names = [name.name for name in target.items]  # type: ignore[attr-defined]
        return dict(zip(names, (key, row) if len(names) == 2 else (row,), strict=True))
    return {target.name: row}  # type: ignore[attr-defined]


def _whereabouts(place: int, count: int) -> dict[str, Any]:
    return {
        "index": place + 1,
        "index0": place,
        "revindex": count - place,
        "revindex0": count - place - 1,
        "first": place == 0,
        "last": place == count - 1,
        "length": count,
    }


def _compare(sign: str, left: Any, right: Any) -> bool:
    if sign in ("eq", "ne"):
        return same(left, right) is (sign == "eq")
    if sign in ("in", "notin"):
        return _holds(right, left) is (sign == "in")
    if any(isinstance(left, kind) and isinstance(right, kind) for kind in (str, datetime)):
        pair: tuple[Any, Any] = (left, right)
    else:
        pair = (number(left), number(right))
    less, equal = pair[0] < pair[1], pair[0] == pair[1]
    return {"lt": less, "lteq": less or equal, "gt": not less and not equal, "gteq": not less}[sign]


def _holds(whole: Any, part: Any) -> bool:
    if isinstance(whole, str):
        return isinstance(part, str) and part in whole
    if isinstance(whole, Mapping):
        return isinstance(part, str) and part in whole
    return any(same(item, part) for item in items(whole))
