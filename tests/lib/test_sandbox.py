import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.lib.sandbox import BadTemplate, Variable, check, render, variables

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 29, 10, 5, 7, tzinfo=UTC)


def said(source: str, **values) -> str:
    return render(source, values, BERLIN)


def refused(source: str, **values) -> tuple[int, str, str]:
    began = time.thread_time()
    with pytest.raises(BadTemplate) as caught:
        said(source, **values)
    assert time.thread_time() - began < 1
    return caught.value.line, caught.value.reason, caught.value.what


@pytest.mark.parametrize(
    ("source", "values", "words"),
    [
        ("Hi {{ name }}!", {"name": "API"}, "Hi API!"),
        ("Name: {{ name }},\nMessage: {{ message }}", {"name": "A", "message": "B\n"}, "Name: A,\nMessage: B"),
        ("[{{ nobody }}{{ nobody.knows.it }}{{ none }}{{ false }}{{ true }}]", {}, "[1]"),
        ("{% if a %}A{% elseif b %}B{% else %}C{% endif %}", {"b": 1}, "B"),
        ("{% if a %}A{% elif b %}B{% else %}C{% endif %}", {"a": "0"}, "C"),
        (
            "{% for one in l %}{{ loop.index }}{{ one }}{{ ',' if not loop.last }}{% endfor %}",
            {"l": ["x", "y"]},
            "1x,2y",
        ),
        ("{% for key, value in m %}{{ key }}={{ value }};{% endfor %}", {"m": {"a": 1, "b": 2.5}}, "a=1;b=2.5;"),
        ("{% for value in m %}{{ value }}{% endfor %}", {"m": {"a": 1, "b": 2.0}}, "12"),
        ("{% for one in l %}{{ one }}{% else %}none{% endfor %}", {"l": []}, "none"),
        ("{% for one in l if one is odd %}{{ one }}{% endfor %}", {"l": [1, 2, 3]}, "13"),
        (
            "{{ a|default('x') }}{{ b|default('y') }}{{ c|default('z') }}{{ d|default('w') }}",
            {"b": "", "c": None, "d": 0},
            "xyz0",
        ),
        ("{{ 'a b'|upper }} {{ 'ÄB'|lower }} {{ 'aB'|capitalize }} {{ 'a b'|title }}", {}, "A B äb Ab A B"),
        (
            "{{ l|join(', ') }} {{ l|first }} {{ l|last }} {{ l|length }} {{ l[1] }} {{ l.0 }}",
            {"l": ["a", "b"]},
            "a, b a b 2 b a",
        ),
        (
            "{{ '3' + 4 - 1 }} {{ 0.1 + 0.2 }} {{ -2.5|abs }} {{ 2.567|round(2) }} {{ 7.5|round }}",
            {},
            "6 0.3 2.5 2.57 8",
        ),
        ("{{ m.x }} {{ m['x'] }} {{ m.y.z }}", {"m": {"x": 5, "y": {"z": 6}}}, "5 5 6"),
        ("{{ '<b>bold</b>'|striptags }} {{ '<'|escape }} {{ '<'|raw }} {{ '<' }}", {}, "bold &lt; < <"),
        ("{{ 'a' ~ 1 }} {{ 1 == '1' }} {{ 'a' in l }} {{ 2 > 1 and 'yes' }}", {"l": ["a"]}, "a1 1 1 yes"),
        ("{{ 4 is even }}{{ 9 is divisibleby(3) }}{{ x is defined }}{{ x is none }}{{ '' is empty }}", {}, "1111"),
        ("{% raw %}{{ x }}{% endraw %}{# quiet #}", {}, "{{ x }}"),
        ("{{ items }} {{ keys }}", {"items": "a", "keys": "b"}, "a b"),
        ("{{ m.items }}", {"m": {"a": 1}}, ""),
    ],
)
def test_what_templates_say(source, values, words):
    assert said(source, **values) == words


def test_the_line_break_after_a_tag_goes_as_in_twig():
    assert said("{% if true %}\n- one\n{% endif %}\n- two") == "- one\n- two"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ at|date('Y-m-d H:i') }}", "2026-03-29 12:05"),
        ("{{ at|date('l jS F Y, g:ia P T') }}", "Sunday 29th March 2026, 12:05pm +02:00 CEST"),
        ("{{ at|date('D, d M y \\\\a\\\\t G.i.s') }}", "Sun, 29 Mar 26 at 12.05.07"),
        ("{{ at|date }} / {{ at }}", "March 29, 2026 12:05 / 2026-03-29 12:05"),
        ("{{ 'now'|date('Y-m-d H:i') }}", "2026-03-29 12:05"),
        ("{{ '2026-01-05 10:00'|date('c') }}", "2026-01-05T10:00:00+01:00"),
        ("{{ 1774778707|date('c') }}", "2026-03-29T12:05:07+02:00"),
        ("[{{ nobody|date('Y') }}]", "[]"),
    ],
)
def test_dates_by_the_letters_of_php(source, words, monkeypatch):
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)
    assert said(source, at=NOW) == words


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ ''.__class__ }}", (1, "underscores", "__class__")),
        ("{{ x['__class__'] }}", (1, "underscores", "__class__")),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", (1, "call", "__subclasses__")),
        ("{{ 'a'.format(x) }}", (1, "call", "format")),
        ("one\n{% for i in range(10**9) %}x{% endfor %}", (2, "call", "range")),
        ("{{ 'a' * 999999999 }}", (1, "sign", "*")),
        ("{{ 2 ** 99999999 }}", (1, "sign", "**")),
        ("{% set x = 1 %}", (1, "tag", "set")),
        ("{% include '/etc/passwd' %}", (1, "tag", "include")),
        ("{% macro x() %}{% endmacro %}", (1, "tag", "macro")),
        ("{% import 'os' as os %}", (1, "tag", "import")),
        ("{% autoescape true %}x{% endautoescape %}", (1, "tag", "autoescape")),
        ("{{ 'a'|format(1) }}", (1, "filter", "format")),
        ("{{ 'a'|replace('a', 'b') }}", (1, "filter", "replace")),
        ("{{ l|map('upper') }}", (1, "filter", "map")),
        ("{{ a is callable }}", (1, "test", "callable")),
        ("{{ a|date(*b) }}", (1, "arguments", "date")),
        ("{{ a[1:2] }}", (1, "syntax", "")),
        ("{% for x in y recursive %}{% endfor %}", (1, "loop", "")),
        ("\n\n{% if a %}\nb", (4, "unclosed", "")),
        ("{% endif %}", (1, "stray_end", "endif")),
        ("a\n{% foo %}", (2, "unknown_tag", "foo")),
        ("{{ a ? b }}", (1, "unexpected", "?")),
        ("{{ }}", (1, "incomplete", "")),
        ("{{ " + "9" * 10_000 + " }}", (1, "large_number", "")),
        ("{{" + "(" * 5000 + "1" + ")" * 5000 + "}}", (1, "deep", "")),
        ("{{ " + "-" * 10_000 + "1 }}", (1, "deep", "")),
        ("{{ 1" + "+1" * 7000 + " }}", (1, "deep", "")),
        ("{{ a" + ".b" * 7000 + " }}", (1, "deep", "")),
        ("{% if a %}" * 1000, (1, "deep", "")),
        ("x" * 15_001, (1, "long_source", "")),
    ],
)
def test_what_no_template_may_do_is_refused_before_it_runs(source, fault):
    assert refused(source) == fault
    with pytest.raises(BadTemplate):
        check(source)


@pytest.mark.parametrize(
    ("source", "values", "fault"),
    [
        (
            "{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}",
            {"l": [0] * 1000},
            "slow",
        ),
        (
            "{% for a in l %}{% for b in l %}{{ t|upper|lower|length }}{% endfor %}{% endfor %}",
            {"l": [0] * 1000, "t": "x" * 15_000},
            "slow",
        ),
        (
            "{% for a in l %}{{ t|trim(u) }}{% endfor %}",
            {"l": [0] * 9000, "t": "x" * 15_000, "u": "y" * 15_000 + "x"},
            "slow",
        ),
        ("{% for a in l %}{% if 'q' in l %}{% endif %}{% endfor %}", {"l": [1] * 9000}, "slow"),
        ("{% for a in l %}{% if [l] == [m] %}{% endif %}{% endfor %}", {"l": [1.5] * 9000, "m": [1.0] * 9000}, "slow"),
        (
            "{% for a in l %}{% if t in u %}{% endif %}{% endfor %}",
            {"l": [0] * 9000, "t": "xy", "u": "x" * 60_000},
            "slow",
        ),
        ("{% for a in l %}{{ t }}{% endfor %}", {"l": [0] * 1000, "t": "x" * 1000}, "long"),
        ("{% for () in l %}{% endfor %}", {"l": [1]}, "loop"),
        ("{{ l[0x" + "f" * 9000 + "] }}", {"l": {"a": 1}}, "large_number"),
        ("{{ 1e999 is number }}", {}, "large_number"),
        ("{{ l|join(t) }}", {"l": [0] * 1000, "t": "x" * 1000}, "long"),
        ("{{ t ~ t }}", {"t": "x" * 10_000}, "long"),
        ("{{ l }}", {"l": [1]}, "not_text"),
        ("{{ 1 + 'a' }}", {}, "not_number"),
        ("{{ 'a' < 1 }}", {}, "not_number"),
        ("{{ 4 is divisibleby(0) }}", {}, "not_number"),
        ("{% for a in 'text' %}{% endfor %}", {}, "not_list"),
        ("{{ 'soon'|date('Y') }}", {}, "not_date"),
        ("{{ n }}", {"n": 10**400}, "large_number"),
        ("{{ n }}", {"n": float("nan")}, "large_number"),
        ("{{ 1e999 }}", {}, "large_number"),
    ],
)
def test_what_goes_wrong_on_the_way_says_where(source, values, fault):
    assert refused(f"one\ntwo\n{source}", **values)[:2] == (3, fault)


def test_text_that_takes_the_square_of_its_length_elsewhere():
    began = time.thread_time()
    assert said("{{ ('<' ~ x)|striptags|length }}", x="<" * 14_000) == "14001"
    assert time.thread_time() - began < 1


def test_the_variables_that_a_template_needs():
    source = "{{ a }}{% for b in many %}{{ b }}{{ c.d }}{{ loop.index }}{% endfor %}{{ b }}{{ tags|join(',') }}{{ a }}"
    assert variables(source) == [
        Variable("a", False),
        Variable("many", True),
        Variable("c", False),
        Variable("b", False),
        Variable("tags", True),
    ]


def test_a_loop_over_many_rows_takes_no_longer_for_many_values():
    many = {f"v{number}": number for number in range(20_000)}
    began = time.thread_time()
    assert said("{% for a in l %}{% endfor %}{{ v7 }}", l=[0] * 15_000, **many) == "7"
    assert time.thread_time() - began < 2


def test_what_no_database_keeps_is_left_out():
    assert said(r"{{ 'a\x00b\ud800' }}{{ t }}", t="\ud800c") == "abc"
