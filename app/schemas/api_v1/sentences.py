"""Why a field of an API call was refused, in one sentence that names it."""

from typing import Any

from app.i18n import _


def sentence(field: str, kind: str, context: dict[str, Any]) -> str:
    """The sentence for pydantic's error `kind`, or for one of ours in `kinds.py`."""
    if kind in ("missing", "string_too_short", "blank"):
        return _("The %(field)s field is required.", field=field)
    if kind == "string_too_long":
        return _(
            "The %(field)s may not be longer than %(most)s characters.", field=field, most=context.get("max_length")
        )
    if kind == "too_many_bytes":
        return _("The %(field)s may not be longer than %(most)s bytes.", field=field, most=context["most"])
    if kind == "not_between":
        return _(
            "The %(field)s must be between %(least)s and %(most)s.",
            field=field,
            least=context["least"],
            most=context["most"],
        )
    return _rule(field, kind)


def _rule(field: str, kind: str) -> str:
    if kind.startswith("int"):
        return _("The %(field)s must be an integer.", field=field)
    if kind.startswith("bool"):
        return _("The %(field)s must be true or false.", field=field)
    table = {
        "string_type": _("The %(field)s must be a string.", field=field),
        "characters": _("The %(field)s holds characters that cannot be stored.", field=field),
        "web_address": _("The %(field)s must be an address that begins with http:// or https://.", field=field),
        "moment": _("The %(field)s must be a time such as 2026-08-20 14:43:00.", field=field),
        "moment_range": _("The %(field)s must lie between the years 1970 and 2100.", field=field),
        "number": _("The %(field)s must be a number.", field=field),
        "number_range": _("The %(field)s must be a number between -10^15 and 10^15.", field=field),
        "epoch": _("The %(field)s must be a number of seconds since 1970.", field=field),
        "future": _("The %(field)s must not lie in the future.", field=field),
        "document": _("The %(field)s must be an object.", field=field),
        "ids": _("The %(field)s must be a list of ids.", field=field),
        "email": _("The %(field)s must be an e-mail address such as name@example.com.", field=field),
        "tags": _("The %(field)s must be words separated by commas.", field=field),
        "tag": _(
            "Each of the %(field)s needs a letter from a to z or a digit, and 100 characters at most.", field=field
        ),
        "many_tags": _("There may be 20 %(field)s at most.", field=field),
    }
    return table.get(kind, _("The %(field)s is not valid.", field=field))
