"""`.env` says the same to python-dotenv, to a shell and to config.py, whatever is written into it."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

import config
from app.lib import envfile

KEY = "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123"
ODD = st.text(
    st.one_of(st.sampled_from("'\"\\$`#= {}(!~&;|<>*?\u00e9"), st.characters(codec="utf-8", exclude_categories=["Cc"]))
)


def in_a_shell(path, name):
    """What a shell that reads the file makes of the variable."""
    script = f'set -a; . "$1"; printf %s "${{{name}-unset}}"'
    done = subprocess.run(["sh", "-c", script, "sh", path], capture_output=True, text=True, check=True, env={})
    assert done.stderr == ""
    return done.stdout


def assert_all_read_the_same(path, value):
    """What was written is what python-dotenv, a shell and config.py make of it."""
    envfile.write(path, {"MAIL_PASSWORD": value, "MAIL_NAME": "after", "APP_KEY": KEY})
    read = dotenv_values(path, interpolate=False)
    assert read["MAIL_PASSWORD"] == in_a_shell(path, "MAIL_PASSWORD")
    assert read["MAIL_NAME"] == "after"
    assert config.load({}, path)["MAIL_PASSWORD"] == (value or None)


@settings(deadline=None)  # a shell is started for each, which takes as long as the machine is busy
@given(ODD)
def test_dotenv_shell_and_config_agree(tmp_path_factory, value):
    assert_all_read_the_same(tmp_path_factory.mktemp("env") / ".env", value)


@pytest.mark.parametrize(
    "value", ["null", "base64:eA==", "it's $HOME", "C:\\", "`id`", "' \" \\\\", "#x", "a #b", " x "]
)
def test_values_that_quoting_alone_does_not_carry(tmp_path, value):
    assert_all_read_the_same(tmp_path / ".env", value)


def test_other_lines_stay(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# mine\nexport APP_URL='http://a'  # old\n\n# mail\nMAIL_HOST=\nMAIL_HOST=b\nLAST=1")
    envfile.write(path, {"APP_URL": "http://c", "MAIL_HOST": "d e", "MAIL_PORT": "25", "MAIL_NAME": None})
    assert path.read_text() == "# mine\nAPP_URL=http://c\n\n# mail\nMAIL_HOST='d e'\nLAST=1\nMAIL_PORT=25\nMAIL_NAME=\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [".env"]


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "\x1b[2J", "\ud800"])
def test_line_breaks_are_refused_by_name(tmp_path, value):
    with pytest.raises(ValueError, match="MAIL_NAME"):
        envfile.write(tmp_path / ".env", {"MAIL_HOST": "a", "MAIL_NAME": value})
    assert not (tmp_path / ".env").exists()


def test_writers_at_once_lose_nothing(tmp_path):
    path = tmp_path / ".env"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: envfile.write(path, {f"NAME_{n}": str(n)}), range(40)))
    assert dotenv_values(path) == {f"NAME_{n}": str(n) for n in range(40)}


def test_a_linked_file_stays_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".env").symlink_to(tmp_path / "elsewhere/env")
    envfile.write(tmp_path / ".env", {"LOG_LEVEL": "debug"})
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "elsewhere/env").read_text() == "LOG_LEVEL=debug\n"


def test_written_by_root_it_stays_with_whom_it_belongs_to(tmp_path):
    # Who is not root writes only what is theirs already.
    them, us = (65534, 65534) if os.geteuid() == 0 else (os.geteuid(), os.getegid()), (os.geteuid(), os.getegid())
    path = tmp_path / ".env"
    for folder, owner in ((them, them), (us, them)):  # a new file goes to whose folder it is in
        os.chown(tmp_path, *folder)
        envfile.write(path, {"LOG_LEVEL": "debug"})
        assert (path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o777) == (*owner, 0o600)
