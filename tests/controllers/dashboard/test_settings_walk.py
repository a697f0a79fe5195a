"""Every declared setting has a page with a field, its label and its help, and a test that sees what it does."""

from html.parser import HTMLParser

from flask import url_for

from app.models.declared import DECLARED
from tests import effects

# Written by the wizard, and by the job that works out days.
NOT_CHANGED = {"installed_at", "days_zone", "down_since", "down_message", "down_retry_after"}


class Page(HTMLParser):
    """The named fields of a page: by id, what labels it and what is said below it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ids: set[str] = set()
        self.labelled: set[str] = set()
        self.depth = 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids.add(given.get("id", ""))
        if tag == "label":
            self.depth += 1
            self.labelled.add(given.get("for", ""))
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.names.add(given.get("name", ""))
            if self.depth:
                self.labelled.add(given.get("name", ""))

    def handle_endtag(self, tag):
        self.depth -= tag == "label"


def settings_pages(app) -> list[str]:
    """The addresses of all pages of settings."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("dashboard.settings_")]
    with app.test_request_context():
        return [url_for(rule.endpoint) for rule in rules if {"GET", "POST"} <= rule.methods and not rule.arguments]


def test_every_setting_has_a_page_with_a_field_its_label_and_its_help(app, olive, sign_in):
    browser = sign_in(olive)
    answers = {path: browser.get(path) for path in settings_pages(app)}
    # A question before something is removed has nothing to ask about.
    assert {path for path, answer in answers.items() if answer.status_code not in {200, 404}} == set()
    pages = [Page(answer.text) for answer in answers.values() if answer.status_code == 200]
    missing = []
    for name in DECLARED.keys() - NOT_CHANGED:
        having = [page for page in pages if name in page.names]
        missing += [f"{name} stands on {len(having)} pages"] if len(having) != 1 else []
        missing += [f"{name} has no label" for page in having if name not in page.labelled]
        missing += [f"{name} has no help" for page in having if f"{name}-hint" not in page.ids]
    assert missing == []


def test_every_setting_says_what_it_is_for_and_has_a_default_of_its_type():
    assert {name for name, declared in DECLARED.items() if not str(declared.help)} == set()
    assert {name for name, declared in DECLARED.items() if type(declared.default) is not declared.type} == set()


def test_the_effect_of_every_setting_is_seen_by_a_test():
    assert DECLARED.keys() - NOT_CHANGED - effects.seen() == set()


def test_no_test_sees_the_effect_of_a_setting_that_is_not_there():
    assert effects.seen() - DECLARED.keys() == set()
