"""What a program that knows only the document makes of the API: calls of every kind, alone and after one another."""

import contextvars

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.controllers.api_v1.openapi import TAGS
from app.extensions import db
from app.models import ApiToken
from tests.consistency import assert_consistent, begin_anew
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ALIKE_EACH_TIME = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


@pytest.fixture
def schema(app, olive, monkeypatch):
    """The document as schemathesis reads it, with which it calls the application itself."""
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 0)

    def alone(environ, start_response):
        return contextvars.Context().run(app, environ, start_response)

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", alone)


@pytest.fixture
def headers(olive):
    """Those of an administrator's token, and a zone that exists."""
    _row, token = ApiToken.create(name="tests", user=olive, abilities=None, actor=olive)
    db.session.commit()
    return {"X-Cachet-Token": token, "Time-Zone": "Asia/Kolkata"}


def seed():
    """One of each thing that calls may name."""
    component = make_component(group=make_group(), tags=["eu"])
    make_incident(impacts={component: component.status})
    make_maintenance(components=[component])
    make_subscriber(components=[component])


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("tag", TAGS)
def test_whatever_is_sent_the_answer_is_one_of_those_declared(schema, headers, tag, mode):
    seed()
    called = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        told = operation.definition.raw
        if told["tags"] != [tag.replace("_", " ").capitalize()] or (mode.is_negative and not told["parameters"]):
            continue

        @settings(max_examples=8, **ALIKE_EACH_TIME)
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case):
            case.call_and_validate(headers=headers, checks=CHECKS)

        call()
        called += 1
    assert called or (mode.is_negative and tag == "general")
    assert_consistent()


def test_what_was_made_is_changed_and_deleted_in_any_order(schema, headers):
    statuses = []

    class Client(schema.as_state_machine()):
        def setup(self):
            begin_anew()
            seed()

        def get_call_kwargs(self, case):
            return {"headers": headers}

        def validate_response(self, response, case, **kwargs):
            statuses.append((case.method, response.status_code))
            case.validate_response(response, checks=CHECKS)

        def teardown(self):
            assert_consistent()

    Client.run(settings=settings(max_examples=30, stateful_step_count=12, **ALIKE_EACH_TIME))
    done = {method for method, status in statuses if status in (200, 204)}
    assert done == {"GET", "POST", "PUT", "DELETE"}
