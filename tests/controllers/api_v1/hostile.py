"""What no client should send, and the routes to send it to, read off the application so that none is forgotten."""

import json
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask

from app.controllers.api_v1.listing import Listing
from app.controllers.api_v1.openapi import document
from app.extensions import db
from app.models import Metric
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.incident_template import IncidentTemplate
from app.schemas.api_v1.base import Input
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber

VERBS = ("POST", "PUT", "DELETE")
UNSTEADY = ("last_used_at", "updated_at")
HUGE = "x" * 100_000
DEEP = "[" * 10_000 + "]" * 10_000
# By name, as JSON; after it the kinds of field that may take it. No other may.
VALUES: dict[str, tuple[str, str]] = {
    "list": ('["a"]', "array object"),
    "list of numbers": ("[1.5]", "object"),
    "list of lists": ("[[[]]]", "object"),
    "object": ('{"a": "b"}', "array object vars"),
    "object of objects": ('{"a": {"b": [1, null]}}', "object vars"),
    "true": ("true", "boolean integer"),
    "7": ("7", "integer number"),
    "1.5": ("1.5", "number"),
    "-1": ("-1", "integer number"),
    "text": ('"text"', "string array"),
    "-1 as text": ('"-1"', "integer number string array"),
    "digits of another script": ('"\\u0663"', "string"),
    "2**31": ("2147483648", "number"),
    "-2**31 - 1": ("-2147483649", "number"),
    "2**63": ("9223372036854775808", ""),
    "10**30": ("1" + "0" * 30, ""),
    "-10**30": ("-1" + "0" * 30, ""),
    "10**30 as text": (f'"1{"0" * 30}"', "string array"),
    "1e30": ("1e30", ""),
    "1e400": ("1e400", ""),
    "-1e400 as text": ('"-1e400"', "string array"),
    "5,000 digits": ("9" * 5000, ""),
    "5,000 digits as text": (f'"{"9" * 5000}"', "prose"),
    "100 kB": (json.dumps(HUGE), ""),
    "100 kB in an object": (json.dumps({"a": HUGE}), ""),
    "NaN": ("NaN", ""),
    "Infinity": ("Infinity", ""),
    "NaN as text": ('"NaN"', "string array"),
    "Infinity in an object": ('{"a": 1e400}', ""),
    "NUL": ('"a\\u0000b"', ""),
    "NUL in an object": ('{"a\\u0000": "b"}', "words"),  # whose values alone count
    "half a surrogate": ('"\\ud800"', ""),
    "half a surrogate in an object": ('{"a": "\\udfff"}', ""),
    "10,000 levels": (DEEP, ""),
    "900 levels": ("[" * 900 + "]" * 900, ""),
    "900 levels of objects": ('{"a":' * 900 + "1" + "}" * 900, ""),
    "a name twice": ('{"a": 1, "a": 2}', ""),
}
# The same as a form or query: percent-encoded, and the kinds that may take it.
TEXTS: dict[str, tuple[str, str]] = {
    "text": ("text", "string array"),
    "-1": ("-1", "integer number string array"),
    "1e400": ("1e400", "string array"),
    "NaN": ("NaN", "string array"),
    "5,000 digits": ("9" * 5000, "prose"),
    "10 digits": ("9999999999", "number string array"),
    "100 kB": (HUGE, ""),
    "NUL": ("a%00b", ""),
    "no UTF-8": ("a%ff", ""),
    "half a character": ("%C3", ""),
    "half a surrogate": ("%ED%A0%80", ""),
}


class Write(NamedTuple):
    """A route that takes a body: the address of row 1 in the world below, and the model of what it takes."""

    verb: str
    path: str
    model: type[Input]
    example: dict[str, Any]

    @property
    def label(self) -> str:
        return f"{self.verb} {self.path}"


def writes(app: Flask) -> list[Write]:
    """Every route that takes a body, with the example of the document, which is valid."""
    found = []
    with app.test_request_context():
        paths = document()["paths"]
    for rule in app.url_map.iter_rules():
        said = getattr(app.view_functions[rule.endpoint], "declaration", None)
        if said is not None and said.takes is not None:
            (verb,) = rule.methods & {"POST", "PUT"}
            operation = next(
                one[verb.lower()]
                for one in paths.values()
                if one.get(verb.lower(), {}).get("operationId") == rule.endpoint.removeprefix("api_v1.")
            )
            example = operation["requestBody"]["content"]["application/json"]["example"]
            found.append(Write(verb, _address(rule), said.takes, example))
    return sorted(found, key=lambda write: (write.path, write.verb))


def lists(app: Flask) -> list[tuple[str, Listing]]:
    """Every list, with what it can be filtered and sorted by."""
    found = []
    for rule in app.url_map.iter_rules():
        said = getattr(app.view_functions[rule.endpoint], "declaration", None)
        if said is not None and said.lists is not None:
            found.append((_address(rule), said.lists))
    return sorted(found, key=lambda one: one[0])


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every write, with or without a body: its verb and the address of row 1."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api_v1.")]
    return sorted((verb, _address(rule)) for rule in rules for verb in rule.methods & set(VERBS))


def _address(rule: Any) -> str:
    path = rule.rule.removeprefix("/api/v1")
    for name in rule.arguments:
        path = path.replace(f"<int:{name}>", "1")
    return path


def kinds_of(model: type[Input], field: str) -> set[str]:
    """Which of the kinds above a field is."""
    schema = model.model_json_schema()["properties"][field]
    parts = [schema, *schema.get("anyOf", ())]
    kinds: set[str] = set()
    for part in parts:
        kind = part.get("type", ())
        kinds |= {kind} if isinstance(kind, str) else set(kind)
    kinds -= {"null"}
    if kinds == {"string"} and all(part.get("maxLength", len(HUGE)) > 5000 and "pattern" not in part for part in parts):
        kinds.add("prose")
    if "object" in kinds:
        kinds = kinds if "array" in kinds else {"vars"}
    elif "array" in kinds:
        kinds = {*kinds, "words"} if "string" in kinds else {"ids"}
    return kinds


def names_of(model: type[Input], field: str) -> list[str]:
    """The names under which a client may send a field."""
    alias = model.model_fields[field].validation_alias
    return [field] if alias is None else [str(choice) for choice in alias.choices]  # type: ignore[union-attr]


def make_world() -> None:
    """Two of everything that has an id."""
    group, other = make_group("Core"), make_group("Edge")
    component = make_component("API", group=group, tags=["eu"], meta={"uuid": "x"})
    make_component("Web", group=other)
    for name in ("Slow", "Down"):
        incident = make_incident(name, impacts={component: ComponentStatus.PARTIAL_OUTAGE})
        incident.post_update(status=IncidentStatus.IDENTIFIED, message="Found.", actor=None)
        IncidentTemplate.create(name=name, body="{{ name }} is down.", actor=None)
        make_maintenance(name, components=[component])
        make_subscriber(f"{name.lower()}@example.org", components=[component])
        Metric.create(name=name, suffix="ms", actor=None).add_point(5)
    db.session.commit()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table; without when a token was last used, which is noted whatever it asks."""
    db.session.rollback()
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.c if not (table.name == "api_tokens" and column.name in UNSTEADY)]
        found[table.name] = sorted(map(tuple, db.session.execute(sa.select(*columns))), key=repr)
    db.session.rollback()
    return found


def told(answer: Any, *case: Any) -> list[str]:
    """The one sentence of a refusal, in its envelope, as a list."""
    assert answer.status_code == 400, (case, answer.status_code, answer.text[:300])
    assert answer.content_type == "application/json"
    (error,) = answer.json["errors"]
    assert error["status"] == 400 and error["title"] == "Bad Request" and error["id"] and error["detail"]
    assert len(error["meta"]["details"]) == 1, (case, error)
    return error["meta"]["details"]
