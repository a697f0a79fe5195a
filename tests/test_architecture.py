"""The rules of the house that a reader relies on, kept by reading the syntax trees and the routes."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
FILES = sorted(path for path in APP.rglob("*.py"))

# Lower layers first; a module may import its own layer and those below. `permissions` stands under the models because
# a member's role is turned into abilities there.
LAYERS = [
    {"lib"},
    {"extensions", "i18n"},
    {"errors"},
    {"permissions"},
    {"links"},
    {"models"},
    {"headers"},
    {
        "forms",
        "schemas",
        "serializers",
        "mailer",
        "member_mail",
        "page_cache",
        "session_store",
        "throttle",
        "reader",
        "template_helpers",
        "template_times",
        "logs",
    },
    {"page_front", "figures", "watch"},
    {"jobs"},
    {"outbox"},
    {"controllers"},
    {"cli", "web"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
# Process entries: they make the application.
ENTRIES = {APP / "__init__.py", APP / "jobs" / "worker.py", APP / "jobs" / "pool.py", APP / "cli" / "__main__.py"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 45


def layer_of(path: Path) -> str:
    return path.relative_to(APP).with_suffix("").parts[0]


def imports(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "app" else [node.module]
            yield from ((node, name) for name in names)
        elif isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@pytest.mark.parametrize("path", [p for p in FILES if p not in ENTRIES], ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    own = RANK[layer_of(path)]
    for _node, name in imports(parsed(path)):
        if name.startswith("app."):
            other = name.split(".")[1]
            assert RANK[other] <= own, f"{path.relative_to(ROOT)} imports {name}, which is above it"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_import_inside_a_function_and_no_long_file(path):
    tree = parsed(path)
    assert len(path.read_text().splitlines()) <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = [n for n in ast.walk(node) if isinstance(n, (ast.Import, ast.ImportFrom))]
            assert not inner or path == APP / "__init__.py", f"{path.name}: import inside {node.name}"
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{path.name}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_edges_commit(path):
    if layer_of(path) in ("controllers", "jobs", "cli"):
        return
    assert ".commit()" not in path.read_text(), "only controllers, jobs and commands commit"


@pytest.mark.parametrize("path", sorted((APP / "models").rglob("*.py")), ids=lambda p: p.name)
def test_models_do_not_know_the_web_or_the_world(path):
    text = path.read_text()
    for name in ("request", "session as", "g"):
        assert not re.search(rf"from flask import [^\n]*\b{name}\b", text), f"{path.name} imports flask.{name}"
    outside = {"smtplib", "redis", "rq", "flask_mail", "http.client", "httpx", "socket", "urllib.request"}
    assert not {name for _node, name in imports(parsed(path))} & outside
    assert "current_user" not in text


@pytest.mark.parametrize("path", sorted((APP / "controllers").rglob("*.py")), ids=lambda p: str(p.relative_to(APP)))
def test_controllers_write_no_queries(path):
    assert not re.search(r"\bsa\.(select|update|insert|delete)\(|\bdb\.select\(", path.read_text())


def test_status_has_one_writer():
    writers = []
    for path in FILES:
        for node in ast.walk(parsed(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                if any(isinstance(t, ast.Attribute) and t.attr == "status_since" for t in parts):
                    writers.append(path.name)
    assert set(writers) == {"component.py"}


def test_only_the_clock_asks_what_time_it_is():
    for path in FILES:
        if path.name != "clock.py":
            assert not re.search(r"\b(datetime\.(now|utcnow|today)|date\.today)\(", path.read_text()), path


def test_only_permissions_compares_roles():
    for path in FILES:
        if path.name != "permissions.py":
            assert not re.search(r"role\s*(==|!=|in|is)\s", path.read_text()), path


def test_there_is_no_drawer_for_what_has_no_name():
    banned = {"utils", "helpers", "common", "services", "constants", "misc", "dao", "queries"}
    assert not [path for path in APP.rglob("*") if path.stem in banned]


def test_every_dashboard_route_asks_for_an_ability(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("dashboard.")]
    assert rules
    unguarded = [r.endpoint for r in rules if not hasattr(app.view_functions[r.endpoint], "required_ability")]
    assert not unguarded


def test_every_api_write_asks_for_an_ability(app):
    writes = {"POST", "PUT", "PATCH", "DELETE"}
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("api_v1.") and (r.methods or set()) & writes]
    assert rules
    unguarded = [r.endpoint for r in rules if not hasattr(app.view_functions[r.endpoint], "required_ability")]
    assert not unguarded


def test_migrations_have_one_head_and_say_what_the_models_say(app):
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_\w+\.py", name) for name in names)
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    runner = app.test_cli_runner()
    assert runner.invoke(args=["db", "check"]).exit_code == 0
