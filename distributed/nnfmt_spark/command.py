"""How an executor finds Node and nnfmt.

The driver only passes on what the settings say; each executor looks on its own disk, for that is where they have to be:

1. `spark.nnfmt.command`, words of a command line (`node /opt/nnfmt/dist/nnfmt.cjs`);
2. an archive that came with the job (`--archives nnfmt-0.1.0.tgz#nnfmt`; `spark.nnfmt.archive` is the name behind `#`),
   in it nnfmt's package and, if wanted, Node as `bin/node`;
3. `nnfmt` on the path.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.version import __version__

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

COMMAND_SETTING = "spark.nnfmt.command"
ARCHIVE_SETTING = "spark.nnfmt.archive"
DEFAULT_ARCHIVE = "nnfmt"
_VERSION_SECONDS = 60
#: Where nnfmt's entry lies in an archive: that of `npm pack`, a copied package, and an installed one.
_ENTRIES = ("package/dist/nnfmt.cjs", "dist/nnfmt.cjs", "node_modules/nnfmt/dist/nnfmt.cjs")


@dataclass(frozen=True)
class CommandSettings:
    """What the driver knows of the command; sent to executors with each task."""

    command: str | None = None
    archive: str = DEFAULT_ARCHIVE
    #: Tasks run where the driver does.
    local: bool = False

    @staticmethod
    def of(spark: SparkSession) -> CommandSettings:
        return CommandSettings(
            command=spark.conf.get(COMMAND_SETTING, None),
            archive=spark.conf.get(ARCHIVE_SETTING, DEFAULT_ARCHIVE) or DEFAULT_ARCHIVE,
            local=is_local(spark.sparkContext.master or ""),
        )


def is_local(master: str) -> bool:
    """Whether tasks run in the driver's own machine and folder: `local`, `local[2]`, but not `local-cluster[…]`."""
    return master == "local" or master.startswith("local[")


@dataclass(frozen=True)
class NnfmtVersion:
    """What `nnfmt --version --json` says; `model` and `signature_version` are None where it said less."""

    nnfmt: str
    model: str | None = None
    signature_version: int | None = None

    def __str__(self) -> str:
        return self.nnfmt if self.model is None else f"{self.nnfmt} (model {self.model})"


def here() -> str:
    """This executor, in the words of messages: its host, its process, and where it works."""
    return f"executor on {socket.gethostname()} (process {os.getpid()}, in {os.getcwd()})"


def find_command(settings: CommandSettings) -> tuple[str, ...]:
    """The words that start nnfmt on this machine. Throws NnfmtSparkError, which names the machine, where there are
    none.
    """
    return _find_command(settings, shipped_archive if settings.local else archive_folder)


def _find_command(settings: CommandSettings, folder_of: Callable[[str], Path | None]) -> tuple[str, ...]:
    if settings.command is not None:
        words = tuple(shlex.split(settings.command))
        if not words:
            raise NnfmtSparkError(f"{COMMAND_SETTING} is empty; it takes the words that start nnfmt")
        if shutil.which(words[0]) is None:
            raise NnfmtSparkError(
                f"{here()}: there is no program {words[0]!r}, with which {COMMAND_SETTING} begins; install it on every "
                "executor, or ship it with --archives"
            )
        missing = next(
            (word for word in words[1:] if word.endswith((".cjs", ".js")) and not os.path.exists(word)), None
        )
        if missing is not None:
            raise NnfmtSparkError(f"{here()}: there is no file {missing!r}, which {COMMAND_SETTING} names")
        return words
    folder = folder_of(settings.archive)
    if folder is not None:
        entry = next((folder / name for name in _ENTRIES if (folder / name).is_file()), None)
        if entry is None:
            raise NnfmtSparkError(
                f"{here()}: the archive {settings.archive!r} holds none of {', '.join(_ENTRIES)}; make it with npm pack"
            )
        own = folder / "bin" / "node"
        node = str(own) if own.is_file() else shutil.which("node")
        if node is None:
            raise NnfmtSparkError(
                f"{here()}: there is no node (20 or later) on the path, and none as bin/node in the archive "
                f"{settings.archive!r}"
            )
        return (node, str(entry))
    installed = shutil.which("nnfmt")
    if installed is None:
        raise NnfmtSparkError(
            f"{here()}: there is no nnfmt on the path; install it, set {COMMAND_SETTING} to the words that start it, "
            f"or ship it: --archives nnfmt-VERSION.tgz#{settings.archive}"
        )
    return (installed,)


def shipped_archive(name: str) -> Path | None:
    """Where Spark unpacked an archive: the folder of files that came with the job."""
    from pyspark import SparkFiles

    try:
        folder = Path(SparkFiles.get(name))
    except Exception:
        return None
    return folder if folder.is_dir() else None


def archive_folder(name: str) -> Path | None:
    """As `shipped_archive`, else below the working directory, where YARN unpacks. On one machine that is the user's,
    and a folder of that name there is nothing that came with the job.
    """
    here_too = Path(name).absolute()
    return shipped_archive(name) or (here_too if here_too.is_dir() else None)


@lru_cache(maxsize=8)
def ask_version(command: tuple[str, ...]) -> NnfmtVersion:
    """Asks nnfmt what it is, once a process. Throws NnfmtSparkError where it does not say."""
    words = [*command, "--version", "--json"]
    try:
        said = subprocess.run(words, capture_output=True, text=True, timeout=_VERSION_SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NnfmtSparkError(f"{here()}: {shlex.join(words)} cannot be run: {fault}") from fault
    if said.returncode != 0:
        tail = (said.stderr or said.stdout).strip()[-500:]
        raise NnfmtSparkError(f"{here()}: {shlex.join(words)} ended with {said.returncode}: {tail}")
    return read_version(said.stdout)


def read_version(text: str) -> NnfmtVersion:
    """Reads the answer to `--version --json`. Throws NnfmtSparkError for anything else."""
    plain = re.fullmatch(r"(?:nnfmt )?(\d+\.\d+\.\S+)(?: \(.*\))?", text.strip())
    if plain:  # one from before it spoke JSON: it is told apart by its number
        return NnfmtVersion(plain.group(1))
    try:
        raw = json.loads(text)
        signature = raw.get("signatureVersion")
        return NnfmtVersion(str(raw["nnfmt"]), raw.get("model"), None if signature is None else int(signature))
    except (ValueError, KeyError, AttributeError, TypeError) as fault:
        raise NnfmtSparkError(
            f"{here()}: what is started as nnfmt says {text.strip()[:200]!r} of its version"
        ) from fault


def expected_version(settings: CommandSettings) -> NnfmtVersion:
    """What every executor's nnfmt has to be: the driver's, or where it has none, the version of this package.

    Throws NnfmtSparkError where the driver's nnfmt is of another version than this package, or it has none and runs
    the tasks itself.
    """
    own = NnfmtVersion(__version__)
    try:
        command = find_command(settings)
    except NnfmtSparkError:
        if settings.local:
            raise
        return own  # it need not be here: executors are where it runs
    demand_version(command, own)
    return ask_version(command)


def demand_version(command: tuple[str, ...], expected: NnfmtVersion) -> None:
    """Throws NnfmtSparkError where this executor's nnfmt is not the one that the driver expects."""
    found = ask_version(command)
    same = found.nnfmt == expected.nnfmt and (expected.model is None or found.model == expected.model)
    if not same:
        raise NnfmtSparkError(
            f"{here()}: nnfmt is {found} there, and {expected} is expected; results of two versions do not belong in "
            "one table. Install the same one on every executor, or ship it with --archives"
        )
