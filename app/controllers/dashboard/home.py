"""The overview."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.templates import start_filling
from app.forms.component import STATUS_OPTIONS
from app.forms.incident import IncidentForm
from app.models.base import count_rows
from app.models.demo import Demo
from app.models.overview import Overview
from app.models.subscriber import Subscriber
from app.permissions import requires


@bp.get("/")
@requires("dashboard.view")
def home() -> ResponseReturnValue:
    """How things are, and the two things one does in a hurry."""
    overview = Overview.load()
    form = IncidentForm()
    form.impacts.offer(overview.components)
    return render_template(
        "dashboard/home.html",
        overview=overview,
        form=form,
        filling=start_filling(),
        status_options=STATUS_OPTIONS,
        has_demo=Demo.is_there(),
        reachable=count_rows(Subscriber.reachable()),
    )
