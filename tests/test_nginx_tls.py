"""The site as it is in production: nginx with TLS, gunicorn behind it on a Unix socket, and browsers on 127.0.0.1."""

import os
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
from contextlib import closing
from http.client import RemoteDisconnected
from urllib.parse import urlencode

import pytest

from tests import front
from tests.front import HOST
from tests.needs import program
from tests.processes import ROOT

COMMAND = "-m gunicorn wsgi:app --config python:app.web --worker-class gthread --workers 2 --no-control-socket"


class Site(front.Site):
    """Daymark at https://status.example.com, and its visitors."""

    def __init__(self, folder, redis_url):
        super().__init__(folder)
        self.environ = {
            "PATH": os.environ["PATH"],
            "APP_KEY": "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123",
            "APP_URL": f"https://{HOST}",
            "BIND": f"unix:{folder}/web.sock",
            "INSTANCE": str(folder / "instance"),
            "ENV_FILE": str(folder / ".env"),
            "REDIS_URL": redis_url,
        }
        self.web = None

    def set_up(self):
        admin = ["--username", "olive", "--email", "olive@example.org", "--password", "correct horse battery 9"]
        command = [sys.executable, "-m", "app.cli", "setup", "--site-name", "Example Cloud", *admin]
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True, capture_output=True)

    def start(self):
        command = [sys.executable, *COMMAND.split(), "--bind", self.environ["BIND"], "--log-level", "warning"]
        self.web = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=subprocess.DEVNULL)

    def stop(self):
        if self.web is not None:
            self.web.terminate()
            self.web.wait(timeout=40)


@pytest.fixture(scope="module")
def site(tmp_path_factory, valkey):
    """All of it, running."""
    site = Site(tmp_path_factory.mktemp("site"), valkey.replace("db=0", "db=1"))
    site.set_up()
    site.start()
    try:
        with site.served(site.answers):
            yield site
    finally:
        site.stop()


def test_visitors_without_tls_are_sent_over_and_let_s_encrypt_is_answered(site):
    answer = site.get("/incidents/1?lang=de", plain=True)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/incidents/1?lang=de")
    challenges = site.folder / "html/.well-known/acme-challenge"
    challenges.mkdir(parents=True)
    (challenges / "token").write_text("token.proof")
    assert site.get("/.well-known/acme-challenge/token", plain=True).text == "token.proof"


def test_other_hosts_get_no_answer(site):
    for host in ("evil.test", "127.0.0.1", f"{HOST}.evil.test"):
        with pytest.raises(RemoteDisconnected):
            site.get(plain=True, host=host)
        with pytest.raises(RemoteDisconnected):
            site.get(host=host)
    with pytest.raises(ssl.SSLError):
        site.get(sni="evil.test")


def test_a_visitor_makes_up_neither_host_nor_address(site):
    # Of the two names in such a request nginx goes by the first; the application must not go by the second.
    assert site.get(f"https://{HOST}/dashboard/", host="evil.test").headers["Location"].startswith("/auth/login")
    page = site.get("/auth/login")
    form = {"csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]}
    refused = site.get(
        "/auth/login",
        body=urlencode({**form, "login": "olive", "password": "a wrong one"}),
        Cookie=page.headers["Set-Cookie"].partition(";")[0],
        Referer=f"https://{HOST}/auth/login",
        **{"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "203.0.113.9"},
        **{"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.test", "X-Real-IP": "203.0.113.9"},
    )
    assert refused.status < 500
    with closing(sqlite3.connect(site.folder / "instance/daymark.sqlite")) as database:
        assert {address for (address,) in database.execute("select address from sign_ins")} == {"127.0.0.1"}


def test_headers_and_cookies_are_those_of_a_site_with_tls(site):
    page = site.get()
    assert page.status == 200
    assert "Example Cloud" in page.text
    for answer in (page, site.get("/static/css/base.css"), site.get("/none")):
        assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        assert answer.headers["Server"] == "nginx"
    assert site.get("/health", plain=True).headers["Strict-Transport-Security"] is None
    assert page.headers["Set-Cookie"] is None
    cookie = site.get("/auth/login").headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_the_log_says_who_asked_and_under_which_id(site):
    answer = site.get("/incidents/4711", **{"X-Forwarded-For": "203.0.113.9", "X-Request-Id": "abcdefgh1234"})
    line = site.log_of("/incidents/4711")
    assert line.startswith("127.0.0.1 - ")
    assert line.endswith(answer.headers["X-Request-Id"])
    assert "abcdefgh1234" not in line


@pytest.mark.parametrize(
    ("options", "spoken"),
    [
        ("-tls1", ""),
        ("-tls1_1", ""),
        ("-tls1_2", "TLSv1.2"),
        ("-tls1_3", "TLSv1.3"),
        ("-tls1_2 -cipher AES128-SHA:AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", ""),
    ],
)
def test_only_tls_of_today_is_spoken(site, options, spoken):
    weak = [] if "-cipher" in options or "1_3" in options else ["-cipher", "ALL:@SECLEVEL=0"]
    command = [program("openssl"), "s_client", "-connect", f"127.0.0.1:{site.port}", "-servername", HOST, "-brief"]
    command += [*options.split(), *weak, "-alpn", "h2"]
    said = subprocess.run(command, input=b"", capture_output=True, timeout=20, check=False)
    assert (said.returncode == 0) == bool(spoken), said.stderr
    assert (f"Protocol version: {spoken}".encode() in said.stderr) == bool(spoken)


def test_browsers_speak_http_2(site):
    context = ssl.create_default_context(cafile=site.folder / "fullchain.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    with context.wrap_socket(socket.create_connection(("127.0.0.1", site.port)), server_hostname=HOST) as browser:
        assert browser.selected_alpn_protocol() == "h2"


def test_each_language_is_kept_for_itself(site):
    for _ in range(2):
        german, english = site.get("/history", Cookie="lang=de"), site.get("/history")
        assert '<html lang="de"' in german.text
        assert '<html lang="en"' in english.text
    assert german.headers["X-Cache-Status"] != "BYPASS"
