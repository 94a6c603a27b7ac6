"""`nnfmt-spark JOB …`: the jobs as a command, for a shell or `spark-submit`.

Exit codes are those of nnfmt: 0 fine, 2 could not run. Faults of single files are rows of the result.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.layout import check, format_table, score
from nnfmt_spark.run import plain_faults, summary, write_rows
from nnfmt_spark.session import make_session
from nnfmt_spark.tables import FORMATS, Columns, read_table
from nnfmt_spark.version import __version__

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_EXIT_FINE, _EXIT_COULD_NOT_RUN = 0, 2
_LAYOUT: dict[str, tuple[Callable[[DataFrame, Columns], DataFrame], str]] = {
    "check": (check, "each file's deviations"),
    "format": (format_table, "each file in its new layout"),
    "score": (score, "each file's distance from the layout that nnfmt gives it"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        spark = make_session(f"nnfmt {options.job}")
        with plain_faults():
            options.run(spark, options)
    except NnfmtSparkError as fault:
        print(f"nnfmt-spark: {fault}", file=sys.stderr)
        return _EXIT_COULD_NOT_RUN
    return _EXIT_FINE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nnfmt-spark", description="nnfmt on tables of Python files, by Apache Spark."
    )
    parser.add_argument("--version", action="version", version=__version__)
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    for name, (_, words) in _LAYOUT.items():
        job = jobs.add_parser(name, help=words, description=f"Writes {words}: one row a file, errors as rows.")
        _table_options(job)
        job.set_defaults(run=_run_layout)
    return parser


def _table_options(job: argparse.ArgumentParser) -> None:
    job.add_argument("table", help="Parquet, ORC, lines of JSON, a table of the catalogue, or a folder of projects")
    job.add_argument("--out", required=True, help="folder of the result")
    job.add_argument("--form", choices=FORMATS, help="what the table is; by default its ending says so, else Parquet")
    job.add_argument("--overwrite", action="store_true", help="replace what is there")
    job.add_argument("--partitions", type=int, metavar="N", help="spread the rows over so many tasks first")
    for column, default in vars(Columns()).items():
        job.add_argument(f"--{column}-column", default=default, metavar="NAME", help=f"by default {default!r}")


def _columns(options: argparse.Namespace) -> Columns:
    return Columns(**{column: getattr(options, f"{column}_column") for column in vars(Columns())})


def _table(spark: SparkSession, options: argparse.Namespace) -> DataFrame:
    table = read_table(spark, options.table, options.form)
    return table if options.partitions is None else table.repartition(options.partitions)


def _run_layout(spark: SparkSession, options: argparse.Namespace) -> None:
    job, _ = _LAYOUT[options.job]
    write_rows(job(_table(spark, options), _columns(options)), options.out, overwrite=options.overwrite)
    print(f"{options.out}: {summary(spark.read.parquet(options.out))}")


if __name__ == "__main__":
    sys.exit(main())
