"""What `rq worker-pool` loads: the worker with the application made before the pool forks, to share its memory.

Making it contacts neither database nor Redis, so no connection is shared.
"""

import gc
from typing import Any

from app import create_app
from app.jobs import worker


class Worker(worker.Worker):
    """The worker of the pool; importing this module is what makes the application."""

    app = create_app(commands=False)
    max_connection_wait_time = 5.0  # seconds until it looks again whether Redis is back; RQ's pauses grow to 60

    def work(self, *args: Any, **kwargs: Any) -> bool:
        """Work without RQ's scheduler process: what is due later waits in the database, for the clock's sweep."""
        return super().work(*args, **{**kwargs, "with_scheduler": False})


# The collector's marks would turn shared pages into each process's own.
gc.collect()
gc.freeze()
