"""`flask token`: keys for programs that use the API."""

import json
from datetime import timedelta
from typing import Any

import click
from flask.cli import AppGroup
from werkzeug.datastructures import MultiDict

from app.cli.answers import Refused, says_why
from app.errors import Invalid
from app.extensions import db
from app.forms.api_token import ApiTokenForm
from app.lib import clock
from app.models import ApiToken, User
from app.permissions import TOKEN_ABILITIES

token_group = AppGroup("token", help="API tokens: keys for programs.")


@token_group.command("create")
@click.argument("name")
@click.option("--user", "login", required=True, help="Whose token it is: username or e-mail address.")
@click.option(
    "--abilities",
    default=",".join(TOKEN_ABILITIES),
    show_default=True,
    help="What it may, with commas; '' to read what everyone can.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="After how many days it ends; never unless given.")
@says_why
def create(name: str, login: str, abilities: str, days: int | None) -> None:
    """Create an API token, called NAME after the program that will use it.

    Prints it, alone on standard output; it cannot be shown again. Exit codes: 0 done, 1 refused, 2 bad input.
    """
    wanted = [ability.strip() for ability in abilities.split(",") if ability.strip()]
    form = ApiTokenForm(
        MultiDict([("name", name), *(("abilities", ability) for ability in wanted)]), meta={"csrf": False}
    )
    if not form.validate():
        raise Invalid(**{str(field): str(errors[0]) for field, errors in form.errors.items()})
    user = User.by_login(login)
    if user is None:
        raise Refused(f"there is no member called {login}")
    end = clock.now() + timedelta(days=days) if days else None
    _token, text = ApiToken.create(name=form.name.data or "", user=user, abilities=wanted, expires_at=end, actor=None)
    db.session.commit()
    click.echo(text)


@token_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of lines.")
@says_why
def show(as_json: bool) -> None:
    """List the tokens: number, last characters, member, name, when it was last used and when it ends, by tabs."""
    rows = [_told(token) for token in db.session.scalars(ApiToken.newest_first())]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        words = (row["user"], row["name"], row["last_used_at"] or "never", row["expires_at"] or "never")
        click.echo("\t".join((str(row["id"]), f"…{row['hint']}", *words)))


def _told(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "hint": token.hint,
        "user": token.user.username,
        "name": token.name,
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }


@token_group.command("revoke")
@click.argument("number", type=int)
@says_why
def revoke(number: int) -> None:
    """End the token with this NUMBER, at once and for good. Exit codes: 0 done, 1 there is none."""
    token = db.session.get(ApiToken, number)
    if token is None:
        raise Refused(f"there is no token with the number {number}")
    token.revoke(actor=None)
    db.session.commit()
