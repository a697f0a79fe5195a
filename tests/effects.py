"""Settings changed through the forms of the dashboard, and the mark of tests that see what that does."""

import ast
from collections.abc import Callable
from html.parser import HTMLParser
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


class Fields(HTMLParser):
    """What a browser would send of the forms on a page, as it came."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.select = self.area = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, kind, value = given.get("name", ""), given.get("type", ""), given.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area, self.sent[name] = name, ""
        elif tag == "option" and self.select and (self.select not in self.sent or "selected" in given):
            self.sent[self.select] = value
        elif (
            tag == "input"
            and name
            and "disabled" not in given
            and (kind not in {"checkbox", "radio"} or "checked" in given)
        ):
            self.sent[name] = value

    def handle_endtag(self, tag):
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data


def fields(browser, path: str) -> dict[str, str]:
    """What the form at `path` would send as it is shown."""
    sent = Fields(browser.get(path).text).sent
    sent.pop("csrf_token", None)
    return sent


def submitted(browser, path: str, **changes):
    """The answer to the form at `path`, sent as it was shown but for `changes`. True and False are for boxes."""
    sent = fields(browser, path)
    for name, value in changes.items():
        sent.pop(name, None)
        if value is not False:
            sent[name] = "y" if value is True else str(value)
    return browser.submit(path, **sent)


def saved(browser, path: str, **changes) -> None:
    """Change settings through the form at `path`."""
    answer = submitted(browser, path, **changes)
    assert answer.status_code == 302, answer.text
