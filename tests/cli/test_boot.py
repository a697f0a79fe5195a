"""What a start looks at before it hands over to Supervisor; the start itself is seen in test_operations."""

import pytest

from app.cli import boot


def test_a_lock_that_another_user_made_is_one_line(tmp_path):
    (tmp_path / "daymark.lock").mkdir()  # not to be opened by root either, who runs the tests here and there
    with pytest.raises(boot.CannotStart, match=f"cannot write to {tmp_path}/daymark.lock: .*; chown -R {tmp_path} to"):
        boot._lock(tmp_path)
