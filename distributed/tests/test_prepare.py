"""Shards by Spark are the shards of nnfmt alone, and stay so however the work was cut."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from pyspark.sql import SparkSession

from nnfmt_spark import NnfmtSparkError, PrepareRules, ShardPlan, prepare
from nnfmt_spark.__main__ import main
from nnfmt_spark.prepared_rows import prepare_rows
from tests.conftest import sources, stand_in_words, with_command

PLAN = ShardPlan(shards=3, rules=PrepareRules(licence="any", seed=5))


def corpus(folder: Path) -> Path:
    """Projects with copies of each other's files: exact ones, and ones with a line more."""
    chance = random.Random(3)
    for number, (path, text) in enumerate(sources()):
        put(folder / f"project{number % 4}" / f"m{number}" / Path(path).name, text)
        if chance.random() < 0.4:
            put(folder / f"copier{number % 2}" / f"m{number}.py", text)
        if chance.random() < 0.4:
            put(folder / "forker" / f"m{number}.py", f"{text}\nLAST = {number}\n")
    put(folder / "project1" / "vendor" / "them.py", "x = 1\n")
    put(folder / "project2" / "broken.py", "x = (\n")
    put(folder / "project2" / "empty.py", "")
    return folder


def put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def rows_of(shards: Path) -> list[dict[str, object]]:
    return [row for part in sorted(shards.glob("part-*.parquet")) for row in parquet.read_table(part).to_pylist()]


def digest_of(shards: Path) -> str:
    return hashlib.sha256(json.dumps(rows_of(shards)).encode()).hexdigest()


def given(folder: Path) -> list[tuple[str, str, str]]:
    """Rows as nnfmt itself finds them: paths are relative to the project."""
    return [
        (project.name, str(file.relative_to(project)), file.read_text("utf-8"))
        for project in sorted(folder.iterdir())
        for file in sorted(project.rglob("*.py"))
    ]


def test_licences_in_an_array_have_to_hold_all(with_nnfmt: SparkSession) -> None:
    licences: list[list[str] | None] = [["MIT"], ["MIT", "Apache-2.0"], ["MIT", "GPL-3.0"], [], None]
    rows = [(f"p{number}", "a.py", f"x = {number}\n", found) for number, found in enumerate(licences)]
    table = with_nnfmt.createDataFrame(rows, "project string, path string, text string, licence array<string>")
    said = prepare_rows(table, PrepareRules()).orderBy("project").collect()
    assert [(row.licence, row.kept) for row in said] == [
        ("MIT", True),
        ("MIT AND Apache-2.0", True),
        (None, False),
        (None, True),
        (None, True),
    ]


@pytest.fixture
def table(spark: SparkSession, tmp_path: Path) -> Path:
    rows = given(corpus(tmp_path / "corpus"))
    target = tmp_path / "table"
    spark.createDataFrame(rows, "project string, path string, text string").write.parquet(str(target))
    return target


def test_rows_are_those_of_nnfmt_alone_in_the_same_shards(
    with_nnfmt: SparkSession, nnfmt: list[str], table: Path, tmp_path: Path
) -> None:
    manifest = prepare(with_nnfmt.read.parquet(str(table)), str(tmp_path / "out"), PLAN)
    words = [*nnfmt, "corpus", "prepare", str(tmp_path / "corpus")]
    flags = [*PLAN.rules.flags(), "--shards", "3", "--similar", "0.8", "--out", str(tmp_path / "alone")]
    subprocess.run([*words, *flags], capture_output=True, check=True)
    alone = json.loads((tmp_path / "alone" / "manifest.json").read_text("utf-8"))
    assert rows_of(tmp_path / "out") == rows_of(tmp_path / "alone")
    assert [part.name for part in sorted((tmp_path / "out").glob("*.parquet"))] == [
        shard["name"] for shard in alone["shards"]
    ]
    assert manifest["leftOut"] == alone["leftOut"] and manifest["leftOut"]["similar"] > 3
    assert manifest["rows"] == len(rows_of(tmp_path / "out")) and manifest["nnfmt"] == alone["nnfmt"]


def test_other_partitions_give_the_same_bytes(with_nnfmt: SparkSession, table: Path, tmp_path: Path) -> None:
    read = with_nnfmt.read.parquet(str(table))
    one = prepare(read.coalesce(1), str(tmp_path / "one"), PLAN)
    many = prepare(read.repartition(9), str(tmp_path / "many"), PLAN)
    assert one == many  # the digests of the files among them
    dropped = with_nnfmt.read.parquet(str(tmp_path / "one" / "_left_out")).collect()
    assert {(row.project, row.path, row.reason) for row in dropped} == {
        ("project1", "vendor/them.py", "vendored"),
        ("project2", "broken.py", "syntax"),
        ("project2", "empty.py", "empty"),
    }
    assert not (tmp_path / "one" / "_staging").exists()


@pytest.fixture
def with_poison(spark: SparkSession, nnfmt: list[str]) -> Iterator[SparkSession]:
    yield from with_command(spark, stand_in_words(real=nnfmt))


def test_a_poisoned_file_is_left_out_and_named(
    with_poison: SparkSession, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read = with_poison.read.parquet(str(table))
    poison = with_poison.createDataFrame([("project9", "poison.py", "# KILL-ME\nx = 1\n")], read.schema)
    both = tmp_path / "both"
    read.union(poison).write.parquet(str(both))
    assert main(["prepare", str(both), "--out", str(tmp_path / "out"), "--license", "any"]) == 0
    assert "1 failed" in capsys.readouterr().out
    (row,) = with_poison.read.parquet(str(tmp_path / "out" / "_left_out")).where("reason = 'failed'").collect()
    assert row.path == "poison.py" and "signal 9" in row.detail


def test_what_is_there_already_is_not_overwritten_unless_asked(
    with_nnfmt: SparkSession, table: Path, tmp_path: Path
) -> None:
    put(tmp_path / "out" / "mine.txt", "mine")
    with pytest.raises(NnfmtSparkError, match="is there already"):
        prepare(with_nnfmt.read.parquet(str(table)), str(tmp_path / "out"), PLAN)
    assert (tmp_path / "out" / "mine.txt").exists()


def test_a_store_that_is_no_folder_is_refused(with_nnfmt: SparkSession, table: Path) -> None:
    with pytest.raises(NnfmtSparkError, match="s3a://bucket/shards is no folder of the file system"):
        prepare(with_nnfmt.read.parquet(str(table)), "s3a://bucket/shards", PLAN)


def test_an_empty_table_is_said_to_be_empty(with_nnfmt: SparkSession, table: Path, tmp_path: Path) -> None:
    with pytest.raises(NnfmtSparkError, match="no file is left: 0 rows: the table is empty"):
        prepare(with_nnfmt.read.parquet(str(table)).limit(0), str(tmp_path / "out"), PLAN)
