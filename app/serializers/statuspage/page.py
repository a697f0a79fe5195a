"""The blocks that say whose page it is and how it is."""

from datetime import datetime
from typing import Any

from app.lib.public_id import public_id
from app.links import page_url
from app.models.setting import Setting
from app.models.statuspage_facts import Present
from app.serializers.statuspage.words import roll_up, stamp


def page_id() -> str:
    """The page's own id. Two installations never have the same: an import tells pages apart by it."""
    return public_id("page", Setting.get("installed_at"))


def page_json(changed_at: datetime) -> dict[str, Any]:
    """The `page` of every answer."""
    zone = Setting.get("timezone")
    return {
        "id": page_id(),
        "name": Setting.get("site_name"),
        "url": page_url("public.index").rstrip("/"),
        "time_zone": "Etc/UTC" if zone == "UTC" else zone,
        "updated_at": stamp(changed_at),
    }


def status_json(present: Present) -> dict[str, Any]:
    """The `status` of the whole page."""
    indicator, description = roll_up(present.verdict, present.is_widespread)
    return {"indicator": indicator, "description": description}
