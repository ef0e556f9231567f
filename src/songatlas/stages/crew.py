"""Jobs that processes beside this one take one after the other, while this one does something else.

A job depends on nothing but what every process is told first: wherever it is done, the answer is
the same, and what a process that died has left undone is done here.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from songatlas.helper import Arrays, Helper

J = TypeVar("J")


class Crew(Generic[J]):
    """Processes at work on jobs, which this one may take as well.

    Parameters
    ----------
    jobs
        In the order in which the processes take them.
    helpers
        The processes; they begin at once.
    tell
        Tells one what comes before the questions.
    question
        Of a job, ready for JSON.

    Attributes
    ----------
    done
        Answers by job.
    said
        What a process that has ended said last; empty where none has.
    """

    def __init__(
        self,
        jobs: Iterable[J],
        helpers: Sequence[Helper],
        *,
        tell: Callable[[Helper], None],
        question: Callable[[J], object],
    ) -> None:
        self.helpers = helpers
        self.done: dict[J, Arrays] = {}
        self.said = ""
        self._left, self._tell, self._question = deque(jobs), tell, question
        self._threads = [
            threading.Thread(target=self._serve, args=(helper,), daemon=True) for helper in helpers
        ]
        for thread in self._threads:
            thread.start()

    def take(self, *, last: bool = False) -> J | None:
        """A job that nobody has begun: the processes take the first, this one may take the last."""
        try:
            return self._left.pop() if last else self._left.popleft()
        except IndexError:
            return None

    def wait(self) -> None:
        """Until no process is at work any more."""
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        """End the processes."""
        self._left.clear()
        for helper in self.helpers:
            helper.process.kill()
        self.wait()
        for helper in self.helpers:
            helper.close()

    def _serve(self, helper: Helper) -> None:
        try:
            self._tell(helper)
            while (job := self.take()) is not None:
                self.done[job] = helper.ask(self._question(job))
        except (OSError, ValueError):  # it has ended
            self.said = helper.last_line()
