"""Calendars (RFC 5545) of planned work, as guests may see it.

A series is one event with its rule. A date of it that was moved, has begun or was told otherwise is an override with
RECURRENCE-ID; one that was cancelled, or that guests do not see, is an EXDATE, which every client understands.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vRecur

from app.lib.text import plain
from app.links import page_host, page_url
from app.models.enums import MaintenanceState
from app.models.maintenance import Maintenance

FRESH = timedelta(hours=1)  # how often a client should look again


def calendar(name: str, shown: Sequence[Maintenance], taken: dict[int, list[datetime]]) -> bytes:
    """A whole calendar called `name`. `taken` are the dates of each series, by its id, that do not follow its rule."""
    result = Calendar()
    result.add("prodid", "-//Daymark//Planned maintenance//EN")
    result.add("version", "2.0")
    result.add("calscale", "GREGORIAN")
    result.add("method", "PUBLISH")
    result.add("name", name)
    result.add("x-wr-calname", name)
    result.add("refresh-interval", FRESH, parameters={"value": "DURATION"})
    result.add("x-published-ttl", vDuration(FRESH))
    series = {row.id: row for row in shown if row.is_series}
    for row in shown:
        parent = series.get(row.series_id) if row.series_id else None
        if parent is not None and row.state is MaintenanceState.CANCELLED:
            continue  # its EXDATE says so
        result.add_component(_event(row, parent, taken.get(row.id, [])))
    if series:
        result.add_missing_timezones()
    return result.to_ical()


def _event(row: Maintenance, parent: Maintenance | None, taken: list[datetime]) -> Event:
    event = Event()
    event.add("uid", f"{(parent or row).uid}@{page_host()}")
    event.add("dtstamp", row.updated_at.replace(microsecond=0))
    event.add("created", row.created_at.replace(microsecond=0))
    event.add("last-modified", row.updated_at.replace(microsecond=0))
    # A date must not look older than its series, to which clients compare it.
    event.add("sequence", row.sequence + (parent.sequence if parent is not None else 0))
    event.add("summary", row.name)
    event.add("status", "CANCELLED" if row.state is MaintenanceState.CANCELLED else "CONFIRMED")
    event.add("url", page_url("public.maintenance", maintenance_id=row.id))
    event.add("transp", "TRANSPARENT")
    said = description(row)
    if said:
        event.add("description", said)
    _add_times(event, row, parent, taken)
    return event


def _add_times(event: Event, row: Maintenance, parent: Maintenance | None, taken: list[datetime]) -> None:
    # What repeats keeps its wall-clock time when the clocks change, so it needs its zone; the rest is an instant.
    of_series = row if row.is_series else parent
    zone = ZoneInfo(of_series.zone) if of_series is not None and of_series.zone != "UTC" else UTC
    start, end = row.began_at or row.starts_at, row.finished_at or row.ends_at
    event.add("dtstart", _second(start, zone))
    event.add("dtend", _second(max(end, start), zone))
    if row.is_series:
        event.add("rrule", vRecur.from_ical(row.rule))
        if taken:
            event.add("exdate", [_second(at, zone) for at in sorted(taken)])
    elif parent is not None and row.series_at is not None:
        event.add("recurrence-id", _second(row.series_at, zone))


def _second(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(microsecond=0)


def description(row: Maintenance) -> str:
    """What a calendar shows below the name: the message and the last word, without markup."""
    parts = [plain(row.message)] if row.message else []
    parts += [plain(row.updates[0].message)] if row.updates else []
    return "\n\n".join(parts)
