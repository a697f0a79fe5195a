"""The answers of an operation, for the document of API v1."""

from typing import Any

from app.controllers.api_v1.documented import Declaration
from app.controllers.api_v1.examples import example

REF = "#/components/schemas/"
REFUSED = {
    400: "The input breaks a rule; `meta.details` says which.",
    401: "This needs a token, and there is none, or one that is not known.",
    403: "The token may not do that.",
    404: "There is no such thing, or the caller may not know that there is.",
    406: "The client takes no JSON.",
    409: "Not possible in the present state, or the Idempotency-Key was used for another request.",
    413: "The body is larger than 2 MB.",
    429: "Too many requests; `Retry-After` says for how many seconds to wait.",
    503: "The data cannot be reached at the moment.",
}


def response(said: Declaration, verb: str, schemas: dict[str, Any]) -> dict[str, Any]:
    """The answer when all goes well, by status."""
    if said.gives is None:
        return {"204": {"description": "Done. The answer is empty."}}
    schema = _enveloped(said)
    content = {"application/json": {"schema": schema, "example": example(schema, schemas)}}
    found: dict[str, Any] = {"200": {"description": said.gives.__doc__, "content": content}}
    if verb == "GET":
        found["304"] = {"description": "Nothing changed since the answer whose ETag was sent in If-None-Match."}
    return found


def _enveloped(said: Declaration) -> dict[str, Any]:
    assert said.gives is not None
    one = {"$ref": REF + said.gives.__name__}
    if said.is_whole:
        return one
    fields: dict[str, Any] = {"data": one}
    if said.lists is not None:
        fields = {"meta": {"$ref": f"{REF}ListMeta"}, "data": {"type": "array", "items": one}}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def refusals(verb: str, has_ids: bool, needs_token: bool) -> dict[str, Any]:
    """The answers when it does not, by status."""
    statuses = {400, 406, 429, 503}
    # A read, too, while the page is for members only.
    statuses |= {401, 403} if needs_token or verb == "GET" else set()
    statuses |= {404} if has_ids else set()
    statuses |= {409, 413} if verb != "GET" else set()
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def refused() -> dict[str, Any]:
    """What all operations answer alike, by status."""
    error = {"application/json": {"schema": {"$ref": f"{REF}Error"}}}
    return {str(status): {"description": about, "content": error} for status, about in REFUSED.items()}
