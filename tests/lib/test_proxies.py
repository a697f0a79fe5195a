from ipaddress import ip_network

import pytest
from flask import request
from werkzeug.test import create_environ

from app import create_app
from app.lib.proxies import TrustedProxies, is_local


def seen(
    peer, forwarded=None, trusted=("10.0.0.1", "127.0.0.1"), host="localhost:8000", proto=None, on_socket=False, **more
):
    """The environment that the application gets for a request from `peer`."""
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": proto}
    environ = create_environ(
        headers={name: value for name, value in headers.items() if value is not None}, base_url=f"http://{host}/"
    )
    environ.update(more, REMOTE_ADDR=peer)
    got = []
    networks = [ip_network(address) for address in trusted]
    TrustedProxies(lambda e, _: got.append(e) or [], networks, on_socket=on_socket)(environ, None)
    return got[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 127.0.0.1", "203.0.113.9"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(peer, forwarded, visitor):
    assert seen(peer, forwarded)["REMOTE_ADDR"] == visitor


def test_who_writes_to_our_socket_is_the_proxy_and_a_peer_without_an_address_is_nobody_else():
    told = seen("", "203.0.113.9", proto="https", on_socket=True)
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("203.0.113.9", "https")
    assert seen("", "10.0.0.1, 203.0.113.9, 10.0.0.1", on_socket=True)["REMOTE_ADDR"] == "203.0.113.9"
    assert seen("", "203.0.113.9")["REMOTE_ADDR"] == ""


def test_the_scheme_too():
    assert seen("10.0.0.1", proto="https")["wsgi.url_scheme"] == "https"
    assert seen("203.0.113.9", proto="https")["wsgi.url_scheme"] == "http"
    assert seen("10.0.0.1", proto="javascript")["wsgi.url_scheme"] == "http"


def test_and_the_host():
    assert seen("10.0.0.1", HTTP_X_FORWARDED_HOST="status.test")["HTTP_HOST"] == "status.test"
    assert seen("10.0.0.1", HTTP_X_FORWARDED_HOST="evil.test, status.test")["HTTP_HOST"] == "status.test"
    assert seen("203.0.113.9", HTTP_X_FORWARDED_HOST="evil.test")["HTTP_HOST"] == "localhost:8000"


def test_the_application_reads_the_chain_once(app):
    # A port behind the address would count each connection as another visitor.
    kept = ["SECRET_KEY", "APP_URL", "INSTANCE", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS", "REDIS_URL"]
    settings = {name: app.config[name] for name in kept}
    other = create_app({**settings, "TRUSTED_PROXIES": (ip_network("127.0.0.1"),)}, commands=False)
    other.add_url_rule("/who", view_func=lambda: {"who": request.remote_addr}, endpoint="public.health.who")
    answer = other.test_client().get("/who", headers={"X-Forwarded-For": "203.0.113.9:41234"})
    assert answer.json == {"who": "127.0.0.1"}


def test_local_is_a_loopback_address_by_a_loopback_name():
    assert is_local(seen("127.0.0.1"))
    assert is_local(seen("::1", host="[::1]:8000"))
    assert not is_local(seen("203.0.113.9"))
    assert not is_local(seen("127.0.0.1", host="evil.example:8000"))
    assert not is_local(seen("127.0.0.1", "203.0.113.9"))


def test_behind_a_proxy_that_nobody_told_us_of_nothing_is_local():
    assert not is_local(seen("127.0.0.1", "127.0.0.1", trusted=()))


def test_what_a_trusted_proxy_passes_on_is_not_local_either():
    # With TRUSTED_PROXIES=* a visitor may write any address in front of the chain.
    assert seen("10.0.0.1", "127.0.0.1, 203.0.113.9", trusted=("0.0.0.0/0",))["REMOTE_ADDR"] == "127.0.0.1"
    assert not is_local(seen("10.0.0.1", "127.0.0.1, 203.0.113.9", trusted=("0.0.0.0/0",)))


def test_a_proxy_that_leaves_no_trace_is_known_by_how_it_asks():
    assert not is_local(seen("127.0.0.1", SERVER_PROTOCOL="HTTP/1.0"))
    assert not is_local(seen("127.0.0.1", HTTP_ORIGIN="https://status.example.com"))
    assert not is_local(seen("127.0.0.1", HTTP_ORIGIN="null"))
    assert is_local(seen("127.0.0.1", HTTP_ORIGIN="http://localhost:8000"))
