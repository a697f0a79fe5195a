"""Lists in API v1: pages, sorting and filters, as Cachet documents them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from math import ceil
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, request

from app.controllers.api_v1.envelope import write
from app.controllers.api_v1.given import given
from app.extensions import db
from app.models.base import LARGEST_INTEGER

PER_PAGE = 20
PER_PAGE_WHEN_ZERO = 15  # as Laravel
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Listing:
    """What a list can be filtered and sorted by, and its order when nobody says."""

    filters: Mapping[str, Callable[[Any], Condition]]
    sortable: Mapping[str, Any]
    order: tuple[Any, ...]
    # Newest first whatever is asked; what is asked decides among equals.
    keeps_order: bool = field(default=False)

    def answer(self, select: Any, row_json: Callable[[Any], dict[str, Any]]) -> Response:
        """The page of `select` that this request asks for."""
        asked = given()
        for name, condition in self.filters.items():
            if asked.get(name) not in (None, ""):
                select = select.where(condition(asked[name]))
        select = select.order_by(None)
        page = max(whole(asked.get("page")) or 1, 1)
        per_page = _per_page(asked.get("per_page", PER_PAGE))
        wanted = select.order_by(*self._order(asked)).limit(per_page).offset((page - 1) * per_page)
        rows = [row_json(row) for row in db.session.scalars(wanted)]
        every = sa.func.count(select.column_descriptions[0]["entity"].id)
        total = db.session.execute(select.with_only_columns(every)).scalar_one()
        return write({"meta": {"pagination": self._pagination(total, len(rows), page, per_page, asked)}, "data": rows})

    def _order(self, asked: dict[str, Any]) -> tuple[Any, ...]:
        column = self.sortable.get(asked["sort"]) if isinstance(asked.get("sort"), str) else None
        if column is None:
            return self.order
        wanted = column.desc() if str(asked.get("order")).lower() == "desc" else column.asc()
        return (*self.order[:1], wanted, *self.order[1:]) if self.keeps_order else (wanted, *self.order)

    def _pagination(self, total: int, count: int, page: int, per_page: int, asked: dict[str, Any]) -> dict[str, Any]:
        pages = ceil(total / per_page)
        return {
            "total": total,
            "count": count,
            "per_page": per_page,
            "current_page": page,
            "total_pages": max(pages, 1),
            "links": {
                "next_page": self._link(page + 1, asked) if page < pages else None,
                "previous_page": self._link(page - 1, asked) if page > 1 else None,
            },
        }

    def _link(self, number: int, asked: dict[str, Any]) -> str:
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        # What came in the body of a GET goes into the link, for a client that follows links without a body.
        known = {*self.filters, "sort", "order", "per_page"} - {name for name, _value in kept}
        moved = ((name, asked.get(name)) for name in sorted(known))
        kept += [
            (name, str(value)) for name, value in moved if isinstance(value, (str, int)) and is_storable(str(value))
        ]
        return f"{request.base_url}?{urlencode([*kept, ('page', number)])}"


def whole(value: Any) -> int | None:
    """`value` as an integer when it is one, in any of the ways in which clients write them."""
    text = str(int(value)) if isinstance(value, (bool, float)) and value == value // 1 else str(value).strip()
    text = {"true": "1", "false": "0"}.get(text.lower(), text)
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST_INTEGER))):
        return None
    return max(min(int(text), LARGEST_INTEGER), -LARGEST_INTEGER)


def _per_page(value: Any) -> int:
    if value in ("", None):
        return PER_PAGE_WHEN_ZERO
    number = whole(value)
    if number is None:
        return PER_PAGE
    return number if number > 0 else PER_PAGE_WHEN_ZERO


def is_number(column: Any) -> Callable[[Any], Condition]:
    """A filter: the integer column equals the value; text that is no number matches nothing."""
    return by_number(lambda number: column == number)


def by_number(condition: Callable[[int], Condition]) -> Callable[[Any], Condition]:
    """A filter that makes its condition of an integer."""

    def matches(value: Any) -> Condition:
        number = whole(value)
        return sa.false() if number is None else condition(number)

    return _of_kind("integer", matches)


def is_choice(column: Any, choices: type[IntEnum]) -> Callable[[Any], Condition]:
    """A filter: the column equals the value, if that is one of `choices` at all."""
    return by_number(lambda number: column.in_([choice for choice in choices if choice == number]))


def is_flag(column: Any) -> Callable[[Any], Condition]:
    """A filter: the truth in the column is the value, 0 or 1."""
    return _of_kind("boolean", by_number(lambda number: {0: ~column, 1: column}.get(number, sa.false())))


def _of_kind(kind: str, condition: Callable[[Any], Condition]) -> Callable[[Any], Condition]:
    condition.schema = {"type": kind}  # type: ignore[attr-defined]  # read by openapi.py
    return condition


def is_text(column: Any) -> Callable[[Any], Condition]:
    """A filter: the column equals the text."""

    def matches(value: Any) -> Condition:
        if not isinstance(value, (str, int)) or not is_storable(str(value)):
            return sa.false()
        return column == str(value)

    return matches


def is_storable(text: str) -> bool:
    """Whether a database can compare with this text at all."""
    return "\0" not in text and not any(0xD800 <= ord(character) < 0xE000 for character in text)
