"""What a visitor waits for at thirty components, seen by Chromium on a Daymark as its users run it."""

import pytest
import requests

from tests.browser import chromium
from tests.web import tools

MOST_REQUESTS = 4
MOST_BYTES = 60_000
MOST_HTML = 40_000
# With little else on the machine a desktop scores 100 and a phone 98 to 100. What others do there is measured as if the
# page did it, for a phone times four, in the time that scripts and layout block alone: with three times as many
# programs as processors a phone had 90 to 99. The rest holds what the page decides.
FAST_ENOUGH = 85
SOON = {"mobile": 2500, "desktop": 1200}


@pytest.fixture(scope="module")
def asked(daymark):
    """Every request of the first view of `/`: its address and how many bytes came over the wire, headers and all."""
    with chromium() as browser:
        return tools.asked_for(browser, f"{daymark.url}/")


def test_it_takes_four_requests_and_sixty_kilobytes_at_most(asked, daymark):
    print({one["url"].removeprefix(daymark.url): one["bytes"] for one in asked})
    assert len(asked) <= MOST_REQUESTS, asked
    assert sum(one["bytes"] for one in asked) <= MOST_BYTES, asked
    assert asked[0]["url"] == daymark.url + "/"
    assert asked[0]["bytes"] <= MOST_HTML


def test_it_asks_nobody_else_and_may_not(asked, daymark):
    assert all(one["url"].startswith(daymark.url + "/") for one in asked), asked
    policy = requests.get(f"{daymark.url}/", timeout=10).headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("default-src") == "'none'"
    assert set(" ".join(rules.values()).split()) <= {"'self'", "'none'", "data:"}, policy


@pytest.mark.parametrize("form", tools.FORMS)
def test_lighthouse_gives_a_hundred(daymark, form):
    tries = [tools.lighthouse(f"{daymark.url}/", form)]

    def quickest(name, choose):
        return choose((one.scores | one.measured)[name] for one in tries)

    while (quickest("performance", max) < FAST_ENOUGH or quickest("LCP", min) > SOON[form]) and len(tries) < 3:
        tries.append(tools.lighthouse(f"{daymark.url}/", form, ("performance",)))
    measured = [one.scores | one.measured for one in tries]
    print(form, measured)
    assert tries[0].failed == []
    assert {name: score for name, score in tries[0].scores.items() if name != "performance"} == {
        "accessibility": 100,
        "best-practices": 100,
        "seo": 100,
    }
    assert quickest("performance", max) >= FAST_ENOUGH, measured
    assert quickest("LCP", min) <= SOON[form], measured
    assert max(tries, key=lambda one: one.scores["performance"]).measured["CLS"] <= 0.01, measured
