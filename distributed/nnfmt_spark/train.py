"""Trains a base model in rounds: replicas learn apart on executors, and their weights are averaged on the driver.

McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data" (2017); Stich, "Local SGD
Converges Fast and Communicates Little" (2019). What a replica learns follows from the shards, the seed, the round and
its number, so that any number of executors comes to the bytes that `nnfmt train --base --rounds` comes to on one
machine. The driver keeps each round in a folder, and goes on after the last one that is whole.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from nnfmt_spark.command import CommandSettings, demand_version, expected_version, find_command, here
from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.prepare import MANIFEST, local_folder
from nnfmt_spark.run import plain_faults
from nnfmt_spark.session import prepare_session
from nnfmt_spark.version import __version__

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PLAN, _CHECKPOINT, _COMMON, _MODEL = "plan.json", "checkpoint.bin", "common.bin", "model.bin"
_KEPT_OF_STDERR = 1000
#: Figures of the rounds, one JSON object a line.
METRICS = "metrics.jsonl"


@dataclass(frozen=True)
class RoundPlan:
    """How a model is trained: all of it decides about the result, and nothing else does."""

    rounds: int
    replicas: int
    gaps: int
    seed: int = 1
    #: More flags of `nnfmt train --base`, such as ("--batch", "256").
    flags: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        numbers = {"rounds": self.rounds, "replicas": self.replicas, "gaps": self.gaps, "seed": self.seed}
        return (*(word for name, value in numbers.items() for word in (f"--{name}", str(value))), *self.flags)


def train(spark: SparkSession, shards: str, out: str, plan: RoundPlan) -> list[dict[str, Any]]:
    """Writes `out/model.bin`, and gives the figures of each round: gaps, and the loss on what the shards put aside.

    `shards` is a folder that all executors see. A folder `out` of the same plan is continued. Throws NnfmtSparkError
    for shards of another nnfmt, a folder of another plan, and when a replica or the average says why it cannot go on.
    """
    prepare_session(spark)
    corpus, folder = local_folder(shards), local_folder(out)
    demand_manifest(corpus)
    command = find_command(CommandSettings.of(spark))
    _settle_plan(folder, plan)
    figures: list[dict[str, Any]] = []
    common: Path | None = None
    for number in range(plan.rounds):
        finished = folder / f"round-{number:04d}"
        if not (finished / _COMMON).exists():
            with plain_faults():
                pieces = _learn(spark, corpus, plan, number, None if common is None else common.read_bytes())
            _average(command, corpus, finished, pieces)
        common = finished / _COMMON
        figures.append({"round": number + 1, **json.loads((finished / "figures.json").read_text("utf-8"))})
    _replace(folder / _MODEL, (folder / f"round-{plan.rounds - 1:04d}" / _MODEL).read_bytes())
    _replace(folder / METRICS, "".join(json.dumps(one) + "\n" for one in figures).encode())
    return figures


def demand_manifest(corpus: Path) -> None:
    """Throws NnfmtSparkError where a folder is none of shards, or one of another nnfmt."""
    try:
        made_by = json.loads((corpus / MANIFEST).read_text("utf-8"))["nnfmt"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise NnfmtSparkError(f"{corpus} holds no shards: {MANIFEST} cannot be read ({fault})") from fault
    if made_by != __version__:
        raise NnfmtSparkError(
            f"the shards in {corpus} were made by nnfmt {made_by}, and this is {__version__}; make them anew"
        )


def _settle_plan(folder: Path, plan: RoundPlan) -> None:
    words = json.dumps(asdict(plan), indent=2)
    known = folder / _PLAN
    if known.exists():
        if json.loads(known.read_text("utf-8")) != json.loads(words):
            raise NnfmtSparkError(f"{folder} holds a run of another plan ({known}); write elsewhere")
        return
    if folder.exists() and any(folder.iterdir()):
        raise NnfmtSparkError(f"{folder} is there already, and holds no run that could be continued")
    folder.mkdir(parents=True, exist_ok=True)
    _replace(known, words.encode())


def _learn(spark: SparkSession, corpus: Path, plan: RoundPlan, number: int, common: bytes | None) -> dict[int, bytes]:
    """The checkpoint of each replica after a round, a task each."""
    settings = CommandSettings.of(spark)
    expected = expected_version(settings)

    def learn(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        command = find_command(settings)
        demand_version(command, expected)
        for batch in batches:
            for replica in batch.column("id").to_pylist():
                piece = learn_piece(command, corpus, plan, number, replica, common)
                yield pa.RecordBatch.from_pydict({"replica": pa.array([replica], pa.int64()), "piece": [piece]})

    tasks = spark.range(0, plan.replicas, 1, plan.replicas)
    rows = tasks.mapInArrow(learn, "replica bigint, piece binary").collect()
    return {int(row["replica"]): bytes(row["piece"]) for row in rows}


def learn_piece(
    command: tuple[str, ...], corpus: Path, plan: RoundPlan, number: int, replica: int, common: bytes | None
) -> bytes:
    """Runs one replica's part of a round on this machine, in a folder of its own. Throws NnfmtSparkError."""
    if not (corpus / MANIFEST).exists():
        raise NnfmtSparkError(f"{here()}: replica {replica} of round {number}: there is no {corpus / MANIFEST} there")
    with tempfile.TemporaryDirectory(prefix="nnfmt-spark-") as place:
        begin: tuple[str, ...] = ()
        if common is not None:
            (Path(place) / _COMMON).write_bytes(common)
            begin = ("--common", str(Path(place) / _COMMON))
        out = Path(place) / "piece"
        where = ("--round", str(number), "--replica", str(replica), "--out", str(out))
        _run(
            (*command, "train", "--base", str(corpus), *plan.words(), *where, *begin),
            f"replica {replica} of round {number}",
        )
        return (out / _CHECKPOINT).read_bytes()


def _average(command: tuple[str, ...], corpus: Path, finished: Path, pieces: dict[int, bytes]) -> None:
    """Averages pieces into the folder of a round, which appears when all of it is there."""
    part = finished.with_name(f"{finished.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    folders = []
    for replica, piece in sorted(pieces.items()):
        place = part / f"replica-{replica}"
        place.mkdir(parents=True)
        (place / _CHECKPOINT).write_bytes(piece)
        folders.append(str(place))
    mean = part / "mean"
    said = _run(
        (*command, "train", "--average", *folders, "--out", str(mean), "--held", str(corpus), "--json"), "the average"
    )
    for file in mean.iterdir():
        os.replace(file, part / file.name)
    mean.rmdir()
    (part / "figures.json").write_text(said, "utf-8")
    shutil.rmtree(finished, ignore_errors=True)
    os.replace(part, finished)


def _run(words: tuple[str, ...], what: str) -> str:
    said = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if said.returncode != 0:
        raise NnfmtSparkError(
            f"{here()}: {what} ended with {said.returncode}: "
            f"{said.stderr.strip()[-_KEPT_OF_STDERR:] or 'it said nothing'}"
        )
    return said.stdout


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
