"""One nnfmt process that answers lines of JSON, and the pipes to it.

Requests and answers overlap: a few requests are on their way while nnfmt works, so that it need not wait, and no more,
so that neither side holds what the other has not asked for. One loop writes and reads, without threads: whichever pipe
is ready is served, which also ends a process that stopped answering.

The process ends by itself when its stdin does, so that a killed executor leaves none behind. POSIX only.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Request = dict[str, Any]
Answer = dict[str, Any]

#: Requests that may be unanswered at a time, and their bytes together; nnfmt itself reads two ahead.
WINDOW_REQUESTS = 8
WINDOW_BYTES = 4 << 20
_CHUNK = 1 << 18
_KEPT_OF_STDERR = 2000


class ProcessDied(Exception):
    """The process ended, stopped answering or said something that is no answer; `unanswered` requests are lost."""

    def __init__(self, message: str, *, by_signal: bool = False) -> None:
        super().__init__(message)
        #: Somebody ended it, or something did for want of memory.
        self.by_signal = by_signal


@dataclass(frozen=True)
class ProcessPlan:
    """How a process is started and how long one answer may take before it counts as dead."""

    command: tuple[str, ...]
    arguments: tuple[str, ...]
    patience_seconds: float = 120.0
    start_seconds: float = 120.0


class ResidentProcess:
    """A started process. `start` makes one that has already answered; `close` ends it."""

    def __init__(self, plan: ProcessPlan) -> None:
        self._plan = plan
        self._stderr = b""
        self._received = bytearray()
        # An empty folder of its own: no settings of whatever lies where the executor works.
        self._folder = tempfile.TemporaryDirectory(prefix="nnfmt-spark-", ignore_cleanup_errors=True)
        try:
            self._process = subprocess.Popen(
                [*plan.command, *plan.arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder.name,
                bufsize=0,
            )
        except OSError as fault:
            self._folder.cleanup()
            raise ProcessDied(f"cannot be started: {fault}") from fault
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        assert pipes[0] is not None and pipes[1] is not None and pipes[2] is not None
        self._input, self._output, self._errors = (pipe.fileno() for pipe in pipes if pipe is not None)
        for descriptor in (self._input, self._output, self._errors):
            os.set_blocking(descriptor, False)

    @staticmethod
    def start(plan: ProcessPlan, greeting: Request) -> ResidentProcess:
        """Starts a process and waits for its answer to `greeting`. Throws ProcessDied when it does not give one."""
        process = ResidentProcess(plan)
        try:
            for _ in process.converse(iter([greeting]), patience_seconds=plan.start_seconds):
                pass
        except ProcessDied:
            process.close()
            raise
        return process

    @property
    def pid(self) -> int:
        return self._process.pid

    def converse(
        self,
        requests: Iterator[Request],
        *,
        window: int = WINDOW_REQUESTS,
        patience_seconds: float | None = None,
    ) -> Iterator[Answer]:
        """Answers to requests, in their order. Takes a request only when there is room for it.

        Throws ProcessDied; what was taken and not answered is lost.
        """
        patience = self._plan.patience_seconds if patience_seconds is None else patience_seconds
        sizes: deque[int] = deque()
        outgoing: deque[memoryview] = deque()
        exhausted = False
        last_news = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            selector.register(self._errors, selectors.EVENT_READ)
            writing = False
            while True:
                while not exhausted and len(sizes) < window and (not sizes or sum(sizes) < WINDOW_BYTES):
                    request = next(requests, None)
                    if request is None:
                        exhausted = True
                        break
                    line = json.dumps(request, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
                    if not sizes:
                        last_news = time.monotonic()
                    sizes.append(len(line))
                    outgoing.append(memoryview(line))
                if not sizes:
                    return
                if bool(outgoing) != writing:
                    writing = bool(outgoing)
                    if writing:
                        selector.register(self._input, selectors.EVENT_WRITE)
                    else:
                        selector.unregister(self._input)
                remaining = last_news + patience - time.monotonic()
                if remaining <= 0:
                    raise self._dead(f"gave no answer for {patience:.0f} s")
                for key, _ in selector.select(remaining):
                    if key.fd == self._input:
                        self._write(outgoing)
                    elif key.fd == self._errors:
                        if not self._read_errors():
                            selector.unregister(self._errors)
                    else:
                        for answer in self._read_answers():
                            if not sizes:
                                raise self._dead("answered more than it was asked")
                            sizes.popleft()
                            last_news = time.monotonic()
                            yield answer

    def _write(self, outgoing: deque[memoryview]) -> None:
        try:
            while outgoing:
                written = os.write(self._input, outgoing[0][:_CHUNK])
                if written < len(outgoing[0]):
                    outgoing[0] = outgoing[0][written:]
                else:
                    outgoing.popleft()
        except BlockingIOError:
            return
        except OSError as fault:  # its end of the pipe is closed
            raise self._dead("ended") from fault

    def _read_answers(self) -> list[Answer]:
        try:
            chunk = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return []
        if not chunk:
            raise self._dead("ended")
        start = max(len(self._received) - 1, 0)
        self._received += chunk
        if self._received.find(b"\n", start) < 0:
            return []
        *lines, rest = self._received.split(b"\n")
        self._received = bytearray(rest)
        return [self._parse(bytes(line)) for line in lines]

    def _parse(self, line: bytes) -> Answer:
        try:
            answer = json.loads(line)
        except ValueError as fault:
            raise self._dead(f"wrote {line[:200]!r}, which is no JSON") from fault
        if not isinstance(answer, dict):
            raise self._dead(f"wrote {line[:200]!r}, which is no answer")
        return answer

    def _read_errors(self) -> bool:
        try:
            chunk = os.read(self._errors, _CHUNK)
        except BlockingIOError:
            return True
        self._stderr = (self._stderr + chunk)[-_KEPT_OF_STDERR:]
        return bool(chunk)

    def _dead(self, what: str) -> ProcessDied:
        """Ends the process and says how it went: `what`, its exit, and the end of what it wrote on stderr."""
        grace = 5.0 if what == "ended" else 0.0
        try:
            code: int | None = self._process.wait(timeout=grace) if grace else self._process.poll()
        except subprocess.TimeoutExpired:
            code = None
        self._read_errors()
        self.close()
        how = "" if code is None else f", by signal {-code}" if code < 0 else f", with exit code {code}"
        said = self._stderr.decode("utf-8", "replace").strip()
        return ProcessDied(f"nnfmt {what}{how}{': ' + said if said else ''}", by_signal=code is not None and code < 0)

    def close(self) -> None:
        """Ends the process, at once; nothing that it does outlives it. May be called again."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()
