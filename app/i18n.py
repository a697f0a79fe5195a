"""The words: translation functions, the languages on offer and which one a reader gets."""

from flask import has_request_context, request
from flask_babel import get_locale, gettext, lazy_gettext, ngettext
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

_ = gettext
_l = lazy_gettext

__all__ = ["LANGUAGES", "_", "_l", "get_locale", "html_dir", "language_of", "ngettext", "preferred_language"]

# Code and own name of each language with a catalogue; English is the language of the keys.
LANGUAGES = {"en": "English"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


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
