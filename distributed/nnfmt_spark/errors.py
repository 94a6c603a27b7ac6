"""What can go wrong, in words that reach the driver.

Spark hands an exception of a task to the driver as one long text: its own frames, the Python worker's traceback, the
message. `words_of` finds what this package meant to say in there, so that a driver need not show the rest.
"""

from __future__ import annotations

import re


class NnfmtSparkError(Exception):
    """A job cannot go on: what happened, where, and what to do. Faults of single rows are rows, not exceptions."""


class BadRowError(Exception):
    """A row that nnfmt is not asked about; its words become the row's `error`."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


_OURS = re.compile(r"NnfmtSparkError: (.*?)(?:\n\s*\n|\n\tat |\n\nDriver stacktrace|\Z)", re.DOTALL)


def words_of(fault: BaseException) -> str | None:
    """The message of the `NnfmtSparkError` that a task died of, or None when it died of something else."""
    if isinstance(fault, NnfmtSparkError):
        return str(fault)
    found = _OURS.search(str(fault))
    return found.group(1).strip() if found else None


#: Lines of a Java stack trace that name what a fault came from, without the class.
_CAUSE = re.compile(r"^Caused by: (?:[\w.$]+: )?(.+)$", re.MULTILINE)


def said_by_spark(fault: Exception) -> str:
    """What Spark says is wrong, in a line: the last cause, for a bare Java exception begins with the method called."""
    words = str(fault).strip()
    causes = _CAUSE.findall(words)
    return str(causes[-1]) if causes else words.split("\n", 1)[0]
