"""What a route says of itself for the document at /api/v1/openapi.json: one line above its view."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.controllers.api_v1.listing import Listing
from app.schemas.api_v1.answers import Answer
from app.schemas.api_v1.base import Input

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declaration:
    """Which body a route takes and which answer it gives; no answer is 204. With `lists` it gives pages of them, and
    `is_whole` answers stand as they are, without `data` around them."""

    gives: type[Answer] | None
    takes: type[Input] | None
    lists: Listing | None
    is_whole: bool


def documented(
    gives: type[Answer] | None = None,
    takes: type[Input] | None = None,
    lists: Listing | None = None,
    is_whole: bool = False,
) -> Callable[[View], View]:
    """Declare a view. It only documents: what is taken and given is the view's business, and the tests compare."""

    def decorate(view: View) -> View:
        view.declaration = Declaration(gives, takes, lists, is_whole)  # type: ignore[attr-defined]
        return view

    return decorate
