"""What is no resource: ping, version, status, the pages of a list."""

import pytest

from app.models.enums import ComponentStatus
from tests.contract.golden import letters
from tests.factories import make_component

VERSION = {
    "meta": {"on_latest": True, "latest": {"tag_name": "v2.4.1", "prelease": False, "draft": False}},
    "data": "2.4.1",
}
WELL = ("success", "System operational", "All systems are operational")
ILL = ("info", "The system is experiencing issues", "Some systems are experiencing issues")
DOWN = ("danger", "The system is experiencing major issues", "Some systems are experiencing major issues")
LISTS = ["components", "components/groups", "incidents", "incidents/templates", "metrics", "schedules", "subscribers"]


def pagination(total, count, page, pages, following=None, before=None, per_page=20):
    return {
        "pagination": {
            "total": total,
            "count": count,
            "per_page": per_page,
            "current_page": page,
            "total_pages": pages,
            "links": {"next_page": following, "previous_page": before},
        }
    }


def page(number: int) -> str:
    return f"http://localhost/api/v1/components?per_page=2&sort=id&page={number}"


def test_ping(both):
    for client in both:
        assert letters(client.get("/ping").json) == letters({"data": "Pong!"})


def test_version(both):
    for client in both:
        assert letters(client.get("/version").json) == letters(VERSION)


@pytest.mark.parametrize(
    ("statuses", "word", "said"),
    [
        ([], WELL[0], WELL[1]),
        ([1], WELL[0], WELL[1]),
        ([1, 1], WELL[0], WELL[2]),
        ([3], ILL[0], ILL[1]),
        ([3, 1], ILL[0], ILL[2]),
        ([4], DOWN[0], DOWN[1]),
        ([4, 4], DOWN[0], DOWN[2]),
    ],
)
def test_status(both, statuses, word, said):
    for status in statuses:
        make_component(status=ComponentStatus(status))
    for client in both:
        assert letters(client.get("/status").json) == letters({"data": {"status": word, "message": said}})


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_has_one_page(writer, path):
    answer = writer.get(f"/{path}")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert letters(answer.json) == letters({"meta": pagination(0, 0, 1, 1), "data": []})


@pytest.mark.parametrize("path", ["incidents/1/updates", "metrics/1/points"])
def test_an_empty_list_within_a_thing_has_one_page(both, writer, path):
    writer.post("/incidents", json={"name": "Slow", "message": "m", "status": 1})
    writer.post("/metrics", json={"name": "Coffee", "suffix": "Cups", "default_value": 0})
    for client in both:
        assert letters(client.get(f"/{path}").json) == letters({"meta": pagination(0, 0, 1, 1), "data": []})


@pytest.mark.parametrize(
    ("number", "count", "following", "before"),
    [(1, 2, page(2), None), (2, 2, page(3), page(1)), (3, 1, None, page(2)), (4, 0, None, page(3))],
    ids=["first", "middle", "last", "beyond the end"],
)
def test_the_pages_of_a_list(both, number, count, following, before):
    for name in "ABCDE":
        make_component(name)
    for client in both:
        answer = client.get(f"/components?per_page=2&sort=id&page={number}").json
        assert len(answer["data"]) == count
        assert letters(answer["meta"]) == letters(pagination(5, count, number, 3, following, before, per_page=2))
