from app.extensions import db
from app.lib import clock
from app.models import Component, Subscriber
from tests.factories import make_component, make_subscriber

CREATE = "/dashboard/subscribers/create"


def addresses() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(db.select(Subscriber.email)))


def test_an_empty_list_says_what_to_do(browser):
    assert "No subscribers yet" in browser.get("/dashboard/subscribers").text


def test_the_list_says_who_hears_of_what(browser):
    make_subscriber("all@example.org")
    make_subscriber("some@example.org", components=[make_component("<b>Web</b>")])
    make_subscriber("new@example.org", verified=False)
    make_subscriber("dead@example.org").set_aside_at = clock.now()
    make_subscriber("gone@example.org").unsubscribed_at = clock.now()
    db.session.commit()
    page = browser.get("/dashboard/subscribers").text
    for word in ("Everything", "&lt;b&gt;Web", "Not confirmed", "Set aside", "3 confirmed subscribers"):
        assert word in page
    assert "gone@example.org" not in page


def test_search_finds_part_of_an_address(browser):
    make_subscriber("anna@example.org")
    make_subscriber("berta@example.org")
    page = browser.get("/dashboard/subscribers?q=ANNA").text
    assert "anna@" in page
    assert "berta@" not in page
    assert "Nothing matches" not in page
    assert "Nothing matches" in browser.get("/dashboard/subscribers?q=%25").text


def test_several_are_added_and_asked_to_confirm(browser, run_jobs, mailbox):
    make_subscriber("known@example.org")
    browser.get(CREATE)
    answer = browser.submit(
        CREATE, addresses=" Anna@Example.org\r\n\r\nberta@example.org\nanna@example.org\nknown@example.org"
    )
    page = browser.get(answer.location).text
    assert "2 subscribers have been added. 1 was subscribed already." in page
    assert addresses() == ["anna@example.org", "berta@example.org", "known@example.org"]
    run_jobs()
    assert len(mailbox.to("anna@example.org")) == 1
    assert not mailbox.to("known@example.org")


def test_who_agreed_already_is_not_asked(browser, run_jobs, mailbox):
    browser.get(CREATE)
    browser.submit(CREATE, addresses="anna@example.org", verified="y")
    run_jobs()
    assert mailbox.messages == []
    assert db.session.scalars(db.select(Subscriber)).one().is_verified


def test_all_again_adds_nobody(browser):
    make_subscriber("anna@example.org")
    browser.get(CREATE)
    answer = browser.submit(CREATE, addresses="anna@example.org")
    assert "1 was subscribed already." in browser.get(answer.location).text


def test_each_wrong_line_is_named_and_nobody_is_added(browser):
    make_subscriber("left@example.org").unsubscribed_at = clock.now()
    db.session.commit()
    browser.get(CREATE)
    typed = "good@example.org\n<script>alert(1)</script>\na@b@c\nfine@example.org, other@example.org"
    answer = browser.submit(CREATE, addresses=typed)
    assert answer.status_code == 422
    assert "3 lines cannot be taken; nobody has been added yet." in answer.text
    assert all(f"Line {number}," in answer.text for number in (2, 3, 4))
    assert "good@example.org" in answer.text
    assert "<script>alert" not in answer.text
    refused = browser.submit(CREATE, addresses="good@example.org\nLeft@example.org")
    assert refused.status_code == 422
    assert "Line 2, “left@example.org”: This address has unsubscribed." in refused.text
    assert addresses() == ["left@example.org"]


def test_nothing_and_too_much_are_refused(browser):
    browser.get(CREATE)
    assert "Please fill this in." in browser.submit(CREATE, addresses=" \n ").text
    many = "\n".join(f"p{number}@example.org" for number in range(501))
    answer = browser.submit(CREATE, addresses=many)
    assert answer.status_code == 422
    assert "Add at most 500 at once; these are 501 lines." in answer.text


def test_a_subscriber_is_deleted(browser):
    subscriber = make_subscriber("anna@example.org")
    path = f"/dashboard/subscribers/{subscriber.id}/delete"
    assert "Delete anna@example.org?" in browser.get(path).text
    answer = browser.submit(path)
    assert "anna@example.org has been deleted." in browser.get(answer.location).text
    assert addresses() == []
    assert browser.submit(path).status_code == 404


def test_a_long_list_has_pages_and_takes_the_same_queries(browser, queries):
    component = make_component()
    make_subscriber("p0@example.org", components=[component])
    few = queries("/dashboard/subscribers")
    component = db.session.scalars(db.select(Component)).one()
    for number in range(1, 60):
        Subscriber.add(f"p{number}@example.org", actor=None, components=[component] if number % 2 else None)
    db.session.commit()
    assert queries("/dashboard/subscribers") == few
    assert "51–60 of 60" in browser.get("/dashboard/subscribers?page=2").text
