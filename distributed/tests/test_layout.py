"""Check, format and score on a local Spark give what nnfmt alone gives."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from nnfmt_spark import Columns, NnfmtSparkError, check, format_table, score
from tests.conftest import many_files, sources, stand_in_words, with_command


def table_of(spark: SparkSession, files: list[tuple[str, str]]) -> DataFrame:
    return spark.createDataFrame(files, "path string, text string")


def alone(nnfmt: list[str], task: str, files: list[tuple[str, str]]) -> dict[str, dict[str, object]]:
    """What the plain command answers, by path."""
    lines = "".join(json.dumps({"id": path, "path": path, "text": text}) + "\n" for path, text in files)
    said = subprocess.run([*nnfmt, task, "--jsonl"], input=lines, capture_output=True, text=True, check=True)
    return {answer["id"]: answer for answer in map(json.loads, said.stdout.splitlines())}


def test_format_gives_the_bytes_of_the_command(with_nnfmt: SparkSession, nnfmt: list[str]) -> None:
    files = sources()
    expected = alone(nnfmt, "format", files)
    rows = format_table(table_of(with_nnfmt, files)).collect()
    assert {row.path: row.formatted for row in rows} == {path: said.get("text") for path, said in expected.items()}
    assert any(row.changed for row in rows) and not all(row.changed for row in rows)


def test_check_gives_the_deviations_of_the_command(with_nnfmt: SparkSession, nnfmt: list[str]) -> None:
    files = sources()
    expected = alone(nnfmt, "check", files)
    for row in check(table_of(with_nnfmt, files)).collect():
        deviations = expected[row.path]["deviations"]
        assert isinstance(deviations, list)
        assert [(one.line, one.column, one.after) for one in row.deviations] == [
            (one["line"], one["column"], one["after"]) for one in deviations
        ]
        assert row.seconds > 0


def test_score_gives_a_distance_that_is_0_for_what_format_would_leave(with_nnfmt: SparkSession) -> None:
    files = [("good.py", "x = 1\n"), ("bad.py", "x  =  1\n")]
    good, bad = score(table_of(with_nnfmt, files)).orderBy("style_distance").collect()
    assert (good.path, good.style_distance, good.deviations) == ("good.py", 0.0, 0)
    assert bad.path == "bad.py" and bad.deviations == 2 and 0 < bad.style_distance == 1 - bad.similarity


def test_columns_of_any_type_and_name_pass_through(with_nnfmt: SparkSession) -> None:
    table = with_nnfmt.sql(
        "select 'x  = 1\\n' as `te.xt`, timestamp'2020-01-02 03:04:05' as moment, array(1, null) as numbers, "
        "timestamp_ntz'2020-01-02 03:04:05' as ntz, date'1500-01-01' as day, 1.23bd as price, float('nan') as ratio, "
        "map('k', 1Y) as names, named_struct('a', array(named_struct('b', 'x'))) as deep, interval 3 seconds as pause, "
        "X'FF' as bytes, 'dots' as `a b.c`"
    )
    (row,) = score(table, Columns(text="te.xt", path="a b.c")).collect()
    (given,) = table.drop("te.xt").collect()
    assert row.error is None and row.deviations == 1
    assert repr(row[: len(given)]) == repr(tuple(given))


def test_a_few_hundred_files_in_several_tasks_come_back_once_each(with_nnfmt: SparkSession) -> None:
    table = many_files(with_nnfmt, 300)
    rows = check(table.repartition(7)).select("path", "project", "gaps", "error").collect()
    assert sorted(row.path for row in rows) == sorted(row.path for row in table.collect())
    assert all(row.error is None and row.gaps > 0 for row in rows)


def test_rows_that_are_no_source_are_rows_that_say_so(with_nnfmt: SparkSession) -> None:
    rows = [
        ("null", None),
        ("fine", b"x = 1\n"),
        ("syntax", b"x = (\n"),
        ("bytes", b"x = '\xff'\n"),
        ("large", b"#" * 50_000_000),
        ("last", None),
    ]
    table = with_nnfmt.createDataFrame(rows, "name string, text binary")
    found = {row.name: (row.code, row.line) for row in check(table).collect()}
    assert found == {
        "null": ("NO_SOURCE", None),
        "fine": (None, None),
        "syntax": ("SYNTAX_REFUSED", 1),
        "bytes": ("NOT_DECODABLE", None),
        "large": ("SOURCE_TOO_LARGE", None),
        "last": ("NO_SOURCE", None),
    }


def test_a_text_column_that_holds_other_bytes_says_so_too(with_nnfmt: SparkSession) -> None:
    table = with_nnfmt.sql("select cast(x'78203d2027ff270a' as string) as text, cast(x'ff2e7079' as string) as path")
    assert check(table).select("code").collect()[0].code == "NOT_DECODABLE"


def test_other_columns_pass_through_whatever_they_hold(with_nnfmt: SparkSession) -> None:
    table = with_nnfmt.sql(
        "select 'x=1' as content, array(struct(1 as a, 'b' as b)) as nested, map('k', null) as pairs, "
        "cast('2020-01-01' as date) as day, cast(1.5 as decimal(10, 2)) as price, cast(null as string) as nothing"
    )
    (row,) = check(table, Columns(text="content")).collect()
    assert (row.nested[0].b, row.pairs, str(row.day), str(row.price)) == ("b", {"k": None}, "2020-01-01", "1.50")
    assert row.nothing is None and row.error is None


def test_a_table_of_repositories_is_one_of_their_files(with_nnfmt: SparkSession) -> None:
    table = with_nnfmt.sql(
        "select 'p' as project, "
        "array(struct('a.py' as path, 'x  = 1' as text), struct('b.py' as path, 'y = 1' as text)) as files"
    )
    rows = check(table).orderBy("path").collect()
    assert [(row.project, row.path, row.gaps_changed) for row in rows] == [("p", "a.py", 1), ("p", "b.py", 0)]


def test_an_empty_table_gives_an_empty_one(with_nnfmt: SparkSession) -> None:
    rows = check(many_files(with_nnfmt, 1).limit(0))
    assert rows.collect() == [] and "deviations" in rows.columns


def test_a_missing_column_is_told_on_the_driver(with_nnfmt: SparkSession) -> None:
    with pytest.raises(NnfmtSparkError, match="no column 'content'; it has 'project', 'path', 'text'"):
        check(many_files(with_nnfmt, 1), Columns(text="content"))


def test_a_column_with_the_name_of_an_answer_is_told_on_the_driver(with_nnfmt: SparkSession) -> None:
    with pytest.raises(NnfmtSparkError, match="would have: 'seconds'"):
        check(with_nnfmt.sql("select 'x' as text, 1 as seconds"))


@pytest.fixture
def with_poison(spark: SparkSession, nnfmt: list[str]) -> Iterator[SparkSession]:
    yield from with_command(spark, stand_in_words(real=nnfmt))


def test_a_poisoned_file_is_one_error_and_the_others_are_as_without(
    with_poison: SparkSession, nnfmt: list[str], tmp_path: Path
) -> None:
    files = [(row.path, row.text) for row in many_files(with_poison, 60).collect()]
    poisoned = [
        (path, text + {7: "# KILL-ME\n", 30: f"# KILL-ONCE:{tmp_path}/mark\n", 59: "# EXIT-3\n"}.get(number, ""))
        for number, (path, text) in enumerate(files)
    ]
    expected = alone(nnfmt, "format", poisoned)
    rows = {row.path: row for row in format_table(table_of(with_poison, poisoned).repartition(3)).collect()}
    assert len(rows) == 60
    for number, (path, _) in enumerate(poisoned):
        dead = number in (7, 59)
        assert rows[path].code == ("PROCESS_DIED" if dead else None)
        assert rows[path].formatted == (None if dead else expected[path]["text"])
