"""How the dashboard's views answer: a form that stays filled in, and a page that asks before something is deleted."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select

from app.errors import Conflict, Invalid
from app.extensions import db
from app.forms.base import Form
from app.models.deletion import Deletion, Restorable

MOST_PAGES = 1_000_000


def done(form: Form, verb: Callable[[], Any]) -> bool:
    """Commit what `verb` does. What it refuses lands on the fields of `form`, and nothing is kept. Nor is anything done
    if somebody else changed the same meanwhile."""
    if not form.is_current():
        return False
    try:
        verb()
        db.session.commit()
    except Invalid as invalid:
        db.session.rollback()
        form.take(invalid)
        return False
    return True


def done_or_late(form: Form, verb: Callable[[], Any], said: str) -> bool:
    """As `done`, and say so; what it is too late for is said, too, and changes nothing. False: `form` has errors."""
    try:
        if not done(form, verb):
            return False
        flash(said, "success")
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "info")
    return True


def said_or_late(verb: Callable[[], Any], said: str) -> bool:
    """Commit what `verb` does, and say so. What it refuses, mostly because it is too late, is said instead, and nothing
    is kept: False."""
    try:
        verb()
        db.session.commit()
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        flash(refusal.message, "info")
        return False
    flash(said, "success")
    return True


def form_page(template: str, form: Form, **context: Any) -> ResponseReturnValue:
    """The page with `form`: 422 when it has errors, with everything still there that was typed."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def confirm_page(question: str, label: str, back: str, detail: str = "") -> ResponseReturnValue:
    """Ask before something is deleted, for browsers without scripts; the button posts to this same address."""
    return render_template("dashboard/confirm.html", question=question, label=label, back=back, detail=detail)


def ask_to_delete(
    subject: Any, *, question: str, label: str, detail: str, back: str, said: str, after: str
) -> ResponseReturnValue:
    """Ask `question` on GET; on POST delete `subject`, say so and go on to the address `after`. What can be put back
    is offered there to be put back at once."""
    if request.method == "GET":
        return confirm_page(question, label, back, detail)
    subject.delete(actor=g.actor)
    deletion = Deletion.of(subject) if isinstance(subject, Restorable) else None
    db.session.commit()
    message: Any = said if deletion is None else {"text": said, "undo": deletion.id}
    flash(message, "success")
    return redirect(after)


def page_of(select: Select[Any], per_page: int) -> Pagination:
    """The page of the list that the address asks for; one past the end is a 404."""
    return db.paginate(select, page=min(request.args.get("page", 1, type=int), MOST_PAGES), per_page=per_page)
