"""`bin/flask`: the command line, with what is wrong in the configuration said in one line instead of a trace.

Flask's own launcher would load `.env` into the environment, where config.py takes it for fixed from outside.
"""

from flask import Flask
from flask.cli import FlaskGroup

from app import create_app
from app.cli.boot import CannotStart, Misconfigured
from config import ConfigError


def _application() -> Flask:
    try:
        return create_app()
    except ConfigError as error:
        raise Misconfigured(str(error)) from None
    except OSError as error:
        raise CannotStart(f"cannot use {error.filename}: {error.strerror}") from None


FlaskGroup(create_app=_application, load_dotenv=False).main(prog_name="bin/flask")
