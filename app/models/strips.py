"""The strips of the status page: ninety days of each component, drawn and told day by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.lib import strip
from app.models.component import Component
from app.models.component_day import Seconds
from app.models.day_notes import Note, load_notes
from app.models.enums import ComponentStatus
from app.models.mixins import Actor
from app.models.uptime import STRIP, Span, Strip, down, mean, percent

MOST_NOTES = 4  # of one day; the history has the rest
TROUBLE = ComponentStatus.PERFORMANCE_ISSUES.severity  # from here on a day counts as one with incidents


class ToldDay(NamedTuple):
    """One day on which a component was not operational throughout; `place` is where it stands in the strip. A
    tuple: a page has hundreds."""

    place: int
    date: date
    seconds: Seconds
    zone: ZoneInfo
    notes: Sequence[Note]

    @property
    def worst(self) -> ComponentStatus:
        return _worst(tuple(self.seconds))

    @property
    def by_severity(self) -> list[tuple[ComponentStatus, float]]:
        """The seconds in each status, the worst first."""
        return sorted(self.seconds.items(), key=lambda part: -part[0].severity)

    @property
    def uptime(self) -> float:
        """Of this day alone, in percent."""
        return percent(down(self.seconds), Span(self.date, self.date, self.zone))

    @property
    def shown_notes(self) -> Sequence[Note]:
        return self.notes[:MOST_NOTES]

    @property
    def more(self) -> int:
        """How many notes are not shown."""
        return max(len(self.notes) - MOST_NOTES, 0)


@dataclass(frozen=True)
class ShownStrip:
    """The strip of one component as the page draws it. Paths are in a box of `width` by `height`."""

    span: Span
    uptime: float
    days: Sequence[ToldDay]

    length = STRIP
    width, height = strip.width(STRIP), strip.TALL

    @property
    def ordinary(self) -> str:
        """The line of all days that were operational throughout, to be dashed by the style sheet."""
        return strip.ordinary(STRIP, self._kinds)

    @property
    def trouble(self) -> Mapping[str, str]:
        """A path for each colour token among the others."""
        return strip.trouble(self._kinds)

    @property
    def bad_days(self) -> int:
        """On how many days something was wrong; planned work and not knowing are not."""
        return sum(day.worst.severity >= TROUBLE for day in self.days)

    @cached_property
    def _kinds(self) -> dict[int, str]:
        return {day.place: day.worst.css for day in self.days}


@dataclass(frozen=True)
class Strips:
    """A strip for each component that shows one, by its id."""

    by_id: Mapping[int, ShownStrip]

    @classmethod
    def load(cls, viewer: Actor | None, components: Iterable[Component]) -> "Strips":
        """Two queries: the days, and what happened on them as far as `viewer` may know."""
        shown = [component for component in components if component.show_uptime]
        if not shown:
            return cls({})
        loaded = Strip.load(shown)
        span = next(iter(loaded.values())).span
        notes = load_notes(viewer, [component_id for component_id, found in loaded.items() if found.troubled], span)
        return cls(
            {
                component_id: ShownStrip(
                    span=span,
                    uptime=found.uptime,
                    days=[
                        ToldDay((day - span.first).days, day, seconds, span.zone, notes[component_id].get(day, ()))
                        for day, seconds in sorted(found.troubled.items())
                    ],
                )
                for component_id, found in loaded.items()
            }
        )

    def __bool__(self) -> bool:
        return bool(self.by_id)

    def get(self, component: Component) -> ShownStrip | None:
        """None for a component that hides it."""
        return self.by_id.get(component.id)

    def uptime(self, components: Iterable[Component]) -> float | None:
        """The mean of those that show a strip, in percent; None when none does."""
        return mean(self.by_id[component.id].uptime for component in components if component.id in self.by_id)

    @property
    def legend(self) -> list[tuple[ComponentStatus, str | None]]:
        """Each status and the bar it is drawn with, None for the ordinary one; unknown only when it occurs."""
        occurs = any(day.worst is ComponentStatus.UNKNOWN for found in self.by_id.values() for day in found.days)
        known = [status for status in ComponentStatus if status is not ComponentStatus.UNKNOWN or occurs]
        return [(status, strip.bar(status.css) if status.css in strip.PIECES else None) for status in known]


@lru_cache
def _worst(statuses: tuple[ComponentStatus, ...]) -> ComponentStatus:
    """There are few ways in which a day goes."""
    return ComponentStatus.worst(list(statuses))
