"""Every sentence that visitors and those who sign in read is in the catalogues, and whole in each."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.i18n import LANGUAGES, LOCALES
from tests import sources

ROOT = Path(__file__).parents[1]
TRANSLATED = [code for code in LANGUAGES if code != "en"]
PLACE = re.compile(r"%\((\w+)\)([sd])")


def path_of(code: str) -> Path:
    return ROOT / "app/translations" / str(LOCALES[code]) / "LC_MESSAGES/messages.po"


def catalogue(code: str):
    with path_of(code).open("rb") as file:
        return read_po(file)


def forms(said) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (said,)


@pytest.fixture(scope="module")
def sentences(tmp_path_factory) -> set:
    """All that the sources say to those for whom it is translated."""
    template = tmp_path_factory.mktemp("words") / "messages.pot"
    environment = {**os.environ, "VENV": str(Path(sys.executable).parents[1])}
    subprocess.run([ROOT / "bin/translations", "extract", template], check=True, cwd=ROOT, env=environment)
    with template.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_has_what_the_sources_say_and_nothing_else(sentences, code):
    known = catalogue(code)
    missing, needless = sentences - {m.id for m in known if m.id}, {m.id for m in known if m.id} - sentences
    assert (missing, needless, dict(known.obsolete)) == (set(), set(), {}), "run bin/translations update"


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_whole(code):
    known = catalogue(code)
    assert not known.fuzzy
    assert [message.id for message in known if message.fuzzy] == []
    assert [message.id for message in known if not all(forms(message.string))] == []
    assert [m.id for m in known if m.pluralizable and len(forms(m.string)) != known.num_plurals] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_is_given_the_same_values(code):
    """Of a plural, a form may leave out the number: one may be told as `a day`."""
    wrong = []
    for message in catalogue(code):
        wanted = set(PLACE.findall("".join(forms(message.id))))
        may_be_left = {("num", "d")} if message.pluralizable else set()
        for said in filter(None, forms(message.string)) if message.id else ():
            held = set(PLACE.findall(said))
            lone = message.python_format and re.search(r"%(?![(%])", said.replace("%%", ""))
            if held - wanted or wanted - held - may_be_left or lone:
                wrong.append((message.id, said))
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_begins_and_ends_as_its_sentence_does(code):
    blank = [m.id for m in catalogue(code) for said in forms(m.string) if m.id and said != said.strip()]
    assert blank == [], "no sentence has blanks at its ends"


def test_every_catalogue_is_of_a_language_on_offer():
    folders = {path.name for path in (ROOT / "app/translations").iterdir() if path.is_dir()}
    assert folders == {str(LOCALES[code]) for code in TRANSLATED}


def test_what_is_left_out_is_there():
    """An entry of babel.toml that fits no file is a mistake."""
    assert sources.needless_entries() == []


@pytest.mark.parametrize("path", sources.templates(), ids=str)
def test_a_template_says_nothing_past_the_translators(path):
    assert sources.bare_words(path) == []


def test_no_form_flash_or_error_says_anything_past_the_translators():
    assert [found for path in sources.modules() for found in sources.bare_sentences(path)] == []
