"""Looks and scripts of visitors' pages."""

import gzip
import re

import pytest

from tests.queries import count_queries


def address(client, name: str) -> str:
    return re.search(rf'"(/assets/[0-9a-f]+/{name})"', client.get("/").text)[1]


def test_a_page_has_one_stylesheet_that_never_changes_under_its_address(client):
    page = client.get("/").text
    assert len(re.findall('<link rel="stylesheet"', page)) == 1
    answer = client.get(address(client, "public.css"))
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    assert ":root" in answer.text and ".strip" in answer.text
    again = client.get(address(client, "public.css"), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_it_travels_packed(client):
    plain = client.get(address(client, "public.css"))
    packed = client.get(address(client, "public.css"), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data and len(packed.data) < len(plain.data) / 3


@pytest.mark.parametrize("version", ["0", "abcdef012345"])
def test_a_page_of_before_an_upgrade_still_finds_its_looks(client, version):
    answer = client.get(f"/assets/{version}/public.css")
    assert answer.status_code == 200 and "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["base.css", "..%2fbase.css", "public", "public.js.map"])
def test_nothing_else_is_given_out(client, name):
    assert client.get(f"/assets/0/{name}").status_code == 404


def test_it_asks_nothing_of_the_database(client):
    path = address(client, "public.css").replace("/assets/", "/assets/0")
    with count_queries() as sent:
        assert client.get(path).status_code == 200
    assert sent == []
