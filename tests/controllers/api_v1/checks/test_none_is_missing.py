import re
from pathlib import Path

FILES = [
    "component_groups",
    "components",
    "general",
    "incident_templates",
    "incidents",
    "incident_updates",
    "metric_points",
    "metrics",
    "schedules",
    "subscribers",
]


def test_they_are_83_in_order_and_each_is_a_test():
    text = "".join((Path(__file__).parent / f"test_{name}.py").read_text() for name in FILES)
    numbered = re.findall(r"^# (\d+)\n(?:@.+\n)*def test_", text, re.MULTILINE)
    assert [int(number) for number in numbered] == list(range(1, 84))
    assert text.count("\ndef test_") == 83
