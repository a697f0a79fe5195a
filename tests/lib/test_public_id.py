import re

from app.lib.public_id import public_id


def test_it_is_the_same_each_time_for_the_same_thing():
    # Readers keep these: another way to make them would give everything a new name.
    assert public_id("component", 1) == "3575dcpe5k2x"
    assert public_id("incident", 1) == "gu5vk27027j2"


def test_unlike_things_have_unlike_ones():
    found = {public_id(kind, key) for kind in ("component", "incident") for key in range(20_000)}
    assert len(found) == 40_000
    assert all(re.fullmatch(r"[0-9a-z]{12}", one) for one in found)
