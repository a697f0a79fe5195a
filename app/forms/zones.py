"""The time zones on offer, by continent."""

from functools import cache
from zoneinfo import available_timezones

from wtforms.fields.choices import SelectChoice

CONTINENTS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


@cache
def zone_choices() -> list[SelectChoice]:
    """Choices for a grouped select. Old names stay, since browsers still report some of them."""
    choices = [SelectChoice("UTC", "UTC")]
    for name in sorted(available_timezones()):
        continent, _slash, place = name.partition("/")
        if place and continent in CONTINENTS:
            words = place.replace("_", " ").replace("/", " / ")
            choices.append(SelectChoice(name, words, optgroup=continent))
    return choices
