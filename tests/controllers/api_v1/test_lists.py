import pytest

from app.models.enums import Collapse, ComponentStatus, IncidentStatus, Visibility
from tests.factories import make_component, make_group, make_incident


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def pagination(answer) -> dict:
    return answer.json["meta"]["pagination"]


@pytest.fixture
def three(olive):
    return [make_component(name, position=9 - n) for n, name in enumerate(["A", "B", "C"])]


def test_without_a_word_the_oldest_comes_first(api, three):
    answer = api().get("/components")
    assert ids(answer) == [1, 2, 3]
    assert pagination(answer) == {
        "total": 3,
        "count": 3,
        "per_page": 20,
        "current_page": 1,
        "total_pages": 1,
        "links": {"next_page": None, "previous_page": None},
    }


def test_an_empty_list_has_one_page(api, olive):
    answer = api().get("/incidents")
    assert (pagination(answer)["total"], pagination(answer)["total_pages"], answer.json["data"]) == (0, 1, [])


def test_pages_name_their_neighbours_and_keep_the_query(api, three):
    answer = api().get("/components?per_page=1&page=2&sort=id&order=desc&enabled=1")
    assert ids(answer) == [2]
    links = pagination(answer)["links"]
    kept = "http://localhost/api/v1/components?per_page=1&sort=id&order=desc&enabled=1&page="
    assert links == {"next_page": f"{kept}3", "previous_page": f"{kept}1"}


def test_links_can_be_reached_by_the_name_that_the_client_used(api, three):
    answer = api().get("/components?per_page=1", base_url="https://status.example.org")
    assert pagination(answer)["links"]["next_page"].startswith("https://status.example.org/api/v1/components?")


def test_links_keep_what_came_in_the_body(api, three):
    links = pagination(api().get("/components", json={"per_page": 1, "enabled": True}))["links"]
    assert "per_page=1" in links["next_page"] and "enabled=True" in links["next_page"]
    following = api().get(links["next_page"].partition("/api/v1")[2])
    assert ids(following) == [2]


def test_a_page_past_the_end_is_empty(api, three):
    answer = api().get("/components?page=7")
    assert (answer.json["data"], pagination(answer)["count"], pagination(answer)["total"]) == ([], 0, 3)


@pytest.mark.parametrize(
    ("query", "per_page"),
    [
        ("per_page=10000", 10000),
        ("per_page=0", 15),
        ("per_page=", 15),
        ("per_page=-3", 15),
        ("per_page=many", 20),
        ("per_page=" + "9" * 30, 20),
        ("page=0", 20),
        ("page=-1", 20),
        ("page=last", 20),
        ("page[]=1&per_page[a]=2", 20),
    ],
)
def test_page_sizes(api, three, query, per_page):
    answer = api().get(f"/components?{query}")
    assert ids(answer) == [1, 2, 3]
    assert pagination(answer)["per_page"] == per_page


def test_the_largest_page_of_the_largest_size_is_empty(api, three):
    assert ids(api().get(f"/components?page={2**31 - 1}&per_page={2**31 - 1}")) == []


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("sort=order", [3, 2, 1]),
        ("sort=name&order=desc", [3, 2, 1]),
        ("sort=name&order=asc", [1, 2, 3]),
        ("sort=id&order=desc", [3, 2, 1]),
        ("order=desc", [1, 2, 3]),
        ("sort=&order=", [1, 2, 3]),
        ("sort=password&order=desc", [1, 2, 3]),
        ("sort[]=id", [1, 2, 3]),
        ("sort=status", [1, 2, 3]),
    ],
)
def test_sorting(api, three, query, order):
    assert ids(api().get(f"/components?{query}")) == order


def test_statuses_sort_by_the_numbers_that_clients_see(api, olive):
    for status in (ComponentStatus.MAJOR_OUTAGE, ComponentStatus.UNKNOWN, ComponentStatus.UNDER_MAINTENANCE):
        make_component(status=status)
    assert ids(api().get("/components?sort=status")) == [2, 3, 1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("id=2", [2]),
        ("name=API", [1, 3]),
        ("status=0", [3]),
        ("status=4", [1]),
        ("status=4&name=API", [1]),
        ("status=4&name=Web", []),
        ("status=up", []),
        ("status=-1", []),
        ("enabled=2", []),
        ("group_id=1", [2]),
        ("group_id=0", [1, 3, 4]),
        ("group_id=77", []),
        ("enabled=1", [1, 2, 3]),
        ("enabled=true", [1, 2, 3]),
        ("enabled=0", [4]),
        ("tags=hello-world", [2]),
        ("tags[]=hello-world&tags[]=db", [2, 4]),
        ("tags=Hello World", []),
        ("order=1", [1, 2, 3, 4]),
        ("name=", [1, 2, 3, 4]),
        ("unknown=1&page=1", [1, 2, 3, 4]),
    ],
)
def test_components_are_filtered(api, olive, query, expected):
    make_component("API", status=ComponentStatus.MAJOR_OUTAGE)
    make_component("Web", group=make_group(), tags=["Hello World"])
    make_component("API", status=ComponentStatus.UNKNOWN)
    make_component("Database", enabled=False, tags=["DB"])
    assert ids(api(olive).get(f"/components?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=Core", [1]),
        ("collapsed=1", [2]),
        ("collapsed=true", [2]),
        ("visible=0", [3]),
        ("visible=1", [1, 2]),
        ("visible=5", []),
        ("collapsed=77", []),
        ("collapsed=-1", []),
        ("sort=order&order=desc", [3, 2, 1]),
        ("sort=visible", [3, 1, 2]),
    ],
)
def test_groups_are_filtered_and_sorted(api, olive, query, expected):
    make_group("Core")
    make_group("Edge", collapse=Collapse.ALWAYS)
    make_group("Inner", visibility=Visibility.HIDDEN)
    assert ids(api(olive).get(f"/components/groups?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("component_id=1", [1]),
        ("component_id=0", [2, 3]),
        ("component_id=99", []),
        ("name=Slow", [2]),
        ("status=4", [3]),
        ("status=9", []),
        ("stickied=2", []),
        ("visible=0", [3]),
        ("stickied=1", [2]),
        ("stickied=true", [2]),
        ("user_id=1", []),
        ("sort=id&order=desc", [3, 2, 1]),
        ("sort=occurred_at", [1, 2, 3]),
    ],
)
def test_incidents_are_filtered_and_sorted(api, olive, query, expected):
    make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    make_incident("Slow", pinned=True)
    make_incident(status=IncidentStatus.FIXED, visibility=Visibility.HIDDEN)
    assert ids(api(olive).get(f"/incidents?{query}")) == expected


def test_a_guest_who_filters_sees_no_more(api, olive):
    make_incident(visibility=Visibility.MEMBERS)
    make_component(enabled=False)
    assert ids(api().get("/incidents?visible=0")) == []
    assert ids(api().get("/components?enabled=0")) == []


def test_an_incident_of_a_hidden_component_is_to_guests_one_of_none(api, olive):
    hidden, group = make_component(enabled=False), make_group(visibility=Visibility.MEMBERS)
    make_incident(impacts={hidden: ComponentStatus.MAJOR_OUTAGE})
    make_incident(impacts={make_component("Own", group=group): ComponentStatus.MAJOR_OUTAGE})
    make_incident(impacts={make_component("API"): ComponentStatus.MAJOR_OUTAGE})
    assert ids(api().get("/incidents?component_id=0")) == [1, 2]
    assert ids(api(olive).get("/incidents?component_id=0")) == []


@pytest.mark.parametrize("name", ["sort", "order", "page", "per_page", "name", "id", "status", "tags"])
def test_no_value_of_a_parameter_is_too_odd(api, three, name):
    for value in (
        "\ud800",
        "\0",
        "9" * 5000,
        2**70,
        -(2**70),
        -(10**10 - 1),
        1.5,
        1e300,
        True,
        [],
        [None],
        {"a": {"b": 1}},
        "%ff",
    ):
        answer = api().get("/components", json={name: value, "enabled": 1})
        assert answer.status_code == 200, (name, value)
