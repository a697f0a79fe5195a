"""Whether a page has its visit counted. The header that allows it goes out with that page and no other."""

from flask import g, request

from app.controllers.public import bp
from app.models.counting import Counter
from app.template_helpers import known_settings

# What visitors read. Where they type their address, nobody else's script is to look on.
COUNTED = frozenset({"public.index", "public.history", "public.incident", "public.maintenance"})


@bp.app_template_global()
def visitor_counter() -> Counter | None:
    """For the layout, where a guest's visit may be counted. Members are at work, and are not visitors."""
    is_visit = request.endpoint in COUNTED and g.get("viewer") is None
    counter = Counter.of(known_settings()) if is_visit else None
    if counter is not None:
        g.counted_by = (counter.script_hosts, counter.report_hosts)
    return counter
