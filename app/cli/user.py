"""`flask user`: members without a browser."""

import click
from flask.cli import AppGroup
from werkzeug.datastructures import MultiDict

from app.cli.answers import Misused, Refused, made_up_password, password, says_why
from app.errors import Invalid
from app.extensions import db
from app.forms.user import MemberForm
from app.models import FirstRun, User
from app.models.enums import Role

user_group = AppGroup("user", help="Members: the people who may sign in.")


@user_group.command("create")
@click.argument("username")
@click.option("--email", required=True, help="Their e-mail address, which signs in as well.")
@click.option("--role", type=click.Choice([str(each) for each in Role]), default=Role.EDITOR.value, show_default=True)
@click.option("--password", "given", envvar="USER_PASSWORD", show_envvar=True, help="Rather by the variable.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--generate-password", is_flag=True, help="Make one up and print it, alone on standard output.")
@says_why
def create(
    username: str, email: str, role: str, given: str | None, password_stdin: bool, generate_password: bool
) -> None:
    """Create a member called USERNAME.

    Without another source, the password is asked for. Exit codes: 0 done, 1 refused, 2 bad input.
    """
    if FirstRun.needed():
        raise Refused("this page has not been set up yet; run: bin/flask setup")
    if generate_password and password_stdin:
        raise Misused("--generate-password and --password-stdin exclude each other")
    secret = made_up_password() if generate_password else password(given, password_stdin, "USER_PASSWORD")
    sent = MultiDict({"username": username, "email": email, "password": secret})
    form = MemberForm(sent, meta={"csrf": False})
    if not form.validate():
        raise Invalid(**{str(name): str(errors[0]) for name, errors in form.errors.items()})
    User.create(**form.values(), role=Role(role), actor=None)
    db.session.commit()
    click.echo(f"Created {form.username.data} as {role}.", err=True)
    if generate_password:
        click.echo(secret)
