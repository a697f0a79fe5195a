"""How often planned work repeats: what people choose, and the RFC 5545 rule that it comes to."""

import re
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from app.forms.base import Form
from app.forms.fields import FIRST, LAST, DayField, WholeField
from app.i18n import _, _l
from app.lib.recurrence import BadRule, Recurrence, normal
from app.models.setting import Setting

WEEKDAYS = [
    ("MO", _l("Monday")),
    ("TU", _l("Tuesday")),
    ("WE", _l("Wednesday")),
    ("TH", _l("Thursday")),
    ("FR", _l("Friday")),
    ("SA", _l("Saturday")),
    ("SU", _l("Sunday")),
]
DAYS = [code for code, _label in WEEKDAYS]
REPEATS = [("never", _l("Never")), ("daily", _l("Daily")), ("weekly", _l("Weekly")), ("monthly", _l("Monthly"))]
OTHER = ("other", _l("By its own rule"))
MONTHLY = [
    ("day", _l("On the same day of the month")),
    ("weekday", _l("On the same weekday, such as the second Tuesday")),
    ("last", _l("On the last such weekday of the month")),
]
ENDS = [("never", _l("For ever")), ("until", _l("Until a date")), ("count", _l("After a number of times"))]
MOST = 999
TROUBLE = {
    "unreadable": _l("This rule cannot be read."),
    "never": _l("There is no such date in the next ten years."),
    "often": _l("A date would begin before the one before it is over. Repeat it less often, or make it shorter."),
}


def _choices(pairs: list[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]


class RecurrenceForm(Form):
    """The part of a form that says how often. Needs a field `starts_at`, whose day weekly and monthly rules take."""

    repeat = RadioField(_l("Repeat"), choices=_choices(REPEATS), default="never")
    every = WholeField(_l("Every"), 1, MOST, default=1)
    weekdays = SelectMultipleField(_l("On these days"), choices=_choices(WEEKDAYS), option_widget=CheckboxInput())
    monthly_by = SelectField(_l("Which day of the month"), choices=_choices(MONTHLY), default="day")
    ends = SelectField(_l("For how long"), choices=_choices(ENDS), default="never")
    until = DayField(_l("Last possible day"))
    count = WholeField(_l("How many times"), 1, MOST, default=10)
    kept_rule = ""

    def offer_rule(self, rule: str) -> None:
        """Take a present rule; one that these fields cannot say may be kept as it is. What is no rule is none."""
        try:
            self.kept_rule = normal(rule, Setting.zone()) if rule else ""
        except BadRule:
            self.kept_rule = ""
        if self.kept_rule and not rule_fields(self.kept_rule):
            self.repeat.choices = _choices([*REPEATS, OTHER])

    def validate_every(self, field: Any) -> None:
        if not self._repeats:
            field.errors = []  # what does not show cannot be wrong

    def validate_count(self, field: Any) -> None:
        if not self._repeats or self.ends.data != "count":
            field.errors = []

    def validate_until(self, field: Any) -> None:
        if not self._repeats or self.ends.data != "until":
            field.errors = []
            return
        if field.data is None:
            field.errors = []
            raise ValidationError(_("Enter a date, as in 2026-11-21."))
        start = self["starts_at"].data
        if start is not None and field.data < start.astimezone(Setting.zone()).date():
            raise ValidationError(_("This lies before the first date."))

    @property
    def _repeats(self) -> bool:
        return self.repeat.data in ("daily", "weekly", "monthly")

    def rule(self) -> str:
        """The rule in RFC 5545's words, empty for work that happens once. Call it on a valid form."""
        if self.repeat.data == "other":
            return self.kept_rule
        if not self._repeats:
            return ""
        zone = Setting.zone()
        first = self["starts_at"].data.astimezone(zone).date()
        parts = [f"FREQ={str(self.repeat.data).upper()}"]
        if self.every.data != 1:
            parts.append(f"INTERVAL={self.every.data}")
        parts += self._which_days(first)
        if self.ends.data == "until" and self.until.data:
            parts.append(f"UNTIL={_end_of(self.until.data, zone):%Y%m%dT%H%M%SZ}")
        elif self.ends.data == "count":
            parts.append(f"COUNT={self.count.data}")
        return ";".join(parts)

    def dates(self, count: int) -> list[tuple[datetime, datetime]] | None:
        """The first `count` dates of what was entered; None where it does not tell them, and a field says why."""
        if any(self[name].errors for name in ("starts_at", "ends_at", "every", "until", "count", "repeat")):
            return None
        start, end = self["starts_at"].data, self["ends_at"].data
        zone, length = Setting.zone(), end - start
        if not self.rule():
            return [(start, end)]
        try:
            recurrence = Recurrence(normal(self.rule(), zone), start, zone)
            recurrence.check(length)
        except BadRule as bad:
            self.repeat.errors = [*self.repeat.errors, TROUBLE[bad.why]]
            return None
        return [(date, date + length) for date in islice(recurrence.after(start, included=True), count)]

    def _which_days(self, first: date) -> list[str]:
        if self.repeat.data == "weekly":
            chosen = set(self.weekdays.data or []) or {DAYS[first.weekday()]}
            return ["BYDAY=" + ",".join(day for day in DAYS if day in chosen)]
        if self.repeat.data == "monthly":
            weekday = DAYS[first.weekday()]
            nth = {"day": f"BYMONTHDAY={first.day}", "weekday": f"BYDAY={(first.day - 1) // 7 + 1}{weekday}"}
            return [nth.get(self.monthly_by.data, f"BYDAY=-1{weekday}")]
        return []


def rule_fields(rule: str) -> dict[str, Any]:
    """What the fields show for `rule`; empty for one that they cannot say."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    known = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}
    repeat = parts.get("FREQ", "").lower()
    if set(parts) - known or repeat not in ("daily", "weekly", "monthly"):
        return {}
    values: dict[str, Any] = {"repeat": repeat, "every": int(parts.get("INTERVAL", "1"))}
    if not _take_days(values, repeat, parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")):
        return {}
    if "COUNT" in parts:
        values |= {"ends": "count", "count": int(parts["COUNT"])}
    elif "UNTIL" in parts:
        day = _day_of(parts["UNTIL"], Setting.zone())
        if day is None:
            return {}
        values |= {"ends": "until", "until": day}
    return values


def _take_days(values: dict[str, Any], repeat: str, by_day: str, by_month_day: str) -> bool:
    if repeat == "daily":
        return not by_day and not by_month_day
    if repeat == "weekly":
        values["weekdays"] = by_day.split(",") if by_day else []
        return not by_month_day and set(values["weekdays"]) <= set(DAYS)
    if by_day:
        values["monthly_by"] = "last" if by_day.startswith("-1") else "weekday"
        return not by_month_day and re.fullmatch(r"(-1|[1-5])(MO|TU|WE|TH|FR|SA|SU)", by_day) is not None
    values["monthly_by"] = "day"
    return re.fullmatch(r"\d{0,2}", by_month_day) is not None


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone).astimezone(UTC)


def _day_of(until: str, zone: ZoneInfo) -> date | None:
    """The day in `zone` of a rule's end, None where the field takes no such day."""
    moment = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return moment.astimezone(zone).date() if FIRST < moment.date() < LAST else None
