from app.extensions import db
from app.models.enums import ComponentStatus, IncidentStatus
from tests.factories import make_component, make_incident


def test_fixing_an_incident_puts_its_components_right_again(olive):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE, web: ComponentStatus.PARTIAL_OUTAGE})
    assert (api.status, web.status) == (ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE)

    incident.post_update(status=IncidentStatus.FIXED, message="Back to normal.", actor=olive)
    db.session.commit()

    assert (api.status, web.status) == (ComponentStatus.OPERATIONAL, ComponentStatus.OPERATIONAL)
    assert not incident.is_open
