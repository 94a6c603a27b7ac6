"""Figures of projects are those of nnfmt alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from pyspark.sql import SparkSession

from nnfmt_spark import evaluate
from tests.conftest import sources


def test_each_project_has_the_figures_that_nnfmt_gives_it(
    with_nnfmt: SparkSession, nnfmt: list[str], tmp_path: Path
) -> None:
    rows = [(f"project{number % 2}", Path(path).name, text) for number, (path, text) in enumerate(sources()[:6])]
    for project, name, text in rows:
        file = tmp_path / project / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    table = with_nnfmt.createDataFrame([*rows, ("nothing", "a.py", None)], "project string, path string, text string")
    found = {row.project: row for row in evaluate(table.repartition(3), rates=(0.2,)).collect()}
    assert sorted(found) == ["project0", "project1"]
    for project, row in found.items():
        words = [*nnfmt, "eval", "--json", "-q", "--rates", "0.2", str(tmp_path / project)]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        assert json.loads(row.figures) == json.loads(said) and row.files == 3


def test_no_more_files_of_a_project_travel_than_are_asked_for(with_nnfmt: SparkSession) -> None:
    rows = [("p", f"m{number}.py", f"x = {number}\n") for number in range(9)]
    table = with_nnfmt.createDataFrame(rows, "project string, path string, text string")
    (row,) = evaluate(table, files=4, rates=(0.0,)).collect()
    assert row.files == 4 and row.error is None
