"""What days of a strip lead to, as guests may know it."""

from datetime import timedelta

from app.extensions import db
from app.lib import clock
from app.models.day_notes import load_notes
from app.models.setting import Setting
from app.models.uptime import Span
from tests.factories import make_component, make_maintenance


def test_work_under_way_that_is_to_be_shown_later_is_named_to_nobody(app):
    api = make_component("API")
    work = make_maintenance("Secret", components=[api])
    work.begin(actor=None)
    db.session.commit()
    today = clock.today(Setting.zone())
    span = Span.of(1)
    assert [note.name for note in load_notes(None, [api.id], span)[api.id][today]] == ["Secret"]
    work.edit(actor=None, publish_at=clock.now() + timedelta(hours=1))
    db.session.commit()
    assert not load_notes(None, [api.id], span)[api.id]
