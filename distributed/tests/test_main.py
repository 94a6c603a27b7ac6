"""The command: a table in, a folder out, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

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
    rows = with_nnfmt.read.parquet(str(out)).orderBy("path").collect()
    assert [(row.project, row.path, row.similarity) for row in rows] == [
        ("one+a", "one+a/x.py", 1.0),
        ("two b", "two b/deep/50%.py", 1.0),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such/table"], "/no/such/table cannot be read as parquet"),
        (["TABLE", "--text-column", "content"], "no column 'content'; it has 'project', 'path', 'text'"),
    ],
)
def test_what_cannot_run_says_why_and_ends_with_2(
    with_nnfmt: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    table = tmp_path / "table"
    many_files(with_nnfmt, 2).write.parquet(str(table))
    given = [str(table) if word == "TABLE" else word for word in arguments]
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
