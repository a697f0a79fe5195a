"""Whether a page has its visit counted. The header that allows it goes out with that page and no other."""

from flask import g

from app.controllers.public import bp
from app.models.counting import Counter
from app.template_helpers import known_settings


@bp.app_template_global()
def visitor_counter() -> Counter | None:
    """For the layout, where a guest's visit may be counted. Members are at work, and are not visitors."""
    counter = None if g.get("viewer") is not None else Counter.of(known_settings())
    if counter is not None:
        g.counted_by = (counter.script_hosts, counter.report_hosts)
    return counter
