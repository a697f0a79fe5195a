"""The API's document as a page for people."""

import json
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.controllers.api_v1.examples import example
from app.controllers.api_v1.openapi import document
from app.controllers.public import bp
from app.controllers.public.pages import KEPT
from app.links import page_url
from app.models.base import LARGEST_INTEGER
from app.page_cache import cached


@bp.get("/api", strict_slashes=False)
def api() -> ResponseReturnValue:
    """Where Statuspage tells people of its API."""
    return redirect(url_for("public.api_docs", _anchor="statuspage"))


@bp.get("/docs/api")
@cached(KEPT)
def api_docs() -> ResponseReturnValue:
    """What the API takes and answers, resource by resource."""
    told = document()
    resources = [_resource(tag, told) for tag in told["tags"]]
    refused = [(status, said["description"]) for status, said in told["components"]["responses"].items()]
    return render_template(
        "public/api.html",
        about=told["info"]["description"],
        address=told["servers"][0]["url"],
        statuspage=page_url("statuspage.summary").rpartition("/")[0],
        resources=resources,
        refused=refused,
        refusal=_pretty(example({"$ref": "#/components/schemas/Error"}, told["components"]["schemas"])),
    )


def _resource(tag: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
    found = [
        _operation(verb.upper(), path, said, told)
        for path, verbs in told["paths"].items()
        for verb, said in verbs.items()
        if tag["name"] in said["tags"]
    ]
    return {"anchor": f"about-{tag['name'].lower().replace(' ', '-')}", "operations": found, **tag}


def _operation(verb: str, path: str, said: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    shared = told["components"]["parameters"]
    parameters = [shared[one["$ref"].rsplit("/", 1)[-1]] if "$ref" in one else one for one in said["parameters"]]
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    well = said["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return {
        **said,
        "verb": verb,
        "path": path,
        "parameters": [_field(one["name"], one["schema"], one.get("required", False), one) for one in parameters],
        "fields": fields(body["schema"], told) if body else [],
        "curl": _curl(verb, told["servers"][0]["url"] + path, said, body.get("example")),
        "answer": _pretty(well["example"]) if well else "",
        "answered": answered(well["schema"], told) if well else [],
        "refusals": [status for status in said["responses"] if status >= "400"],
    }


def fields(schema: dict[str, Any], told: dict[str, Any]) -> list[dict[str, Any]]:
    """Each field of an object, those that must be given first."""
    whole = _seek(schema, told)
    required = whole.get("required", [])
    rows = [_field(name, field, name in required, field) for name, field in whole["properties"].items()]
    return sorted(rows, key=lambda row: not row["required"])


def answered(schema: dict[str, Any], told: dict[str, Any]) -> list[dict[str, Any]]:
    """Each field of what an answer is about: of the object in `data`, or of each in the list there."""
    data = _seek(schema, told)["properties"]["data"]
    one = _seek(data.get("items", data), told)
    return [_field(name, field, False, field) for name, field in one.get("properties", {}).items()]


def _seek(schema: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    return told["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema


def _field(name: str, schema: dict[str, Any], required: bool, said: dict[str, Any]) -> dict[str, Any]:
    about = said.get("description", "")
    default = schema.get("default")
    return {
        "name": name,
        "kind": _kind(schema),
        "rule": _rule(schema),
        "required": required,
        "default": json.dumps(default) if default not in (None, "", [], {}) else "",
        "about": f"{about}{'' if about.endswith('.') else '.'}" if about else "",
        "where": said.get("in", ""),
    }


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    kinds = schema.get("type", "string")
    if kinds == "array":
        return f"list of {_kind(schema['items'])}" if schema.get("items") else "list"
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _rule(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    least, most = schema.get("minimum"), schema.get("maximum")
    if most not in (None, LARGEST_INTEGER):
        return f"{least:g} to {most:g}"
    if "maxLength" in schema:
        return f"at most {schema['maxLength']} characters"
    if "pattern" in schema:
        return f"as {schema['examples'][0]}"
    return ""


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _curl(verb: str, address: str, said: dict[str, Any], body: Any) -> str:
    for one in said["parameters"]:
        address = address.replace(f"{{{one.get('name')}}}", "1")
    parts = ["curl"]
    if {} not in said["security"]:
        parts.append('-H "X-Cachet-Token: $TOKEN"')
    if verb in ("PUT", "DELETE"):
        parts.append(f"-X {verb}")
    if body is not None:
        parts += ['-H "Content-Type: application/json"', f"-d '{json.dumps(body)}'"]
    return " \\\n  ".join([*parts, address])
