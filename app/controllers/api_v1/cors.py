"""Pages elsewhere that read the API in their visitors' browsers: which may, and what their browsers are told."""

from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from app.models.setting import Setting

READS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = "X-Cachet-Token, Authorization, Content-Type, Time-Zone, If-None-Match"
EXPOSED = "ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"


def is_preflight() -> bool:
    """Whether a browser asks what it may ask (Fetch standard, section 3.3.2)."""
    return (
        request.method == "OPTIONS"
        and "Origin" in request.headers
        and "Access-Control-Request-Method" in request.headers
    )


def _wanted() -> str:
    return request.headers["Access-Control-Request-Method"]


def preflight() -> Response:
    """The answer to it: reads, with a token in a header. Without the headers that `allow` adds, the answer is no."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def allow(response: Response) -> None:
    """Let the pages that the setting names read the answer. The token travels in a header, never by itself."""
    # POST is safelisted (Fetch standard, 4.9): a browser sends it unless the preflight has no allowed origin at all.
    if request.method not in READS or (is_preflight() and _wanted() not in READS):
        return
    # Who reads no setting otherwise (a ping) asks the database only for browsers; what proxies keep is for those, too.
    if "Origin" not in request.headers and g.get("zone") is None and not response.cache_control.public:
        return
    try:
        origins = Setting.get("api_origins").lower().split()
    except SQLAlchemyError:  # a sign of life is given without it
        return
    if "*" in origins:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin.lower() not in origins:
            return
        response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    if is_preflight():
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(READS))
        response.headers["Access-Control-Allow-Headers"] = HEADERS
        response.headers["Access-Control-Max-Age"] = "3600"
