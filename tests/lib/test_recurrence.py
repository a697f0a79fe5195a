import re
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from time import thread_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lib.recurrence import BadRule, Recurrence, normal

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 24, 21, tzinfo=UTC)  # a Tuesday, 22:00 in Berlin


def dates(rule, start=START, zone=BERLIN, count=5):
    found = Recurrence(normal(rule, zone), start, zone).after(start, included=True)
    return [f"{date.astimezone(zone):%Y-%m-%d %H:%M}" for date in islice(found, count)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", ["2026-11-24", "2026-11-25", "2026-11-26"]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=2", ["2026-11-24", "2026-12-04"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", ["2026-11-24", "2026-11-26", "2026-12-01"]),
        ("rrule:freq=weekly;interval=2;byday=mo;wkst=su;count=2", ["2026-12-07", "2026-12-21"]),
        ("FREQ=MONTHLY;BYDAY=-1SU;COUNT=2", ["2026-11-29", "2026-12-27"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", ["2026-12-31", "2027-01-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["2026-11-30", "2026-12-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2", ["2028-02-29", "2032-02-29"]),
        ("FREQ=DAILY;UNTIL=20261125", ["2026-11-24", "2026-11-25"]),
        ("FREQ=DAILY;UNTIL=20261125T220000", ["2026-11-24", "2026-11-25"]),
        ("FREQ=DAILY;UNTIL=20261125T210000Z", ["2026-11-24", "2026-11-25"]),
        ("FREQ=DAILY;UNTIL=20261125T205959Z", ["2026-11-24"]),
    ],
)
def test_dates(rule, expected):
    assert dates(rule) == [f"{day} 22:00" for day in expected]


def test_a_rule_is_kept_in_one_form_with_its_end_in_utc():
    assert normal(" rrule:freq=daily;until=20270601; ", BERLIN) == "FREQ=DAILY;UNTIL=20270601T215959Z"


@pytest.mark.parametrize(
    "rule",
    [
        *("", "every day", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=SECONDLY", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0"),
        *("FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=1000000000000", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;FREQ=DAILY"),
        *("FREQ=DAILY;BYHOUR=1,2", "FREQ=DAILY;BYEASTER=0", "FREQ=YEARLY;BYWEEKNO=3", "FREQ=DAILY;UNTIL=20269999"),
        *("FREQ=DAILY;UNTIL=00000000", "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=WEEKLY;BYDAY=2MO"),
        *("FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=54MO", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;BYMONTH=13"),
        *("FREQ=DAILY\nDTSTART:20200101", "FREQ=DAILY\nRRULE:FREQ=DAILY", "FREQ=DAILY;BYSETPOS=1", "FREQ=DAILY;X=1"),
        *("FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=DAILY;BYMONTHDAY=" + "1," * 200, "FREQ=DAILY;UNTIL=00010101T000000"),
        *("FREQ=DAILY;COUNT=1٣", "FREQ=MONTHLY;BYDAY=53MO", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=6MO"),
    ],
)
def test_anything_else_is_refused(rule):
    with pytest.raises(BadRule, match="unreadable"):
        normal(rule, BERLIN)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=9",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4,6",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;UNTIL=20200101",
    ],
)
def test_a_rule_that_never_fires_is_found_out_soon(rule):
    began = thread_time()
    with pytest.raises(BadRule, match="never"):
        Recurrence(normal(rule, BERLIN), START, BERLIN).check(timedelta(hours=2))
    assert thread_time() - began < 1


@pytest.mark.parametrize(
    ("rule", "hours", "fits"),
    [
        ("FREQ=DAILY", 23, True),
        ("FREQ=DAILY", 24, False),  # a day of spring has 23 hours
        ("FREQ=DAILY", 25, False),
        ("FREQ=WEEKLY;BYDAY=TU,TH", 47, True),
        ("FREQ=WEEKLY;BYDAY=TU,TH", 49, False),
        ("FREQ=MONTHLY;BYDAY=1MO,-1MO", 24 * 8, False),
    ],
)
def test_dates_that_overlap_are_refused(rule, hours, fits):
    recurrence = Recurrence(normal(rule, BERLIN), START, BERLIN)
    if fits:
        recurrence.check(timedelta(hours=hours))
        return
    with pytest.raises(BadRule, match="often"):
        recurrence.check(timedelta(hours=hours))


def test_the_gap_of_spring_makes_a_date_later_and_the_autumn_gives_its_first_hour():
    half_past_two = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
    assert dates("FREQ=DAILY", half_past_two, count=3) == ["2027-03-27 02:30", "2027-03-28 03:30", "2027-03-29 02:30"]
    autumn = Recurrence("FREQ=DAILY", datetime(2027, 10, 30, 0, 30, tzinfo=UTC), BERLIN)
    assert [date.hour for date in islice(autumn.after(autumn.start), 2)] == [0, 1]


ZONES = st.sampled_from([ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")])
RULES = st.one_of(
    st.integers(1, 40).map(lambda n: f"FREQ=DAILY;INTERVAL={n}"),
    st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True).map(
        lambda days: f"FREQ=WEEKLY;BYDAY={','.join(days)}"
    ),
    st.tuples(st.sampled_from([1, 2, 3, 4, -1]), st.sampled_from(["MO", "SU"])).map(
        lambda day: f"FREQ=MONTHLY;BYDAY={day[0]}{day[1]}"
    ),
    st.integers(1, 31).map(lambda day: f"FREQ=MONTHLY;BYMONTHDAY={day}"),
)


@given(
    zone=ZONES,
    rule=RULES,
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)),
    skipped=st.integers(0, 300),
    hours=st.integers(1, 22),
)
@settings(max_examples=120, deadline=None)
def test_dates_keep_their_wall_clock_time_across_daylight_saving(zone, rule, start, skipped, hours):
    start = start.replace(microsecond=0, tzinfo=zone).astimezone(UTC)
    wall = start.astimezone(zone).time()
    recurrence = Recurrence(rule, start, zone)
    recurrence.check(timedelta(hours=hours))
    found = list(islice(recurrence.after(start - timedelta(seconds=1)), 60))
    assert len(found) == 60
    assert all(later - earlier >= timedelta(hours=hours) for earlier, later in pairwise(found))
    for date in found:
        local = date.astimezone(zone)
        if local.time() != wall:
            asked = datetime.combine(local.date(), wall, tzinfo=zone)
            assert asked.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != asked.replace(tzinfo=None)  # a gap
            assert local.fold == 0 and timedelta() < local.replace(tzinfo=None) - asked.replace(tzinfo=None)
        assert date.astimezone(zone).fold == 0
    # Asking from the middle gives the same dates as asking from the beginning.
    middle = start + timedelta(days=skipped)
    expected = [date for date in found if date > middle]
    assert list(islice(recurrence.after(middle), len(expected))) == expected


@pytest.mark.parametrize("until", ["00010101", "00020101T000000Z"])
def test_a_last_day_of_the_first_years_is_long_over(until):
    zone = ZoneInfo("Europe/Berlin")
    rule = normal(f"FREQ=DAILY;UNTIL={until}", zone)
    assert re.fullmatch(r"FREQ=DAILY;UNTIL=\d{8}T\d{6}Z", rule)
    with pytest.raises(BadRule, match="never"):
        Recurrence(rule, datetime(2026, 8, 21, tzinfo=UTC), zone).check(timedelta(hours=1))


def test_dates_end_with_the_last_evening_that_has_an_instant():
    zone = ZoneInfo("America/New_York")
    start = datetime(9990, 12, 31, 23, tzinfo=zone).astimezone(UTC)
    assert len(list(Recurrence("FREQ=YEARLY", start, zone).after(start))) == 8
