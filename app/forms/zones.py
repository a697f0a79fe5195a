"""The time zones on offer, by continent."""

from functools import cache
from zoneinfo import available_timezones

CONTINENTS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


@cache
def zone_choices() -> dict[str, list[tuple[str, str]]]:
    """Choices for a grouped select. Old names stay, since browsers still report some of them."""
    groups = {"UTC": [("UTC", "UTC")], **{continent: [] for continent in CONTINENTS}}
    for name in sorted(available_timezones()):
        continent, _slash, place = name.partition("/")
        if place and continent in CONTINENTS:
            groups[continent].append((name, place.replace("_", " ").replace("/", " / ")))
    return groups
