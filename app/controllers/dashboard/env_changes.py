"""Changes of what is kept in `.env`, which every process reads when it starts: written, noted, and made to work."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import current_app, flash, g
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.forms.setup import WORDS
from app.i18n import _
from app.lib import envfile, supervisor
from app.models.setting import Setting


def change_environment(changes: Mapping[str, str]) -> None:
    """Write `changes`, by variable, and note who did it. Raises Invalid, for all fields, when the file is read-only."""
    if not changes:
        return
    was = {name: current_app.config[name] for name in changes}
    Setting.note(actor=g.actor, changed={name.lower(): [was[name], value] for name, value in changes.items()})
    file = current_app.config["ENV_FILE"]
    try:
        envfile.write(file, changes, WORDS)
    except OSError as error:
        why = error.strerror or type(error).__name__
        sentence = _("%(file)s cannot be written: %(why)s. Nothing was changed.", file=file, why=why)
        raise Invalid(**{name.lower(): sentence for name in changes}) from None


def let_it_take_effect(response: Any) -> None:
    """Start every process afresh once `response` has been sent, and tell the reader so."""
    server = current_app.config["SUPERVISOR_SERVER_URL"]
    if not server:
        flash(_("What is new takes effect when Daymark is started again."), "info")
        return
    flash(_("What is new takes effect within a few seconds."), "info")
    # The reload replaces the process that is answering: first the answer, then the reload.
    assert isinstance(response, Response)
    response.call_on_close(partial(supervisor.reload, server))
