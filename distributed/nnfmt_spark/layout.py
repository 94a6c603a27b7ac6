"""Check, format and score a table of files: one row a file, whatever became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from nnfmt_spark.resident import Answer, Request
from nnfmt_spark.row_job import RowJob, Values, map_rows, require_columns
from nnfmt_spark.rows import plain_path, text_of
from nnfmt_spark.tables import SIZE, SOURCE, Columns, files_of_repositories, with_source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Reader = Callable[[Answer], Values]

_PLACE = "line:int,column:int,endLine:int,endColumn:int"
_DEVIATIONS = f"array<struct<{_PLACE},before:string,after:string,edit:string,probability:double,message:string>>"
#: What tells the deviations of two tasks apart from anything else is their text, so that only these fields are kept.
_KEPT = ("line", "column", "endLine", "endColumn", "before", "after", "edit", "probability", "message")


def check(table: DataFrame, columns: Columns | None = None) -> DataFrame:
    """Each file's `deviations`, `gaps` and `gaps_changed`, as `nnfmt check`.

    Beside them stand the table's other columns, the `seconds` that the file took, and for a file that has no answer
    `error` in words, `code`, and where it applies `line` and `column`. Throws NnfmtSparkError when a column is missing.
    """
    answers = (
        ("deviations", _DEVIATIONS),
        ("gaps", "int"),
        ("gaps_changed", "int"),
        ("left_out", "boolean"),
    )
    return _lay_out(table, columns, ("check", "--jsonl"), answers, _read_check)


def format_table(table: DataFrame, columns: Columns | None = None) -> DataFrame:
    """Each file's new `text`, and whether it `changed`, as `nnfmt format`; else as `check`."""
    answers = (
        ("formatted", "string"),
        ("changed", "boolean"),
        ("gaps", "int"),
        ("gaps_changed", "int"),
        ("left_out", "boolean"),
    )
    return _lay_out(table, columns, ("format", "--jsonl"), answers, _read_format)


def score(table: DataFrame, columns: Columns | None = None) -> DataFrame:
    """Each file's `similarity` to what format makes of it, its `style_distance` (1 - similarity), and how many gaps
    deviate.
    """
    answers = (
        ("similarity", "double"),
        ("style_distance", "double"),
        ("deviations", "int"),
        ("lines", "int"),
    )
    return _lay_out(table, columns, ("score", "--jsonl"), answers, _read_score)


def _lay_out(
    table: DataFrame,
    columns: Columns | None,
    arguments: tuple[str, ...],
    answers: tuple[tuple[str, str], ...],
    read: Reader,
) -> DataFrame:
    names = columns or Columns()
    files = files_of_repositories(table, names)
    require_columns(files, (names.text,))
    path = names.path if names.path in files.columns else None
    job = RowJob(
        arguments=arguments,
        taken=(SOURCE, SIZE),
        seen=() if path is None else (path,),
        request=partial(_request, path=path),
        answers=answers,
        read=read,
    )
    return map_rows(with_source(files, names.text), job)


def _request(values: Values, path: str | None) -> Request:
    request: Request = {"text": text_of(values[SOURCE], values[SIZE])}
    place = None if path is None else plain_path(values[path])
    if place is not None:
        request["path"] = place
    return request


def _read_check(answer: Answer) -> Values:
    deviations = [{name: one.get(name) for name in _KEPT} for one in answer.get("deviations", [])]
    return {**_gaps(answer), "deviations": deviations}


def _read_format(answer: Answer) -> Values:
    return {**_gaps(answer), "formatted": answer.get("text"), "changed": bool(answer.get("changed"))}


def _gaps(answer: Answer) -> Values:
    return {
        "gaps": answer.get("gaps"),
        "gaps_changed": answer.get("gapsChanged"),
        "left_out": bool(answer.get("leftOut", False)),
    }


def _read_score(answer: Answer) -> Values:
    similarity = float(answer["similarity"])
    return {
        "similarity": similarity,
        "style_distance": 1 - similarity,
        "deviations": answer.get("deviations"),
        "lines": answer.get("lines"),
    }
