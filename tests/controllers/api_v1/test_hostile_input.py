"""What no client should send: every field of every route that takes a body, in every shape, and nothing changes."""

import json

import pytest

import app.controllers.api_v1  # noqa: F401  # with the routes come all models
from app.schemas.api_v1.base import Input
from tests.controllers.api_v1 import hostile
from tests.controllers.api_v1.hostile import TEXTS, VALUES, everything, kinds_of, names_of, told

# What is no JSON, or too much of it, is refused before there are fields.
UNREADABLE = {"5,000 digits", "NaN", "Infinity", "10,000 levels", "900 levels", "900 levels of objects"}


def leaves(model: type[Input]) -> list[type[Input]]:
    below = model.__subclasses__()
    return [leaf for one in below for leaf in leaves(one)] if below else [model]


MODELS = sorted(leaves(Input), key=lambda model: model.__name__)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


@pytest.fixture
def client(app, api, olive, monkeypatch):
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 0)
    hostile.make_world()
    return api(olive)


@pytest.fixture
def write(app, model):
    """The route that takes the model."""
    return next(write for write in hostile.writes(app) if write.model is model)


def cases(model: type[Input], values: dict[str, tuple[str, str]]) -> tuple[list[tuple[str, str]], ...]:
    """Each name of a field with each value that it must not take, and with each that it may."""
    wrong, fitting = [], []
    for field in model.model_fields:
        fits = kinds_of(model, field)
        for name in names_of(model, field):
            for label, (_text, kinds) in values.items():
                (fitting if fits & set(kinds.split()) else wrong).append((name, label))
    return wrong, fitting


def test_every_model_belongs_to_a_route(app):
    assert {write.model for write in hostile.writes(app)} == set(MODELS)


@each_model
def test_json(client, write):
    wrong, fitting = cases(write.model, VALUES)
    before = everything()

    def send(name, label):
        others = {key: value for key, value in write.example.items() if key != name}
        body = json.dumps(others)[:-1] + (", " if others else "") + f'"{name}": {VALUES[label][0]}}}'
        return client.open(write.path, method=write.verb, data=body, content_type="application/json")

    for name, label in wrong:
        details = told(send(name, label), name, label)
        named = name in details[0] or label == "a name twice"
        assert named or (label in UNREADABLE and details == ["The body is not valid JSON."]), (name, label, details)
    assert everything() == before
    for name, label in fitting:
        answer = send(name, label)
        assert answer.status_code == 200 or told(answer, name, label)


@each_model
@pytest.mark.parametrize("place", ["form", "query"])
def test_text(client, write, place):
    wrong, fitting = cases(write.model, TEXTS)
    before = everything()

    def send(name, label):
        others = "".join(f"&{key}={value}" for key, value in write.example.items() if key != name)
        sent = f"{name}={TEXTS[label][0]}{others}"
        if place == "query":
            return client.open(f"{write.path}?{sent}", method=write.verb)
        return client.open(write.path, method=write.verb, data=sent, content_type="application/x-www-form-urlencoded")

    for name, label in wrong:
        details = told(send(name, label), name, label)
        assert name in details[0], (name, label, details)
    assert everything() == before
    for name, label in fitting:
        answer = send(name, label)
        assert answer.status_code == 200 or told(answer, name, label)
