"""Pages that are also Markdown: for Accept: text/markdown, and under an address of their own that ends in .md."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.lib.accept import prefers_markdown

SUFFIX = "_markdown"
TYPE = "text/markdown; charset=utf-8"


def is_markdown() -> bool:
    """Whether this request wants Markdown."""
    return (request.endpoint or "").endswith(SUFFIX) or prefers_markdown(request.headers.get("Accept", ""))


def tell(name: str, **context: Any) -> ResponseReturnValue:
    """The page `name` as HTML, or as Markdown where that is wanted."""
    if not is_markdown():
        return render_template(f"public/{name}.html", **context)
    text = render_template(f"public/{name}.md", **context)
    return Response(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", content_type=TYPE)


def in_markdown_too(view: Callable[..., Any]) -> Callable[..., Response]:
    """Say of a page that what stands at its address depends on what one accepts."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        response = make_response(view(*args, **kwargs))
        if not (request.endpoint or "").endswith(SUFFIX):
            response.vary.add("Accept")
        return response

    return answer
