"""Whatever is done, corrected and taken back, and whenever: what is stored is what the reasons say."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.errors import Problem
from app.extensions import db
from app.lib import clock
from app.models import Baseline, Component, Impact, Incident, Maintenance, Setting, StatusChange, Window
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.recalled import Stretch
from app.models.uptime import Strip

BEGIN = datetime(2026, 10, 23, 20, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
IMPACTS = ComponentStatus.impacts()
OPEN_STATUSES = (IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED, IncidentStatus.WATCHING)


class World:
    """Two components, the time, and a member who does one thing after another, most of them odd."""

    def __init__(self, seed: int, monkeypatch) -> None:
        self.dice, self.now = random.Random(seed), BEGIN
        monkeypatch.setattr(clock, "now", lambda: self.now)
        Setting.set(timezone="Europe/Berlin")
        self.components = [Component.create(name=name, actor=None) for name in ("API", "Web")]
        self.log: list[str] = []

    def step(self) -> None:
        self.now += timedelta(
            minutes=self.dice.choice([0, 1, 10, 45, 300, 1500]), microseconds=self.dice.choice([0, 7])
        )
        act = self.dice.choice([getattr(self, name) for name in dir(self) if name.startswith("do_")])
        self.log.append(f"{self.now:%d. %H:%M} {act.__name__}")
        try:
            with db.session.begin_nested():
                act()
        except Problem as problem:
            self.log.append(f"refused: {problem}")
        db.session.flush()

    def past(self) -> datetime:
        return self.now - timedelta(minutes=self.dice.choice([0, 5, 90, 600, 2000]))

    def some(self) -> dict:
        chosen = self.dice.sample(self.components, self.dice.randint(0, 2))
        return {component: self.dice.choice(IMPACTS) for component in chosen}

    def incident(self, *where) -> Incident:
        found = db.session.scalars(sa.select(Incident).where(*where).order_by(Incident.id)).all()
        if not found:
            raise Problem("none")
        return self.dice.choice(found)

    def work(self, *where) -> Maintenance:
        found = db.session.scalars(sa.select(Maintenance).where(*where).order_by(Maintenance.id)).all()
        if not found:
            raise Problem("none")
        return self.dice.choice(found)

    def do_open(self) -> None:
        status = self.dice.choice([*OPEN_STATUSES, IncidentStatus.FIXED])
        at = self.dice.choice([None, self.past(), self.past(), self.now + timedelta(hours=1)])
        Incident.open(name="E", message="…", status=status, impacts=self.some(), occurred_at=at, actor=None)

    def do_recall(self) -> None:
        began = self.past()
        ended = min(began + timedelta(minutes=self.dice.choice([0, 30, 700])), self.now)
        parts = [Stretch(component, status, began, ended) for component, status in self.some().items()]
        fields = {"occurred_at": began, "fixed_at": ended, "status": IncidentStatus.FIXED, "impacts": parts}
        Incident.recall(name="E", message="…", actor=None, **fields)

    def do_update(self) -> None:
        self.incident().post_update(
            status=self.dice.choice(OPEN_STATUSES), message="…", impacts=self.some(), actor=None
        )

    def do_fix(self) -> None:
        self.incident().fix(actor=None)

    def do_edit(self) -> None:
        self.incident().edit(impacts=self.some(), status=self.dice.choice([None, *IncidentStatus]), actor=None)

    def do_move_start(self) -> None:
        self.incident().edit(occurred_at=self.past(), impacts=self.dice.choice([None, self.some()]), actor=None)

    def do_drop(self) -> None:
        self.incident().drop_component(self.dice.choice(self.components), actor=None)

    def do_delete(self) -> None:
        self.incident().delete(actor=None)

    def do_hide(self) -> None:
        self.incident().edit(visibility=self.dice.choice(list(Visibility)), actor=None)

    def do_delete_update(self) -> None:
        updates = self.incident().updates
        if updates:
            self.dice.choice(updates).delete(actor=None)

    def do_edit_update(self) -> None:
        updates = self.incident().updates
        if updates:
            self.dice.choice(updates).edit(status=self.dice.choice(list(IncidentStatus)), actor=None)

    def do_say(self) -> None:
        self.dice.choice(self.components).say_status(self.dice.choice(list(ComponentStatus)), actor=None)

    def do_disable(self) -> None:
        self.dice.choice(self.components).edit(enabled=self.dice.choice([True, False]), actor=None)

    def do_plan(self) -> None:
        start = self.dice.choice([self.past(), self.now, self.now + timedelta(minutes=20)])
        Maintenance.plan(
            name="W",
            message="…",
            starts_at=start,
            ends_at=start + timedelta(minutes=self.dice.choice([15, 240])),
            components=list(self.some()),
            auto_begin=self.dice.choice([True, False]),
            auto_finish=self.dice.choice([True, False]),
            actor=None,
        )

    def do_tick(self) -> None:
        Maintenance.tick(self.now)

    def do_begin(self) -> None:
        self.work().begin(actor=None)

    def do_finish(self) -> None:
        self.work().finish(actor=None)

    def do_cancel(self) -> None:
        self.work().cancel(actor=None)

    def do_choose(self) -> None:
        self.work().edit(components=list(self.some()), actor=None)

    def do_remove_work(self) -> None:
        self.work().delete(actor=None)

    def do_postpone(self) -> None:
        self.work().move(self.past(), self.now + timedelta(minutes=15), actor=None)

    def held(self, component: Component) -> list[tuple[ComponentStatus, datetime, datetime | None]]:
        """Every reason that there ever was, read plainly."""
        of_it = {"component_id": component.id}
        rows = [
            *db.session.scalars(sa.select(Baseline).filter_by(**of_it)),
            *db.session.scalars(sa.select(Impact).filter_by(**of_it)),
            *db.session.scalars(sa.select(Window).filter_by(**of_it)),
        ]
        return [(getattr(r, "status", ComponentStatus.UNDER_MAINTENANCE), r.began_at, r.ended_at) for r in rows]

    def check(self) -> None:
        db.session.expire_all()
        for component in self.components:
            held = self.held(component)
            times = sorted({t for _s, began, ended in held for t in (began, ended) if t is not None and t <= self.now})
            expected, days, before = [], {}, ComponentStatus.OPERATIONAL
            for at, until in pairwise([*times, self.now]):
                worst = ComponentStatus.worst([s for s, a, b in held if a <= at and (b is None or at < b)])
                if worst is not before:
                    expected.append((at, before, worst))
                before = worst
                while worst is not ComponentStatus.OPERATIONAL and at < until:
                    day = at.astimezone(ZONE).date()
                    cut = min(until, clock.start_of_day(day + timedelta(days=1), ZONE))
                    of_day = days.setdefault(day, {})
                    of_day[worst] = of_day.get(worst, 0) + (cut - at).total_seconds()
                    at = cut
            changes = sa.select(StatusChange).filter_by(component_id=component.id)
            found = [
                (c.at, c.old, c.new) for c in db.session.scalars(changes.order_by(StatusChange.at, StatusChange.id))
            ]
            assert found == expected
            assert component.status is before
            strip = Strip.load([component], 90, last=self.now.astimezone(ZONE).date())[component.id]
            rounded = {d: {s: round(n, 3) for s, n in of.items()} for d, of in strip.troubled.items()}
            assert rounded == {d: {s: round(n, 3) for s, n in of.items()} for d, of in days.items()}
            assert component.baseline is next(b.status for b in self.baselines(component) if b.ended_at is None)
        for incident in db.session.scalars(sa.select(Incident)):
            open_ones = [impact.component_id for impact in incident.impacts if impact.is_open]
            assert len(open_ones) == len(set(open_ones))
            assert incident.is_open or not open_ones
            assert incident.is_open is (incident.status is not IncidentStatus.FIXED)

    def baselines(self, component: Component) -> list[Baseline]:
        return list(db.session.scalars(sa.select(Baseline).filter_by(component_id=component.id)))


@pytest.mark.parametrize("seed", range(5))
def test_what_is_stored_is_what_the_reasons_say(installed, monkeypatch, seed):
    world = World(seed, monkeypatch)
    for _step in range(30):
        world.step()
        try:
            world.check()
        except AssertionError:
            print("\n".join(world.log))
            raise
    db.session.rollback()
