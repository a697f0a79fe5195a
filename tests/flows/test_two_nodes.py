"""Two machines, each with web, worker and clock, on one PostgreSQL and one Valkey: one page, and either may die.

One story, for starting them takes most of its time: what members and readers do, then 500 mails, in the middle of which
one node is killed; it comes back, and the other one is killed.
"""

import asyncio
import re
import signal
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import psycopg
import pytest
import redis

from app import throttle
from app.models.delivery import LEASE
from app.models.enums import NoticeState
from tests import servers
from tests.mailbox import Mailbox
from tests.people import PASSWORD
from tests.processes import Daymark, copy_tree, signal_process, wait_until

KEY = "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123"
READERS, FEW = 500, 20  # the first incident is told to all, the second to few
# What the wizard and people would do; prints a token.
FIRST = f"""
from flask_migrate import upgrade
from app import create_app
from app.extensions import db
from app.models import ApiToken, FirstRun, Subscriber
with create_app().app_context():
    upgrade()
    olive = FirstRun.create(username="olive", email="olive@example.org", password="{PASSWORD}", site_name="Two nodes")
    for number in range({READERS}):
        Subscriber.add(f"s{{number}}@example.org", actor=None, verified=True)
    token = ApiToken.create(name="tests", user=olive, actor=olive)[1]
    db.session.commit()
    print(token)
"""


class HoldingMailbox(Mailbox):
    """Takes every message; from the moment that there are `most`, it answers none of them until that is None."""

    most: int | None = None

    def __init__(self) -> None:
        super().__init__()
        self.held: list[int] = []

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        if self.most is not None and len(self.messages) >= self.most:
            self.held.append(notice_of(self.messages[-1]))
            while self.most is not None:
                await asyncio.sleep(0.01)
        return answer


def notice_of(message):
    """The number of the notice that a mail belongs to."""
    return int(re.match(r"<notice-(\d+)-", message["Message-ID"])[1])


class Node(Daymark):
    """One of the two machines."""

    def stop(self, pid=None):
        """Pull the plug; also at the end, for graceful stops are seen elsewhere."""
        wait_until(lambda: not [signal_process(pid, signal.SIGKILL) for pid in self.processes()], what="its end")


class Nodes:
    """Both of them, `a` and `b`, what they share, and a browser that has one set of cookies for both."""

    def __init__(self, folder, postgresql, redis_url, mailbox):
        self.database = psycopg.connect(postgresql, autocommit=True)
        self.redis = redis.Redis.from_url(redis_url, decode_responses=True)
        self.mailbox, self.browser = mailbox, httpx.Client(timeout=30)
        shared = {
            "APP_KEY": KEY,
            "APP_URL": "http://status.test",
            "DATABASE_URL": postgresql,
            "REDIS_URL": redis_url,
            "MAIL_DRIVER": "smtp",
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(mailbox.port),
            "MAIL_ENCRYPTION": "null",
        }
        self.a = Node(copy_tree(folder / "a"), shared)
        made = self.a.run(sys.executable, "-c", FIRST)
        assert made.returncode == 0, made.stderr
        self.token = made.stdout.split()[-1]
        self.b = Node(copy_tree(folder / "b"), shared)

    def close(self):
        self.database.close()
        self.browser.close()

    def report(self, node, name):
        """An incident, by the API of that node."""
        body = {"name": name, "message": "We are looking into it.", "status": 1}
        answer = self.browser.post(f"{node.url}/api/v1/incidents", json=body, headers={"X-Cachet-Token": self.token})
        assert answer.status_code == 200, answer.text

    def submit(self, node, path, **fields):
        """Post a form of the page that was opened last, on whichever node."""
        return self.browser.post(node.url + path, data={"csrf_token": self.csrf, **fields}).status_code

    def open(self, node, path):
        """Open a page with forms."""
        page = self.browser.get(node.url + path).text
        self.csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]

    def is_signed_in(self, node):
        return self.browser.get(f"{node.url}/dashboard/").status_code == 200

    def states(self):
        """How many notices are in each state."""
        return dict(self.database.execute("SELECT state, count(*) FROM notices GROUP BY state").fetchall())

    def sending(self, ids):
        """Which of these are in the hand of a worker, and for how many seconds they are its alone."""
        ask = "SELECT id, extract(epoch FROM due_at - now()) FROM notices WHERE state = %s AND id = ANY(%s)"
        return self.database.execute(ask, [NoticeState.SENDING, ids]).fetchall()

    def first_clock(self):
        """The process that took the last round of the sweep."""
        rounds = {key.rpartition(":")[2]: key for key in self.redis.keys("clock:app.jobs.events.sweep:*")}
        return int(self.redis.get(rounds[max(rounds)]).rpartition(":")[2]) if rounds else 0


@pytest.fixture
def nodes(tmp_path, valkey):
    """Both running."""
    url = valkey.replace("db=0", "db=2")
    redis.Redis.from_url(url).flushdb()
    with servers.running("postgresql") as server, HoldingMailbox() as mailbox, ExitStack() as stack:
        nodes = Nodes(tmp_path, server.url, url, mailbox)
        stack.callback(nodes.close)
        nodes.start = lambda node: stack.enter_context(node.running("/readyz"))
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(nodes.start, (nodes.a, nodes.b)))
        yield nodes


def test_two_nodes_are_one_page_and_either_may_die(nodes):
    members_are_signed_in_and_out_at_both(nodes)
    tries_count_together(nodes)
    dead, alive = report_to_all_while_one_is_killed(nodes)
    come_back_and_do_the_work_of_the_other(nodes, dead, alive)


def members_are_signed_in_and_out_at_both(nodes):
    a, b = nodes.a, nodes.b
    assert not nodes.is_signed_in(a)
    nodes.open(a, "/auth/login")
    assert nodes.submit(b, "/auth/login", login="olive", password=PASSWORD) == 302
    assert nodes.is_signed_in(a) and nodes.is_signed_in(b)
    cookies = httpx.Cookies(nodes.browser.cookies)
    nodes.open(a, "/dashboard/user")
    assert nodes.submit(b, "/dashboard/user/sessions/end") == 302
    nodes.browser.cookies = cookies  # those of before, whatever the answer took away
    assert not nodes.is_signed_in(a) and not nodes.is_signed_in(b)
    nodes.browser.cookies.clear()


def tries_count_together(nodes):
    allowed = int(throttle.LOGIN.split()[0]) - 1  # one was right
    tries = [(nodes.a, nodes.b)[number % 2] for number in range(allowed + 2)]
    nodes.open(nodes.a, "/auth/login")
    found = [nodes.submit(node, "/auth/login", login="olive", password="no") for node in tries]
    assert found == [422] * allowed + [429] * 2
    nodes.browser.cookies.clear()


def report_to_all_while_one_is_killed(nodes):
    """Returns the node that died and the other one."""
    mailbox = nodes.mailbox
    for node in (nodes.a, nodes.b, nodes.b):  # the second time from memory
        assert "Errors when paying" not in nodes.browser.get(node.url).text
    mailbox.most = READERS // 4
    nodes.report(nodes.a, "Errors when paying")
    assert "Errors when paying" in nodes.browser.get(nodes.b.url).text

    # Both are in the middle of a batch: what they are sending has arrived, and they do not know that.
    wait_until(lambda: len(mailbox.held) == 2, 60, "a mail in the hand of each worker")
    wait_until(nodes.first_clock, 30, "a round of a clock")
    dead, alive = nodes.a, nodes.b
    if nodes.first_clock() in alive.pids("rq.cli cron"):
        dead, alive = alive, dead
    dead.stop()
    mailbox.most = None
    assert "Errors when paying" in nodes.browser.get(alive.url).text
    return dead, alive


def come_back_and_do_the_work_of_the_other(nodes, dead, alive):
    mailbox, first_two = nodes.mailbox, nodes.mailbox.held[:2]
    wait_until(lambda: len(nodes.sending(first_two)) == 1, 30, "the mail in the hand of who lives")
    ((lost, lease),) = nodes.sending(first_two)
    assert 0 < lease <= LEASE.total_seconds()
    # The minutes after which a worker that is silent counts as dead.
    nodes.database.execute("UPDATE notices SET due_at = now() WHERE id = %s", [lost])
    wait_until(lambda: nodes.states() == {NoticeState.SENT: READERS}, 90, "every mail")
    counted = Counter(map(notice_of, mailbox.messages))
    assert len(counted) == READERS and counted.pop(lost) == 2 and set(counted.values()) == {1}
    assert len({message["To"] for message in mailbox.messages}) == READERS
    assert len({message["Message-ID"] for message in mailbox.messages}) == READERS
    assert nodes.first_clock() in alive.pids("rq.cli cron")

    nodes.start(dead)
    assert "Errors when paying" in nodes.browser.get(dead.url).text
    alive.stop()
    nodes.database.execute("DELETE FROM subscribers WHERE id > %s", [FEW])
    mailbox.messages.clear()
    nodes.report(dead, "Errors when searching")
    wait_until(lambda: nodes.states() == {NoticeState.SENT: 2 * FEW}, 90, "the mails of the second incident")
    assert sorted(message["To"] for message in mailbox.messages) == sorted(
        f"s{number}@example.org" for number in range(FEW)
    )
