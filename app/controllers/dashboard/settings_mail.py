"""How mails leave, whether they do, and what could not be sent."""

from typing import Any

import redis
from flask import current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import jobs, throttle
from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import confirm_page, done, page_of, said_or_late
from app.extensions import db, limiter
from app.forms.setting_mail import MailSettingForm
from app.i18n import _, ngettext
from app.jobs import events, mail
from app.mailer import send_test
from app.models.mail_state import MailState
from app.models.member_mail import MemberMail
from app.models.notice import Notice
from app.models.setting import Setting
from app.permissions import requires

PER_PAGE = 20


@bp.route("/settings/mail", methods=["GET", "POST"])
@requires("settings.manage")
def settings_mail() -> ResponseReturnValue:
    """The way out for mails, and how they are doing."""
    if request.method == "GET":
        return _page(MailSettingForm.opened(current_user.email))
    form = MailSettingForm.sent(request.form)
    # First what others changed: it may be where the password that is kept goes.
    if not (form.is_current() and form.validate_on_submit() and done(form, lambda: _change(form))):
        return _page(form)
    flash(_("The settings have been saved."), "success")
    return redirect(url_for("dashboard.settings_mail"))


@bp.post("/settings/mail/test")
@requires("settings.manage")
@limiter.limit(throttle.TEST_MAIL)
def settings_mail_test() -> ResponseReturnValue:
    """Send a mail with the settings as they are typed, and show what the mail server said."""
    form = MailSettingForm.sent(request.form)
    wrong = form.wrong_for_a_test()
    if wrong:
        message = "\n".join(f"{form[name].label.text}: {sentence}" for name, sentence in wrong.items())
    else:
        message = _try(form)
    result = {"ok": not message, "message": message or _("Sent. Look into the inbox of %(to)s.", to=form.test_to.data)}
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(result)
    return _page(form, result=result)


@bp.post(f"/settings/mail/<{ID}:notice_id>/send-again")
@requires("settings.manage")
def notice_send_again(notice_id: int) -> ResponseReturnValue:
    """Try one mail anew, now."""
    notice = db.get_or_404(Notice, notice_id)
    said_or_late(
        lambda: _send_again(notice), _("The mail to %(name)s is tried again now.", name=notice.subscriber.email)
    )
    return redirect(url_for("dashboard.settings_mail", _anchor="trouble"))


@bp.route("/settings/mail/send-again", methods=["GET", "POST"])
@requires("settings.manage")
def notices_send_again() -> ResponseReturnValue:
    """Ask, then try all anew that were given up."""
    back = url_for("dashboard.settings_mail", _anchor="trouble")
    if request.method == "GET":
        question = ngettext("Send %(num)d mail again?", "Send %(num)d mails again?", Notice.failed())
        return confirm_page(question, _("Send again"), back, _("What is old news by now is sent, too."))
    count = Notice.send_all_again(actor=g.actor)
    jobs.enqueue(events.sweep)
    db.session.commit()
    flash(ngettext("%(num)d mail is tried again now.", "%(num)d mails are tried again now.", count), "success")
    return redirect(back)


def _send_again(notice: Notice) -> None:
    notice.send_again(actor=g.actor)
    jobs.enqueue(mail.deliver, [notice.id], queue="mail")


def _try(form: MailSettingForm) -> str:
    # Nobody may hold SQLite's one write lock while a mail server thinks.
    db.session.rollback()
    g.reads_only = True
    said = send_test(form.test_to.data or "", form.way)
    db.session.rollback()
    g.pop("reads_only", None)
    return said


def _change(form: MailSettingForm) -> None:
    Setting.change(**form.stored(), actor=g.actor)
    # What the old way kept from being sent need not wait for its next turn.
    Notice.hurry()
    MemberMail.hurry()
    jobs.enqueue(events.sweep)


def _page(form: MailSettingForm, **context: Any) -> ResponseReturnValue:
    page = render_template(
        "dashboard/settings/mail.html",
        form=form,
        state=MailState.load(),
        queue_is_away=_queue_is_away(),
        trouble=page_of(Notice.in_trouble_with_reader(), PER_PAGE),
        members_trouble=db.session.scalars(MemberMail.in_trouble().limit(PER_PAGE)).all(),
        **context,
    )
    return page, 422 if form.errors or not context.get("result", {"ok": True})["ok"] else 200


def _queue_is_away() -> bool:
    try:
        current_app.extensions["daymark.redis"].ping()
    except redis.RedisError:
        return True
    return False
