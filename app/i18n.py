"""The words: translation functions, the languages on offer and which one a reader gets."""

from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import g, has_app_context, has_request_context, request
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

__all__ = ["LANGUAGES", "_", "_l", "get_locale", "html_dir", "language_of", "ngettext", "preferred_language"]

# Code and own name of each language with a catalogue; English is the language of the keys.
LANGUAGES = {"en": "English"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def get_locale() -> Locale | None:
    """The language of this request, or of the mail that is written in it; None outside of an application."""
    if not has_app_context():
        return None
    # Where Flask-Babel and its force_locale keep it. Its own way there takes ten times as long, and a page asks often.
    chosen: Locale | None = getattr(g.get("_flask_babel"), "babel_locale", None)
    return chosen or flask_babel.get_locale()


def catalogue() -> NullTranslations:
    """The words in the language of this request or mail, looked up once for it: a page asks for hundreds."""
    if not has_app_context():
        return NullTranslations()
    locale, (known_for, words) = get_locale(), g.get("words", (None, None))
    if words is None or known_for is not locale:
        words = flask_babel.get_translations()
        g.words = (locale, words)
    return words


def _(sentence: str, **values: Any) -> str:
    """The sentence in the reader's language, with `values` put in."""
    said = catalogue().ugettext(sentence)
    return said % values if values else said


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The sentence for `num` things in the reader's language."""
    return catalogue().ungettext(singular, plural, num) % {"num": num, **values}


def _l(sentence: str, **values: Any) -> LazyString:
    """A sentence that is put into the reader's language when it is shown; for what is made before there is a reader."""
    return LazyString(_, sentence, **values)


def preferred_language(default: str) -> str:
    """The language for this request's reader: what their browser asks for if we speak it, else `default`."""
    if not has_request_context():
        return default
    return language_of(request.headers.get("Accept-Language", "")) or default


def language_of(accepted: str) -> str:
    """The language we speak that an Accept-Language header likes best, or "" when there is none."""
    return parse_accept_header(accepted, LanguageAccept).best_match(list(LANGUAGES)) or "" if accepted else ""


def html_dir() -> str:
    """`rtl` or `ltr`, for the html element."""
    locale = get_locale()
    return "rtl" if locale and locale.language in RIGHT_TO_LEFT else "ltr"
