"""The worker process: RQ's worker with the application around every job."""

from typing import Any

from flask import Flask
from rq import SimpleWorker
from rq.job import Job
from rq.queue import Queue

from app import create_app


class Worker(SimpleWorker):
    """Runs jobs in its own process, without a fork for each: mail goes in batches, and forking costs more than a job.

    The application is made after the pool has forked, so that no database connection is shared.
    """

    app: Flask | None = None

    def work(self, *args: Any, **kwargs: Any) -> bool:
        self.app = self.app or create_app()
        return super().work(*args, **kwargs)

    def execute_job(self, job: Job, queue: Queue) -> None:
        assert self.app is not None
        with self.app.app_context():
            super().execute_job(job, queue)
