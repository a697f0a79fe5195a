"""`flask seed` and its way back."""

from app.models.demo import Demo
from tests.factories import make_component


def test_seed_fills_and_takes_away(app, installed):
    runner = app.test_cli_runner()
    done = runner.invoke(args=["seed"])
    assert (done.exit_code, "seed --remove" in done.stderr) == (0, True)
    assert Demo.is_there()
    again = runner.invoke(args=["seed"])
    assert (again.exit_code, "fresh page" in again.stderr) == (1, True)
    gone = runner.invoke(args=["seed", "--remove"])
    assert (gone.exit_code, "Taken away" in gone.stderr) == (0, True)
    assert not Demo.is_there()
    assert runner.invoke(args=["seed", "--remove"]).exit_code == 1


def test_a_page_that_is_not_set_up_is_not_filled(app):
    done = app.test_cli_runner().invoke(args=["seed"])
    assert (done.exit_code, "not been set up" in done.stderr) == (1, True)


def test_a_page_in_use_is_refused(app, installed):
    make_component()
    assert app.test_cli_runner().invoke(args=["seed"]).exit_code == 1
