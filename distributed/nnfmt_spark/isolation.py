"""Rows in, answers out, whatever happens to the process in between.

A process dies because of a row (it crashes the engine, or takes all memory), or because of something else (somebody
kills it, the machine is short of memory). The two are told apart by asking again: after a death, the rows that were on
their way are asked one at a time. A row during which the process dies twice while that row is the only one at hand
becomes an error; the others get their answers. A process that cannot be started, several times in a row, ends the task.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from nnfmt_spark.command import here
from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.resident import Answer, ProcessDied, ProcessPlan, Request, ResidentProcess

#: Times a process may die with a single row at hand before the row is given up.
DEATHS_OF_A_ROW = 2
#: Starts that may fail one after another before the executor is taken for broken.
FAILED_STARTS = 5
#: Starts one after another that a signal may end: what kills here and there says nothing of the executor.
KILLED_STARTS = 20
#: Seconds to wait after a start that failed, times how many have: what is short of memory may have it again.
_PAUSE_SECONDS = 0.2

Mark = TypeVar("Mark")


@dataclass(frozen=True)
class Asked(Generic[Mark]):
    """A request with a mark by which the asker knows it."""

    mark: Mark
    request: Request


@dataclass(frozen=True)
class Answered(Generic[Mark]):
    """What came of a request, and how long it took: from the answer before it, or from when it was asked."""

    mark: Mark
    answer: Answer
    seconds: float


class Respondent:
    """Answers any number of conversations by one process, which it starts when it is first needed, and anew when it
    dies.

    It belongs to one thread. `deaths` and `starts` tell what happened so far.
    """

    def __init__(self, plan: ProcessPlan, greeting: Request, before_start: Callable[[], None] = lambda: None) -> None:
        self._plan = plan
        self._greeting = greeting
        self._before_start = before_start
        self._process: ResidentProcess | None = None
        self.deaths = 0
        self.starts = 0

    def ask(self, requests: Iterator[Asked[Mark]]) -> Iterator[Answered[Mark]]:
        """Answers in the order of the requests, each exactly once. Throws NnfmtSparkError when no process can be
        started.
        """
        open_requests: deque[Asked[Mark]] = deque()
        while True:
            try:
                yield from self._round(requests, open_requests)
                return
            except ProcessDied:
                self._bury()
            # What was on its way is asked one by one: then whoever dies tells of whom.
            while open_requests:
                yield self._alone(open_requests[0])
                open_requests.popleft()

    def _round(self, requests: Iterator[Asked[Mark]], open_requests: deque[Asked[Mark]]) -> Iterator[Answered[Mark]]:
        since: deque[float] = deque()

        def next_requests() -> Iterator[Request]:
            for asked in requests:
                open_requests.append(asked)
                since.append(time.monotonic())
                yield asked.request

        process = self._living()
        before = 0.0
        try:
            for answer in process.converse(next_requests()):
                now = time.monotonic()
                asked = open_requests[0]
                self._compare(asked, answer)
                open_requests.popleft()
                seconds, before = now - max(since.popleft(), before), now
                yield Answered(asked.mark, answer, seconds)
        except ProcessDied:
            raise
        except BaseException:
            # Whoever asked has enough: what is on its way would be taken for answers to what is asked next.
            if open_requests:
                self.close()
            raise

    def _alone(self, asked: Asked[Mark]) -> Answered[Mark]:
        for death in range(1, DEATHS_OF_A_ROW + 1):
            process = self._living()
            before = time.monotonic()
            try:
                (answer,) = process.converse(iter([asked.request]))
                self._compare(asked, answer)
                return Answered(asked.mark, answer, time.monotonic() - before)
            except ProcessDied as fault:
                self._bury()
                if death == DEATHS_OF_A_ROW:
                    words = f"{fault}; it died {death} times over this row alone"
                    return Answered(asked.mark, {"error": words, "code": "PROCESS_DIED"}, time.monotonic() - before)
        raise AssertionError("unreachable")

    def _compare(self, asked: Asked[Mark], answer: Answer) -> None:
        if answer.get("id") != asked.request.get("id"):
            raise ProcessDied(f"nnfmt answered {answer.get('id')!r}, and was asked {asked.request.get('id')!r}")

    def _living(self) -> ResidentProcess:
        if self._process is not None:
            return self._process
        self._before_start()
        failed = killed = 0
        while True:
            try:
                self.starts += 1
                self._process = ResidentProcess.start(self._plan, self._greeting)
                return self._process
            except ProcessDied as fault:
                self.deaths += 1
                failed += not fault.by_signal
                killed += fault.by_signal
                if failed == FAILED_STARTS or killed == KILLED_STARTS:
                    raise NnfmtSparkError(f"{here()}: {' '.join(self._plan.command)}: {fault}") from fault
                time.sleep(_PAUSE_SECONDS * (failed + killed))

    def _bury(self) -> None:
        self.deaths += 1
        self.close()

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None
