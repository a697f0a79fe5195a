"""Two editors on one thing: nobody's words are lost, and nobody's are replaced unasked."""

import re
from html import unescape

import pytest

from app.extensions import db
from app.models import Component, Incident, IncidentTemplate, Metric
from app.models.enums import ComponentStatus, IncidentStatus
from tests.factories import make_component, make_group, make_incident, make_maintenance


@pytest.fixture
def olives(sign_in, olive):
    return sign_in(olive)


@pytest.fixture
def eds(sign_in, ed):
    return sign_in(ed)


def fields(page):
    """What a browser would send back of the form that edits."""
    form = next(form for form in re.findall(r"<form.*?</form>", page.text, re.S) if 'name="seen"' in form)
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = (re.search(rf'\b{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*\bname="([^"]+)"[^>]*>\s*([^<]*)</textarea>', form):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return {name: value for name, value in found.items() if name != "csrf_token"}


@pytest.fixture
def api(installed):
    return make_component(name="API", description="For programs")


def test_two_who_changed_different_things_both_get_their_way(olives, eds, api):
    path = f"/dashboard/components/{api.id}"
    hers, his = fields(olives.get(path)), fields(eds.get(path))
    assert eds.submit(path, **his | {"description": "For machines"}).status_code == 302
    assert olives.submit(path, **hers | {"name": "Public API"}).status_code == 302
    db.session.expire_all()
    assert (api.name, api.description) == ("Public API", "For machines")


def test_two_who_changed_the_same_are_asked(olives, eds, api):
    path = f"/dashboard/components/{api.id}"
    hers, his = fields(olives.get(path)), fields(eds.get(path))
    eds.submit(path, **his | {"name": "Ed's API"})
    refused = olives.submit(path, **hers | {"name": "Olive's API"})
    assert refused.status_code == 422
    assert "Somebody else changed this meanwhile. It now says: “Ed&#39;s API”." in refused.text
    assert 'value="Olive&#39;s API"' in refused.text
    db.session.expire_all()
    assert api.name == "Ed's API"
    assert olives.submit(path, **fields(refused) | {"name": "Olive's API"}).status_code == 302
    db.session.expire_all()
    assert api.name == "Olive's API"


def test_two_who_did_the_same_agree(olives, eds, api):
    path = f"/dashboard/components/{api.id}"
    hers, his = fields(olives.get(path)), fields(eds.get(path))
    eds.submit(path, **his | {"name": "Public API"})
    assert olives.submit(path, **hers | {"name": "Public API"}).status_code == 302


def edits(kind):
    """Something to edit: where, one of its fields, and how to read that again."""
    if kind == "incident":
        row = make_incident(name="Slow", message="Old words")
        return f"/dashboard/incidents/{row.id}", "message", lambda: db.session.get(Incident, row.id).message
    if kind == "template":
        row = IncidentTemplate.create(name="Outage", body="Old words", actor=None)
    elif kind == "metric":
        row = Metric.create(name="Speed", suffix="ms", description="Old words", actor=None)
    elif kind == "group":
        row = make_group(name="Old words")
    else:
        row = make_component(name="API", description="Old words")
    db.session.commit()
    folder, name = {
        "template": ("templates", "body"),
        "metric": ("metrics", "description"),
        "group": ("components/groups", "name"),
        "component": ("components", "description"),
    }[kind]
    path = f"/dashboard/{folder}/{row.id}" + ("/edit" if kind == "metric" else "")
    model = type(row)
    return path, name, lambda: getattr(db.session.get(model, row.id), name)


@pytest.mark.parametrize("kind", ["component", "group", "incident", "metric", "template"])
def test_every_form_that_edits_asks(olives, eds, kind):
    path, name, read = edits(kind)
    hers, his = fields(olives.get(path)), fields(eds.get(path))
    assert hers["seen"]
    assert eds.submit(path, **his | {name: "His words"}).status_code == 302
    refused = olives.submit(path, **hers | {name: "Her words"})
    assert refused.status_code == 422
    assert "It now says: “His words”" in refused.text
    assert "Her words" in refused.text
    db.session.rollback()
    db.session.expire_all()
    assert read() == "His words"


def test_whoever_sends_no_mark_is_not_asked(eds, api):
    path = f"/dashboard/components/{api.id}"
    sent = fields(eds.get(path))
    del sent["seen"]
    assert eds.submit(path, **sent | {"name": "Public API"}).status_code == 302
    db.session.expire_all()
    assert db.session.get(Component, api.id).name == "Public API"


def test_a_mark_that_was_tampered_with_does_no_harm(eds, api):
    path = f"/dashboard/components/{api.id}"
    for mark in ("nonsense", "name:", ":::", "name:x " * 2000, "\x00"):
        answer = eds.submit(path, **fields(eds.get(path)) | {"name": "API", "seen": mark})
        assert answer.status_code in (302, 422), mark


def test_updates_of_work_ask_too(olives, eds, olive):
    work = make_maintenance()
    update = work.post_update("Old words", actor=olive)
    db.session.commit()
    path = f"/dashboard/schedule/{work.id}/updates/{update.id}"
    hers, his = fields(olives.get(path)), fields(eds.get(path))
    eds.submit(path, **his | {"message": "His words"})
    assert "It now says: “His words”" in olives.submit(path, **hers | {"message": "Her words"}).text


def test_news_typed_while_somebody_else_fixed_it_are_asked_about(olives, eds, installed):
    incident = make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    db.session.commit()
    path = f"/dashboard/incidents/{incident.id}"
    sent = {"status": "2", "message": "It is the cable.", "was_open": was_open(olives.get(path))}
    eds.get(path)
    eds.submit(f"{path}/updates", status="4", was_open="y")
    refused = olives.submit(f"{path}/updates", **sent)
    assert refused.status_code == 422
    assert "Somebody else has fixed this incident meanwhile. Post again to open it again." in refused.text
    assert "It is the cable." in refused.text
    assert [update.status for update in incident.updates] == [IncidentStatus.FIXED]
    again = olives.submit(f"{path}/updates", **sent | {"was_open": was_open(refused)})
    assert again.status_code == 302
    db.session.expire_all()
    assert incident.is_open


def was_open(page):
    return re.search(r'name="was_open" value="([^"]*)"', page.text)[1]
