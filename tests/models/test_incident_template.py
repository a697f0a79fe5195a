import pytest

from app.errors import Invalid
from app.extensions import db
from app.models import Event, IncidentTemplate, Setting


def make(name="API down", body="{{ component }} is down.", **fields) -> IncidentTemplate:
    template = IncidentTemplate.create(name=name, body=body, actor=None, **fields)
    db.session.commit()
    return template


def test_its_slug_is_made_of_its_name_and_is_its_own(installed):
    assert [make().slug, make().slug, make("API   down!").slug, make("§").slug] == [
        "api-down",
        "api-down-2",
        "api-down-3",
        "template",
    ]
    assert make("x" * 255).slug == "x" * 180
    assert make("x" * 255).slug == "x" * 180 + "-2"


def test_a_slug_can_be_chosen_but_not_taken(installed):
    first, second = make(slug="Big Outage"), make("Other")
    assert first.slug == "big-outage"
    with pytest.raises(Invalid) as caught:
        second.edit(slug="big-outage", actor=None)
    assert caught.value.fields == {"slug": "Another template has this slug."}
    with pytest.raises(Invalid):
        second.edit(slug="!!", actor=None)
    first.edit(slug="big-outage", name="Renamed", actor=None)
    assert first.slug == "big-outage"
    first.edit(slug="", actor=None)
    assert first.slug == "renamed"


def test_it_says_what_it_is_told_in_the_zone_of_the_page(installed):
    Setting.set(timezone="Europe/Berlin")
    template = make(body="{{ component|upper }} since {{ '2026-07-01T10:00:00+00:00'|date('H:i') }} {{ nobody }}")
    assert template.render({"component": "api"}) == "API since 12:00"
    assert template.variables == ["component", "nobody"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("one\n{% if a %}", "Line 2: the template ends before something is closed."),
        ("one\n\n{{ ''.__class__ }}", "Line 3: “__class__” is not a value."),
        ("{% for i in range(10**9) %}{% endfor %}", "Line 1: “range(…)” calls a function"),
        ("{{ 'a' * 999999999 }}", "Line 1: “*” cannot be used here."),
        ("{{ a|colour }}", "Line 1: there is no filter “colour”."),
        ("{{ '%(line)d %s' ? }}", "Line 1: “?” is not expected here."),
    ],
)
def test_a_body_that_cannot_work_is_refused_with_its_line(installed, body, sentence):
    with pytest.raises(Invalid) as caught:
        make(body=body)
    assert caught.value.fields["body"].startswith(sentence)
    template = make()
    with pytest.raises(Invalid):
        template.edit(body=body, actor=None)
    assert template.body == "{{ component }} is down."


def test_what_fails_when_it_is_used_says_where(installed):
    template = make(
        body="one\n{% for a in l %}{% for b in l %}{% for c in l %}{{ c }}{% endfor %}{% endfor %}{% endfor %}"
    )
    with pytest.raises(Invalid) as caught:
        template.render({"l": list(range(1000))})
    assert caught.value.fields["template"].startswith("Line 2: ")


def test_every_change_leaves_an_event(olive):
    template = IncidentTemplate.create(name="A", body="a", actor=olive)
    template.edit(name="B", actor=olive)
    template.delete(actor=olive)
    db.session.commit()
    told = [(e.name, e.data.get("name"), e.actor_label) for e in db.session.query(Event).order_by(Event.id)][-3:]
    assert told == [
        ("incident_template.created", "A", "olive"),
        ("incident_template.updated", "B", "olive"),
        ("incident_template.deleted", "B", "olive"),
    ]
    assert IncidentTemplate.called("a") is None
