"""What finding near duplicates costs and finds, at several sizes.

    python bench/near_duplicates.py OUT CORPUS… [--similar 0.8]      each CORPUS made by make_corpus.py

For each corpus: seconds of processor time of the engine and bytes that it shuffled, for the files and for the join,
from Spark's own event log; the pairs are left in OUT/NAME/pairs for exact_jaccard.py, and all figures in
OUT/figures.json. Set spark.nnfmt.command in the environment variable NNFMT_COMMAND.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from pathlib import Path

from pyspark.sql import SparkSession

from nnfmt_spark import PrepareRules
from nnfmt_spark.near_duplicates import similar_files
from nnfmt_spark.prepare import Keeper
from nnfmt_spark.prepared_rows import prepare_rows

Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--similar", type=float, default=0.8)
    options = parser.parse_args()
    figures = {}
    for corpus in map(Path, options.corpora):
        folder = Path(options.out) / corpus.name
        (folder / "events").mkdir(parents=True, exist_ok=True)
        measured = _measure(corpus, folder, options.similar)
        figures[corpus.name] = {**measured, **_of_events(folder / "events")}
        print(corpus.name, json.dumps(figures[corpus.name]), flush=True)
    (Path(options.out) / "figures.json").write_text(json.dumps(figures, indent=2), "utf-8")


def _measure(corpus: Path, folder: Path, similar: float) -> Figures:
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.nnfmt.command", os.environ["NNFMT_COMMAND"])
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.eventLog.enabled", "true")
        .config("spark.eventLog.compress", "false")
        .config("spark.eventLog.dir", (folder / "events").absolute().as_uri())
        .getOrCreate()
    )
    keep = Keeper(spark, folder.absolute())
    start = time.monotonic()
    table = spark.read.parquet(str(corpus / "files.parquet"))
    rows = keep(prepare_rows(table.repartition(8), PrepareRules(licence="any")), "rows")
    kept = keep(rows.where("kept"), "kept")
    between = time.monotonic()
    found = keep(similar_files(kept, similar, keep), "similar")
    done = time.monotonic()
    figures: Figures = {
        "files": table.count(),
        "kept": kept.count(),
        "candidates": spark.read.parquet(str(folder / "candidates")).count(),
        "pairs": spark.read.parquet(str(folder / "pairs")).count(),
        "similar": found.count(),
        "seconds_files": between - start,
        "seconds_similar": done - between,
    }
    spark.stop()
    return figures


def _of_events(folder: Path) -> Figures:
    """Sums over the tasks of each of the two parts: processor time of the JVM, and what was shuffled."""
    part_of_stage: dict[int, str] = {}
    sums: dict[str, float] = defaultdict(float)
    for file in folder.rglob("events_*"):
        for line in file.read_text("utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerJobStart":
                words = (event.get("Properties") or {}).get("spark.job.description", "")
                part = "files" if words in ("nnfmt: rows", "nnfmt: kept") else "similar"
                for stage in event["Stage IDs"]:
                    part_of_stage[stage] = part
            elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                metrics = event["Task Metrics"]
                part = part_of_stage.get(event["Stage ID"], "similar")
                sums[f"cpu_{part}"] += metrics["Executor CPU Time"] / 1e9
                sums[f"shuffled_{part}"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
    return dict(sums)


if __name__ == "__main__":
    main()
