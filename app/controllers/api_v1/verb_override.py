"""POST that means PUT or DELETE, for clients behind proxies that know GET and POST alone."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

PREFIX = "/api/v1/"
VERBS = frozenset({"PUT", "DELETE"})
LARGEST_FORM = 2 * 1024 * 1024


class VerbOverride:
    """Reads the verb from the field `_method` of form or query, or the header X-HTTP-Method-Override.

    It wraps the application because routes are chosen by verb before any view could look.
    """

    def __init__(self, wsgi: Callable[..., Iterable[bytes]]) -> None:
        self.wsgi = wsgi

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") == "POST" and environ.get("PATH_INFO", "").startswith(PREFIX):
            verb = self._asked_for(environ).upper()
            if verb in VERBS:
                environ["REQUEST_METHOD"] = verb
        return self.wsgi(environ, start_response)

    def _asked_for(self, environ: dict[str, Any]) -> str:
        named = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE") or _method_in(environ.get("QUERY_STRING", ""))
        if named or not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            return named
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > LARGEST_FORM:
            return ""
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        return _method_in(body.decode("latin-1"))


def _method_in(query: str) -> str:
    if "_method" not in query:
        return ""
    try:
        return parse_qs(query, max_num_fields=1000).get("_method", [""])[-1]
    except ValueError:
        return ""
