import pytest
import sqlalchemy as sa

from app.errors import Invalid
from app.extensions import db
from app.models import Event, Subscriber
from app.models.enums import ComponentStatus
from tests.factories import make_component, make_incident, make_subscriber


def told(event_name):
    event = db.session.scalar(sa.select(Event).filter_by(name=event_name).order_by(Event.id.desc()).limit(1))
    return sorted(s.email for s in db.session.scalars(Subscriber.interested_in(event)))


def test_who_hears_of_an_incident(installed):
    api, web = make_component("API"), make_component("Web")
    make_subscriber("all@example.org")
    make_subscriber("api@example.org", components=[api])
    make_subscriber("web@example.org", components=[web])
    make_subscriber("unverified@example.org", verified=False)
    gone = make_subscriber("gone@example.org")
    gone.unsubscribe()
    refused = make_subscriber("refused@example.org")
    for _ in range(3):
        refused.failed()
    make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE})
    assert told("incident.reported") == ["all@example.org", "api@example.org"]


def test_an_incident_without_components_is_for_those_who_hear_everything(installed):
    make_subscriber("all@example.org")
    make_subscriber("api@example.org", components=[make_component()])
    make_incident()
    assert told("incident.reported") == ["all@example.org"]


@pytest.mark.parametrize(
    "bad", ["", "sue", "sue@", "sue@example.org\r\nBcc: x@example.org", "a b@example.org", "süe@example.org"]
)
def test_a_bad_address_is_refused_with_a_sentence(installed, bad):
    with pytest.raises(Invalid) as refusal:
        Subscriber.add(bad, actor=None)
    assert "email" in refusal.value.fields


@pytest.mark.parametrize("good", ["sue@corp.local", "sue@mail.test", "s.u+e@example.co.uk"])
def test_addresses_inside_a_company_are_addresses(installed, good):
    assert Subscriber.add(good, actor=None).email == good


def test_one_row_per_address_whatever_its_case(installed):
    make_subscriber("Sue@Example.org")
    with pytest.raises(Invalid):
        make_subscriber("sue@example.ORG")


def test_a_link_is_good_for_its_purpose_and_its_subscriber_only(installed):
    sue = make_subscriber()
    code = sue.code("manage")
    assert Subscriber.for_code("manage", code) is sue
    assert Subscriber.for_code("verify", code) is None
    assert Subscriber.for_code("manage", code[:-1]) is None
    sue.link_key = "another"
    assert Subscriber.for_code("manage", code) is None


def test_resubscribing_after_unsubscribing(installed):
    sue = make_subscriber()
    sue.unsubscribe()
    sue.verify()
    db.session.commit()
    assert db.session.scalars(Subscriber.reachable()).all() == [sue]
