"""About this installation: versions, the machinery, licences. Nothing is fetched from anywhere."""

import platform
import shutil

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.extensions import db
from app.jobs.state import Machinery
from app.lib.release import VERSION, packages
from app.permissions import requires

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL"}


@bp.get("/settings/about")
@requires("settings.manage")
def settings_about() -> ResponseReturnValue:
    """What runs here, and how it is."""
    return render_template(
        "dashboard/settings/about.html",
        version=VERSION,
        python=platform.python_version(),
        database=_database(),
        machinery=Machinery.look(),
        is_embedded=current_app.config["REDIS_EMBEDDED"],
        instance=current_app.config["INSTANCE"],
        disk=_disk(),
        packages=packages(),
    )


def _database() -> str:
    dialect = db.session.connection().dialect
    name = "MariaDB" if getattr(dialect, "is_mariadb", False) else NAMES.get(dialect.name, dialect.name)
    return f"{name} {'.'.join(str(part) for part in dialect.server_version_info or ())}"


def _disk() -> tuple[float, float] | None:
    """Gigabytes free and in all, where the instance is; None when that cannot be told."""
    try:
        usage = shutil.disk_usage(current_app.config["INSTANCE"])
    except OSError:
        return None
    return usage.free / 1e9, usage.total / 1e9
