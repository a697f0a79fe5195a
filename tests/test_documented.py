"""docs/configuration.md has every variable and every setting as they are, and docs lead nowhere that is not there."""

import re

import pytest

import config
from app.models.declared import DECLARED
from tests import documented
from tests.processes import ROOT


@pytest.mark.usefixtures("app")
def test_configuration_is_what_the_program_reads():
    text = documented.FILE.read_text(encoding="utf-8")
    assert documented.filled(text) == text, "run: python -m tests.documented"


def test_every_variable_and_every_setting_is_there():
    text = documented.FILE.read_text(encoding="utf-8")
    names = [variable.name for variable in config.VARIABLES] + list(DECLARED)
    assert [name for name in names if f"| `{name}` |" not in text] == []
    assert {name for module in documented.PAGES.values() for name in module.SETTINGS} == DECLARED.keys()


@pytest.mark.parametrize("name", ["configuration.md", "scaling.md", "monitoring.md"])
def test_what_docs_name_is_there(name):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([\w./-]+\.md)\)", text):
        assert (ROOT / "docs" / link).exists(), link
    # A word in capitals with an underscore, such as WEB_THREADS, is a variable of ours.
    known = {variable.name for variable in config.VARIABLES}
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`", text))
    assert named - known == set()
