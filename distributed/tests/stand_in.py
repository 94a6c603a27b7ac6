"""Stands in for nnfmt where a test needs it to misbehave.

    python stand_in.py VERSION            answers every text with its length
    python stand_in.py VERSION COMMAND…   hands requests to the real one and its answers back

Words in a text make it misbehave: `KILL-ME` ends it by SIGKILL, `KILL-ONCE:PATH` the first time,
`KILL-TIMES:N:PATH` the first N times, `HANG` alone makes it wait
for ever, `BABBLE` makes it write no JSON, `EXIT-3` ends it with code 3 and a word on stderr.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    version, *words = sys.argv[1:]
    if "--version" in words:
        print(version if not version.startswith("{") else json.dumps(json.loads(version)))
        return
    command = words[: words.index("--")] if "--" in words else []
    rest = words[words.index("--") + 1 :] if "--" in words else []
    child = (
        subprocess.Popen([*command, *rest], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if command
        else None
    )
    for line in sys.stdin:
        misbehave(line)
        if child is None:
            request = json.loads(line)
            print(json.dumps({"id": request["id"], "gaps": len(request["text"]), "deviations": []}), flush=True)
            continue
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(line)
        child.stdin.flush()
        print(child.stdout.readline(), end="", flush=True)


def misbehave(line: str) -> None:
    once = re.search(r"KILL-ONCE:([\w./-]+)", line)
    if "KILL-ME" in line or (once is not None and not Path(once[1]).exists()):
        if once is not None:
            Path(once[1]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    times = re.search(r"KILL-TIMES:(\d+):([\w./-]+)", line)
    if times is not None:
        with Path(times[2]).open("ab") as counted:
            if counted.tell() < int(times[1]):
                counted.write(b".")
                counted.flush()
                os.kill(os.getpid(), signal.SIGKILL)
    # A word of its own: real sources hold CHANGED.
    if '"HANG"' in line:
        time.sleep(3600)
    if "BABBLE" in line:
        print("not JSON", flush=True)
    if "EXIT-3" in line:
        print("out of memory, say", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
