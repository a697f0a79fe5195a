"""Asking other servers, against a real one on this machine."""

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.lib import http

BOMB = gzip.compress(gzip.compress(b"x" * 64 * 1024 * 1024))  # 64 MB in 300 bytes or so


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path
        if path == "/once":
            self.redirect("/plain")
        elif path == "/round":
            self.redirect("/round")
        elif path == "/inward":
            self.redirect("http://169.254.169.254/latest/meta-data/")
        elif path == "/file":
            self.redirect("file:///etc/passwd")
        elif path == "/large":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(64):
                    self.wfile.write(b"x" * 65536)
            except ConnectionError:
                pass
        elif path == "/missing":
            self.send_error(404)
        elif path == "/nowhere":
            self.redirect(None)
        elif path == "/broken":
            self.redirect("http://[::1")
        elif path == "/packed":
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip, gzip")
            self.end_headers()
            self.wfile.write(BOMB)
        elif path == "/drip":
            self.send_response(200)
            try:
                while not self.server.released.wait(0.05):
                    self.wfile.write(b"X-Drip: 1\r\n")
            except ConnectionError:
                pass
        elif path == "/silent":
            self.server.released.wait(10)
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{path} of {self.headers['Host']}".encode())

    def redirect(self, where):
        self.send_response(302)
        if where is not None:
            self.send_header("Location", where)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.released = threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.released.set()
        server.shutdown()


def test_it_asks_for_the_host_that_was_named(server):
    answer = http.get(f"{server}/plain?a=1", allow_private=True)
    assert (answer.status, answer.body.decode()) == (200, f"/plain?a=1 of {server.removeprefix('http://')}")


def test_redirects_are_followed_but_not_for_ever(server):
    answer = http.get(f"{server}/once", allow_private=True)
    assert answer.url == f"{server}/plain" and answer.status == 200
    with pytest.raises(http.Unreachable, match="more than 5 redirects"):
        http.get(f"{server}/round", allow_private=True)


def test_what_is_not_there_is_an_answer_too(server):
    assert http.get(f"{server}/missing", allow_private=True).status == 404


def test_the_network_of_this_server_is_closed(server):
    with pytest.raises(http.Unreachable, match="private address"):
        http.get(f"{server}/plain")


def test_a_redirect_opens_it_neither(server, monkeypatch):
    # 127.0.0.1 passes for public here, so that the first request goes out and only the second is refused.
    known = http.is_public
    monkeypatch.setattr(http, "is_public", lambda address: address in ("127.0.0.1", "::1") or known(address))
    with pytest.raises(http.Unreachable, match=r"169\.254\.169\.254 is a private address"):
        http.get(f"{server}/inward")
    with pytest.raises(http.Unreachable, match="is no http or https address"):
        http.get(f"{server}/file")


def test_large_and_silent_answers_are_given_up(server, monkeypatch):
    with pytest.raises(http.Unreachable, match="larger than 1 MB"):
        http.get(f"{server}/large", allow_private=True, largest=1024 * 1024)
    monkeypatch.setattr(http, "TIMEOUT", 0.2)
    with pytest.raises(http.Unreachable, match="no answer in time"):
        http.get(f"{server}/silent", allow_private=True)


def test_an_answer_that_was_packed_unasked_is_not_unpacked(server):
    with pytest.raises(http.Unreachable, match="packed as gzip, gzip"):
        http.get(f"{server}/packed", allow_private=True)


def test_an_answer_that_drips_is_given_up_even_before_its_body(server, monkeypatch):
    monkeypatch.setattr(http, "DEADLINE", 0.5)
    began = time.monotonic()
    with pytest.raises(http.Unreachable, match="no answer in time"):
        http.get(f"{server}/drip", allow_private=True)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("path", "why"), [("nowhere", "sends on to nowhere"), ("broken", "Invalid URL")])
def test_a_redirect_that_leads_nowhere(server, path, why):
    with pytest.raises(http.Unreachable, match=why):
        http.get(f"{server}/{path}", allow_private=True)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "http://", "http://user:word@example.org/", "http://[::1", "http://a:99999/", "x" * 5000],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(http.Unreachable, match="is no"):
        http.get(url)


def test_nobody_there():
    nowhere = ".".join(["x" * 63] * 4)  # too long for a name, so that no name server is asked
    with pytest.raises(http.Unreachable, match="there is no server called"):
        http.get(f"http://{nowhere}/")
    with pytest.raises(http.Unreachable):
        http.get("http://127.0.0.1:1/", allow_private=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::", "fec0::1", "::7f00:1", "64:ff9b:1::a00:1", "::ffff:0:127.0.0.1", "5f00::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_open_internet(address):
    assert not http.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_addresses_that_are(address):
    assert http.is_public(address)
