"""`flask import statuspage`: folders, files and addresses, and all that can be wrong with them."""

import json
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

from app.cli import importing
from app.extensions import db
from app.models import Component, Event, Incident
from app.models.base import count_rows

PAGE = {"id": "p1", "name": "Elsewhere"}
UPDATES = [
    {"status": "resolved", "body": "Over.", "created_at": "2026-03-02T12:00:00Z"},
    {"status": "investigating", "body": "Looking.", "created_at": "2026-03-02T10:00:00Z"},
]
INCIDENT = {
    "id": "i1",
    "name": "Errors",
    "status": "resolved",
    "impact": "critical",
    "created_at": "2026-03-02T10:00:00Z",
    "resolved_at": "2026-03-02T12:00:00Z",
    "incident_updates": UPDATES,
    "components": [{"id": "a", "name": "API"}],
}


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "page"
    place.mkdir()
    write(place / "components.json", components=[{"id": "a", "name": "API", "status": "operational"}])
    write(place / "incidents.json", incidents=[INCIDENT])
    return place


def write(file, **document):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"page": PAGE, **document}))


def nothing_came():
    db.session.rollback()
    return count_rows(sa.select(Incident)) == count_rows(sa.select(Component)) == 0


def test_a_folder_is_taken_and_told_of(run, installed, folder):
    done = run("import", "statuspage", folder)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Elsewhere: 2 changes" in done.stderr and "Importing" in done.stderr
    assert "0 changes" in run("import", "statuspage", folder).stderr
    notify = db.session.scalars(sa.select(Event.data).where(Event.name == "incident.reported")).one()["notify"]
    assert notify is False


def test_programs_read_json(run, installed, folder):
    done = run("import", "statuspage", folder, "--json")
    told = json.loads(done.stdout)
    assert (told["page"], told["changes"], told["incidents"]["added"]) == ("Elsewhere", 2, 1)


def test_one_file_or_a_summary_is_enough(run, installed, tmp_path):
    write(tmp_path / "one" / "summary.json", components=[{"id": "a", "name": "API"}], incidents=[INCIDENT])
    assert run("import", "statuspage", tmp_path / "one").exit_code == 0
    assert "0 changes" in run("import", "statuspage", tmp_path / "one" / "summary.json").stderr
    assert count_rows(sa.select(Incident)) == 1


@pytest.fixture
def address(tmp_path):
    root = tmp_path / "served"
    root.mkdir()
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *args: None})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield root, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_page_is_asked_at_its_address(run, installed, address):
    root, url = address
    write(root / "api" / "v2" / "incidents.json", incidents=[INCIDENT])
    closed = run("import", "statuspage", url)
    assert closed.exit_code == 1 and "is a private address" in closed.stderr and nothing_came()
    done = run("import", "statuspage", f"{url}/", "--allow-private")
    assert done.exit_code == 0, done.stderr
    assert count_rows(sa.select(Incident)) == count_rows(sa.select(Component)) == 1


def test_an_address_that_is_no_such_page(run, installed, address):
    done = run("import", "statuspage", address[1], "--allow-private")
    assert done.exit_code == 1 and "is no page of Statuspage" in done.stderr


DEEP = b"[" * 200_000
BROKEN = [
    (b"{nope", "incidents.json: line 1, column 2: is no JSON"),
    (b"", "incidents.json: line 1, column 1"),
    (b"\xff\xfe\x00", "incidents.json: "),
    (DEEP, "incidents.json: "),
    (b"[]", "incidents.json: the whole: "),
    (b"1" * 10_000, "incidents.json: "),
    (b'{"incidents": {"a": 1}}', "incidents.json: incidents: "),
    (b'{"incidents": [{"id": 5}]}', "incidents.json: incidents[0]."),
    (json.dumps({"incidents": [INCIDENT, {**INCIDENT, "name": "x" * 10_000}]}), "incidents.json: incidents[1].name: "),
    (json.dumps({"incidents": [{**INCIDENT, "name": "\ud800"}]}), "incidents.json: "),
    (json.dumps({"incidents": [{**INCIDENT, "created_at": "yesterday"}]}), "incidents.json: incidents[0].created_at: "),
    (json.dumps({"incidents": [{**INCIDENT, "created_at": 1e300}]}), "incidents.json: incidents[0].created_at: "),
    (
        json.dumps({"incidents": [{**INCIDENT, "created_at": "0001-01-01T00:00:00+14:00"}]}),
        "incidents.json: incidents[0].created_at: ",
    ),
    (
        json.dumps({"incidents": [{**INCIDENT, "incident_updates": [{**UPDATES[0], "body": "ü" * 40_000}]}]}),
        "incidents.json: incidents[0].incident_updates[0].body: ",
    ),
    (json.dumps({"incidents": [{**INCIDENT, "incident_updates": "many"}]}), "incidents[0].incident_updates: "),
]


@pytest.mark.parametrize(("data", "named"), BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_read_is_named_and_nothing_is_done(run, installed, folder, data, named):
    (folder / "incidents.json").write_bytes(data if isinstance(data, bytes) else data.encode())
    done = run("import", "statuspage", folder)
    assert done.exit_code == 1 and named in done.stderr, done.stderr
    assert isinstance(done.exception, SystemExit) and nothing_came()


def test_what_makes_no_sense_is_named_and_the_rest_is_taken(run, installed, folder):
    backwards = {**INCIDENT, "id": "i2", "resolved_at": "2026-03-01T00:00:00Z"}
    write(folder / "incidents.json", incidents=[backwards, INCIDENT])
    done = run("import", "statuspage", folder)
    assert done.exit_code == 1
    assert "left out 1 ×: was resolved before it started (first: incidents.json: incidents[0])" in done.stderr
    assert count_rows(sa.select(Incident)) == 1


def test_a_zero_byte_in_a_text_is_left_out(run, installed, folder):
    write(folder / "incidents.json", incidents=[{**INCIDENT, "name": "Err\x00ors"}])
    assert run("import", "statuspage", folder).exit_code == 0
    assert db.session.scalars(sa.select(Incident.name)).one() == "Errors"


def test_a_name_becomes_one_line_and_speaks_no_terminals_language(run, installed, folder):
    write(folder / "incidents.json", incidents=[{**INCIDENT, "name": "Er\x1b[31m\r\nBcc: all", "status": "s\x1b[2J\n"}])
    assert "\x1b" not in run("import", "statuspage", folder).stderr
    write(folder / "incidents.json", incidents=[{**INCIDENT, "name": "Er\r\nBcc: all\ud800"}])
    assert run("import", "statuspage", folder).exit_code == 0
    assert db.session.scalars(sa.select(Incident.name)).one() == "Er Bcc: all"


def test_of_a_million_faults_the_first_is_told(run, installed, folder):
    (folder / "incidents.json").write_bytes(b'{"incidents": [' + b"{}," * 200_000 + b"{}]}")
    began = time.process_time()
    assert "incidents.json: incidents[0].id: " in run("import", "statuspage", folder).stderr
    assert time.process_time() - began < 5


def test_a_source_without_an_end_is_given_up(run, installed, monkeypatch):
    monkeypatch.setattr(importing, "LARGEST_FILE", 1024 * 1024)
    assert "zero: is larger than 1 MB" in run("import", "statuspage", "/dev/zero").stderr


def test_files_that_are_too_large_or_not_there(run, installed, folder, tmp_path, monkeypatch):
    with (folder / "incidents.json").open("wb") as file:
        file.truncate(importing.LARGEST_FILE + 1)
    assert "incidents.json: is larger than 64 MB" in run("import", "statuspage", folder).stderr
    (tmp_path / "empty").mkdir()
    for source, said in ((tmp_path / "empty", "has no components.json"), (tmp_path / "none", "No such file")):
        done = run("import", "statuspage", source)
        assert done.exit_code == 1 and said in done.stderr
    assert nothing_came()


def test_a_page_that_is_not_set_up_takes_nothing(app, run, folder):
    done = run("import", "statuspage", folder)
    assert done.exit_code == 1 and "set this page up first" in done.stderr and nothing_came()
