from tests.factories import make_component, make_subscriber

SUE = "sue@example.org"


# 77
def test_a_token_reads_the_list(writer):
    make_subscriber(SUE)
    answer = writer.get("/subscribers")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert [subscriber["email"] for subscriber in answer.json["data"]] == [SUE]


# 78
def test_a_guest_does_not(guest, refused):
    refused(401, guest.get, "/subscribers")
    assert guest.get("/subscribers").content_type == "application/json"


# 79
def test_an_address_is_subscribed(writer, telling):
    answer, told = telling(writer.post, "/subscribers", json={"email": SUE})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert (answer.json["data"]["email"], told) == (SUE, ["subscriber.subscribed"])


# 80
def test_an_address_that_is_verified_is_subscribed(writer, telling):
    answer, told = telling(writer.post, "/subscribers", json={"email": SUE, "verify": True})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert (answer.json["data"]["email"], told) == (SUE, ["subscriber.subscribed"])


# 81
def test_an_address_is_subscribed_to_two_of_three(writer):
    for name in ("One", "Two", "Three"):
        make_component(name)
    answer = writer.post("/subscribers", json={"email": SUE, "verify": True, "components": [1, 3]})
    chosen = [subscription["component_id"] for subscription in answer.json["data"]["subscriptions"]]
    assert (answer.status_code, chosen) == (200, [1, 3])
    assert {type(id) for id in chosen} == {int}


# 82
def test_one_is_removed(writer, removed):
    id = make_subscriber(SUE).id
    removed(writer, f"/subscribers/{id}", "subscriber.deleted")


# 83
def test_one_of_what_it_chose_is_removed(writer, removed):
    id = make_subscriber(SUE, components=[make_component()]).subscriptions[0].id
    removed(writer, f"/subscriptions/{id}", "subscriber.changed")
    assert writer.get("/subscribers").json["data"][0]["subscriptions"] == []
