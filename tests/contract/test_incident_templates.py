from app.extensions import db
from app.models import IncidentTemplate
from tests.contract.golden import CHANGED, MADE, read

GOLDEN = {
    "id": 1,
    "name": "API is down",
    "slug": "api-is-down",
    "template": "{{ name }} is *down*.",
    "created_at": MADE,
    "updated_at": CHANGED,
    "deleted_at": None,
}


def test_a_template(both):
    IncidentTemplate.create(name="API is down", body="{{ name }} is *down*.", actor=None)
    db.session.commit()
    read(both, "/incidents/templates/1", GOLDEN)
