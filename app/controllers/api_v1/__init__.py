"""API v1, the dialect of Cachet 2. A token says who asks; cookies are ignored, which is why CSRF can be off here."""

from math import ceil
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from werkzeug.datastructures import MIMEAccept

from app import errors, throttle
from app.controllers.api_v1 import cors, repeats
from app.controllers.api_v1.cors import READS
from app.controllers.api_v1.envelope import problem
from app.controllers.api_v1.verb_override import VerbOverride
from app.controllers.api_v1.zone import zone
from app.controllers.bearer import note_use, token_text
from app.extensions import csrf, limiter
from app.lib import clock
from app.models.api_token import ApiToken

POINTS = "api_v1.create_metric_point"


class Routes(Blueprint):
    """A blueprint whose every address may also end in a slash, without a redirect: those turn a POST into a GET."""

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        super().add_url_rule(rule, *args, **{"strict_slashes": False, **options})


bp = Routes("api_v1", __name__)
csrf.exempt(bp)
errors.BODIES["/api/v1"] = problem


@bp.record_once
def _override_verbs(state: Any) -> None:
    state.app.wsgi_app = VerbOverride(state.app.wsgi_app)


@bp.before_request
def _know_the_caller() -> Response | None:
    g.actor = g.viewer = g.zone = None
    if request.method == "OPTIONS":
        return cors.preflight() if cors.is_preflight() else None
    _must_take_json()
    if "Time-Zone" in request.headers:
        zone()
    if request.endpoint == POINTS and not repeats.carries_key():
        g.reads_only = True  # until the view begins to write: SQLite's lock is held no longer than it must be
    g.actor = ApiToken.for_text(token_text())
    # Who may write a thing sees it, too. A token that may neither write it nor read members' things is shown what a
    # guest is, so that it cannot find out by 403 what is hidden.
    is_able = g.actor is not None and g.actor.can(_ability())
    g.viewer = g.actor if is_able or (g.actor and g.actor.can("api.read")) else None
    # Now, because after a commit the token would have to be read again.
    g.is_token_due = g.actor is not None and g.actor.is_due_to_be_seen
    _count(is_able)
    return repeats.replay() if is_able else None


def _ability() -> str:
    """What the view of this request asks for; one that only reads shows more to who may read members' things."""
    return getattr(current_app.view_functions[request.endpoint or ""], "required_ability", "api.read")


def _must_take_json() -> None:
    # zabbix-cachet asks for `application/json; indent=4`: parameters beside the quality are wishes.
    accept = MIMEAccept([(kind.partition(";")[0], quality) for kind, quality in request.accept_mimetypes])
    if accept and not accept.quality("application/json") and "*" not in accept.values():
        raise NotAcceptable()


class NotAcceptable(errors.Problem):
    """The client will not read JSON, and there is nothing else."""

    status = 406  # type: ignore[assignment]


def _caller() -> str:
    # Only tokens that exist have a count of their own: made-up ones would be a way around the limit.
    return f"token:{g.actor.id}" if g.actor is not None else f"address:{request.remote_addr}"


def _count(is_able: bool) -> None:
    """One more request of this caller, who may do what it asks for or not. Raises RateLimitExceeded."""
    if request.method in READS:
        if current_app.config["API_READ_LIMIT"]:
            _count_read()
    # Machines send points, many and often. Who may not is counted all the same.
    elif current_app.config["API_RATE_LIMIT"] and not (is_able and request.endpoint == POINTS):
        _count_write()


@limiter.shared_limit(lambda: throttle.api_limit("API_RATE_LIMIT"), scope="api", key_func=_caller)
def _count_write() -> None: ...


@limiter.shared_limit(lambda: throttle.api_limit("API_READ_LIMIT"), scope="api_reads", key_func=_caller)
def _count_read() -> None: ...


@bp.after_request
def _finish(response: Response) -> Response:
    repeats.keep(response)
    response.headers.setdefault("Cache-Control", "no-cache, private")
    response.vary.update(("X-Cachet-Token", "Authorization", "Time-Zone"))
    cors.allow(response)
    _tell_limit(response)
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    if g.get("is_token_due"):
        note_use(g.actor)
    return response


def _tell_limit(response: Response) -> None:
    limit = limiter.current_limit
    if limit is not None:
        response.headers["X-RateLimit-Limit"] = str(limit.limit.amount)
        response.headers["X-RateLimit-Remaining"] = str(max(limit.remaining, 0))
        response.headers["X-RateLimit-Reset"] = str(ceil(limit.reset_at))
        if response.status_code == 429:
            left = ceil(limit.reset_at - clock.now().timestamp())
            response.headers["Retry-After"] = str(min(max(left, 1), limit.limit.get_expiry()))


from app.controllers.api_v1 import (  # noqa: E402, F401  # they add their routes to bp
    component_groups,
    components,
    general,
    incident_templates,
    incident_updates,
    incidents,
    metric_points,
    metrics,
    schedules,
    subscribers,
)
