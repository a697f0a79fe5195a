from app.models.enums import ComponentStatus
from tests.factories import make_component


# 29
def test_a_ping_is_answered(guest):
    answer = guest.get("/ping")
    assert (answer.status_code, answer.content_type, answer.json["data"]) == (200, "application/json", "Pong!")


# 30
def test_an_unknown_address_is_not_found_in_json(guest):
    answer = guest.get("/not-found")
    assert (answer.status_code, answer.content_type) == (404, "application/json")


# 31
def test_who_takes_only_html_gets_nothing(guest):
    assert guest.get("/ping", headers={"Accept": "text/html"}).status_code == 406


# 32
def test_without_components_all_is_well(guest):
    answer = guest.get("/status")
    assert (answer.status_code, "Cache-Control" in answer.headers) == (200, True)
    assert answer.json["data"] == {"status": "success", "message": "System operational"}


# 33
def test_with_a_component_that_is_partly_out_all_is_not(guest):
    make_component(status=ComponentStatus.PARTIAL_OUTAGE)
    answer = guest.get("/status")
    assert answer.status_code == 200
    assert answer.json["data"] == {"status": "info", "message": "The system is experiencing issues"}
