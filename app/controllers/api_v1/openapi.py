"""The OpenAPI 3.1 document of API v1, read off the routes: their declarations, schemas and lists."""

import re
from functools import cache
from typing import Any

from flask import Flask, current_app
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from werkzeug.routing import Rule

from app.controllers.api_v1.answered import refusals, refused, response
from app.controllers.api_v1.documented import Declaration
from app.controllers.api_v1.examples import body_example, example
from app.controllers.api_v1.listing import Listing
from app.models.base import LARGEST_INTEGER
from app.schemas.api_v1.envelopes import Error, ListMeta

BASE = "/api/v1"
REF = "#/components/schemas/{model}"
VERBS = ("GET", "POST", "PUT", "DELETE")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
# The resources in their order, by the files of their routes.
TAGS = {
    "general": "Whether anybody is there, which version is spoken, how everything is.",
    "components": "The parts of the service, each with a status.",
    "component_groups": "Headings over components.",
    "incidents": "What went wrong. An incident may name a component and what it suffers.",
    "incident_updates": "What was said of an incident after its first report.",
    "incident_templates": "Texts prepared for incidents, which an incident takes by their slug.",
    "schedules": "Planned work.",
    "metrics": "Numbers that are measured over time.",
    "metric_points": "The values of a metric.",
    "subscribers": "Who is told.",
}
ABOUT = (
    "The API of Cachet 2.4, which Daymark speaks.\n\n"
    "Fields may come as JSON, as a form or in the query string; what is in the body wins. `null`, and an empty text "
    'where a number, a truth or a time is wanted, mean "not given", and fields that are not known are ignored. Numbers '
    'and truths may be written as text: `"1"`, `"true"`. PUT changes only what it is given.'
)


class _Untitled(GenerateJsonSchema):
    """Without titles that only say the field's name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document() -> dict[str, Any]:
    """The document of this application, made once. What is in it must not be changed."""
    known = current_app.extensions.get("daymark.openapi")
    if known is None:
        known = current_app.extensions["daymark.openapi"] = _document(current_app._get_current_object())  # type: ignore[attr-defined]
    return known


def _document(app: Flask) -> dict[str, Any]:
    routes = _routes(app)
    schemas = _schemas([declaration for _rule, _verb, declaration in routes])
    paths: dict[str, Any] = {}
    for rule, verb, declaration in routes:
        view = app.view_functions[rule.endpoint]
        said = _operation(rule, verb, declaration, view, schemas)
        paths.setdefault(_path(rule), {})[verb.lower()] = said
    _link(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Daymark API v1", "version": "1", "description": ABOUT},
        "servers": [{"url": app.config["APP_URL"].rstrip("/") + BASE}],
        "tags": [{"name": _tag(name), "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": refused(),
            "parameters": _headers(),
            "securitySchemes": _security(),
        },
    }


def _routes(app: Flask) -> list[tuple[Rule, str, Declaration]]:
    found = []
    for rule in app.url_map.iter_rules():
        declaration = getattr(app.view_functions[rule.endpoint], "declaration", None)
        if declaration is not None:
            verb = next(verb for verb in VERBS if verb in (rule.methods or ()))
            found.append((rule, verb, declaration))
    names = list(TAGS)

    def place(route: tuple[Rule, str, Declaration]) -> tuple[int, int, str, int]:
        module = app.view_functions[route[0].endpoint].__module__.rsplit(".", 1)[-1]
        return names.index(module), len(route[0].arguments), _path(route[0]), VERBS.index(route[1])

    return sorted(found, key=place)


def _schemas(declarations: list[Declaration]) -> dict[str, Any]:
    models = {model for said in declarations for model in (said.gives, said.takes) if model} | {Error, ListMeta}
    ordered = [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)]
    _names, made = models_json_schema(ordered, ref_template=REF, schema_generator=_Untitled)  # type: ignore[arg-type]
    changed = {said.takes.__name__ for said in declarations if said.takes and not _is_new(said.takes.__name__)}
    return {name: _tidy(schema, is_change=name in changed) for name, schema in made["$defs"].items()}


def _is_new(name: str) -> bool:
    return name.startswith("New")


def _tidy(schema: dict[str, Any], is_change: bool) -> dict[str, Any]:
    """Without `null` for "not given", which holds for every field, and without defaults that a change does not use."""
    for name, field in schema.get("properties", {}).items():
        if "default" not in field:
            continue
        kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
        if field["default"] is None:
            del field["default"]
            if len(kinds) == 1:
                del field["anyOf"]
                schema["properties"][name] = {**kinds[0], **field}
            elif kinds:
                field["anyOf"] = kinds
        elif is_change:
            del field["default"]
    return schema


def _operation(rule: Rule, verb: str, said: Declaration, view: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    first, _blank, rest = re.sub(r"\s+", " ", (view.__doc__ or "").strip()).partition(". ")
    ability = getattr(view, "required_ability", None)
    tokens: list[dict[str, list[str]]] = [{"token": []}, {"bearer": []}]
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api_v1."),
        "tags": [_tag(view.__module__.rsplit(".", 1)[-1])],
        "summary": first.rstrip("."),
        "parameters": _parameters(rule, verb, said),
        "responses": {
            **response(said, verb, schemas),
            **refusals(verb, bool(rule.arguments), ability is not None),
        },
        "security": tokens if ability else [{}, *tokens],
    }
    if rest:
        operation["description"] = rest
    if ability:
        operation["x-ability"] = ability
    if said.takes is not None:
        operation["requestBody"] = _body(said, schemas)
    return operation


def _body(said: Declaration, schemas: dict[str, Any]) -> dict[str, Any]:
    assert said.takes is not None
    shown = example(schemas[said.gives.__name__], schemas) if said.gives else {}
    content = {
        "schema": {"$ref": REF.format(model=said.takes.__name__)},
        "example": body_example(schemas[said.takes.__name__], shown),
    }
    return {"content": {JSON: content, FORM: content}, "required": _is_new(said.takes.__name__)}


def _parameters(rule: Rule, verb: str, said: Declaration) -> list[dict[str, Any]]:
    ids = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0, "maximum": LARGEST_INTEGER},
        }
        for name in re.findall(r":(\w+)>", rule.rule)
    ]
    queries = _queries(said.lists) if said.lists else []
    headers = [] if said.is_whole else [{"$ref": "#/components/parameters/TimeZone"}]
    if verb == "POST":
        headers.append({"$ref": "#/components/parameters/IdempotencyKey"})
    return [*ids, *queries, *headers]


def _queries(lists: Listing) -> list[dict[str, Any]]:
    whole = {"type": "integer"}
    found = [
        ("page", "Which page, from 1", {**whole, "default": 1}),
        ("per_page", "How many on a page", {**whole, "default": 20}),
    ]
    if lists.sortable:
        found.append(("sort", "The field to sort by", {"type": "string", "enum": sorted(lists.sortable)}))
        found.append(("order", "In which direction", {"type": "string", "enum": ["asc", "desc"], "default": "asc"}))
    for name, condition in lists.filters.items():
        found.append((name, "Only those whose field is this", getattr(condition, "schema", {"type": "string"})))
    return [{"name": name, "in": "query", "description": about, "schema": kind} for name, about, kind in found]


def _headers() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    named = {
        "TimeZone": (
            "Time-Zone",
            "The zone in which times are read and written, such as Europe/Berlin; the page's if there is none",
            {**text, "examples": ["Europe/Berlin"]},
        ),
        "IdempotencyKey": (
            "Idempotency-Key",
            "A text of your own. What is sent again with the same key within 24 hours is answered and not done again",
            {**text, "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        ),
    }
    return {
        key: {"name": name, "in": "header", "description": about, "schema": schema}
        for key, (name, about, schema) in named.items()
    }


def _security() -> dict[str, Any]:
    return {
        "token": {"type": "apiKey", "in": "header", "name": "X-Cachet-Token"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }


def _link(paths: dict[str, Any]) -> None:
    """Say of each POST what can be done with the id in its answer."""
    for made_at, made in paths.items():
        links = (
            made.get("post", {}).get("responses", {}).get("200", {}).setdefault("links", {}) if "post" in made else {}
        )
        known = re.findall(r"{(\w+)}", made_at)
        for path, operations in paths.items():
            names = re.findall(r"{(\w+)}", path)
            if path.startswith(f"{made_at}/{{") and len(names) == len(known) + 1:
                values = {names[-1]: "$response.body#/data/id", **{name: f"$request.path.{name}" for name in known}}
                for operation in operations.values():
                    links[operation["operationId"]] = {"operationId": operation["operationId"], "parameters": values}


@cache
def _tag(module: str) -> str:
    return module.replace("_", " ").capitalize()


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule.rule).removeprefix(BASE)
