"""Two-factor: setting the app up, the second step of signing in, and every way around that must not be one."""

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from app.extensions import db, limiter
from app.lib import clock
from app.models import Event, Passkey, RecoveryCode, SignIn, User
from app.models.event import EventName
from tests.effects import effect_of, saved
from tests.people import PASSWORD, Browser

HOME = "/dashboard/"


class Telephone:
    """An authenticator app, and the clock that it shares with the page."""

    def __init__(self, monkeypatch):
        self.now, self.totp = clock.now(), None
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def scan(self, page: str) -> None:
        self.totp = pyotp.TOTP(re.search(r'id="totp-key">([A-Z2-7 ]+)<', page)[1].replace(" ", ""))

    def code(self, steps: int = 0) -> str:
        return self.totp.generate_otp(int(self.now.timestamp()) // 30 + steps)

    def wait(self, **span) -> None:
        self.now += timedelta(**span)
        limiter.reset()


@pytest.fixture
def telephone(monkeypatch):
    return Telephone(monkeypatch)


@pytest.fixture
def codes(ed, sign_in, telephone):
    """Ed has set up the app; his recovery codes."""
    return set_up(sign_in(ed), telephone)


@pytest.fixture
def browser(app, installed):
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.get("/auth/login")
    return browser


def set_up(browser, telephone, password=PASSWORD):
    telephone.scan(browser.get("/dashboard/user/two-factor/app").text)
    answer = browser.submit("/dashboard/user/two-factor/app", code=telephone.code(), present=password)
    assert answer.location == "/dashboard/user/two-factor/codes", answer.text
    page = browser.get(answer.location).text
    telephone.wait(seconds=31)
    return re.search(r'id="codes">([^<]+)<', page)[1].split("\n")


def first_step(browser, then=None, **more):
    if then:
        more["next"] = then
    answer = browser.submit("/auth/login", login="ed", password=PASSWORD, **more)
    assert answer.location == "/auth/2fa", answer.text
    assert browser.get("/auth/2fa").status_code == 200
    return browser


def test_it_is_set_up_only_by_a_code_that_fits_and_the_password(ed, sign_in, telephone):
    browser = sign_in(ed)
    page = browser.get("/dashboard/user/two-factor/app")
    assert "<svg" in page.text and "style=" not in page.text and page.text.count("otpauth://totp/") == 1
    telephone.scan(page.text)
    wrong = [{"code": "000000", "present": PASSWORD}, {"code": telephone.code(), "present": "no"}, {"code": "x" * 30}]
    for fields in wrong:
        answer = browser.submit("/dashboard/user/two-factor/app", **fields)
        assert answer.status_code == 422
        assert f"secret={telephone.totp.secret}" in answer.text, "the key stays the same in every try"
    db.session.expire_all()
    assert not ed.has_two_factor and ed.totp_secret is None
    browser.submit("/dashboard/user/two-factor/app", code=telephone.code(), present=PASSWORD)
    db.session.expire_all()
    assert ed.has_totp and telephone.totp.secret not in ed.totp_secret
    codes = browser.get("/dashboard/user/two-factor/codes").text
    assert len(re.findall(r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b", codes)) == 10
    assert 'download="recovery-codes.txt"' in codes and "data:text/plain" in codes
    assert browser.get("/dashboard/user/two-factor/codes").status_code == 302, "they are shown once"


def test_the_password_alone_no_longer_opens_anything(browser, codes, telephone):
    first_step(browser)
    for path in (HOME, "/dashboard/user", "/dashboard/user/two-factor"):
        assert browser.get(path).location.startswith("/auth/login")
    assert db.session.scalar(SignIn.open_of(User.by_login("ed")).offset(1)) is None, "no session before the code"
    assert browser.submit("/auth/2fa", code=telephone.code()).location == HOME
    assert browser.get(HOME).status_code == 200
    assert db.session.scalar(SignIn.newest_first()).method == "code"


def test_next_and_remember_survive_the_second_step(browser, codes, telephone):
    first_step(browser, then="/dashboard/components", remember="y")
    answer = browser.submit("/auth/2fa", code=telephone.code())
    assert answer.location == "/dashboard/components"
    browser.delete_cookie("session")
    assert browser.get(HOME).status_code == 200


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_clock_of_a_telephone_may_be_half_a_minute_off(browser, codes, telephone, steps):
    telephone.wait(minutes=2)
    first_step(browser)
    assert browser.submit("/auth/2fa", code=telephone.code(steps)).status_code == 302


@pytest.mark.parametrize("code", ["", "000000", "12345", "abc", "1" * 21, "\0", "１２３４５６"])
def test_anything_else_is_refused(browser, codes, code):
    first_step(browser)
    answer = browser.submit("/auth/2fa", code=code)
    assert answer.status_code == 422 and 'id="code-error"' in answer.text
    assert browser.get(HOME).status_code == 302


def test_codes_of_long_ago_are_refused(browser, codes, telephone):
    telephone.wait(minutes=5)
    first_step(browser)
    for steps in (-3, -2, 2):
        assert browser.submit("/auth/2fa", code=telephone.code(steps)).status_code == 422


def test_a_code_is_taken_once(app, browser, codes, telephone):
    first_step(browser)
    code = telephone.code()
    assert browser.submit("/auth/2fa", code=code).status_code == 302
    other = Browser(app, app.response_class, use_cookies=True)
    other.get("/auth/login")
    assert first_step(other).submit("/auth/2fa", code=code).status_code == 422


def test_five_tries_and_then_a_pause_from_wherever_they_come(app, browser, codes, telephone):
    first_step(browser)
    for _try in range(5):
        assert browser.submit("/auth/2fa", code="000000").status_code == 422
    assert browser.submit("/auth/2fa", code=telephone.code()).status_code == 429
    other = Browser(app, app.response_class, use_cookies=True)
    other.environ_base = {**other.environ_base, "REMOTE_ADDR": "203.0.113.7"}
    other.get("/auth/login")
    assert first_step(other).submit("/auth/2fa", code=telephone.code()).status_code == 429
    failed = db.session.scalars(SignIn.newest_first().where(SignIn.succeeded.is_(False))).all()
    assert [(row.method, row.user.username) for row in failed] == [("code", "ed")] * 5


def test_a_recovery_code_lets_in_once_however_it_is_written(app, browser, codes, telephone):
    first_step(browser)
    answer = browser.submit("/auth/2fa", recovery=f" {codes[0].upper().replace('-', ' ')} ")
    assert answer.location == HOME
    assert "9 recovery codes are left." in browser.get(HOME).text
    assert db.session.scalar(SignIn.newest_first()).method == "recovery"
    other = Browser(app, app.response_class, use_cookies=True)
    other.get("/auth/login")
    answer = first_step(other).submit("/auth/2fa", recovery=codes[0])
    assert answer.status_code == 422 and 'id="recovery-error"' in answer.text


def test_codes_of_somebody_else_do_not_help(browser, codes, olive, sign_in, telephone):
    others = set_up(sign_in(olive), telephone)
    first_step(browser)
    assert browser.submit("/auth/2fa", recovery=others[0]).status_code == 422
    assert browser.submit("/auth/2fa", code=telephone.code()).status_code == 422


def test_new_recovery_codes_take_the_password_and_void_the_old(ed, browser, codes, telephone):
    first_step(browser).submit("/auth/2fa", code=telephone.code())
    browser.get("/dashboard/user/two-factor/codes/create")
    assert browser.submit("/dashboard/user/two-factor/codes/create", present="no").status_code == 422
    answer = browser.submit("/dashboard/user/two-factor/codes/create", present=PASSWORD)
    new = re.search(r'id="codes">([^<]+)<', browser.get(answer.location).text)[1].split("\n")
    assert len(new) == 10 and not set(new) & set(codes)
    assert not RecoveryCode.use(ed, codes[1]) and RecoveryCode.use(ed, new[1])


def test_it_ends_with_the_password(ed, browser, codes, telephone):
    first_step(browser).submit("/auth/2fa", code=telephone.code())
    browser.get("/dashboard/user/two-factor/disable")
    assert browser.submit("/dashboard/user/two-factor/disable", present="no").status_code == 422
    browser.submit("/dashboard/user/two-factor/disable", present=PASSWORD)
    db.session.expire_all()
    assert not ed.has_two_factor and ed.totp_secret is None and RecoveryCode.left(ed) == 0
    browser.submit("/auth/logout")
    browser.get("/auth/login")
    assert browser.submit("/auth/login", login="ed", password=PASSWORD).location == HOME


def test_the_first_step_is_void_after_ten_minutes(browser, codes, telephone):
    first_step(browser)
    telephone.wait(minutes=11)
    assert browser.submit("/auth/2fa", code=telephone.code()).location == "/auth/login"


def test_the_first_step_is_void_when_the_password_changed_meanwhile(ed, browser, codes, telephone):
    first_step(browser)
    ed.change_password("another password entirely", actor=ed)
    db.session.commit()
    assert browser.submit("/auth/2fa", code=telephone.code()).location == "/auth/login"


def test_and_when_the_member_was_deactivated(ed, browser, codes, telephone):
    first_step(browser)
    ed.deactivated_at = clock.now()
    db.session.commit()
    assert browser.submit("/auth/2fa", code=telephone.code()).location == "/auth/login"


def test_without_a_first_step_there_is_no_second(browser):
    assert browser.get("/auth/2fa").location == "/auth/login"
    assert browser.submit("/auth/2fa", code="000000").location == "/auth/login"


def test_a_forgotten_password_does_not_take_the_second_factor_away(ed, browser, codes, telephone):
    ed.change_password("another password entirely", actor=ed)
    db.session.commit()
    assert browser.submit("/auth/login", login="ed", password="another password entirely").location == "/auth/2fa"


def test_an_owner_or_a_command_takes_it_away(app, ed, olive, sign_in, codes):
    ed.reset_two_factor(actor=olive)
    db.session.commit()
    assert not ed.has_two_factor and RecoveryCode.left(ed) == 0
    assert EventName.USER_TWO_FACTOR_RESET in db.session.scalars(sa.select(Event.name)).all()
    assert sign_in(ed).get(HOME).status_code == 200


def test_by_command(app, ed, browser, codes):
    run = app.test_cli_runner().invoke
    assert run(args=["user", "disable-2fa", "nobody"]).exit_code == 1
    assert run(args=["user", "disable-2fa", "ed"]).exit_code == 0
    assert run(args=["user", "disable-2fa", "ed"]).exit_code == 1
    assert browser.submit("/auth/login", login="ed", password=PASSWORD).location == HOME


@pytest.fixture
def required(olive, sign_in):
    saved(sign_in(olive), "/dashboard/settings/security", require_two_factor=True)


@effect_of("require_two_factor")
def test_whoever_must_have_one_can_do_nothing_before(app, ed, required, browser, telephone):
    answer = browser.submit("/auth/login", login="ed", password=PASSWORD, next="/dashboard/components")
    assert browser.get(answer.location).location == "/dashboard/user/two-factor"
    page = browser.get("/dashboard/user/two-factor")
    assert "Everyone here needs a second factor" in page.text
    for path in (HOME, "/dashboard/user", "/dashboard/user/password", "/dashboard/incidents/create"):
        assert browser.get(path).location == "/dashboard/user/two-factor", path
    assert browser.submit("/dashboard/components/create", name="x").location == "/dashboard/user/two-factor"
    assert 'href="/dashboard/"' not in browser.get("/").text, "on the public page they are a guest"
    browser.get("/dashboard/components")
    telephone.scan(browser.get("/dashboard/user/two-factor/app").text)
    answer = browser.submit("/dashboard/user/two-factor/app", code=telephone.code(), present=PASSWORD)
    assert 'href="/dashboard/components"' in browser.get(answer.location).text
    assert browser.get("/dashboard/components").status_code == 200


def test_nor_see_a_page_that_is_for_members_only(app, ed, olive, sign_in, browser):
    settings = {"require_two_factor": True, "members_only": True}
    saved(sign_in(olive), "/dashboard/settings/security", **settings)
    browser.submit("/auth/login", login="ed", password=PASSWORD)
    answer = browser.get("/", follow_redirects=True)
    assert answer.request.path == "/dashboard/user/two-factor"
    assert browser.get("/rss").status_code == 401


def test_whoever_has_one_notices_nothing(required, browser, ed, telephone):
    signed_in = browser.submit("/auth/login", login="ed", password=PASSWORD)
    assert signed_in.location == HOME
    codes = set_up(browser, telephone)
    browser.submit("/auth/logout")
    browser.get("/auth/login")
    assert first_step(browser).submit("/auth/2fa", recovery=codes[0]).location == HOME
    assert browser.get(HOME).status_code == 200


def test_a_passkey_asks_for_a_second_step_as_well(ed, browser):
    keep = {"credential_id": "abc", "public_key": "def", "sign_count": 0, "transports": []}
    Passkey.create(user=ed, name="Phone", actor=ed, **keep)
    [code, *_rest] = ed.renew_recovery_codes(actor=ed)
    db.session.commit()
    page = first_step(browser).get("/auth/2fa").text
    assert 'name="code"' not in page and "data-passkey-sign-in" in page
    assert browser.submit("/auth/2fa", code="000000").status_code == 422
    assert browser.submit("/auth/2fa", recovery=code).location == HOME
