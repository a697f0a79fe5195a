"""Absolute addresses, built from APP_URL and never from a request's Host header."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def page_url(endpoint: str, **values: Any) -> str:
    """The address of `endpoint` as a reader of a mail or an API client must see it."""
    base = urlsplit(current_app.config["APP_URL"])
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    anchor = values.pop("_anchor", None)
    address = adapter.build(endpoint, values, force_external=True)
    return f"{address}#{anchor}" if anchor else address


def page_host() -> str:
    """The host name of this page, for mail headers."""
    return urlsplit(current_app.config["APP_URL"]).hostname or "localhost"
