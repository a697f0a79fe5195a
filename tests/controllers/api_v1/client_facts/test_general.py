"""Ping, version and status."""


def test_a_ping_is_answered_to_the_letter(guest):
    answer = guest.get("/ping", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json) == (200, {"data": "Pong!"})


def test_the_version_is_a_text_that_begins_with_2_4_and_is_not_just_that(guest):
    version = guest.get("/version").json["data"]
    assert version.startswith("2.4.")
    assert all(part.isdecimal() for part in version.split("."))


def test_the_newest_version_is_spelt_as_in_cachet(guest):
    meta = guest.get("/version").json["meta"]
    assert type(meta["on_latest"]) is bool
    assert set(meta["latest"]) == {"tag_name", "prelease", "draft"}


def test_the_status_is_a_word_and_a_sentence(guest):
    shown = guest.get("/status").json["data"]
    assert (set(shown), {type(value) for value in shown.values()}) == ({"status", "message"}, {str})
