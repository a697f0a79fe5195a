"""The words: translation functions, the languages on offer and which one a reader gets."""

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import g, has_app_context, has_request_context, request
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

# Code and own name of each language with a catalogue; English is the language of the keys.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt-BR": "Português (Brasil)",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "ja": "日本語",
    "ko": "한국어",
    "zh-CN": "简体中文",
    "ar": "العربية",
}
LOCALES = {code: Locale.parse(code, sep="-") for code in LANGUAGES}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# Where a browser keeps what its reader chose at the foot of a page, and what asks for a language in an address.
COOKIE = PARAMETER = "lang"


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


def preferred_language(default: str, *, own: str = "", from_browser: bool = True) -> str:
    """The language for this request's reader: what the address asks for, else a member's `own`, else what the reader
    chose before, else what their browser asks for (unless `from_browser` is false), else `default`."""
    if not has_request_context():
        return default
    accepted = language_of(request.headers.get("Accept-Language", "")) if from_browser else ""
    wishes = (language_asked(), own, request.cookies.get(COOKIE, ""), accepted)
    return next((code for code in wishes if code in LANGUAGES), default)


def language_asked() -> str:
    """The language that the address of this request asks for if we speak it, else ""."""
    asked = request.args.get(PARAMETER, "") if has_request_context() else ""
    return asked if asked in LANGUAGES else ""


def language_key(chosen: str, accepted: str) -> str:
    """What tells readers apart for whom a kept page may differ: by the value of their cookie, and else by their
    Accept-Language. The two are never the same key, as a page may heed the one and not the other."""
    return f"={chosen}" if chosen in LANGUAGES else language_of(accepted)


@lru_cache(maxsize=1024)
def language_of(accepted: str) -> str:
    """The language we speak that an Accept-Language header likes best, or "" when there is none. German as in Austria
    is German, and comes before English that is liked less."""
    if not accepted:
        return ""
    for tag, quality in parse_accept_header(accepted, LanguageAccept):
        language = tag.replace("_", "-").partition("-")[0].lower()
        if quality > 0 and (code := _CODES.get(language)):
            return code
    return ""


# Of each language there is one kind.
_CODES = {locale.language: code for code, locale in LOCALES.items()}


def in_language(code: str) -> AbstractContextManager[None]:
    """Speak the language with this code meanwhile, English when we do not speak it."""
    spoken: AbstractContextManager[None] = flask_babel.force_locale(LOCALES.get(code, LOCALES["en"]))
    return spoken


def language_now() -> str:
    """The code of the language that is spoken now."""
    locale = get_locale()
    return _CODES.get(locale.language, "en") if locale else "en"


def html_dir() -> str:
    """`rtl` or `ltr`, for the html element."""
    locale = get_locale()
    return "rtl" if locale and locale.language in RIGHT_TO_LEFT else "ltr"
