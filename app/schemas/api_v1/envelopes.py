"""What stands around the answers of API v1: pages of lists, refusals, and the few answers that are no resource."""

from typing import Literal

from pydantic import Field

from app.schemas.api_v1.answers import Answer, told


class Ping(Answer):
    """A sign of life."""

    data: Literal["Pong!"]


class Latest(Answer):
    """The newest version, spelt as Cachet spells it."""

    tag_name: str = told("Its name", "v2.4.1")
    prelease: bool = told("Always false", False)
    draft: bool = told("Always false", False)


class VersionMeta(Answer):
    """Whether there is a newer one."""

    on_latest: bool = told("Always true: no other server is asked", True)
    latest: Latest


class Version(Answer):
    """The version of Cachet whose API this is."""

    meta: VersionMeta
    data: str = told("Compare it to know what may be called", "2.4.1")


class PageStatus(Answer):
    """The banner of the page."""

    status: Literal["success", "info", "danger"]
    message: str = told("The same in a sentence, in English", "All systems are operational")


class Status(Answer):
    """How everything is."""

    data: PageStatus


class Links(Answer):
    """Where the neighbouring pages are."""

    next_page: str | None = told("Address of the next page, null on the last")
    previous_page: str | None = told("Address of the page before, null on the first")


class Pagination(Answer):
    """Which page of how many."""

    total: int = told("How many there are in all", 1, ge=0)
    count: int = told("How many are on this page", 1, ge=0)
    per_page: int = told("How many fit on a page", 20, ge=1)
    current_page: int = told("Which page this is", 1, ge=1)
    total_pages: int = told("How many pages there are, 1 when there is nothing", 1, ge=1)
    links: Links


class ListMeta(Answer):
    """What stands above a list."""

    pagination: Pagination


class Broken(Answer):
    """Each rule that the input broke."""

    details: list[str] = told("One sentence each", ["The name field is required."], min_length=1)


class Refusal(Answer):
    """Why a call was refused."""

    id: str = told("Names this refusal", "6d1f7c3e-8a51-4c0e-9a36-0f6f5a2f7f3b")
    status: int = told("The HTTP status", 400)
    title: str = told("Its name", "Bad Request")
    detail: str = told("The reason in a sentence, in the language asked for", "The name field is required.")
    meta: Broken | None = Field(default=None, description="Only where input broke a rule")


class Error(Answer):
    """The answer to every call that was refused."""

    errors: list[Refusal] = Field(min_length=1)
