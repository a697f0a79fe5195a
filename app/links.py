"""Absolute addresses, built from APP_URL and never from a request's Host header."""

from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app
from werkzeug.routing import Map, MapAdapter

from app.i18n import PARAMETER


def page_url(endpoint: str, **values: Any) -> str:
    """The address of `endpoint` as a reader of a mail or an API client must see it."""
    anchor = values.pop("_anchor", None)
    adapter = _adapter(current_app.url_map, current_app.config["APP_URL"])
    address = adapter.build(endpoint, values, force_external=True)
    return f"{address}#{anchor}" if anchor else address


def spoken(address: str, language: str) -> str:
    """The address as it asks for this language; for none in particular when that is ""."""
    parts = urlsplit(address)
    others = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != PARAMETER]
    return parts._replace(query=urlencode([*others, (PARAMETER, language)] if language else others)).geturl()


@lru_cache(maxsize=8)  # a list of incidents asks for it as often as it has rows
def _adapter(url_map: Map, address: str) -> MapAdapter:
    base = urlsplit(address)
    return url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)


def page_host() -> str:
    """The host name of this page, for mail headers."""
    return urlsplit(current_app.config["APP_URL"]).hostname or "localhost"
