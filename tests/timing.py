"""How long two things take, on a machine that does other work meanwhile."""

import time
from collections.abc import Callable


def seconds(*calls: Callable[[], object], rounds: int = 9) -> list[float]:
    """The shortest of `rounds` times of each call, in turn: what else goes on makes none of them shorter."""
    taken: list[list[float]] = [[] for _call in calls]
    for _round in range(rounds):
        for call, times in zip(calls, taken, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return [min(times) for times in taken]
