"""Supervisor, without the seconds it dozes: its loop looks up once a second, before it starts and stops anything.

Run as a file (`python -P app/lib/prompt_supervisor.py -n -c supervisord.conf`), so that it loads nothing of ours.
"""

import signal
from typing import Any

from supervisor import supervisord

SOON = 0.02
NOHUP = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


class PromptSupervisor(supervisord.Supervisor):
    """Starts its programs at once, and when it stops them, goes on as soon as one has ended."""

    def runforever(self) -> None:
        """Supervisor's own loop, with a shorter wait at its beginning and its end."""
        options, wait = self.options, self.options.poller.poll
        fresh = True

        def poll(timeout: float) -> Any:
            nonlocal fresh
            patience, fresh = SOON if fresh or self.stopping else timeout, False
            return wait(patience)

        options.poller.poll = poll
        if not NOHUP:
            # A closed terminal means what Ctrl-C means; Supervisor would restart and stay behind.
            signal.signal(signal.SIGHUP, lambda *_: options.signal_receiver.receive(signal.SIGTERM, None))
        super().runforever()


if __name__ == "__main__":
    supervisord.Supervisor = PromptSupervisor
    supervisord.main()
