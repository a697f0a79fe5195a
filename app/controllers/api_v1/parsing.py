"""Bodies and queries as bytes: whether they can be read at all, and what stands in them."""

import json
from collections import Counter
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from app.i18n import _

# Clients that encode an object twice do it again for each retry.
ENCODED_AT_MOST = 3
LONGEST_NAME = 60
REPLACEMENT = "\ufffd"  # what decoders write in place of what they cannot read


class _Twice(ValueError):
    """A JSON object has a name in it that it has already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def json_object(text: bytes, is_write: bool) -> dict[str, Any]:
    """The object in a JSON body. Raises Invalid when there is none, if it is meant to be written; otherwise a body that
    is no object says nothing: on GET and DELETE it is a habit of some clients, not a question."""
    try:
        found = _parsed(text) if text.strip() else {}
        for _again in range(ENCODED_AT_MOST):
            if isinstance(found, str):
                found = _parsed(found)
    except _Twice as twice:
        if is_write:
            name = shown(twice.name)
            raise Invalid(**{name: _("The %(field)s field is there twice.", field=name)}) from None
        return {}
    except (ValueError, RecursionError):
        if is_write:
            raise Invalid(body=_("The body is not valid JSON.")) from None
        return {}
    if isinstance(found, dict):
        return found
    if found and is_write:
        raise Invalid(body=_("The body must be a JSON object."))
    return {}


def _parsed(text: str | bytes) -> Any:
    return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once_each)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice(next(name for name, often in Counter(name for name, _value in pairs).items() if often > 1))
    return found


def must_be_utf8(encoded: bytes) -> None:
    """Raise Invalid for a query or form that is not text in UTF-8. Werkzeug would take `%FF` for those three letters,
    and an unreadable form for an empty one."""
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        pair = next(pair for pair in encoded.split(b"&") if REPLACEMENT in _text(pair))
        raise _unreadable(_text(pair.partition(b"=")[0])) from None


def multipart(data: bytes) -> MultiDict[str, str]:
    """The fields of a multipart body. Raises Invalid for one that is broken off or not text in UTF-8."""
    parser = request.make_form_data_parser()
    parser.silent = False
    try:
        _stream, form, _files = parser.parse(BytesIO(data), request.mimetype, len(data), request.mimetype_params)
    except ValueError:
        raise Invalid(body=_("The body is not a valid form.")) from None
    if REPLACEMENT.encode() not in data:
        for name, text in form.items(multi=True):
            if REPLACEMENT in name + text:
                raise _unreadable(name)
    return form


def _unreadable(name: str) -> Invalid:
    name = shown(name.partition("[")[0])
    return Invalid(**{name: _("The %(field)s must be text in UTF-8.", field=name)})


def _text(encoded: bytes) -> str:
    return unquote_to_bytes(encoded).decode(errors="replace")


def shown(name: str) -> str:
    """A name that a client made up, fit to be told back to it."""
    return name[:LONGEST_NAME].encode(errors="replace").decode()
