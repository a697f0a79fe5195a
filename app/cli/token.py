"""`flask token`: keys for programs that use the API."""

import click
from flask.cli import AppGroup
from werkzeug.datastructures import MultiDict

from app.cli.answers import Refused, says_why
from app.errors import Invalid
from app.extensions import db
from app.forms.api_token import ApiTokenForm
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
    help="What it may, with commas; '' to read only.",
)
@says_why
def create(name: str, login: str, abilities: str) -> None:
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
    _token, text = ApiToken.create(name=form.name.data or "", user=user, abilities=wanted, actor=None)
    db.session.commit()
    click.echo(text)
