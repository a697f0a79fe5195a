"""What the sources say to people without asking for a translation; found by their text."""

import ast
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

from babel.util import pathmatch
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
MAPPINGS = tomllib.loads((ROOT / "babel.toml").read_text(encoding="utf-8"))["mappings"]
LEFT_OUT = [pattern for mapping in MAPPINGS if mapping["method"] == "ignore" for pattern in mapping["pattern"]]
ENV = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
TRANSLATE = {"_", "_l", "gettext", "ngettext"}
# Attributes that are read or heard.
SAID = {"alt", "aria-description", "aria-label", "placeholder", "title"}
# The same in every language: names, formats and what is typed.
NAMES = re.compile(
    r"\b(Accept|Access|API|Atom|Bearer|Basic|Cachet|Content|Daymark|DTSTART|Feed|Idempotency|JSON|Key|Last|Markdown|"
    r"Modified|OpenAPI|RSS|SMTP|Statuspage|Token|Type|UTC|Authorization|GET|POST|PUT|PATCH|DELETE|X)\b"
)
# Names of files, parts of attributes that code puts together, a class, and words that programs look for.
NO_WORDS = re.compile(
    r"&#?\w+;|https?://\S+|\{\S*\}|[\w-]+\.json|[\w-]*=\"\w*|^-\w+|\bslim\b|THIS IS A SCHEDULED EVENT"
)
# Where a template puts a value.
VALUE = "\0"
ERRORS = {"Conflict", "Forbidden", "Invalid", "NotFound", "Unauthenticated"}


def _is_left_out(path: Path) -> bool:
    return any(pathmatch(pattern, path.as_posix()) for pattern in LEFT_OUT)


def _read(pattern: str) -> list[Path]:
    found = (path.relative_to(ROOT) for path in sorted((ROOT / "app").rglob(pattern)) if path.is_file())
    return [path for path in found if not _is_left_out(path)]


def templates() -> list[Path]:
    """The templates that are translated."""
    return [path for path in _read("*") if path.parts[1] == "templates"]


def modules() -> list[Path]:
    """The modules that are translated."""
    return _read("*.py")


def needless_entries() -> list[str]:
    """What babel.toml leaves out though it is not there."""
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "app").rglob("*") if path.is_file()]
    return [pattern for pattern in LEFT_OUT if not any(pathmatch(pattern, file) for file in files)]


def bare_words(path: Path) -> list[str]:
    """The words of a template that stand in it as they are, and constants in its code that look like a sentence."""
    source = (ROOT / path).read_text(encoding="utf-8")
    text = _text(source)
    said = _Said(text).words if path.suffix in {".html", ".svg"} else text.replace(VALUE, "\n").splitlines()
    return [word.strip() for word in said if _has_words(word)] + _constants(ENV.parse(source))


def _text(source: str) -> str:
    """The template without its code; a value stands as VALUE."""
    kept, inside = [], False
    for _line, kind, value in ENV.lex(source):
        if kind == "data" and not inside:
            kept.append(value)
        elif kind == "variable_begin":
            kept.append(VALUE)
        inside = kind.endswith("_begin") or (inside and not kind.endswith("_end"))
    return "".join(kept)


def _has_words(text: str) -> bool:
    return re.search(r"[^\W\d_]{2}", NO_WORDS.sub(" ", NAMES.sub(" ", text.strip()))) is not None


class _Said(HTMLParser):
    """What a page's text and attributes say, without code in it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.words: list[str] = []
        self.silent = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.silent += tag in {"script", "style", "code", "pre"}
        self.words += [value or "" for name, value in attributes if name in SAID]

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style", "code", "pre"}

    def handle_data(self, data):
        if not self.silent:
            self.words += data.split(VALUE)


def _constants(tree: nodes.Template) -> list[str]:
    translated = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATE
        for constant in call.find_all(nodes.Const)
    }
    found = [one for one in tree.find_all(nodes.Const) if isinstance(one.value, str) and id(one) not in translated]
    return [one.value for one in found if re.match(r"[A-Z][a-z]+\b(?!/)", one.value) and _has_words(one.value)]


def bare_sentences(path: Path) -> list[str]:
    """Sentences of a module that a form, a flash or an error takes as they are."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [f"{path}:{call.lineno}: {text}" for call in calls for text in _said_by(call)]


def _said_by(call: ast.Call) -> list[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in ERRORS:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
    elif name == "flash" or name.endswith("Field"):
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg in {"label", "description"})]
    else:
        return []
    constants = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [text for text in constants if _has_words(text)]
