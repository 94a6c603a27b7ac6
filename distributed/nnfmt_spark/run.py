"""Writing a job's rows, and what is said at its end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nnfmt_spark.errors import NnfmtSparkError, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame, SparkSession

#: Where Hadoop's committer keeps the files of tasks until the job is done.
_UNCOMMITTED = "_temporary"


@contextmanager
def plain_faults() -> Iterator[None]:
    """Lets what a task said of its end through, without the frames of Spark around it."""
    try:
        yield
    except NnfmtSparkError:
        raise
    except Exception as fault:
        words = words_of(fault)
        if words is None:
            raise
        raise NnfmtSparkError(words) from None


def write_rows(rows: DataFrame, out: str, *, overwrite: bool = False) -> None:
    """Writes a table as Parquet by Spark's committer: whole, each row once, or not at all.

    What a job that failed or was ended left behind is no result. Throws NnfmtSparkError when something is there
    already, or when a task said why the job cannot go on.
    """
    from pyspark.errors import AnalysisException

    anew = overwrite or holds_nothing(rows.sparkSession, out)
    try:
        with plain_faults():
            rows.write.mode("overwrite" if anew else "errorifexists").parquet(out)
    except AnalysisException as fault:
        if fault.getCondition() != "PATH_ALREADY_EXISTS":
            raise
        raise NnfmtSparkError(f"{out} is there already; --overwrite replaces it") from None


def holds_nothing(spark: SparkSession, out: str) -> bool:
    """Whether a folder is there, of whatever file system, and holds at most what tasks had not yet committed."""
    context: Any = spark.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path(out)
    system = path.getFileSystem(context._jsc.hadoopConfiguration())
    if not system.exists(path) or not system.getFileStatus(path).isDirectory():
        return False
    return all(entry.getPath().getName() == _UNCOMMITTED for entry in system.listStatus(path))


def summary(table: DataFrame) -> str:
    """How many rows a written table has and how many of them are errors, with the three most frequent codes."""
    from pyspark.sql import functions as sql

    counts = table.groupBy("code", sql.col("error").isNotNull().alias("failed")).count().collect()
    rows = sum(row["count"] for row in counts)
    failed = sorted(((row["count"], row["code"] or "no code") for row in counts if row["failed"]), reverse=True)
    if rows == 0:
        return "0 rows: the table is empty"
    words = ", ".join(f"{count} {code}" for count, code in failed[:3])
    return f"{rows:,} rows" + (f", {sum(count for count, _ in failed):,} of them errors ({words})" if failed else "")
