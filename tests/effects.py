"""Marks the tests that change a setting through the dashboard's form and see what that does."""

import ast
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parent


def effect_of(*settings: str) -> Callable:
    """This test sees the effect of `settings` on a page, a mail or an answer."""
    return lambda test: test


def seen() -> set[str]:
    """The settings whose effect some test sees, by the marks in all test files."""
    return {name for path in TESTS.rglob("test_*.py") for name in _marks(ast.parse(path.read_text(encoding="utf-8")))}


def _marks(tree: ast.Module) -> list[str]:
    calls = [
        decorator
        for test in ast.walk(tree)
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")
        for decorator in test.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "effect_of"
    ]
    return [str(name.value) for call in calls for name in call.args if isinstance(name, ast.Constant)]
