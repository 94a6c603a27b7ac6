"""`nnfmt-spark JOB …`: the jobs as a command, for a shell or `spark-submit`.

Exit codes are those of nnfmt: 0 fine, 2 could not run, and 130 when somebody interrupted it. Faults
of single files are rows of the result.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.evaluate import DEFAULT_FILES, evaluate
from nnfmt_spark.layout import check, format_table, score
from nnfmt_spark.prepare import ShardPlan, prepare
from nnfmt_spark.prepared_rows import PrepareRules
from nnfmt_spark.run import plain_faults, summary, write_rows
from nnfmt_spark.session import make_session
from nnfmt_spark.tables import FORMATS, Columns, read_table
from nnfmt_spark.train import RoundPlan, train
from nnfmt_spark.version import __version__

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_EXIT_FINE, _EXIT_COULD_NOT_RUN, _EXIT_INTERRUPTED = 0, 2, 130
_LAYOUT: dict[str, tuple[Callable[[DataFrame, Columns], DataFrame], str]] = {
    "check": (check, "each file's deviations"),
    "format": (format_table, "each file in its new layout"),
    "score": (score, "each file's distance from the layout that nnfmt gives it"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    end = given.index("--") if "--" in given else len(given)
    options = _parser().parse_args(given[:end])
    if given[end + 1 :] and options.job != "train":
        _parser().error("only train takes flags of nnfmt behind --")
    options.flags = tuple(given[end + 1 :])
    try:
        spark = make_session(f"nnfmt {options.job}")
        with plain_faults():
            options.run(spark, options)
    except NnfmtSparkError as fault:
        print(f"nnfmt-spark: {fault}", file=sys.stderr)
        return _EXIT_COULD_NOT_RUN
    except KeyboardInterrupt:
        print("nnfmt-spark: interrupted", file=sys.stderr)
        return _EXIT_INTERRUPTED
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
    prepare_job = jobs.add_parser("prepare", help="a corpus as shards", description="Writes shards and their manifest.")
    _table_options(prepare_job)
    defaults, rules = ShardPlan(), PrepareRules()
    prepare_job.add_argument("--shards", type=int, metavar="N", help="by default one for each 64 MB of source")
    prepare_job.add_argument("--similar", type=float, default=defaults.similar, metavar="R", help="0 to 1")
    prepare_job.add_argument("--license", choices=("permissive", "any"), default=rules.licence)
    prepare_job.add_argument("--max-file", type=int, default=rules.max_file_kb, metavar="KB")
    prepare_job.add_argument("--hold-out", type=float, default=rules.hold_out, metavar="SHARE")
    prepare_job.add_argument("--seed", type=int, default=rules.seed)
    prepare_job.add_argument("--mutants", type=int, default=rules.mutants, metavar="N", help="of each file")
    prepare_job.add_argument("--rate", type=float, default=rules.rate, metavar="R", help="of their gaps")
    prepare_job.add_argument("--counts", action="store_true", help="n-grams of completion as well")
    prepare_job.set_defaults(run=_run_prepare)

    evaluate_job = jobs.add_parser("evaluate", help="figures of nnfmt eval", description="Writes a row a project.")
    _table_options(evaluate_job)
    evaluate_job.add_argument("--files", type=int, default=DEFAULT_FILES, metavar="N", help="most of a project")
    evaluate_job.add_argument("--rates", help="mutation rates, separated by commas")
    evaluate_job.set_defaults(run=_run_evaluate)

    train_job = jobs.add_parser("train", help="a base model in rounds", description="Trains a base model on shards.")
    train_job.add_argument("shards", help="folder of shards that all executors see")
    train_job.add_argument("--out", required=True, help="folder of the run; a run of the same plan is continued")
    train_job.add_argument("--rounds", type=int, default=4)
    train_job.add_argument("--replicas", type=int, required=True, help="they decide about the result, executors do not")
    train_job.add_argument("--gaps", type=int, required=True, help="to learn in all, by all replicas together")
    train_job.add_argument("--seed", type=int, default=1)
    train_job.epilog = "Behind -- stand more flags of nnfmt train --base, such as -- --batch 256."
    train_job.set_defaults(run=_run_train)
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


def _run_prepare(spark: SparkSession, options: argparse.Namespace) -> None:
    rules = PrepareRules(
        licence=options.license,
        max_file_kb=options.max_file,
        hold_out=options.hold_out,
        seed=options.seed,
        mutants=options.mutants,
        rate=options.rate,
        counts=options.counts,
    )
    plan = ShardPlan(shards=options.shards, similar=options.similar, rules=rules)
    manifest = prepare(_table(spark, options), options.out, plan, _columns(options), overwrite=options.overwrite)
    left_out = ", ".join(f"{count} {reason}" for reason, count in manifest["leftOut"].items()) or "none"
    print(
        f"{options.out}: {manifest['rows']:,} files of {manifest['projects']:,} projects in "
        f"{len(manifest['shards'])} shards; left out: {left_out}"
    )


def _run_evaluate(spark: SparkSession, options: argparse.Namespace) -> None:
    rates = None if options.rates is None else tuple(float(rate) for rate in options.rates.split(","))
    rows = evaluate(_table(spark, options), _columns(options), files=options.files, rates=rates)
    write_rows(rows, options.out, overwrite=options.overwrite)
    print(f"{options.out}: {summary(spark.read.parquet(options.out))}")


def _run_train(spark: SparkSession, options: argparse.Namespace) -> None:
    plan = RoundPlan(options.rounds, options.replicas, options.gaps, options.seed, options.flags)
    for figures in train(spark, options.shards, options.out, plan):
        print(
            f"round {figures['round']}: {figures['gaps']:,} gaps, {figures['lossNats']:.4f} nats on held-out projects"
        )


if __name__ == "__main__":
    sys.exit(main())
