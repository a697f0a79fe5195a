"""What a test needs from the machine: absent, the test is skipped by name, or fails where everything is required."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """The path of a program such as nginx or chromium."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return path or lacking(f"{name} is not installed")


def lacking(reason: str) -> str:
    """Skip with this reason; under REQUIRE_ALL fail, so that nothing goes untested unnoticed."""
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(f"REQUIRE_ALL is set and {reason}")
    pytest.skip(reason)
