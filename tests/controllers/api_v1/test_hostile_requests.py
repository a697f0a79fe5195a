"""What no client should send beside fields: broken bodies, odd headers, ids of other things, wild queries."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.controllers.api_v1 import hostile
from tests.controllers.api_v1.hostile import everything, told

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
PART = '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n'
BODY, WHOLE = "The body is not valid JSON.", "The body is not a valid form."
TWICE = "The name field is there twice."
BROKEN = {
    "half": ('{"name": ', JSON, BODY),
    "no JSON": ("name=API", JSON, BODY),
    "two objects": ("{}{}", JSON, BODY),
    "a comma too many": ('{"name": "API",}', JSON, BODY),
    "a list": ("[{}]", JSON, "The body must be a JSON object."),
    "a number": ("1", JSON, "The body must be a JSON object."),
    "text in text in text": (
        json.dumps(json.dumps(json.dumps(json.dumps("x")))),
        JSON,
        "The body must be a JSON object.",
    ),
    "10,000 lists": ("[" * 10_000, JSON, BODY),
    "10,000 objects": ('{"name":' * 10_000 + "1" + "}" * 10_000, JSON, BODY),
    "no UTF-8": (b'{"name": "\xff"}', JSON, BODY),
    "half a character": (b'{"name": "\xc3"}', JSON, BODY),
    "gzip": (gzip.compress(b'{"name": "API"}'), JSON, BODY),
    "a name twice": ('{"name": "A", "status": 1, "name": "B"}', JSON, TWICE),
    "a name twice, spelt differently": ('{"name": "A", "n\\u0061me": "B"}', JSON, TWICE),
    "a name twice, inside": ('{"meta": {"x": [{"name": 1, "name": 1}]}}', JSON, TWICE),
    "a name twice, encoded twice": (json.dumps('{"name": 1, "name": 1}'), JSON, TWICE),
    "an odd name twice": ('{"\\ud800\\u0000": 1, "\\ud800\\u0000": 2}', JSON, "The ?\0 field is there twice."),
    "a form not in UTF-8": (b"name=\xff", FORM, "The name must be text in UTF-8."),
    "a form's name not in UTF-8": (b"na%ffme=1", FORM, "The na\ufffdme must be text in UTF-8."),
    "a form's object not in UTF-8": (b"name=API&meta[a][]=%c3", FORM, "The meta must be text in UTF-8."),
    "a form in gzip": (gzip.compress(b"name=API"), FORM, "must be text in UTF-8."),
    "no boundary": (f"{PART}API\r\n--b--\r\n", "multipart/form-data", WHOLE),
    "an odd boundary": (f"{PART}API\r\n--b--\r\n", "multipart/form-data; boundary=\xfc", WHOLE),
    "another boundary": (f"{PART}API\r\n--b--\r\n", "multipart/form-data; boundary=c", WHOLE),
    "no end": (f"{PART}API\r\n", MULTIPART, WHOLE),
    "no headers": ("--b\r\n\r\nAPI\r\n--b--\r\n", MULTIPART, WHOLE),
    "a part not in UTF-8": (PART.encode() + b"\xff\r\n--b--\r\n", MULTIPART, "The name must be text in UTF-8."),
}


@pytest.fixture
def client(app, api, olive, monkeypatch):
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 0)
    hostile.make_world()
    return api(olive)


@pytest.mark.parametrize("case", BROKEN)
def test_broken_bodies(app, client, case):
    body, kind, said = BROKEN[case]
    before = everything()
    for write in hostile.writes(app):
        (detail,) = told(client.open(write.path, method=write.verb, data=body, content_type=kind), write.label)
        assert detail.endswith(said), (write.label, detail)
    assert everything() == before


def test_json_as_deep_as_can_be_read_with_an_idempotency_key(client):
    before = everything()
    for depth in range(700, 1000, 3):
        for body in (f'{{"x": {"[" * depth}{"]" * depth}}}', '{"x":' * depth + "1" + "}" * depth):
            sent = {"data": body, "content_type": JSON, "headers": {"Idempotency-Key": "k"}}
            told(client.post("/components/groups", **sent), depth)
    assert everything() == before


def test_a_key_of_the_query_that_is_not_utf_8(client):
    assert told(client.get("/components?name=%ff")) == ["The name must be text in UTF-8."]
    assert told(client.get("/components?tags[]=%c3%28")) == ["The tags must be text in UTF-8."]
    assert told(client.post("/components?name=%ff", json={"name": "API", "status": 1}))


def test_a_character_that_stands_for_unreadable_ones_is_a_character(client):
    assert client.put("/components/1", data="name=%EF%BF%BD", content_type=FORM).json["data"]["name"] == "\ufffd"
    body = f"{PART}a \ufffd\r\n--b--\r\n"
    assert client.put("/components/1", data=body, content_type=MULTIPART).json["data"]["name"] == "a \ufffd"


NOWHERE = (0, 77, 2**31 - 1, 2**31, 2**63, 10**30)


def test_ids_of_nothing(app, client):
    before = everything()
    for verb, path in hostile.addresses(app):
        if "1" not in path:
            continue
        for number in NOWHERE:
            head, _one, rest = path.rpartition("/1")
            for address in {f"{head}/{number}{rest}", path.replace("/1", f"/{number}")}:
                answer = client.open(address, method=verb, json={})
                assert answer.status_code == 404, (verb, address, answer.text)
                assert answer.json["errors"][0]["status"] == 404
    assert everything() == before


@pytest.mark.parametrize("number", ["-1", "1.0", "one", "%00", "%ff", "1%00", "1;DROP", "%EF%BC%91", "..", "1'"])
def test_ids_that_are_none(app, client, number):
    before = everything()
    for verb, path in hostile.addresses(app):
        if "1" in path:
            answer = client.open(path.replace("/1", f"/{number}"), method=verb, json={})
            assert answer.status_code in (404, 405), (verb, path, answer.text)
            assert answer.content_type == JSON
    assert everything() == before


@pytest.mark.parametrize(
    ("verb", "path", "sent", "status"),
    [
        ("PUT", "/metrics/1/points/2", {"value": 7}, 404),
        ("DELETE", "/metrics/1/points/2", {}, 404),
        ("PUT", "/incidents/77/updates/1", {"message": "m"}, 404),
        (
            "POST",
            "/incidents",
            {"name": "n", "message": "m", "status": 1, "component_id": 77, "component_status": 1},
            400,
        ),
        ("PUT", "/incidents/1", {"component_id": 77, "component_status": 2}, 400),
        ("POST", "/incidents", {"name": "n", "status": 1, "template": "none"}, 400),
        (
            "POST",
            "/schedules",
            {"name": "n", "status": 0, "scheduled_at": "2030-01-01 00:00", "components": [1, 77]},
            400,
        ),
        ("PUT", "/schedules/1", {"components": [77]}, 400),
        ("POST", "/subscribers", {"email": "new@example.org", "components": [2, 77]}, 400),
    ],
)
def test_ids_of_other_things(client, verb, path, sent, status):
    before = everything()
    answer = client.open(path, method=verb, json=sent)
    assert answer.status_code == status, answer.text
    if status == 400:
        assert any(name in told(answer)[0] for name in ("component_id", "components", "template"))
    assert everything() == before


@pytest.mark.parametrize(
    ("header", "value", "status", "name"),
    [
        *(
            ("Time-Zone", zone, 400, "Time-Zone")
            for zone in ("Mars/Phobos", "../../etc/passwd", "/etc/passwd", "x" * 5000)
        ),
        *(("Time-Zone", zone, 400, "Time-Zone") for zone in ("Europe", "\xfc", "zone.tab", "UTC\x01", "+01:00")),
        *(("Idempotency-Key", key, 400, "Idempotency-Key") for key in ("", "x" * 256, "a b", "\xfc")),
        *(("Accept", kinds, 406, "") for kinds in ("text/html", "image/*;q=1", "application/json;q=0")),
        ("X-HTTP-Method-Override", "BREW", 400, "name"),
        *(("Content-Encoding", kind, 400, "name") for kind in ("gzip", "none", "\xfc")),
        *(
            ("Content-Type", kind, 400, "name")
            for kind in ("", ";", "\xfc", "x" * 5000, "text/plain", "application/x-yaml")
        ),
    ],
)
def test_odd_headers(client, header, value, status, name):
    before = everything()
    headers = {"Content-Type": JSON, header: value}
    answer = client.post("/components/groups", data="{}", headers=headers)
    assert answer.status_code == status, answer.text
    if status == 400:
        assert name in told(answer)[0]
    assert everything() == before


@pytest.mark.parametrize("token", ["x", "x" * 10_000, "\xfc", "daymark_", "' OR 1=1 --", "\x01"])
@pytest.mark.parametrize("header", ["X-Cachet-Token", "Authorization"])
def test_odd_tokens(app, api, client, header, token):
    before = everything()
    value = f"Bearer {token}" if header == "Authorization" else token
    for verb, path in hostile.addresses(app):
        assert api().open(path, method=verb, json={}, headers={header: value}).status_code == 401, (verb, path)
    assert everything() == before


WILD = [
    "",
    "-1",
    "0",
    "1e400",
    "NaN",
    "9" * 30,
    "-" + "9" * 30,
    "9" * 5000,
    "a%00",
    "%F0%9F%8C%8D",
    "'",
    "1;2",
    "x" * 5000,
]


def test_wild_queries_of_lists(app, client):
    """What a list does not know it passes over, as in Cachet; what no row can be finds none."""
    before = everything()
    for path, known in hostile.lists(app):
        names = ["page", "per_page", "sort", "order", *known.filters]
        for name in names:
            for value in WILD:
                for query in (
                    f"{name}={value}",
                    f"{name}[]={value}",
                    f"{name}[a][b]={value}",
                    f"{name}={value}&sort=x",
                ):
                    answer = client.get(f"{path}?{query}")
                    assert answer.status_code == 200, (path, query, answer.text)
                    assert set(answer.json) == {"meta", "data"}
    assert everything() == before


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_any_json_in_any_fields(app, client, data):
    """Whatever stands in several fields at once: it is taken, or refused by name and without a trace."""
    write = data.draw(st.sampled_from(hostile.writes(app)), label="route")
    names = sorted(write.model.model_fields)
    fields = data.draw(st.dictionaries(st.sampled_from(names), TREES, min_size=1, max_size=4), label="fields")
    before = everything()
    body = json.dumps({**write.example, **fields})
    answer = client.open(write.path, method=write.verb, data=body, content_type=JSON)
    if answer.status_code != 200:
        assert answer.status_code == 400, (write.label, body, answer.text)
        (error,) = answer.json["errors"]
        details = error["meta"]["details"]
        assert details == [BODY] or all(any(name in detail for name in names) for detail in details), details
        assert everything() == before
