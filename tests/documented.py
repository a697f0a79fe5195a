"""The tables of docs/configuration.md, made from config.py and the declarations of settings.

`python -m tests.documented` writes them anew after one of these has changed; tests/test_documented.py compares.
"""

import re

from flask import Flask
from flask_babel import Babel

import config
from app.models.declared import Declared, analytics, appearance, language, mail, page, security, upkeep, work
from tests.processes import ROOT

FILE = ROOT / "docs/configuration.md"
KINDS = {
    "secret": "text, kept secret",
    "address": "a web address",
    "path": "a path",
    "socket": "`unix:` and a path",
    "text": "text",
    "count": "1 to 999",
    "index": "0 to 9999",
    "port": "1 to 65535",
    "limit": "0 to 1000000",
}
# Where in the dashboard each declaration's settings are, and who changes those that are on no page.
PAGES = {
    "Settings → Status page": page,
    "Settings → Maintenance, Metrics and API": work,
    "Settings → Appearance": appearance,
    "Settings → Language and time": language,
    "Settings → Mail": mail,
    "Settings → Security": security,
    "Settings → Analytics": analytics,
    "By `bin/flask down`": upkeep,
}
BY_ITSELF = {"installed_at", "days_zone"}


def variables() -> str:
    """A line for each variable of the environment."""
    lines = ["| variable | values | default | what it does |", "| --- | --- | --- | --- |"]
    for variable in config.VARIABLES:
        default = f"`{variable.default}`" if variable.default else ""
        lines.append(f"| `{variable.name}` | {_values(variable)} | {default} | {_cell(variable.help)} |")
    return "\n".join(lines)


def _values(variable: config.Variable) -> str:
    if isinstance(variable.kind, str):
        return KINDS.get(variable.kind, "text")
    return ", ".join(f"`{word}`" for word in variable.kind)


def settings() -> str:
    """A table for each page of settings."""
    parts = []
    for title, module in PAGES.items():
        lines = [f"### {title}", "", "| setting | default | what it does |", "| --- | --- | --- |"]
        lines += [f"| `{name}` | {_default(one)} | {_told(name, one)} |" for name, one in module.SETTINGS.items()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _default(declared: Declared) -> str:
    if declared.type is bool:
        return "on" if declared.default else "off"
    return f"`{declared.default}`" if declared.default not in ("", [], {}) else ""


def _told(name: str, declared: Declared) -> str:
    by_itself = " Daymark sets it itself." if name in BY_ITSELF else ""
    fixed = f" `{name.upper()}` in the environment wins." if name in mail.SETTINGS else ""
    return _cell(str(declared.help)) + by_itself + fixed


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def filled(text: str) -> str:
    """`text` with each table between its marks made anew. Raises KeyError for a mark that is not known."""
    made = {"variables": variables, "settings": settings}
    return re.sub(
        r"(<!-- (\w+): made by tests/documented.py -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n{made[found[2]]()}\n\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


def write() -> None:
    """Write the tables anew."""
    app = Flask("app")
    Babel(app)
    with app.app_context():
        FILE.write_text(filled(FILE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
