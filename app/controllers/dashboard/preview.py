"""What Markdown will look like, before it is posted."""

from flask import Response, request

from app.controllers.dashboard import bp
from app.errors import Invalid
from app.forms.validators import LONGEST_TEXT
from app.i18n import _
from app.lib.text import markdown_to_html
from app.permissions import requires


@bp.post("/preview")
@requires("incidents.manage")
def preview() -> Response:
    """The safe HTML that readers will get."""
    text = request.form.get("text", "")
    if len(text) > LONGEST_TEXT:
        raise Invalid(text=_("Use at most %(limit)d characters.", limit=LONGEST_TEXT))
    return Response(markdown_to_html(text), mimetype="text/html")
