"""Writing a job's rows, and what is said at its end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nnfmt_spark.errors import NnfmtSparkError, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame


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

    Throws NnfmtSparkError when something is there already, or when a task said why the job cannot go on.
    """
    from pyspark.errors import AnalysisException

    try:
        with plain_faults():
            rows.write.mode("overwrite" if overwrite else "errorifexists").parquet(out)
    except AnalysisException as fault:
        if fault.getCondition() != "PATH_ALREADY_EXISTS":
            raise
        raise NnfmtSparkError(f"{out} is there already; --overwrite replaces it") from None


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
