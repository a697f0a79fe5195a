"""What a client sent, wherever it put it: query string under body, JSON or form, PHP's brackets understood."""

import json
import re
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from app.i18n import _

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
DEEPEST = 8
# Clients that encode an object twice do it again for each retry.
ENCODED_AT_MOST = 3


def given() -> dict[str, Any]:
    """Every field of this request; the body wins over the query. Raises Invalid for a write with broken JSON."""
    return {**unfold(request.args), **_body()}


def _body() -> dict[str, Any]:
    if request.mimetype.endswith(("/json", "+json")):
        return _json(request.get_data())
    return unfold(request.form)


def _json(text: str | bytes) -> dict[str, Any]:
    # A body on GET or DELETE is a habit of some clients, not a question: what is no object says nothing.
    is_write = request.method in ("POST", "PUT")
    try:
        found = json.loads(text, parse_constant=_refuse_constant) if text.strip() else {}
        for _again in range(ENCODED_AT_MOST):
            if isinstance(found, str):
                found = json.loads(found, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        if is_write:
            raise Invalid(body=_("The body is not valid JSON.")) from None
        return {}
    if isinstance(found, dict):
        return found
    if found and is_write:
        raise Invalid(body=_("The body must be a JSON object."))
    return {}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def unfold(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Form or query fields as nested values: `tags[]=a&tags[]=b` is a list, `meta[id]=1` an object."""
    found: dict[str, Any] = {}
    for key, value in fields.items(multi=True):
        match = KEY.fullmatch(key)
        path = re.findall(r"\[([^\[\]]*)\]", match[2]) if match else []
        if match is None or len(path) > DEEPEST:
            found[key] = value
        elif path:
            _put(found, [match[1], *path], value)
        else:
            found[key] = value
    return {key: _as_list(value) for key, value in found.items()}


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    *parents, last = path
    for name in parents:
        name = name or str(len(into))
        if not isinstance(into.get(name), dict):
            into[name] = {}
        into = into[name]
    into[last or str(len(into))] = value


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    values = [_as_list(inner) for inner in value.values()]
    return (
        values if list(value) == [str(place) for place in range(len(value))] else dict(zip(value, values, strict=True))
    )
