"""What a client sent, wherever it put it: query string under body, JSON or form, PHP's brackets understood."""

import re
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from app.controllers.api_v1.parsing import json_object, multipart, must_be_utf8

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
DEEPEST = 8


def given() -> dict[str, Any]:
    """Every field of this request; the body wins over the query. Raises Invalid for a write with a broken body, and for
    text that is not in UTF-8."""
    must_be_utf8(request.query_string)
    return {**unfold(request.args), **_body()}


def _body() -> dict[str, Any]:
    if request.mimetype.endswith(("/json", "+json")):
        return json_object(request.get_data(), is_write=request.method in ("POST", "PUT"))
    if request.mimetype == "multipart/form-data":
        return unfold(multipart(request.get_data()))
    if request.mimetype == "application/x-www-form-urlencoded":
        must_be_utf8(request.get_data())
    return unfold(request.form)


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
