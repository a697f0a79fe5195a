"""nginx with our configuration: the page outlives the application."""

import re
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.controllers import members_only
from tests.needs import program
from tests.processes import ROOT, free_port, wait_until


class Upstream(BaseHTTPRequestHandler):
    """Answers as Daymark's pages do, but fresh for one second instead of five."""

    protocol_version = "HTTP/1.1"
    count = 0
    status = 200
    seen: dict[str, str] = {}

    def do_GET(self):
        Upstream.count += 1
        Upstream.seen = dict(self.headers)
        body = f"answer {Upstream.count}".encode()
        self.send_response(Upstream.status)
        if Upstream.status == 401:
            self.send_header("Vary", "Accept, Cookie, Sec-Fetch-Mode, X-Cachet-Token, Authorization")
        private = self.headers.get("Cookie") or self.path.startswith("/dashboard")
        public = "public, max-age=0, s-maxage=1, stale-while-revalidate=30, stale-if-error=86400"
        public = members_only.REFUSED if Upstream.status == 401 else public
        self.send_header("Cache-Control", "private, no-store" if private else public)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def upstream():
    Upstream.count, Upstream.status = 0, 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def nginx(tmp_path, upstream):
    """nginx in front of `upstream`; yields its address."""
    port = free_port()
    site = (ROOT / "nginx/daymark.conf").read_text()
    site = site.replace("/var/cache/nginx/daymark", f"{tmp_path}/cache").replace(
        "listen 80;", f"listen 127.0.0.1:{port};"
    )
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{upstream.server_port}")
    site = site.replace("/opt/daymark/app/static/", f"{ROOT}/app/static/")
    temporary = "".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # A worker of another user could not read the test's folders; as root nginx would choose one.
    (tmp_path / "nginx.conf").write_text(
        f"user root; daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} "
        f"http {{ include /etc/nginx/mime.types; access_log off; {temporary} {site} }}"
    )
    command = [program("nginx"), "-p", tmp_path, "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: process.poll() is not None or reachable(url), what="nginx")
        assert process.poll() is None, (tmp_path / "error.log").read_text()
        yield url
        process.terminate()


def reachable(url):
    try:
        return read(url + "/static/css/base.css")
    except OSError:
        return False


def read(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as response:
        return response.read().decode()


def test_a_page_is_asked_for_once_and_outlives_the_application(nginx, upstream):
    assert [read(nginx + "/") for _ in range(5)] == ["answer 1"] * 5
    Upstream.status = 503

    def is_asked_again_and_still_shows_the_last_page():
        assert read(nginx + "/") == "answer 1"
        return Upstream.count > 1

    wait_until(is_asked_again_and_still_shows_the_last_page, 10, "a second question to the application")
    assert [read(nginx + "/") for _ in range(5)] == ["answer 1"] * 5
    upstream.shutdown()
    upstream.server_close()
    assert read(nginx + "/") == "answer 1"


def test_members_are_never_answered_from_the_cache_nor_into_it(nginx):
    assert read(nginx + "/", Cookie="session=x") == "answer 1"
    assert read(nginx + "/") == "answer 2"
    assert read(nginx + "/", Cookie="remember_token=x") == "answer 3"
    assert read(nginx + "/") == "answer 2"
    assert read(nginx + "/dashboard") != read(nginx + "/dashboard")


def test_the_application_learns_who_asks_and_nothing_that_the_visitor_made_up(nginx):
    read(nginx + "/", **{"X-Forwarded-For": "127.0.0.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test"})
    assert Upstream.seen["X-Forwarded-For"] == "127.0.0.1"
    assert Upstream.seen["X-Forwarded-Proto"] == "http"
    assert Upstream.seen["X-Forwarded-Host"] == Upstream.seen["Host"]
    assert re.fullmatch(r"127\.0\.0\.1:\d+", Upstream.seen["Host"])


def test_static_files_come_from_the_disk(nginx):
    assert ":root" in read(nginx + "/static/css/base.css")
    assert Upstream.count == 0


def test_a_page_that_is_for_members_now_is_given_out_no_more_not_even_while_the_application_is_down(nginx, upstream):
    assert read(nginx + "/") == "answer 1"
    Upstream.status = 401

    def is_refused():
        try:
            read(nginx + "/")
        except urllib.error.HTTPError as error:
            return error.code == 401
        return False

    wait_until(is_refused, 10, "nginx to learn that guests are turned away")
    Upstream.status = 503
    wait_until(lambda: not is_refused() or Upstream.count > 3, 10, "a question to an application that is down")
    upstream.shutdown()
    upstream.server_close()
    with pytest.raises(urllib.error.HTTPError):
        read(nginx + "/")
