"""Which migrations this program knows."""

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.lib import revisions
from tests.processes import ROOT


def test_the_last_one_is_the_one_that_alembic_finds():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == revisions.HEAD
    assert {script.revision for script in scripts.walk_revisions()} == revisions.KNOWN


def test_two_heads_are_an_error(tmp_path):
    (tmp_path / "a.py").write_text('revision: str = "a"\ndown_revision = None\n')
    assert revisions.read(tmp_path) == (frozenset({"a"}), "a")
    (tmp_path / "b.py").write_text("revision = 'b'\n")
    with pytest.raises(ValueError):
        revisions.read(tmp_path)
