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

from nnfmt_spark.command import CommandSettings, find_command
from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.near_duplicates import similar_files
from nnfmt_spark.prepared_rows import PrepareRules, prepare_rows
from nnfmt_spark.run import plain_faults

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from nnfmt_spark.tables import Columns

#: Columns of a shard, in their order.
SHARD_COLUMNS = (
    *("project", "path", "text", "licence", "digest", "lines", "tokens", "split", "order"),
    *("style", "counts", "mutants"),
)
_STAGING, _WRITTEN, _LEFT_OUT = "_staging", "_shards", "_left_out"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ShardPlan:
    """How many shards there are, and from which similarity on two files are one."""

    shards: int = 64
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
        rows = Keeper(spark, staging)(prepare_rows(table, plan.rules, columns), "rows")
        kept = rows.where("kept")
        similar = Keeper(spark, staging)(similar_files(kept, plan.similar, Keeper(spark, staging)), "similar")
        left_out = _left_out(rows, kept, similar)
        write_shards(kept, similar, plan.shards, folder)
        _list_left_out(rows, folder)
    manifest = write_manifest(command, folder, plan, left_out)
    shutil.rmtree(staging)
    return manifest


@dataclass(frozen=True)
class Keeper:
    """Stores tables in a folder; what is read from there has no history that could be run again."""

    spark: SparkSession
    folder: Path

    def __call__(self, table: DataFrame, name: str) -> DataFrame:
        path = uri_of(self.folder / name)
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


def _left_out(rows: DataFrame, kept: DataFrame, similar: DataFrame) -> dict[str, int]:
    """How many files were left out for each reason; those of nnfmt, `copy`, `similar`, and the codes of faults."""
    from pyspark.sql import functions as sql

    reason = sql.coalesce("reason", "code", sql.lit("failed"))
    dropped = rows.where("kept is null or not kept").groupBy(reason.alias("reason")).count().collect()
    found = {str(row["reason"]): int(row["count"]) for row in dropped}
    total = kept.count()
    digests = kept.select("digest").distinct().count()
    near = similar.count()
    return dict(sorted({**found, "copy": total - digests, "similar": near}.items()))


def _list_left_out(rows: DataFrame, folder: Path) -> None:
    from pyspark.sql import functions as sql

    dropped = rows.where("kept is null or not kept")
    named = dropped.select(
        "project",
        "path",
        sql.coalesce("reason", "code").alias("reason"),
        sql.coalesce("detail", "error").alias("detail"),
    )
    named.write.mode("overwrite").parquet(uri_of(folder / _LEFT_OUT))


def write_manifest(command: tuple[str, ...], folder: Path, plan: ShardPlan, left_out: dict[str, int]) -> dict[str, Any]:
    """Has nnfmt read the shards and write their manifest. Throws NnfmtSparkError with its words where it does not."""
    words = [
        *(*command, "corpus", "manifest", str(folder)),
        *("--left-out", json.dumps(left_out), "--seed", str(plan.rules.seed), "--similar", str(plan.similar)),
    ]
    said = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if said.returncode != 0:
        raise NnfmtSparkError(f"{shlex.join(words)} ended with {said.returncode}: {said.stderr.strip()[-1000:]}")
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert isinstance(manifest, dict)
    return manifest
