"""The program `worker` of supervisord.conf, `python -m app.jobs.pool`: workers forked from one application, whose
memory they share.

Making it contacts neither database nor Redis, so no connection is shared.
"""

import gc
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rq.exceptions import StopRequested
from rq.worker import WorkerStatus
from rq.worker_pool import WorkerPool

from app import create_app
from app.jobs import QUEUES, worker
from app.lib.redis_address import Client

LEVEL = "WARNING"
STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held() -> Iterator[None]:
    """Have orders to stop wait: until its own handlers stand, a forked process takes them for its parent's."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Worker(worker.Worker):
    """The worker of the pool; importing this module is what makes the application."""

    app = create_app(commands=False)
    max_connection_wait_time = 5.0  # seconds until it looks again whether Redis is back; RQ's pauses grow to 60

    def work(self, *args: Any, **kwargs: Any) -> bool:
        """Work without RQ's scheduler process: what is due later waits in the database, for the clock's sweep."""
        return super().work(*args, **{**kwargs, "with_scheduler": False})

    def _install_signal_handlers(self) -> None:
        super()._install_signal_handlers()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    def request_force_stop(self, signum: int, frame: Any) -> None:
        """Asked again. The job in hand is not cut short: who has no more time kills the process, as Supervisor does."""
        self._shutdown()

    def _shutdown(self) -> None:
        self._stop_requested = True
        if self.get_state() == WorkerStatus.IDLE:
            raise StopRequested()

    def teardown(self) -> None:
        """Say goodbye; asked again meanwhile, it is done already."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        super().teardown()


class Pool(WorkerPool):
    """RQ's pool, that can be stopped at any moment: RQ's own forgets a worker that it is just forking, or is ended
    before the workers that it has forked."""

    def start(self, *args: Any, **kwargs: Any) -> None:
        """Fork the workers and see that there are as many, until told to stop."""
        logging.getLogger("rq.worker").setLevel(LEVEL)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        super().start(*args, **{**kwargs, "logging_level": LEVEL})

    def _install_signal_handlers(self) -> None:
        super()._install_signal_handlers()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    def start_worker(self, *args: Any, **kwargs: Any) -> None:
        """Fork one more."""
        with held():
            super().start_worker(*args, **{**kwargs, "logging_level": LEVEL})

    def all_workers_have_stopped(self) -> bool:
        """Ask those that still work again, once a second: an exception may get lost where it was raised."""
        stopped: bool = super().all_workers_have_stopped()
        if not stopped:
            self.stop_workers()
        return stopped


# The collector's marks would turn shared pages into each process's own.
gc.collect()
gc.freeze()

if __name__ == "__main__":
    settings = Worker.app.config
    connection = Client.from_url(settings["REDIS_URL"])
    Pool(QUEUES, connection, settings["MAIL_WORKERS"], Worker).start()
