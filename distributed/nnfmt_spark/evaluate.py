"""How well nnfmt knows the layout of many projects: `nnfmt eval` for each, figures as a table.

A project is one request, so that it is sampled before it travels: `nnfmt eval` itself looks at 25 files of a project.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from nnfmt_spark.errors import BadRowError
from nnfmt_spark.resident import Answer, Request
from nnfmt_spark.row_job import RowJob, Values, map_rows, require_columns
from nnfmt_spark.rows import MOST_BYTES, name_of, text_of
from nnfmt_spark.tables import SIZE, SOURCE, Columns, files_of_repositories, with_source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_FILES = "_nnfmt_files"
DEFAULT_FILES = 25
#: What a file of a project may have, so that a request stays below what nnfmt reads of a line.
_MOST_OF_A_FILE = 1_000_000
#: A project takes as long as its files, each spoilt at every rate.
_PATIENCE_SECONDS = 3600.0


def evaluate(
    table: DataFrame,
    columns: Columns | None = None,
    *,
    files: int = DEFAULT_FILES,
    rates: tuple[float, ...] | None = None,
) -> DataFrame:
    """Rows of project, `files` (how many were looked at), and `figures`, the JSON of `nnfmt eval --json` for one
    project.

    Of each project the files with the smallest hashes of their paths are taken. Throws NnfmtSparkError when a column is
    missing.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as sql

    names = columns or Columns()
    given = files_of_repositories(table, names)
    require_columns(given, (names.text, names.path, names.project))
    chosen = with_source(
        given.select(
            sql.col(f"`{names.project}`").cast("string").alias("project"),
            sql.col(f"`{names.path}`").cast("string").alias("path"),
            sql.col(f"`{names.text}`").alias("_text"),
        ).where("_text is not null and path is not null"),
        "_text",
        min(_MOST_OF_A_FILE, MOST_BYTES),
    ).where(sql.col(SOURCE).isNotNull())
    by_hash = Window.partitionBy("project").orderBy(sql.sha2("path", 256), "path")
    sampled = chosen.withColumn("_rank", sql.row_number().over(by_hash)).where(sql.col("_rank") <= files)
    projects = sampled.groupBy("project").agg(
        sql.count("*").cast("int").alias("files"),
        sql.sort_array(sql.collect_list(sql.struct(sql.col("path").cast("binary").alias("path"), SOURCE, SIZE))).alias(
            _FILES
        ),
    )
    job = RowJob(
        arguments=("eval", "--jsonl", "--files", str(files)),
        taken=(_FILES,),
        seen=("project",),
        request=partial(_request, rates=rates),
        answers=(("figures", "string"),),
        read=_read,
        greeting={"project": "ready", "files": []},
        patience_seconds=_PATIENCE_SECONDS,
    )
    return map_rows(projects, job)


def _request(values: Values, rates: tuple[float, ...] | None) -> Request:
    project = name_of(values["project"])
    if project is None:
        raise BadRowError("the project is NULL", "NO_NAME")
    sources = []
    for file in values[_FILES]:
        try:
            sources.append({"path": name_of(file["path"]), "text": text_of(file[SOURCE], file[SIZE])})
        except BadRowError:
            continue  # `check` and `prepare` tell of single files
    if not sources:
        raise BadRowError("none of its files has a text", "NO_SOURCE")
    return {"project": project, "files": sources, **({} if rates is None else {"rates": list(rates)})}


def _read(answer: Answer) -> Values:
    return {"figures": json.dumps(answer["figures"], ensure_ascii=False)}
