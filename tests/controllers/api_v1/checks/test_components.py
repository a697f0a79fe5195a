from tests.factories import make_component

NEEDED = {"name": "API", "status": 1}


# 11
def test_a_guest_reads_the_list(guest):
    ids = [make_component(name).id for name in ("One", "Two", "Three")]
    answer = guest.get("/components")
    assert (answer.status_code, [component["id"] for component in answer.json["data"]]) == (200, ids)


# 12
def test_those_with_a_tag_are_asked_for_by_its_slug(guest):
    make_component("One", tags=["Hello World"])
    make_component("Two", tags=["Foo", "Bar"])
    answer = guest.get("/components", query_string={"tags[]": "foo"})
    assert [component["name"] for component in answer.json["data"]] == ["Two"]
    assert guest.get("/components", json={"tags": ["foo"]}).json["data"] == answer.json["data"]


# 13
def test_one_that_is_not_there(guest, refused):
    refused(404, guest.get, "/components/1")


# 14
def test_a_guest_makes_none(guest, refused):
    refused(401, guest.post, "/components", json=NEEDED)


# 15
def test_none_is_made_of_nothing(writer, refused):
    refused(400, writer.post, "/components", json={})


# 16
def test_one_is_made_with_all_that_can_be_said(writer, telling):
    rest = {"description": "For programs", "link": "https://example.org", "order": 1, "group_id": 1, "enabled": True}
    answer, told = telling(writer.post, "/components", json={**NEEDED, **rest})
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "API")
    assert told == ["component.created"]


# 17
def test_a_name_and_a_status_are_enough(writer):
    answer = writer.post("/components", json=NEEDED)
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "API")


# 18
def test_tags_are_told_apart_at_the_comma(writer):
    answer = writer.post("/components", json={**NEEDED, "tags": "Foo,Bar"})
    assert (answer.status_code, answer.json["data"]["tags"]) == (200, {"foo": "Foo", "bar": "Bar"})


# 19
def test_it_is_enabled_unless_the_client_says_otherwise(writer):
    answer = writer.post("/components", json=NEEDED)
    assert (answer.status_code, answer.json["data"]["enabled"]) == (200, True)


# 20
def test_meta_is_kept_as_an_object(writer):
    meta = {"uuid": "172ff3fb-41f7-49d3-8bcd-f57b53627fa0"}
    made = writer.post("/components", json={**NEEDED, "meta": meta})
    assert (made.status_code, made.json["data"]["meta"]) == (200, meta)
    assert type(made.json["data"]["status"]) is int


# 21
def test_a_nought_disables_it(writer):
    answer = writer.post("/components", json={**NEEDED, "enabled": 0})
    assert answer.status_code == 200
    assert answer.json["data"]["enabled"] is False


# 22
def test_a_guest_reads_one(guest):
    make_component("API")
    answer = guest.get("/components/1")
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "API")


# 23
def test_a_name_is_all_that_a_change_needs(writer, telling):
    make_component("Old", enabled=False)
    answer, told = telling(writer.put, "/components/1", json={"name": "New"})
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "New")
    assert answer.json["data"]["enabled"] is False
    assert told == ["component.updated"]


# 24
def test_new_tags_replace_the_old_ones(writer):
    make_component(tags=["Foo", "Bar"])
    answer = writer.put("/components/1", json={"tags": "Hello"})
    assert (answer.status_code, answer.json["data"]["tags"]) == (200, {"hello": "Hello"})


# 25
def test_a_new_name_is_no_news_of_the_status(writer, telling):
    make_component("Old")
    answer, told = telling(writer.put, "/components/1", json={"name": "New", "description": "Newer"})
    assert (answer.status_code, told) == (200, ["component.updated"])


# 26
def test_a_new_status_is(writer, telling):
    make_component()
    answer, told = telling(writer.put, "/components/1", json={"name": "New", "status": 2})
    assert (answer.status_code, answer.json["data"]["status"]) == (200, 2)
    assert type(answer.json["data"]["status"]) is int
    assert told == ["component.updated", "component.status_changed"]


# 27
def test_new_meta_replaces_the_old(writer):
    make_component(enabled=False, meta={"uuid": "x", "old": 1})
    answer = writer.put("/components/1", json={"meta": {"uuid": "y"}})
    assert (answer.status_code, answer.json["data"]["meta"]) == (200, {"uuid": "y"})
    assert answer.json["data"]["enabled"] is False


# 28
def test_one_is_removed(writer, removed):
    make_component()
    removed(writer, "/components/1", "component.deleted")
