"""The words: translation functions, the languages on offer and which one a reader gets."""

from flask import has_request_context, request
from flask_babel import get_locale, gettext, lazy_gettext, ngettext

_ = gettext
_l = lazy_gettext

__all__ = ["LANGUAGES", "_", "_l", "get_locale", "html_dir", "ngettext", "preferred_language"]

# Code and own name of each language with a catalogue; English is the language of the keys.
LANGUAGES = {"en": "English"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def preferred_language(default: str) -> str:
    """The language for this request's reader: what their browser asks for if we speak it, else `default`."""
    if not has_request_context():
        return default
    return request.accept_languages.best_match(list(LANGUAGES), default) or default


def html_dir() -> str:
    """`rtl` or `ltr`, for the html element."""
    locale = get_locale()
    return "rtl" if locale and locale.language in RIGHT_TO_LEFT else "ltr"
