"""What the API is measured beside: the same application, where one address answers so many bytes of constant JSON."""

from functools import cache

from flask import Response

from app.extensions import csrf
from wsgi import app


@cache
def text(size: int) -> str:
    """A JSON string of `size` bytes."""
    return '"' + "x" * (size - 2) + '"'


@app.route("/bench/constant/<int:size>", methods=["GET", "POST"])
@csrf.exempt
def constant(size: int) -> Response:
    """It reads nothing and knows nobody."""
    return Response(text(size), content_type="application/json")
