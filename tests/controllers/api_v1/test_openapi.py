"""The document of API v1: valid, whole, and true of what is taken and answered."""

import pytest
from openapi_spec_validator import validate

from app.schemas.api_v1 import envelopes


@pytest.fixture
def document(api, installed):
    return api().get("/openapi.json").json


def operations(document):
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


def test_it_is_openapi_and_says_where_the_api_is(document):
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://status.test/api/v1"}]
    schemes = document["components"]["securitySchemes"]
    assert schemes["token"] == {"type": "apiKey", "in": "header", "name": "X-Cachet-Token"}
    assert schemes["bearer"] == {"type": "http", "scheme": "bearer"}


def test_anyone_may_read_it_and_keep_it(api, installed):
    answer = api().get("/openapi.json", headers={"Origin": "https://example.org"})
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = api().get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_route_is_in_it(app, document):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api_v1.")}
    assert endpoints - {"api_v1.openapi"} == {f"api_v1.{name}" for name in operations(document)}
    tags = [tag["name"] for tag in document["tags"]]
    assert all(one["summary"] and one["tags"][0] in tags for one in operations(document).values())


def test_each_write_says_which_ability_it_needs_and_what_it_takes(app, document):
    for name, one in operations(document).items():
        view = app.view_functions[f"api_v1.{name}"]
        assert one.get("x-ability") == getattr(view, "required_ability", None)
        assert ({} in one["security"]) == (one.get("x-ability") is None)
        is_body = name.startswith(("create_", "change_"))
        assert is_body == ("requestBody" in one)
        if is_body:
            forms = one["requestBody"]["content"]
            assert forms["application/json"] == forms["application/x-www-form-urlencoded"]
            schema = document["components"]["schemas"][forms["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]]
            assert bool(schema.get("required")) == name.startswith("create_")


def test_a_change_has_no_defaults_because_what_is_absent_stays(document):
    schemas = document["components"]["schemas"]
    fields = [
        field for name, one in schemas.items() if name.startswith("Changed") for field in one["properties"].values()
    ]
    assert fields and not [field for field in fields if "default" in field]
    assert schemas["NewMetric"]["properties"]["places"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 4,
        "default": 2,
        "description": "Decimal places, 0 to 4",
    }


def test_headers_refusals_and_lists_are_told(document):
    every = operations(document)
    shared = document["components"]["parameters"]
    assert shared["TimeZone"]["name"] == "Time-Zone" and shared["IdempotencyKey"]["name"] == "Idempotency-Key"
    for name, one in every.items():
        headers = {parameter["$ref"].rsplit("/", 1)[-1] for parameter in one["parameters"] if "$ref" in parameter}
        assert ("IdempotencyKey" in headers) == name.startswith("create_")
        if name.startswith(("create_", "change_", "delete_")):
            assert {"400", "401", "403", "406", "409", "413", "429"} <= one["responses"].keys()
    error = document["components"]["responses"]["429"]["content"]["application/json"]["schema"]
    assert error == {"$ref": "#/components/schemas/Error"}
    asked = {one["name"]: one["schema"] for one in every["components"]["parameters"] if "name" in one}
    assert asked["sort"]["enum"] == ["enabled", "group_id", "id", "name", "order", "status"]
    assert asked["per_page"] == {"type": "integer", "default": 20}
    assert (asked["status"]["type"], asked["enabled"]["type"], asked["name"]["type"]) == (
        "integer",
        "boolean",
        "string",
    )


def test_what_was_made_leads_to_what_can_be_done_with_it(document):
    links = operations(document)["create_incident"]["responses"]["200"]["links"]
    assert links["delete_incident"]["parameters"] == {"id": "$response.body#/data/id"}
    assert links["create_incident_update"]["parameters"] == {"incident_id": "$response.body#/data/id"}
    links = operations(document)["create_incident_update"]["responses"]["200"]["links"]
    assert links["change_incident_update"]["parameters"] == {
        "id": "$response.body#/data/id",
        "incident_id": "$request.path.incident_id",
    }


def test_what_is_no_resource_is_as_it_says(api, olive):
    envelopes.Ping.model_validate(api().get("/ping").json)
    envelopes.Version.model_validate(api().get("/version").json)
    envelopes.Status.model_validate(api().get("/status").json)
    envelopes.ListMeta.model_validate(api().get("/components").json["meta"])
    for answer in (api().post("/components"), api(olive).post("/components"), api().get("/nowhere")):
        assert answer.status_code in (400, 401, 404)
        envelopes.Error.model_validate(answer.json)


def test_every_example_can_be_sent_and_the_answer_is_as_declared(app, api, olive, document):
    """In the order of the document, in which each thing comes after what it stands in."""
    client = api(olive)
    for path, verbs in document["paths"].items():
        address = path.replace("{incident_id}", "1").replace("{metric_id}", "1")
        items = document["paths"].get(f"{path}/{{id}}", {})
        if "post" in verbs:
            calls = [("post", address, verbs), ("put", f"{address}/1", items), ("get", f"{address}/1", items)]
            for verb, where, said in calls:
                if verb in said:
                    body = said[verb].get("requestBody", {}).get("content", {}).get("application/json", {})
                    answer = client.open(where, method=verb.upper(), json=body.get("example"))
                    assert answer.status_code == 200, (verb, where, answer.text)
                    declared = app.view_functions[f"api_v1.{said[verb]['operationId']}"].declaration
                    declared.gives.model_validate(answer.json["data"])
                    shown = said[verb]["responses"]["200"]["content"]["application/json"]["example"]["data"]
                    declared.gives.model_validate(shown)
