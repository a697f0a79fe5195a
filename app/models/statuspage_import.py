"""Taking over what another status page tells: a procedure that belongs to no table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models import statuspage_words as words
from app.models.component import Component, ComponentGroup
from app.models.enums import IncidentStatus
from app.models.import_report import ImportReport
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.origin import EXAMPLE, Origin
from app.models.recalled import Told
from app.models.recalled_work import recall_work, retell_work
from app.models.statuspage_stretches import stretches
from app.models.statuspage_words import OtherComponent, OtherIncident, OtherPage

BATCH = 50


class Senseless(Exception):
    """A thing that cannot have been so; the message says why."""


class StatuspageImport:
    """Brings this page up to date with what was read of another, quietly. Rows that it did not make stay as they are.

    What was deleted here stays deleted; what has not changed there since the last time is not touched here.
    """

    def __init__(self, page: OtherPage) -> None:
        self.page = page
        self.report = ImportReport(page.name)
        open_ones = [one for one in page.incidents if words.INCIDENT.get(one.status) is not IncidentStatus.FIXED]
        self._explained = {code for one in open_ones for code in one.touches}
        under_way = [one for one in page.maintenances if one.status in words.UNDER_WAY]
        self._covered = {code for one in under_way for code in one.component_ids}
        self._components: dict[str, Component] = {}
        self._named: dict[str, str] = {}
        self._stretches: dict[Component, list[tuple[datetime, datetime | None]]] = {}

    @property
    def steps(self) -> int:
        """How many things there are to look at."""
        return len(self.page.components) + len(self.page.incidents) + len(self.page.maintenances)

    def run(self) -> Iterator[int]:
        """Take everything, oldest first, and stop after each batch so that the caller can commit; yields its size."""
        for kind, place in self.page.twice:
            self.report.skip(kind, "an id that another thing has", place, refused=True)
        self._take_components()
        yield len(self.page.components)
        for kind, rows, take in (
            ("incident", self.page.incidents, self._take_incident),
            ("maintenance", self.page.maintenances, self._take_maintenance),
        ):
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                known = Origin.find(self.page.key, kind, [one.id for one in batch])
                for one in batch:
                    take(one, known.get(one.id))
                self._settle()
                yield len(batch)

    def _take_components(self) -> None:
        groups: dict[str, ComponentGroup] = {}
        for kind, model, found in (("group", ComponentGroup, groups), ("component", Component, self._components)):
            chosen = [self._as_said(one) for one in self.page.components if one.is_group is (kind == "group")]
            known = Origin.find(self.page.key, kind, [one.id for one in chosen])
            for one in chosen:
                row = self._take_row(one, kind, model, known.get(one.id), groups)
                if row is not None:
                    found[one.id] = row
        names = {one.id: one.name for one in self.page.components}
        for one in self.page.components:
            if one.id in self._components:
                self._named.setdefault(one.name, one.id)
                if one.group_id in names:
                    self._named[f"{names[one.group_id]} - {one.name}"] = one.id

    def _take_row(
        self, one: OtherComponent, kind: str, model: Any, origin: Origin | None, groups: dict[str, ComponentGroup]
    ) -> Any:
        """The group or component here that this one is; None when it was deleted here."""
        counted = f"{kind}s"
        if origin is not None:
            row = origin.subject(model)
            if row is None:
                self.report.skip(counted, f"{kind} deleted here", one.place)
                return None
            if origin.digest in ("", one.digest):
                self.report.unchanged[counted] += 1
                return row
            row.edit(actor=None, **self._written(one, groups))
            self._say_status(one, row)
            origin.digest = one.digest
            self.report.changed[counted] += 1
            return row
        row = self._namesake(model, one.name, groups.get(one.group_id or ""))
        if row is not None:
            Origin.note(self.page.key, kind, one.id, row)
            self.report.unchanged[counted] += 1
            return row
        row = model.create(actor=None, **self._written(one, groups))
        self._say_status(one, row)
        Origin.note(self.page.key, kind, one.id, row, one.digest)
        self.report.added[counted] += 1
        return row

    def _namesake(self, model: Any, name: str, group: ComponentGroup | None) -> Any:
        """What is here by that name, not from there and no example; of several rather the one in the same group."""
        sources = Origin.source.in_([self.page.key, EXAMPLE])
        made = sa.select(Origin.subject_id).where(sources, Origin.subject_type == model.__name__)
        select = sa.select(model).where(model.name == name, model.id.not_in(made)).order_by(model.id)
        rows = list(db.session.scalars(select))
        if model is Component and group is not None:
            rows.sort(key=lambda row: row.group_id != group.id)
        return rows[0] if rows else None

    def _as_said(self, one: OtherComponent) -> OtherComponent:
        """With the status that it has by itself: what open incidents and running work do to it comes with them."""
        if one.is_group or one.id in self._explained or (one.status == words.COVERED and one.id in self._covered):
            return replace(one, status="operational")
        if one.status not in words.COMPONENT:
            self.report.note(f"unknown status “{one.status}”, taken as operational", one.place)
            return replace(one, status="operational")
        return one

    @staticmethod
    def _say_status(one: OtherComponent, row: Any) -> None:
        if one.is_group or any(impact.is_open for impact in row.impacts):
            return
        status = words.BY_ITSELF[one.status]
        if row.baseline is not status:
            row.say_status(status, actor=None)

    @staticmethod
    def _written(one: OtherComponent, groups: dict[str, ComponentGroup]) -> dict[str, Any]:
        if one.is_group:
            return {"name": one.name}
        return {"name": one.name, "description": one.description, "group": groups.get(one.group_id or "")}

    def _find(self, code: str, name: str) -> Component | None:
        return self._components.get(code) or self._components.get(self._named.get(name, ""))

    def _take_incident(self, one: OtherIncident, origin: Origin | None) -> None:
        row = self._current("incidents", Incident, one, origin)
        if row is None and origin is not None:
            return
        try:
            story = self._incident_story(one)
        except Senseless as reason:
            self.report.skip("incidents", str(reason), one.place, refused=True)
            return
        if row is not None and origin is not None:
            row.retell(actor=None, **story)
            origin.digest = one.digest
            self.report.changed["incidents"] += 1
            return
        row = Incident.recall(actor=None, settle=False, **story)
        self._remember(row.impacts)
        Origin.note(self.page.key, "incident", one.id, row, one.digest)
        self.report.added["incidents"] += 1

    def _take_maintenance(self, one: OtherIncident, origin: Origin | None) -> None:
        row = self._current("maintenances", Maintenance, one, origin)
        if row is None and origin is not None:
            return
        try:
            story = self._work_story(one)
        except Senseless as reason:
            self.report.skip("maintenances", str(reason), one.place, refused=True)
            return
        if row is not None and origin is not None:
            retell_work(row, actor=None, **story)
            origin.digest = one.digest
            self.report.changed["maintenances"] += 1
            return
        row = recall_work(actor=None, **story)
        Origin.note(self.page.key, "maintenance", one.id, row, one.digest)
        self.report.added["maintenances"] += 1

    def _current(self, kind: str, model: Any, one: OtherIncident, origin: Origin | None) -> Any:
        """The row to bring up to date; None when there is none, or nothing to do to it."""
        if origin is None:
            return None
        row = origin.subject(model)
        if row is None:
            self.report.skip(kind, f"{kind.removesuffix('s')} deleted here", one.place)
            return None
        if origin.digest == one.digest:
            self.report.unchanged[kind] += 1
            return None
        return row

    def _incident_story(self, one: OtherIncident) -> dict[str, Any]:
        if one.status not in words.INCIDENT:
            raise Senseless(f"unknown status “{one.status}”")
        skip = partial(self._skip_part, one)
        told = []
        for update in one.updates:
            if update.status in words.INCIDENT:
                told.append(Told(update.at, words.INCIDENT[update.status], update.body))
            else:
                skip(f"an update with the unknown status “{update.status}”")
        status = words.INCIDENT[one.status]
        fixed_at = None
        if status is IncidentStatus.FIXED:
            fixed_at = one.resolved_at or one.first_said("resolved", "postmortem") or one.updated_at
            self._check(one.started_at, fixed_at)
        if max([one.started_at, *(update.at for update in one.updates)]) > clock.now():
            raise Senseless("began, or was spoken of, in the future")
        return {
            "name": one.name,
            "message": told[0].message if told else "",
            "opened_as": told[0].status if told else status,
            "status": status,
            "occurred_at": one.started_at,
            "fixed_at": fixed_at,
            "updates": told[1:],
            "impacts": stretches(one, fixed_at, self._find, skip),
        }

    def _work_story(self, one: OtherIncident) -> dict[str, Any]:
        if one.status not in words.MAINTENANCE:
            raise Senseless(f"unknown status “{one.status}”")
        starts, ends = one.planned or (one.started_at, one.resolved_at or one.started_at)
        if ends < starts:
            raise Senseless("ends before it begins")
        began, finished = None, None
        if one.status != words.PLANNED:
            began = one.first_said(*words.UNDER_WAY) or starts
        if one.status == words.COMPLETED:
            finished = one.first_said(words.COMPLETED) or one.resolved_at or ends
            began = min(began or finished, finished)
        if max(began or starts, finished or starts) > clock.now() and began is not None:
            raise Senseless("is over, or under way, in the future")
        found = {code: self._find(code, "") for code in one.component_ids}
        for _missing in [code for code, component in found.items() if component is None]:
            self._skip_part(one, "a component that is not here")
        return {
            "name": one.name,
            "message": one.updates[0].body if one.updates else "",
            "starts_at": starts,
            "ends_at": ends,
            "began_at": began,
            "finished_at": finished,
            "announced_at": one.updates[0].at if one.updates else clock.now(),
            "updates": [(update.at, update.body) for update in one.updates[1:]],
            "components": [component for component in found.values() if component is not None],
        }

    @staticmethod
    def _check(started: datetime, ended: datetime) -> None:
        if ended < started:
            raise Senseless("was resolved before it started")
        if ended > clock.now():
            raise Senseless("was resolved in the future")

    def _skip_part(self, one: OtherIncident, reason: str) -> None:
        self.report.note(reason, one.place)

    def _remember(self, impacts: Sequence[Any]) -> None:
        for impact in impacts:
            self._stretches.setdefault(impact.component, []).append((impact.began_at, impact.ended_at))

    def _settle(self) -> None:
        """Each component once for the whole batch, which costs a few questions whatever it brought."""
        for component, parts in self._stretches.items():
            ends = [ended for _began, ended in parts if ended is not None]
            until = max(ends) if len(ends) == len(parts) else None
            component.settle(since=min(began for began, _ended in parts), until=until)
        self._stretches.clear()
