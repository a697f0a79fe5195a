"""Headers on every answer: what browsers may do with our pages; and whose word about the client's address counts."""

import secrets
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from flask import Flask, Response, g, request


class TrustedProxies:
    """Believes X-Forwarded-For, -Proto and -Host of the named networks alone, nearest proxy first."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], networks: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self.wsgi, self.networks = wsgi, networks

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        chain = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        peer = environ.get("REMOTE_ADDR", "")
        if self._trusts(peer):
            while chain and self._trusts(peer):
                peer = chain.pop()
            environ["REMOTE_ADDR"] = peer
            if environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
                environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]
            if environ.get("HTTP_X_FORWARDED_HOST"):
                environ["HTTP_HOST"] = environ["HTTP_X_FORWARDED_HOST"]
            environ["daymark.proxied"] = True
        return self.wsgi(environ, start_response)

    def _trusts(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.networks)


def init_app(app: Flask) -> None:
    """Set the headers of architecture 10 on every answer."""
    if app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = TrustedProxies(app.wsgi_app, app.config["TRUSTED_PROXIES"])  # type: ignore[method-assign]
    app.after_request(_secure)


def csp_nonce() -> str:
    """The nonce of this answer, made when a template first asks for it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def _secure(response: Response) -> Response:
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("X-Request-Id", g.get("request_id", "-"))
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
        # The address names the version; what is imported without one is asked for again each time.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
