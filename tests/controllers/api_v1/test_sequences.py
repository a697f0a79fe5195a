"""Clients that make, change and delete things in any order leave a database in which all agrees."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.lib import clock
from tests.consistency import assert_consistent, begin_anew

STATUS = st.integers(0, 4)
FLAG = st.booleans()
HOURS = st.sampled_from([None, -200, -30, -1, 0, 1, 40])


def at(hours):
    """A time so many hours from now as clients write it, or nothing."""
    return None if hours is None else f"{clock.now() + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"


class Programs(RuleBasedStateMachine):
    """What one member's programs do. What was deleted may be named again, as may what went with it."""

    client = None

    def call(self, method, path, **body):
        answer = self.client.open(path, method=method, json=body)
        assert answer.status_code in (200, 204, 400, 404), (method, path, body, answer.text)
        return answer

    def made(self, path, **body):
        """The path of what was made, or that of nothing."""
        answer = self.call("POST", path, **body)
        return f"{path}/{answer.json['data']['id'] if answer.status_code == 200 else 0}"

    @staticmethod
    def number(path):
        return int(path.rsplit("/", 1)[1])

    def teardown(self):
        try:
            assert_consistent()
        finally:
            begin_anew()


class Monitors(Programs):
    """Those that say what is broken and what is planned."""

    groups, components, incidents = Bundle("groups"), Bundle("components"), Bundle("incidents")
    updates, schedules, subscribers = Bundle("updates"), Bundle("schedules"), Bundle("subscribers")

    @initialize(target=components)
    def begin(self):
        return self.made("/components", name="Mail", status=1)

    @rule(target=groups, visible=FLAG)
    def make_group(self, visible):
        return self.made("/components/groups", name="Core", visible=visible)

    @rule(target=components, status=STATUS, group=groups)
    def make_component(self, status, group):
        return self.made("/components", name="API", status=status, group_id=self.number(group), tags="a,b")

    @rule(target=components, status=STATUS)
    def make_lone_component(self, status):
        return self.made("/components", name="Web", status=status)

    @rule(path=components, status=STATUS, enabled=FLAG, named=FLAG)
    def change_component(self, path, status, enabled, named):
        self.call("PUT", path, status=status, enabled=enabled, name="Renamed" if named else None, tags="b,c")

    @rule(target=incidents, status=STATUS, component=components, impact=STATUS, hours=HOURS, visible=FLAG)
    def make_incident(self, status, component, impact, hours, visible):
        pair = {"component_id": self.number(component), "component_status": impact}
        fields = {"name": "Slow", "message": "…", "visible": visible, "occurred_at": at(hours)}
        return self.made("/incidents", status=status, **fields, **pair)

    @rule(path=incidents, status=STATUS, component=components, impact=STATUS, hours=HOURS)
    def change_incident(self, path, status, component, impact, hours):
        pair = {"component_id": self.number(component), "component_status": impact}
        self.call("PUT", path, status=status, occurred_at=at(hours), **pair)

    @rule(target=updates, incident=incidents, status=st.integers(1, 4), component=components, impact=STATUS, pair=FLAG)
    def make_update(self, incident, status, component, impact, pair):
        pair = {"component_id": self.number(component), "component_status": impact} if pair else {}
        return self.made(f"{incident}/updates", status=status, message="…", **pair)

    @rule(path=updates, status=st.integers(1, 4))
    def change_update(self, path, status):
        self.call("PUT", path, status=status)

    @rule(target=schedules, status=st.integers(0, 2), begins=HOURS, ends=HOURS, component=components)
    def make_schedule(self, status, begins, ends, component):
        fields = {"status": status, "scheduled_at": at(begins), "completed_at": at(ends)}
        return self.made("/schedules", name="Work", components=[self.number(component)], **fields)

    @rule(path=schedules, status=st.integers(0, 2), begins=HOURS, ends=HOURS)
    def change_schedule(self, path, status, begins, ends):
        self.call("PUT", path, status=status, scheduled_at=at(begins), completed_at=at(ends))

    @rule(target=subscribers, component=components, everything=FLAG)
    def make_subscriber(self, component, everything):
        chosen = [] if everything else [self.number(component)]
        return self.made("/subscribers", email=f"sue{self.number(component)}@example.org", components=chosen)

    @rule(path=st.one_of(groups, components, incidents, updates, schedules, subscribers))
    def delete(self, path):
        self.call("DELETE", path)


class Meters(Programs):
    """Those that send numbers."""

    metrics, points = Bundle("metrics"), Bundle("points")

    @rule(target=metrics, threshold=st.sampled_from([0, 5, 60]))
    def make_metric(self, threshold):
        return self.made("/metrics", name="Load", suffix="%", default_value=0, threshold=threshold)

    @rule(target=points, metric=metrics, value=st.sampled_from([0, 1.5, 7]), minutes=st.integers(0, 3000))
    def make_point(self, metric, value, minutes):
        timestamp = int(clock.now().timestamp()) - 60 * minutes
        return self.made(f"{metric}/points", value=value, timestamp=timestamp)

    @rule(path=points, value=st.sampled_from([2, 7]))
    def change_point(self, path, value):
        self.call("PUT", path, value=value)

    @rule(path=st.one_of(metrics, points))
    def delete(self, path):
        self.call("DELETE", path)


@pytest.mark.parametrize(("programs", "times"), [(Monitors, 25), (Meters, 10)])
def test_any_sequence_of_writes_leaves_all_in_agreement(app, api, olive, monkeypatch, programs, times):
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 0)
    monkeypatch.setattr(Programs, "client", api(olive))
    run_state_machine_as_test(
        programs,
        settings=settings(
            max_examples=times,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
