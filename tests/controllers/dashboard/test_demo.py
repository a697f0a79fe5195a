"""The demo by a button: on the wizard's last page, and its way back on the overview."""

from app.models.demo import Demo
from tests.factories import make_component


def test_the_wizards_last_page_offers_it_while_the_page_is_fresh(sign_in, olive):
    browser = sign_in(olive)
    assert "Fill with an example" in browser.get("/setup/complete").text
    make_component()
    assert "Fill with an example" not in browser.get("/setup/complete").text


def test_one_click_fills_the_page_and_another_takes_it_away(sign_in, olive):
    browser = sign_in(olive)
    browser.get("/setup/complete")
    assert browser.submit("/dashboard/demo").location == "/dashboard/"
    assert "This page shows an example." in browser.get("/dashboard/").text
    assert "Some searches find nothing" in browser.get("/").text
    browser.submit("/dashboard/demo")
    assert "There is something on this page already" in browser.get("/dashboard/").text
    assert "Take the example away?" in browser.get("/dashboard/demo/delete").text
    browser.submit("/dashboard/demo/delete")
    assert "The example is gone." in browser.get("/dashboard/").text
    assert not Demo.is_there()
    browser.submit("/dashboard/demo/delete")
    assert "no example" in browser.get("/dashboard/").text


def test_a_viewer_may_do_neither(sign_in, vic):
    viewer = sign_in(vic)
    viewer.get("/dashboard/components")
    assert viewer.submit("/dashboard/demo").status_code == 403
    assert viewer.submit("/dashboard/demo/delete").status_code == 403
