"""A standalone cluster of two workers on loopback, and what happens to it.

    python bench/cluster.py OUT TABLE          TABLE: files.parquet of make_corpus.py, about two thousand files

Runs `nnfmt-spark check` again and again: undisturbed; with a worker and its executor killed (-9) in mid-job; with nnfmt
processes killed 50 times; with a file among the others that kills each process that reads it; with a disk that is full
on one worker. Prints a digest of the rows of each, without their seconds; the last line says whether all are the same.
Set NNFMT_COMMAND to the words that start nnfmt. Needs Linux, and root for the small disk.
"""

from __future__ import annotations

import hashlib
import os
import random
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pyspark

HOME = Path(pyspark.__file__).parent
PORT = 17077
MASTER = f"spark://127.0.0.1:{PORT}"
STAND_IN = Path(__file__).parent.parent / "tests" / "stand_in.py"
POISON = "poison.py"


@dataclass
class Cluster:
    """A master and two workers, each with a folder of its own."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, disks: tuple[Path, Path]) -> None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", PORT)) == 0:
                sys.exit(f"port {PORT} is taken: of another cluster, say, which would do this one's work")
        self._class("master.Master", "--host", "127.0.0.1", "--port", str(PORT), "--webui-port", "18099", disk=disks[0])
        time.sleep(4)
        for number, disk in enumerate(disks):
            words = ("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", str(18100 + number))
            self._class("worker.Worker", *words, "--work-dir", str(self.folder / f"work{number}"), MASTER, disk=disk)
        time.sleep(4)

    def _class(self, name: str, *words: str, disk: Path) -> None:
        disk.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "SPARK_LOCAL_DIRS": str(disk), "SPARK_HOME": str(HOME)}
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        command = [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *words]
        self.processes.append(
            subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        )

    def kill_worker(self, number: int) -> None:
        """Kills a worker and everything below it."""
        os.killpg(self.processes[1 + number].pid, signal.SIGKILL)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def check(out: Path, table: Path, command: str, meanwhile: Callable[[subprocess.Popen[bytes]], None]) -> None:
    settings = {
        "spark.nnfmt.command": command,
        "spark.executor.memory": "700m",
        "spark.executor.cores": "1",
        "spark.excludeOnFailure.enabled": "true",
        # Both workers are on one node here.
        "spark.task.maxFailures": "8",
        "spark.excludeOnFailure.task.maxTaskAttemptsPerNode": "4",
        "spark.excludeOnFailure.stage.maxFailedExecutorsPerNode": "4",
        "spark.excludeOnFailure.application.maxFailedExecutorsPerNode": "4",
        "spark.ui.enabled": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "16",
    }
    words = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    main = out.with_name("main.py")
    main.write_text("import sys\nfrom nnfmt_spark.__main__ import main\nsys.exit(main())\n", "utf-8")
    job = [str(main), "check", str(table), "--out", str(out), "--partitions", "24"]
    with out.with_suffix(".log").open("wb") as log:
        running = subprocess.Popen(
            [str(HOME / "bin" / "spark-submit"), "--master", MASTER, *words, *job], stdout=log, stderr=log
        )
        disturbing = threading.Thread(target=meanwhile, args=(running,))
        disturbing.start()
        if running.wait() != 0:
            sys.exit(f"the job failed: {out.with_suffix('.log')}")
        disturbing.join()


def digest(out: Path) -> tuple[str, int, int]:
    """A digest of the rows without their seconds and the poisoned one, their number, and how many are errors."""
    rows = parquet.read_table(out).drop_columns(["seconds"]).to_pylist()
    plain = sorted(repr(row) for row in rows if row["path"] != POISON)
    errors = sum(row["error"] is not None for row in rows)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()[:16], len(rows), errors


def nnfmt_processes(marker: str) -> list[int]:
    """Resident processes of this measurement: those whose command line holds `marker` and `--jsonl`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            except OSError:
                continue
            if "--jsonl" in words and any(marker in word for word in words):
                found.append(int(entry.name))
    return found


def main() -> None:
    folder, table = Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()
    folder.mkdir(parents=True)
    command = os.environ["NNFMT_COMMAND"]
    marker = shlex.split(command)[-1]
    killed = 0

    def nothing(_: subprocess.Popen[bytes]) -> None:
        return

    def kill_processes(running: subprocess.Popen[bytes]) -> None:
        nonlocal killed
        chance = random.Random(1)
        while running.poll() is None and killed < 50:
            time.sleep(chance.uniform(0.4, 1.0))
            found = nnfmt_processes(marker)
            if found:
                os.kill(chance.choice(found), signal.SIGKILL)
                killed += 1

    poisoned = folder / "poisoned.parquet"
    given = parquet.read_table(table)
    poison = pa.table({"project": ["p"], "path": [POISON], "text": ["# KILL-ME\n"]}, schema=given.schema)
    parquet.write_table(pa.concat_tables([given, poison]), poisoned, row_group_size=500)
    stand_in = shlex.join([sys.executable, str(STAND_IN), "0.1.0", *shlex.split(command), "--"])
    small = folder / "small"
    runs: list[tuple[str, Path, str, tuple[Path, Path], Callable[[subprocess.Popen[bytes]], None] | None]] = [
        ("undisturbed", table, command, (folder / "d0", folder / "d1"), nothing),
        ("worker killed", table, command, (folder / "d0", folder / "d1"), None),
        ("processes killed", table, command, (folder / "d0", folder / "d1"), kill_processes),
        ("poisoned file", poisoned, stand_in, (folder / "d0", folder / "d1"), nothing),
        ("full disk", table, command, (folder / "d0", small), nothing),
    ]
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], check=True)
    # Room enough for an executor to start, and too little for what it shuffles.
    (small / "filling").write_bytes(bytes((2 << 20) - (200 << 10)))
    digests = set()
    try:
        for name, rows, words, disks, meanwhile in runs:
            cluster = Cluster(folder / name.replace(" ", "-"))
            cluster.folder.mkdir()
            cluster.start(disks)

            def kill_worker(_: subprocess.Popen[bytes], cluster: Cluster = cluster) -> None:
                while not nnfmt_processes(marker):
                    time.sleep(0.1)
                time.sleep(6)
                cluster.kill_worker(1)

            out = cluster.folder / "rows"
            try:
                check(out, rows, words, meanwhile or kill_worker)
            finally:
                cluster.stop()
            found, count, errors = digest(out)
            digests.add(found)
            print(
                f"{name}: {found}, {count} rows, {errors} errors" + (f", {killed} killed" if killed else ""), flush=True
            )
            killed = 0
    finally:
        subprocess.run(["umount", str(small)], check=False)
    print("all the same" if len(digests) == 1 else "THEY DIFFER")


if __name__ == "__main__":
    main()
