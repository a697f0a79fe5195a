"""What other sites show on their pages: told in the status page's language, and open to every origin.

A guest's view whoever asks, so that a member's cookie changes nothing about it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, make_response

from app.i18n import in_language, language_asked
from app.models.setting import Setting
from app.page_cache import cached

KEPT = 60  # seconds; a change of anything shown is seen at once
# Opened alone or framed, it may look as it does and no more.
CSP_OF_IMAGE = "default-src 'none'; style-src 'none'; sandbox; frame-ancestors *"


def embeddable(policy: str = CSP_OF_IMAGE) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Keep a view's answer, in the language that `lang` asks for or that of the page, and let every site have it."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def speak(*args: Any, **kwargs: Any) -> Any:
            with in_language(language_asked() or Setting.get("language")):
                return make_response(view(*args, **kwargs))

        kept = cached(KEPT)(speak)

        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Response:
            g.viewer = g.actor = None
            response: Response = kept(*args, **kwargs)
            response.headers["Vary"] = "Accept-Encoding"  # but for the address it is the same for everyone
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            response.headers["Content-Security-Policy"] = policy
            # A site that isolates itself shows in frames only what does so, too.
            response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
            return response

        return answer

    return decorate
