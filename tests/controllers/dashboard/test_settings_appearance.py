"""The settings page "Appearance": pictures, colours, CSS and HTML, each seen on the page that visitors read."""

import io
import re

import pytest

from app.extensions import db
from app.models.enums import ComponentStatus
from app.models.setting import Setting
from app.models.upload import Upload
from app.permissions import ABILITIES
from tests.effects import effect_of
from tests.factories import make_component
from tests.pictures import SVG, as_file, bomb, png

PAGE = "/dashboard/settings/appearance"
HOSTILE = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
 <style>@import url(https://evil.example/x.css)</style><image href="https://evil.example/x.png"/>
 <a href="https://evil.example"><path d="M0 0h9v9z"/></a><use xlink:href="https://evil.example/x.svg#a"/></svg>"""
SCRIPTED = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/>
 <script>alert(1)</script></svg>"""


@pytest.fixture
def owner(sign_in, olive):
    browser = sign_in(olive)
    browser.get(PAGE)
    return browser


def pictures(owner, **fields):
    return owner.submit(PAGE, **{"part": "pictures", "show_name": "y", **fields})


def colours(owner, **fields):
    return owner.submit(PAGE, **{"part": "colours", "theme": "system", **fields})


def code(owner, **fields):
    return owner.submit(PAGE, part="code", **fields)


def style_of(client) -> str:
    """The stylesheet that the page loads."""
    address = re.search(r'<link rel="stylesheet" href="([^"]+)"', client.get("/").text)[1]
    answer = client.get(address)
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    return answer.text


def now(name: str):
    """What is set, whatever this test has read before."""
    db.session.rollback()
    db.session.info.pop("settings", None)
    return Setting.get(name)


def brand_of(client) -> str:
    return re.search(r'<a class="brand".*?</a>', client.get("/").text, re.DOTALL)[0]


@effect_of("logo", "show_name")
def test_a_logo_stands_beside_the_name_or_instead_of_it(owner, client):
    assert pictures(owner, logo=as_file(png())).status_code == 302
    brand = brand_of(client)
    assert re.search(r'<img class="logo" src="/uploads/[0-9a-f]+\.png" width="64" height="32" alt="">', brand)
    assert "Example Cloud" in brand
    pictures(owner, show_name="")
    brand = brand_of(client)
    assert 'alt="Example Cloud"' in brand and "<span" not in brand


@effect_of("logo_dark")
def test_the_dark_page_has_a_logo_of_its_own(owner, client):
    pictures(owner, logo=as_file(png()), logo_dark=as_file(png(colour="#ffffff")))
    assert re.search(r'class="logo in-light".*class="logo in-dark"', brand_of(client), re.DOTALL)
    style = style_of(client)
    assert ".in-dark { display: none; }" in style and "prefers-color-scheme: dark" in style


@effect_of("banner", "banner_dark", "banner_text")
def test_a_banner_stands_above_everything(owner, client):
    pictures(
        owner, banner=as_file(png(800, 100)), banner_dark=as_file(png(800, 100, "#000000")), banner_text="Our hall"
    )
    above = client.get("/").text.split('<header class="top">')[0]
    assert re.findall(r'<img class="in-(\w+)" loading="lazy" src="/uploads/[0-9a-f]+.png" width="800"', above) == [
        "light",
        "dark",
    ]
    assert above.count('alt="Our hall"') == 2


@effect_of("favicon")
def test_an_icon_is_in_the_tab_while_all_is_well(owner, client):
    pictures(owner, favicon=as_file(SVG, "icon.svg"))
    assert re.search(r'<link rel="icon" type="image/svg\+xml" href="/uploads/[0-9a-f]+\.svg">', client.get("/").text)
    make_component(status=ComponentStatus.MAJOR_OUTAGE)
    assert '<link rel="icon" type="image/svg+xml" href="data:' in client.get("/").text, "a sign says what matters more"


def test_a_picture_is_kept_for_ever_under_its_address(owner, client):
    pictures(owner, logo=as_file(png()))
    address = re.search(r"/uploads/[0-9a-f]+\.png", client.get("/").text)[0]
    answer = client.get(address)
    assert answer.mimetype == "image/png" and "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "Set-Cookie" not in answer.headers
    assert client.get(address.replace(".png", ".svg")).status_code == 404
    assert client.get("/uploads/0123.png").status_code == 404
    pictures(owner, logo=as_file(png(colour="#000000")))
    assert client.get(address).status_code == 404, "the one before is gone"
    assert db.session.query(Upload).count() == 1


def test_a_picture_is_removed_after_a_question(owner, client):
    pictures(owner, logo=as_file(png()))
    address = re.search(r"/uploads/[0-9a-f]+\.png", client.get("/").text)[0]
    removal = f"{PAGE}/remove?picture=logo"
    assert removal in owner.get(PAGE).text
    assert "Remove “Logo”?" in owner.get(removal).text
    assert client.get(address).status_code == 200
    assert owner.submit(removal).status_code == 302
    assert client.get(address).status_code == 404
    assert "/uploads/" not in client.get("/").text
    assert owner.get(removal).status_code == 404, "there is none"
    assert owner.get(f"{PAGE}/remove?picture=installed_at").status_code == 404


def test_of_a_hostile_drawing_only_the_drawing_is_left(owner, client):
    assert pictures(owner, logo=as_file(HOSTILE, "logo.svg")).status_code == 302
    address = re.search(r"/uploads/[0-9a-f]+\.svg", client.get("/").text)[0]
    answer = client.get(address)
    assert answer.mimetype == "image/svg+xml" and "M0 0h9v9z" in answer.text
    assert not re.search("evil|import|image|href", answer.text)
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )


@pytest.mark.parametrize(
    ("raw", "name", "sentence"),
    [
        (b"just words", "notes.png", "This is not a picture that browsers show."),
        (bomb(), "bomb.png", "more than 16 million pixels"),
        (png()[:70], "half.png", "This file is damaged"),
        (b"<!DOCTYPE svg [<!ENTITY a 'ha'>]><svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg", "This is no SVG that"),
        (b"<html><p>alert(1)</p></html>", "x.svg", "This is no SVG that"),
        (SCRIPTED, "x.svg", "This drawing holds a script"),
        (b"GIF89a", "x.gif", "This is not a picture that browsers show."),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_changes(owner, client, raw, name, sentence):
    pictures(owner, logo=as_file(png()))
    before = now("logo")
    answer = pictures(owner, logo=as_file(raw, name), banner=as_file(png()), banner_text="typed")
    assert answer.status_code == 422 and sentence in answer.text
    assert 'value="typed"' in answer.text, "what was typed is still there"
    assert (now("logo"), now("banner")) == (before, "")


def test_fifty_megabytes_are_refused_with_the_limit(owner):
    answer = owner.submit(PAGE, part="pictures", logo=as_file(b"\0" * 50_000_000))
    assert answer.status_code == 413 and "more than 2 MB" in answer.text and "<h1>" in answer.text
    assert now("logo") == ""


def test_it_is_read_to_its_end_so_that_a_browser_shows_the_answer(owner):
    body = io.BytesIO(b"\0" * 3_000_000)
    answer = owner.post(PAGE, input_stream=body, content_length=3_000_000, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert body.tell() == 3_000_000


@effect_of("theme")
def test_the_page_begins_dark_if_it_shall(owner, client):
    assert "data-theme" not in client.get("/").text.split("<head>")[0]
    colours(owner, theme="dark")
    assert 'data-theme="dark" data-theme-first="dark"' in client.get("/").text.split("<head>")[0]
    assert colours(owner, theme="purple").status_code == 422


@effect_of("color_ok", "color_perf", "color_partial", "color_major", "color_maint", "color_unknown")
@pytest.mark.parametrize("name", ["ok", "perf", "partial", "major", "maint", "unknown"])
def test_a_colour_of_a_state_colours_signs_words_and_grounds(owner, client, name):
    colours(owner, **{f"color_{name}": "#0E7490"})
    style = style_of(client)
    assert f"--{name}-fill: #0e7490;" in style
    assert re.search(rf"--{name}: light-dark\(.*#0e7490", style) and re.search(rf"--{name}-bg: .*#0e7490", style)
    assert style.index("--ok-fill: light-dark") < style.index(f"--{name}-fill: #0e7490"), "ours come first"


@effect_of("color_accent")
def test_the_accent_colours_buttons_and_links(owner, client):
    colours(owner, color_accent="#c2410c")
    style = style_of(client)
    assert "--accent: #c2410c;" in style and "--on-accent: #ffffff;" in style
    assert "background: var(--accent)" in style and "color: var(--accent-ink)" in style


def test_without_colours_and_rules_the_page_loads_our_stylesheet_alone(owner, client):
    assert 'href="/assets/' in client.get("/").text
    colours(owner, color_ok="#0e7490")
    assert 'href="/looks/' in client.get("/").text and 'href="/assets/' not in client.get("/").text
    colours(owner, color_ok="")
    assert "/looks/" not in client.get("/").text


def test_a_stylesheet_of_before_still_answers_but_is_not_kept(owner, client):
    colours(owner, color_ok="#0e7490")
    answer = client.get("/looks/0123456789abcdef/page.css")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("colour", "sentence"),
    [
        ("#ffff00", "On the page in the light, #ffff00 has a contrast of 1.0:1; to be seen it needs 3:1."),
        ("#0b3d91", "On the page in the dark, #0b3d91 has a contrast of 1.7:1; to be seen it needs 3:1."),
        ("red", "Write a colour as # and six digits"),
        ("#fff;} body{display:none", "Write a colour as # and six digits"),
    ],
)
def test_a_colour_that_is_not_seen_is_refused_with_the_pair_and_the_figure(owner, client, colour, sentence):
    answer = colours(owner, color_ok=colour, color_major="#c2410c")
    assert answer.status_code == 422 and sentence in answer.text
    assert "/looks/" not in client.get("/").text, "nothing changed"


def test_the_colour_that_is_offered_instead_is_taken(owner):
    close = re.search(r"Close to it, (#[0-9a-f]{6}) works", colours(owner, color_ok="#ffff00").text)[1]
    assert colours(owner, color_ok=close).status_code == 302


def test_a_colour_that_words_cannot_have_is_saved_with_a_note(owner):
    colours(owner, color_ok="#0e7490")
    page = owner.get(PAGE).text
    assert "Operational: 5.1:1 in the light, 3.2:1 in the dark; words need 4.5:1 and get a stronger shade." in page
    colours(owner, color_ok="#0e7490", theme="dark")
    assert "words need 4.5:1" not in owner.get(PAGE).text, "said once"


def test_the_preview_tells_shades_and_what_the_guard_says(owner, client):
    told = owner.submit(f"{PAGE}/colours", color_ok="#0e7490", color_perf="#ffff00").json
    assert told["color_ok"]["shades"]["--ok-fill"] == "#0e7490" and "3.2:1" in told["color_ok"]["note"]
    assert "1.0:1" in told["color_perf"]["error"] and told["color_perf"]["shades"]["--perf-fill"] == "inherit"
    assert "/looks/" not in client.get("/").text, "nothing was saved"


@effect_of("custom_css")
def test_rules_of_ones_own_come_last(owner, client):
    colours(owner, color_ok="#0e7490")
    assert code(owner, custom_css=".top { border-top: 4px solid red }").status_code == 302
    assert style_of(client).rstrip().endswith(".top { border-top: 4px solid red }")
    assert "border-top: 4px" not in client.get("/").text, "never in the page itself"


@pytest.mark.parametrize(
    ("css", "sentence"),
    [
        ("a{}</style><script>alert(1)</script>", "This holds a tag"),
        ("@import url(https://evil.example/x.css);", "@import is not possible"),
        ("a { background: url(https://evil.example/x.png) }", "A url() leads to another site"),
        ("a{}" * 7_000, "Use at most 20000 characters"),
        ("a { color: red }\0", "NUL"),
    ],
)
def test_rules_that_pages_would_refuse_are_refused_here(owner, client, css, sentence):
    answer = code(owner, custom_css=css)
    assert answer.status_code == 422 and sentence in answer.text
    assert "/looks/" not in client.get("/").text


@effect_of("header_html", "footer_html")
def test_html_stands_above_and_below_without_what_runs(owner, client):
    hostile = "<p class='notice' id='main' onclick='alert(1)' style='color:red'>We move</p><script>alert(1)</script>"
    footer = "<p>Example GmbH</p><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a><form><input></form>"
    assert code(owner, header_html=hostile, footer_html=footer).status_code == 302
    said = owner.get(PAGE).text
    assert "this was left out: &lt;script&gt;" in said and "onclick" in said and "style" in said
    page = client.get("/").text
    assert '<div class="own"><p class="notice" id="own-main">We move</p></div>' in page
    assert page.index("We move") < page.index("<h1") < page.index("Example GmbH") < page.index("<footer")
    assert "alert(1)" not in page and "<input" not in page.split("Example GmbH")[1].split("</main>")[0]


def test_html_is_for_those_who_may(owner, monkeypatch):
    code(owner, header_html="<p>Ours</p>")
    monkeypatch.setitem(ABILITIES, "owner", frozenset({"dashboard.view", "settings.manage"}))
    page = owner.get(PAGE).text
    assert 'name="custom_css"' in page and 'name="header_html"' not in page
    assert code(owner, custom_css=".a{}", header_html="<p>Theirs</p>").status_code == 302
    assert (now("header_html"), now("custom_css")) == ("<p>Ours</p>", ".a{}")


def test_an_unknown_part_changes_nothing(owner):
    assert owner.submit(PAGE, part="everything", theme="dark").status_code == 200
    assert now("theme") == "system"


def test_colours_reach_badges_pictures_and_what_other_sites_show(owner, client):
    make_component(status=ComponentStatus.MAJOR_OUTAGE)
    before = [client.get(path).data for path in ("/badge.svg", "/card/major_outage.png", "/embed.json")]
    colours(owner, color_major="#0e7490")
    after = [client.get(path).data for path in ("/badge.svg", "/card/major_outage.png", "/embed.json")]
    assert not [path for path, was, is_now in zip("bce", before, after, strict=True) if was == is_now]
    frame = re.search(r'<link rel="stylesheet" href="([^"]+)"', client.get("/embed").text)[1]
    assert re.search(r"\.major \{ color: light-dark\(#[0-9a-f]{6},#[0-9a-f]{6}\); \}", client.get(frame).text)


def test_two_who_change_colours_at_once_do_not_undo_each_other(owner, sign_in, anna):
    shown = re.search(r'id="colours-seen" name="seen" type="hidden" value="([^"]+)"', owner.get(PAGE).text)[1]
    other = sign_in(anna)
    other.get(PAGE)
    colours(other, color_ok="#0e7490", seen=shown)
    answer = colours(owner, color_ok="#c2410c", seen=shown)
    assert answer.status_code == 422 and "Somebody else changed this meanwhile. It now says: “#0e7490”" in answer.text
    answer = colours(owner, color_ok="", color_major="#c2410c", seen=shown)
    assert answer.status_code == 302
    assert (now("color_ok"), now("color_major")) == ("#0e7490", "#c2410c"), "what only the other one changed stays"
