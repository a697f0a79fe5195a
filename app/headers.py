"""Headers on every answer: what browsers may do with our pages."""

import secrets

from flask import Flask, Response, g, request


def init_app(app: Flask) -> None:
    """Set the headers of architecture 10 on every answer."""
    app.after_request(_secure)


def csp_nonce() -> str:
    """The nonce of this answer, made when a template first asks for it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _policy())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]:
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


def _policy() -> str:
    """What the page may load. Where its visit is counted (`g.counted_by`), that program's hosts and no more."""
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    scripts, reports = (f" {hosts}" if hosts else "" for hosts in g.get("counted_by") or ("", ""))
    return (
        f"default-src 'none'; script-src 'self'{nonce}{scripts}; style-src 'self'{nonce}; "
        f"img-src 'self' data:{reports}; connect-src 'self'{reports}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    )
