"""Who may do what: the only place that knows roles. Everyone else asks for an ability by name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g

from app.errors import NotAllowed, Unauthenticated

View = TypeVar("View", bound=Callable[..., Any])

# Abilities in alphabetical order; a token's abilities are drawn from the same words.
ALL = frozenset(
    {
        "activity.view",
        "api.read",
        "components.manage",
        "dashboard.view",
        "deletions.manage",
        "html.manage",
        "incidents.manage",
        "maintenances.manage",
        "metric_points.manage",
        "metrics.manage",
        "owners.manage",
        "profile.manage",
        "settings.manage",
        "subscribers.manage",
        "team.manage",
        "templates.manage",
        "tokens.manage",
    }
)
ABILITIES: dict[str, frozenset[str]] = {
    "owner": ALL,
    "administrator": ALL - {"owners.manage"},
    "editor": ALL - {"activity.view", "html.manage", "owners.manage", "settings.manage", "team.manage"},
    "viewer": frozenset({"api.read", "dashboard.view", "profile.manage"}),
}
# What an API token may be given. Reading what everyone may read needs none.
TOKEN_ABILITIES = (
    "api.read",
    "components.manage",
    "incidents.manage",
    "maintenances.manage",
    "metric_points.manage",
    "metrics.manage",
    "subscribers.manage",
)


def roles_with(ability: str) -> list[str]:
    """The roles whose members have `ability`."""
    return [role for role, abilities in ABILITIES.items() if ability in abilities]


def covers(actor: Any, role: str) -> bool:
    """Whether `actor` may do all that `role` may, and so may give or take it. None, a command, may everything."""
    return actor is None or all(actor.can(ability) for ability in ABILITIES[role])


def requires(ability: str) -> Callable[[View], View]:
    """Guard a view: 401 without an actor, 403 when the actor lacks `ability`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            check(ability)
            return view(*args, **kwargs)

        guarded.required_ability = ability  # type: ignore[attr-defined]  # read by tests/test_architecture.py
        return guarded  # type: ignore[return-value]

    return decorate


def check(ability: str) -> None:
    """Raise Unauthenticated or NotAllowed unless the actor of this request has `ability`."""
    actor = g.get("actor")
    if actor is None:
        raise Unauthenticated()
    if not actor.can(ability):
        raise NotAllowed()


def can(ability: str) -> bool:
    """Whether the actor of this request has `ability`; for templates."""
    actor = g.get("actor")
    return actor is not None and actor.can(ability)
