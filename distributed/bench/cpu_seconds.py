"""Runs a command and says what processor time it and everything it started took.

    python bench/cpu_seconds.py COMMAND…     the last line on stderr is {"cpu": seconds, "wall": seconds, "exit": code}

Spark's workers and their nnfmt processes are nobody's children once their parent has gone; here they become this
process's (Linux: PR_SET_CHILD_SUBREAPER), which waits for all of them, so that none is forgotten.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

_PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.monotonic()
    code = subprocess.call(sys.argv[1:])
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - start, "exit": code}
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
