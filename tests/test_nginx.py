"""nginx with our configuration: the page outlives the application."""

import gzip
import json
import re
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

import pytest

from app.i18n import LANGUAGES
from app.page_cache import GONE
from tests import front
from tests.needs import program
from tests.processes import ROOT, free_port, wait_until

SITE = (ROOT / "nginx/snippets/site.conf").read_text()


class Upstream(BaseHTTPRequestHandler):
    """Answers as Daymark's pages do, but `fresh` for a minute instead of five seconds, or for one second where a test
    waits for the end of it, and for one more while renewed."""

    protocol_version = "HTTP/1.1"
    count = 0
    status = 200
    fresh = 60
    seen: dict[str, str] = {}
    is_awake = threading.Event()

    def do_GET(self):
        Upstream.count += 1
        Upstream.is_awake.wait(30)
        Upstream.seen = dict(self.headers)
        body = f"answer {Upstream.count}".encode()
        self.send_response(Upstream.status)
        self.send_header("Vary", "Accept, Accept-Language, Cookie, Sec-Fetch-Mode, X-Cachet-Token, Authorization")
        private = re.search("session|remember", self.headers.get("Cookie", ""))
        public = f"public, max-age=0, s-maxage={Upstream.fresh}, stale-while-revalidate=1, stale-if-error=86400"
        public = {401: GONE, 503: GONE}.get(Upstream.status, public)
        self.send_header("Cache-Control", "private, no-store" if private else public)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class OnSocket(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


@pytest.fixture
def upstream(tmp_path):
    Upstream.count, Upstream.status, Upstream.fresh = 0, 200, 60
    Upstream.is_awake.set()
    server = OnSocket(str(tmp_path / "web.sock"), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def nginx(tmp_path, upstream):
    """nginx in front of `upstream`; yields its address."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    with front.nginx(tmp_path, "local.conf", {8080: port}, lambda: reachable(url)):
        yield url


def reachable(url):
    try:
        return read(url + "/static/css/base.css")
    except OSError:
        return False


def read(url, timeout=20, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout) as response:
        return response.read().decode()


def test_a_page_is_asked_for_once(nginx):
    assert [read(nginx + "/") for _ in range(5)] == ["answer 1"] * 5
    assert Upstream.seen["X-Cache-Status"] == "MISS"


def test_a_page_outlives_the_application(nginx, upstream):
    Upstream.fresh = 1
    assert read(nginx + "/") == "answer 1"
    kept = time.monotonic()
    Upstream.status = 504

    def is_asked_again_and_still_shows_the_last_page():
        asked = time.monotonic()
        assert read(nginx + "/") == "answer 1"
        return Upstream.count > 1 and asked > kept + 3

    wait_until(is_asked_again_and_still_shows_the_last_page, 30, "a second question to the application")
    assert Upstream.seen["X-Cache-Status"] == "EXPIRED"
    assert [read(nginx + "/") for _ in range(5)] == ["answer 1"] * 5
    upstream.shutdown()
    upstream.server_close()
    assert read(nginx + "/") == "answer 1"


def test_where_the_application_hangs_the_last_page_comes_in_seconds(nginx):
    Upstream.fresh = 1
    assert read(nginx + "/") == "answer 1"
    Upstream.is_awake.clear()

    def is_waited_for():
        asked = time.monotonic()
        assert read(nginx + "/") == "answer 1"
        waited = time.monotonic() - asked
        assert waited < 15
        return waited > 5  # before, it is fresh, or renewed behind our back

    wait_until(is_waited_for, 60, "a page that is too old")
    Upstream.is_awake.set()


def test_members_are_never_answered_from_the_cache_nor_into_it(nginx):
    assert read(nginx + "/", Cookie="session=x") == "answer 1"
    assert read(nginx + "/") == "answer 2"
    assert read(nginx + "/", Cookie="remember_token=x") == "answer 3"
    assert read(nginx + "/") == "answer 2"
    assert read(nginx + "/dashboard") != read(nginx + "/dashboard")


def test_a_cookie_from_elsewhere_makes_nobody_a_page_of_his_own(nginx):
    assert read(nginx + "/") == "answer 1"
    assert read(nginx + "/", Cookie="_ga=GA1.1.77") == "answer 1"
    assert read(nginx + "/", Cookie="_ga=GA1.1.77; lang=de") == "answer 2"
    assert read(nginx + "/", Cookie="lang=de") == "answer 2"
    assert Upstream.seen["Cookie"] == "lang=de"


def test_a_cookie_that_two_may_read_differently_is_read_once(nginx):
    assert read(nginx + "/", Cookie="LANG=; lang=de") == read(nginx + "/") == "answer 1"
    assert "Cookie" not in Upstream.seen
    assert read(nginx + "/", Cookie="session=0") != read(nginx + "/", Cookie="session=0")


def test_a_page_is_kept_for_all_who_like_the_same_language_best(nginx, upstream):
    def page(liked):
        return read(nginx + "/", **{"Accept-Language": liked})

    assert page("de-AT,de;q=0.9,en;q=0.8") == "answer 1" and Upstream.seen["Accept-Language"] == "de"
    assert page("sv, de;q=0.5") == "answer 2" and Upstream.seen["Accept-Language"] == "sv, de;q=0.5"
    assert page("en;q=0.3, de") == "answer 3"
    upstream.shutdown()
    upstream.server_close()
    assert [page(liked) for liked in ("de", "de-CH, fr;q=0.71", "de-DE-1996,en")] == ["answer 1"] * 3


def test_nginx_knows_the_languages_that_we_speak():
    known = re.search(r"<daymark_liked>([a-z|]+)\)", (ROOT / "nginx/snippets/http.conf").read_text())
    assert set(known[1].split("|")) == {code.partition("-")[0] for code in LANGUAGES}


def test_who_asks_as_a_script_of_ours_is_answered_for_himself(nginx):
    assert read(nginx + "/", **{"X-CSRFToken": "x"}) != read(nginx + "/")


@pytest.mark.parametrize("header", ["Accept-Language", "Accept", "Sec-Fetch-Mode", "Origin", "Time-Zone"])
def test_what_answers_differ_by_is_told_apart(nginx, header):
    answers = [read(nginx + "/", **{header: value}) for value in ("a", "b", "a")]
    assert answers == ["answer 1", "answer 2", "answer 1"]


def test_whatever_our_answers_vary_by_is_in_the_key_or_never_kept():
    kept_apart = set(
        re.findall(r"\$(?:http|daymark)_(\w+)", "".join(re.findall(r"proxy_(?:cache_key|no_cache) .*;", SITE)))
    )
    named = set()
    for file in (ROOT / "app").rglob("*.py"):
        for told in re.findall(r"vary\.(?:add|update)\((.*)\)", file.read_text()):
            named |= {name.lower().replace("-", "_") for name in re.findall(r'"([\w-]+)"', told)}
    assert "accept_language" in named and named <= kept_apart


def test_the_log_holds_no_code_that_opens_something(nginx, app, tmp_path):
    rules = [rule.rule for rule in app.url_map.iter_rules() if "code" in rule.arguments]
    assert "/unsubscribe/<code>" in rules
    for path in (rule.replace("<code>", "S3CR3T.x") for rule in rules):
        read(f"{nginx}{path}?x=1", Referer=f"{nginx}{path}")
    read(nginx + "/last?y=1", Referer="https://example.com/?z")
    log = tmp_path / "daymark.log"
    wait_until(lambda: '"GET /last?y=1 HTTP/1.1" 200' in log.read_text(), 30, "the last line")
    assert "S3CR3T" not in log.read_text() and '"https://example.com/?z"' in log.read_text()
    for rule in rules:
        assert f'"GET {(shown := rule.replace("<code>", "..."))}?x=1 HTTP/1.1" 200' in log.read_text()
        assert f'"{nginx}{shown}"' in log.read_text()


def test_the_application_learns_who_asks_and_nothing_that_the_visitor_made_up(nginx):
    read(nginx + "/", **{"X-Forwarded-For": "127.0.0.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test"})
    assert Upstream.seen["X-Forwarded-For"] == "127.0.0.1"
    assert Upstream.seen["X-Forwarded-Proto"] == "http"
    assert Upstream.seen["X-Forwarded-Host"] == Upstream.seen["Host"]
    assert re.fullmatch(r"127\.0\.0\.1:\d+", Upstream.seen["Host"])
    assert {"Forwarded", "X-Real-Ip"}.isdisjoint(Upstream.seen)


def test_what_is_between_one_member_and_daymark_is_never_kept_whatever_the_answer_says(nginx):
    for path in ("/dashboard/", "/%64ashboard", "/auth/login?x=1", "/setup", "/signup/invite/x", "/subscribe/manage/x"):
        assert read(nginx + path) != read(nginx + path), path
    assert read(nginx + "/dashboards") == read(nginx + "/dashboards")
    for name in ("Authorization", "X-Cachet-Token"):
        guests = read(nginx + "/api/v1/incidents")
        assert read(nginx + "/api/v1/incidents", **{name: "Bearer x"}) != guests
        assert read(nginx + "/api/v1/incidents") == guests


def test_static_files_come_from_the_disk(nginx):
    assert ":root" in read(nginx + "/static/css/base.css")
    assert Upstream.count == 0


def test_a_file_is_kept_for_good_where_its_address_names_its_version_and_comes_packed_where_it_is(nginx, tmp_path):
    def answered(path):
        asked = urllib.request.Request(nginx + path, headers={"Accept-Encoding": "gzip"})
        return urllib.request.urlopen(asked, timeout=20)

    assert answered("/static/css/base.css?v=1").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answered("/static/css/base.css").headers["Cache-Control"] == "no-cache"
    assert answered("/static/css/base.css").headers["X-Content-Type-Options"] == "nosniff"
    with pytest.raises(urllib.error.HTTPError) as caught:
        answered("/static/css/none.css?v=1")
    assert caught.value.headers["Cache-Control"] is None
    (tmp_path / "daymark/app/static/css/base.css.gz").write_bytes(gzip.compress(b"packed before"))
    answer = answered("/static/css/base.css?v=2")
    assert gzip.decompress(answer.read()) == b"packed before"
    assert answer.headers["Content-Type"] == "text/css"


def test_the_site_of_the_containers_is_sound(tmp_path):
    shutil.copytree(ROOT / "app/static", tmp_path / "daymark/app/static")
    (tmp_path / "nginx.conf").write_text(front.configuration(tmp_path, "compose.conf", {8080: free_port()}))
    command = [program("nginx"), "-t", "-p", tmp_path, "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_where_there_is_no_last_page_a_calm_one_says_so(nginx, upstream):
    upstream.shutdown()
    upstream.server_close()
    page = refused(nginx + "/incidents/1")
    assert "away for a moment" in page and 'http-equiv="refresh"' in page
    # What was typed is in the form that the browser goes back to.
    sent = refused(nginx + "/dashboard/incidents/create", b"name=Errors")
    assert "whether what you sent has arrived" in sent and 'http-equiv="refresh"' not in sent
    for body in (None, b"{}"):
        [error] = json.loads(refused(nginx + "/api/v1/incidents", body))["errors"]
        assert set(error) == {"id", "status", "title", "detail"} and error["status"] == 503
    assert set(json.loads(refused(nginx + "/api/v2/summary.json"))) == {"error"}


def refused(url, body=None):
    """What somebody is told while Daymark is away."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(url, body), timeout=20)
    assert (caught.value.code, caught.value.headers["Retry-After"]) == (503, "15")
    assert caught.value.headers["Cache-Control"] == "no-store"
    assert ("/api/" in url) == (caught.value.headers["Content-Type"] == "application/json")
    return caught.value.read().decode()


def test_a_page_that_an_operator_took_down_is_given_out_no_more_and_its_words_outlive_the_application(nginx, upstream):
    Upstream.fresh = 1
    assert told(nginx + "/")[0] == 200
    Upstream.status = 503
    wait_until(lambda: told(nginx + "/")[0] == 503, 30, "the page to go")
    upstream.shutdown()
    upstream.server_close()
    words = f"answer {Upstream.count}"
    wait_until(lambda: told(nginx + "/") == (503, "STALE", words), 30, "the words of before")
    assert [told(nginx + "/") for _ in range(3)] == [(503, "STALE", words)] * 3


def told(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.headers["X-Cache-Status"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["X-Cache-Status"], error.read().decode()


def test_a_page_that_is_for_members_now_is_given_out_no_more_not_even_while_the_application_is_down(nginx, upstream):
    Upstream.fresh = 1
    assert read(nginx + "/") == "answer 1"
    Upstream.status = 401

    def is_refused():
        try:
            read(nginx + "/")
        except urllib.error.HTTPError as error:
            return error.code == 401
        return False

    wait_until(is_refused, 60, "nginx to learn that guests are turned away")
    Upstream.status = 504
    wait_until(lambda: not is_refused() or Upstream.count > 3, 30, "a question to an application that is down")
    upstream.shutdown()
    upstream.server_close()
    with pytest.raises(urllib.error.HTTPError):
        read(nginx + "/")
