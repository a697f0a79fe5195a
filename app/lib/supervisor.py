"""Asks the Supervisor above us to let every process start afresh, so that a new `.env` takes effect."""

import logging
from http.client import HTTPException
from typing import Any
from xmlrpc.client import Error, Fault, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport

# HUP makes gunicorn put new workers in the place of the old ones without closing its socket; the two others
# finish the job in hand, end, and are started again.
SIGNALS = {"daymark:web": "HUP", "daymark:worker": "TERM", "daymark:clock": "TERM"}

log = logging.getLogger(__name__)


def reload(server_url: str | None, packages_of: float = 0) -> bool:
    """Restart web, worker and clock gently; False when no Supervisor of ours runs us. A web that has been up since
    before `packages_of` (seconds of the epoch) is stopped and started: gunicorn keeps the packages that it began with.
    """
    if not server_url:
        return False
    supervisor = ServerProxy("http://127.0.0.1", transport=SupervisorTransport(None, None, server_url)).supervisor
    try:
        for program, signal in SIGNALS.items():
            if signal == "HUP" and _is_older(supervisor, program, packages_of):
                supervisor.stopProcess(program)
                supervisor.startProcess(program)
            else:
                _tell(supervisor, program, signal)
    except (OSError, Error, HTTPException) as error:
        log.warning("supervisor did not reload: %s", error)
        return False
    return True


def _tell(supervisor: Any, program: str, signal: str) -> None:
    try:
        supervisor.signalProcess(program, signal)
    except Fault as fault:
        if fault.faultCode != Faults.NOT_RUNNING:  # as PROGRAMS wants it, or it starts afresh in a moment anyway
            raise


def _is_older(supervisor: Any, program: str, moment: float) -> bool:
    told = supervisor.getProcessInfo(program)
    return bool(told["statename"] == "RUNNING" and told["start"] < moment)
