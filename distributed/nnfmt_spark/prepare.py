"""Prepares a corpus: a table of files in, a folder of shards out, as `nnfmt corpus prepare` makes it on one machine.

Rows are the same, in the same shards, in the same order, whatever the number of executors: where a row goes follows
from its digest and the seed. Four stages, each written before the next one starts:

1. each file through nnfmt: decoded, judged, signature, style counts (`_staging/rows`);
2. pairs of similar files and their groups (`_staging/pairs`, …);
3. of each group the smallest digest, of each digest the smallest project and path: the shards, by Spark's committer;
4. their manifest, last: a folder without one is none that anybody reads.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as parquet

from nnfmt_spark.command import CommandSettings, find_command
from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.near_duplicates import similar_files
from nnfmt_spark.prepared_rows import PrepareRules, prepare_rows
from nnfmt_spark.run import plain_faults, summary

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from nnfmt_spark.tables import Columns

#: Columns of a shard, in their order.
SHARD_COLUMNS = (
    *("project", "path", "text", "licence", "digest", "lines", "tokens", "split", "order"),
    *("style", "counts", "mutants"),
)
_STAGING, _WRITTEN, _LEFT_OUT = "_staging", "_shards", "_left_out"
#: Bytes of source in a shard where nobody says how many there are to be.
SHARD_BYTES = 64_000_000
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ShardPlan:
    """How many shards (None: one for each 64 MB of source), and from which similarity on two files are one."""

    shards: int | None = None
    similar: float = 0.8
    rules: PrepareRules = field(default_factory=PrepareRules)


def prepare(
    table: DataFrame,
    out: str,
    plan: ShardPlan | None = None,
    columns: Columns | None = None,
    *,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Writes shards and their manifest into `out`, which executors and driver have to see, and gives the manifest.

    What was left out is listed in `out/_left_out`. Throws NnfmtSparkError when a column is missing, when something is
    there already, when no file is left, and when a task says why it cannot go on.
    """
    plan = plan or ShardPlan()
    spark = table.sparkSession
    folder = local_folder(out)
    command = find_command(CommandSettings.of(spark))
    if folder.exists() and any(folder.iterdir()):
        if not overwrite:
            raise NnfmtSparkError(f"{out} is there already; --overwrite replaces it")
        shutil.rmtree(folder)
    staging = folder / _STAGING
    with plain_faults():
        keep = Keeper(spark, staging)
        rows = keep(prepare_rows(table, plan.rules, columns), "rows")
        kept = rows.where("kept")
        similar = keep(similar_files(kept, plan.similar, keep), "similar")
        write_shards(kept, similar, plan.shards or _shards_for(rows), folder)
        dropped = keep(_with_reasons(rows), f"../{_LEFT_OUT}")
        stay = sum(parquet.read_metadata(part).num_rows for part in folder.glob("part-*.parquet"))
        if stay == 0:
            raise NnfmtSparkError(f"no file is left: {summary(rows)}; {out}/{_LEFT_OUT} says why")
        left_out = _left_out(dropped, kept.count(), stay)
    manifest = write_manifest(command, folder, plan, left_out)
    shutil.rmtree(staging)
    return manifest


@dataclass(frozen=True)
class Keeper:
    """Stores tables in a folder; what is read from there has no history that could be run again."""

    spark: SparkSession
    folder: Path

    def __call__(self, table: DataFrame, name: str) -> DataFrame:
        path = uri_of(Path(os.path.normpath(self.folder / name)))
        self.spark.sparkContext.setJobDescription(f"nnfmt: {Path(name).name}")
        table.write.mode("overwrite").parquet(path)
        return self.spark.read.schema(table.schema).parquet(path)


def local_folder(path: str) -> Path:
    """The folder of a path that is one of the file system. Throws NnfmtSparkError for a store such as s3:// or hdfs://."""
    plain = path.removeprefix("file://").removeprefix("file:")
    if "://" in plain or plain.startswith("dbfs:"):
        raise NnfmtSparkError(
            f"{path} is no folder of the file system; shards are written to one that driver and executors see "
            "(a mount), for training reads them from there"
        )
    return Path(plain).absolute()


def uri_of(path: Path) -> str:
    """A path as Spark takes it, whatever its default file system."""
    return path.as_uri()


def _shards_for(rows: DataFrame) -> int:
    from pyspark.sql import functions as sql

    size = rows.agg(sql.sum(sql.octet_length("text"))).collect()[0][0] or 0
    return max(1, -(-int(size) // SHARD_BYTES))


def write_shards(kept: DataFrame, similar: DataFrame, shards: int, folder: Path) -> None:
    """Writes `part-00000.parquet` and on: the rows that stay, each shard sorted by order, project and path.

    Rows travel once, to the task of their shard; what follows them there is sorted but no longer sent.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as sql

    # The first 32 bits of the order, as a share of the shards: integers, so that no rounding decides.
    shard = sql.floor(sql.conv(sql.substring("order", 1, 8), 16, 10).cast("long") * shards / sql.lit(1 << 32)).cast(
        "int"
    )
    placed = kept.withColumn("shard", shard).select("shard", *SHARD_COLUMNS).repartition(shards, "shard")
    left = placed.join(similar.select(sql.col("node").alias("digest")), "digest", "left_anti")
    alike = Window.partitionBy("shard", "digest").orderBy(
        sql.expr("cast(project as binary)"), sql.expr("cast(path as binary)")
    )
    single = left.withColumn("_copy", sql.row_number().over(alike)).where("_copy = 1")
    written = folder / _WRITTEN
    (
        single.select("shard", *SHARD_COLUMNS)
        .sortWithinPartitions("shard", "order", "project", "path")
        .write.mode("overwrite")
        .partitionBy("shard")
        .parquet(uri_of(written))
    )
    for number in range(shards):
        parts = sorted((written / f"shard={number}").glob("*.parquet"))
        if len(parts) > 1:
            raise NnfmtSparkError(f"shard {number} was written in {len(parts)} pieces; this is a bug")
        if parts:
            os.replace(parts[0], folder / f"part-{number:05d}.parquet")
    shutil.rmtree(written)


#: What becomes of faults in a manifest: the reasons that nnfmt has for them on one machine.
_REASONS = {
    "SOURCE_TOO_LARGE": "size",
    "NO_SOURCE": "unreadable",
    "NO_NAME": "unreadable",
    "OVER_BUDGET": "budget",
}


def _with_reasons(rows: DataFrame) -> DataFrame:
    """The files that were left out before they were compared: project, path, reason and detail."""
    from pyspark.sql import functions as sql

    of_code = sql.coalesce(*[sql.when(sql.col("code") == code, sql.lit(words)) for code, words in _REASONS.items()])
    return rows.where("kept is null or not kept").select(
        "project",
        "path",
        sql.coalesce("reason", of_code, sql.lit("failed")).alias("reason"),
        sql.coalesce("detail", "error").alias("detail"),
    )


def _left_out(dropped: DataFrame, compared: int, stay: int) -> dict[str, int]:
    """How many files were left out for each reason."""
    found = {str(row["reason"]): int(row["count"]) for row in dropped.groupBy("reason").count().collect()}
    return dict(sorted({**found, **({"similar": compared - stay} if compared > stay else {})}.items()))


def write_manifest(command: tuple[str, ...], folder: Path, plan: ShardPlan, left_out: dict[str, int]) -> dict[str, Any]:
    """Has nnfmt read the shards and write their manifest. Throws NnfmtSparkError with its words where it does not."""
    words = [
        *(*command, "corpus", "manifest", str(folder), "--write"),
        *("--left-out", json.dumps(left_out), "--seed", str(plan.rules.seed), "--similar", str(plan.similar)),
    ]
    said = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if said.returncode != 0:
        raise NnfmtSparkError(f"{shlex.join(words)} ended with {said.returncode}: {said.stderr.strip()[-1000:]}")
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert isinstance(manifest, dict)
    return manifest
