"""The command: a table in, a folder out, and an exit code."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyspark.sql import SparkSession

from nnfmt_spark import make_session
from nnfmt_spark.__main__ import main
from tests.conftest import many_files


def test_lines_of_json_become_parquet_with_a_row_a_file(
    with_nnfmt: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "files.jsonl", tmp_path / "out"
    rows = [{"content": "x  = 1\n", "path": "a.py"}, {"content": "x = (\n", "path": "b.py"}, {"path": "c.py"}]
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    arguments = ["check", str(table), "--out", str(out), "--text-column", "content", "--partitions", "2"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.strip() == f"{out}: 3 rows, 2 of them errors (1 SYNTAX_REFUSED, 1 NO_SOURCE)"
    written = with_nnfmt.read.parquet(str(out)).orderBy("path").collect()
    assert [row.gaps_changed for row in written] == [1, None, None]

    assert main(arguments) == 2
    assert "is there already; --overwrite replaces it" in capsys.readouterr().err
    assert main([*arguments, "--overwrite"]) == 0


def test_a_folder_of_projects_is_a_table(with_nnfmt: SparkSession, tmp_path: Path) -> None:
    for name in ("one+a/x.py", "two b/deep/50%.py", "two b/deep/notes.txt"):
        file = tmp_path / "corpus" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n", "utf-8")
    out = tmp_path / "out"
    assert main(["score", str(tmp_path / "corpus"), "--form", "sources", "--out", str(out)]) == 0
    rows = with_nnfmt.read.parquet(str(out)).orderBy("project").collect()
    assert [(row.project, row.path, row.similarity) for row in rows] == [
        ("one+a", "x.py", 1.0),
        ("two b", "deep/50%.py", 1.0),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such/table"], "/no/such/table cannot be read as parquet"),
        (["NO_TABLE"], "NO_TABLE is not a Parquet file"),
        (["FOLDER"], "A folder of projects is read with --form sources."),
        (["TABLE", "--text-column", "size"], "the column of sources is bigint; it has to be string or binary"),
        (["TABLE", "--text-column", "content"], "no column 'content'; it has 'project', 'path', 'text', 'size'"),
    ],
)
def test_what_cannot_run_says_why_and_ends_with_2(
    with_nnfmt: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    table = tmp_path / "table"
    many_files(with_nnfmt, 2).selectExpr("*", "1L as size").write.parquet(str(table))
    (tmp_path / "NO_TABLE").write_text("x = 1\n" * 9, "utf-8")
    (tmp_path / "FOLDER" / "project").mkdir(parents=True)
    (tmp_path / "FOLDER" / "project" / "x.py").write_text("x = 1\n", "utf-8")
    places = {"TABLE": str(table), "NO_TABLE": str(tmp_path / "NO_TABLE"), "FOLDER": str(tmp_path / "FOLDER")}
    given = [places.get(word, word) for word in arguments]
    assert main(["check", *given, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("nnfmt-spark: ") and words in said and len(said.splitlines()) == 1


def test_an_empty_table_is_said_to_be_empty(
    with_nnfmt: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table"
    many_files(with_nnfmt, 1).limit(0).write.parquet(str(table))
    assert main(["format", str(table), "--out", str(tmp_path / "out")]) == 0
    assert "0 rows: the table is empty" in capsys.readouterr().out


def test_what_a_job_left_that_ended_early_is_no_result(with_nnfmt: SparkSession, tmp_path: Path) -> None:
    table, out = tmp_path / "table", tmp_path / "out"
    many_files(with_nnfmt, 2).write.parquet(str(table))
    (out / "_temporary" / "0").mkdir(parents=True)
    assert main(["score", str(table), "--out", str(out)]) == 0
    assert with_nnfmt.read.parquet(str(out)).count() == 2


def test_who_interrupts_a_job_gets_a_line(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nnfmt_spark.__main__.read_table", interrupted)
    assert main(["check", "table", "--out", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err == "nnfmt-spark: interrupted\n"


def test_without_nnfmt_no_job_is_started_on_one_machine(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table"
    many_files(spark, 2).write.parquet(str(table))
    # A clone beside the user's tables did not come with the job.
    (tmp_path / "nnfmt" / "dist").mkdir(parents=True)
    (tmp_path / "nnfmt" / "dist" / "nnfmt.cjs").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nnfmt_spark.command.shutil", SimpleNamespace(which=lambda _: None))
    assert main(["check", str(table), "--out", str(tmp_path / "out")]) == 2
    assert "there is no nnfmt on the path; install it, set spark.nnfmt.command" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_tasks_on_one_machine_run_in_the_python_of_the_driver(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", "another")
    monkeypatch.delenv("PYSPARK_PYTHON")
    make_session("tests")
    assert os.environ["PYSPARK_PYTHON"] == sys.executable
