"""`flask user`: members without a browser."""

import json
from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup
from werkzeug.datastructures import MultiDict

from app.cli.answers import Misused, Refused, made_up_password, password, says_why
from app.errors import Invalid
from app.extensions import db
from app.forms.user import MemberForm
from app.models import FirstRun, Passkey, User
from app.models.enums import Role

user_group = AppGroup("user", help="Members: the people who may sign in.")


def _asks_for_password(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ways to hand a command a password."""
    for option in (
        click.option("--generate-password", is_flag=True, help="Make one up and print it, alone on standard output."),
        click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
        click.option("--password", "given", envvar="USER_PASSWORD", show_envvar=True, help="Rather by the variable."),
    ):
        command = option(command)
    return command


@user_group.command("create")
@click.argument("username")
@click.option("--email", required=True, help="Their e-mail address, which signs in as well.")
@click.option("--role", type=click.Choice([str(each) for each in Role]), default=Role.EDITOR.value, show_default=True)
@_asks_for_password
@says_why
def create(
    username: str, email: str, role: str, given: str | None, password_stdin: bool, generate_password: bool
) -> None:
    """Create a member called USERNAME.

    Without another source, the password is asked for. Exit codes: 0 done, 1 refused, 2 bad input.
    """
    if FirstRun.needed():
        raise Refused("this page has not been set up yet; run: bin/flask setup")
    secret = _secret(given, password_stdin, generate_password)
    form = _checked(username, email, secret)
    User.create(**form.values(), role=Role(role), actor=None)
    db.session.commit()
    click.echo(f"Created {form.username.data} as {role}.", err=True)
    if generate_password:
        click.echo(secret)


@user_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of lines.")
@says_why
def show(as_json: bool) -> None:
    """List the members: username, address, role, state, two-factor and when they were last seen, by tabs."""
    users = list(db.session.scalars(User.listed()))
    keyed = Passkey.holders(users)
    rows = [_told(user, user.has_totp or user.id in keyed) for user in users]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        state, second = "active" if row["active"] else "deactivated", "two-factor" if row["two_factor"] else "password"
        words = (row["username"], row["email"], row["role"], state, second, row["last_seen_at"] or "never")
        click.echo("\t".join(words))


@user_group.command("password")
@click.argument("username")
@_asks_for_password
@says_why
def change_password(username: str, given: str | None, password_stdin: bool, generate_password: bool) -> None:
    """Give USERNAME another password and end all their sessions.

    Without another source, it is asked for. Exit codes: 0 done, 1 there is no such member, 2 bad input.
    """
    user = _found(username)
    secret = _secret(given, password_stdin, generate_password)
    _checked(user.username, user.email, secret)
    user.change_password(secret, actor=None)
    db.session.commit()
    click.echo(f"{user.username} has another password and is signed out everywhere.", err=True)
    if generate_password:
        click.echo(secret)


@user_group.command("role")
@click.argument("username")
@click.argument("role", type=click.Choice([str(each) for each in Role]))
@says_why
def change_role(username: str, role: str) -> None:
    """Make USERNAME a ROLE. Exit codes: 0 done, 1 there is no such member, or no other owner."""
    user = _found(username)
    user.change_role(Role(role), actor=None)
    db.session.commit()
    click.echo(f"{user.username} is now: {role}.", err=True)


@user_group.command("deactivate")
@click.argument("username")
@says_why
def deactivate(username: str) -> None:
    """Keep USERNAME out; their sessions end. Exit codes: 0 done, 1 there is no such member, or no other owner."""
    user = _found(username)
    user.deactivate(actor=None)
    db.session.commit()
    click.echo(f"{user.username} is deactivated.", err=True)


@user_group.command("activate")
@click.argument("username")
@says_why
def activate(username: str) -> None:
    """Let USERNAME in again. Exit codes: 0 done, 1 there is no such member."""
    user = _found(username)
    user.activate(actor=None)
    db.session.commit()
    click.echo(f"{user.username} is active.", err=True)


def _found(login: str) -> User:
    user = User.by_login(login)
    if user is None:
        raise Refused(f"there is no member called {login}")
    return user


def _secret(given: str | None, from_stdin: bool, made_up: bool) -> str:
    if made_up and from_stdin:
        raise Misused("--generate-password and --password-stdin exclude each other")
    return made_up_password() if made_up else password(given, from_stdin, "USER_PASSWORD")


def _checked(username: str, email: str, secret: str) -> MemberForm:
    form = MemberForm(MultiDict({"username": username, "email": email, "password": secret}), meta={"csrf": False})
    if not form.validate():
        raise Invalid(**{str(name): str(errors[0]) for name, errors in form.errors.items()})
    return form


def _told(user: User, two_factor: bool) -> dict[str, Any]:
    return {
        "username": user.username,
        "email": user.email,
        "role": user.role,
        "active": user.is_active,
        "two_factor": two_factor,
        "last_seen_at": user.last_seen_at.isoformat() if user.last_seen_at else None,
    }


@user_group.command("disable-2fa")
@click.argument("username")
@says_why
def disable_two_factor(username: str) -> None:
    """Take the second factors of USERNAME away, who lost them, and sign them out everywhere.

    USERNAME may be their e-mail address. Exit codes: 0 done, 1 no such member, or none to take away.
    """
    user = _found(username)
    if not user.has_two_factor:
        raise Refused(f"{user.username} has no second factor")
    user.reset_two_factor(actor=None)
    db.session.commit()
    click.echo(f"{user.username} signs in with the password alone again, and is signed out everywhere.", err=True)
