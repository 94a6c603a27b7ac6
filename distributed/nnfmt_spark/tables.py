"""Tables of sources: how they are read, and what their columns mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnfmt_spark.errors import NnfmtSparkError, said_by_spark
from nnfmt_spark.rows import MOST_BYTES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: Names that the source and its bytes have while they are on their way to nnfmt.
SOURCE = "_nnfmt_source"
SIZE = "_nnfmt_size"
FORMATS = ("parquet", "json", "orc", "sources", "table")


@dataclass(frozen=True)
class Columns:
    """What a table calls its columns. The Stack's are `content`, `max_stars_repo_path` and `max_stars_repo_name`."""

    text: str = "text"
    path: str = "path"
    project: str = "project"
    licence: str = "licence"


def read_table(spark: SparkSession, path: str, form: str | None = None) -> DataFrame:
    """Reads Parquet, ORC, lines of JSON, a table of the catalogue, or a folder of projects (`sources`).

    Without `form`, the ending of the path says which; a folder of another name is Parquet. `sources` has a row for each
    `.py` file, with the columns project (the first folder below `path`), path (below that) and text. Throws
    NnfmtSparkError for a form that is none, and where Spark cannot read it.
    """
    form = form or _form_of(path)
    if form not in FORMATS:
        raise NnfmtSparkError(f"the form of a table is one of {', '.join(FORMATS)}, not {form!r}")
    try:
        if form == "sources":
            return _read_sources(spark, path)
        if form == "table":
            return spark.table(path)
        return spark.read.format(form).load(path)
    except NnfmtSparkError:
        raise
    except Exception as fault:
        raise NnfmtSparkError(f"{path} cannot be read as {form}: {said_by_spark(fault)}{_advice(fault)}") from fault


def _advice(fault: Exception) -> str:
    return (
        " A folder of projects is read with --form sources." if "UNABLE_TO_INFER_SCHEMA" in said_by_spark(fault) else ""
    )


def _form_of(path: str) -> str:
    if path.endswith((".json", ".jsonl", ".json.gz", ".jsonl.gz", ".ndjson")):
        return "json"
    return "orc" if path.endswith(".orc") else "parquet"


def _read_sources(spark: SparkSession, path: str) -> DataFrame:
    from pyspark.sql import functions as sql

    files = (
        spark.read.format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", "*.py")
        .load(path)
    )
    root = path.rstrip("/").split("/")[-1]
    # Below the corpus: `project/folder/file.py`
    parts = sql.split(sql.col("path"), f"/{re.escape(root)}/", 2)
    relative = sql.get(parts, sql.lit(1))
    return files.select(
        sql.split_part(relative, sql.lit("/"), sql.lit(1)).alias("project"),
        sql.regexp_replace(relative, "^[^/]+/", "").alias("path"),
        sql.col("content").alias("text"),
    )


def files_of_repositories(table: DataFrame, columns: Columns) -> DataFrame:
    """A table of repositories, `files` an array of structs, as one of files; any other table as it is."""
    from pyspark.sql import functions as sql
    from pyspark.sql.types import ArrayType, StructType

    field = next((field for field in table.schema.fields if field.name == "files"), None)
    if field is None or not isinstance(field.dataType, ArrayType):
        return table
    inner = field.dataType.elementType
    if not isinstance(inner, StructType):
        raise NnfmtSparkError(f"the column 'files' is {field.dataType.simpleString()}; its elements have to be structs")
    others = [sql.col(name) for name in table.columns if name != "files" and name not in inner.names]
    return table.select(*others, sql.explode("files").alias("_file")).select(
        *[name for name in table.columns if name != "files" and name not in inner.names], "_file.*"
    )


def with_source(table: DataFrame, column: str, most: int = MOST_BYTES) -> DataFrame:
    """The source column as bytes beside its size; one that is too large stays behind, and no batch grows beyond its
    limit. Throws NnfmtSparkError for a column that holds anything but texts or bytes.
    """
    from pyspark.sql import functions as sql
    from pyspark.sql.types import BinaryType, NullType, StringType

    held = table.select(sql.col(f"`{column}`")).schema[0].dataType
    if not isinstance(held, StringType | BinaryType | NullType):
        raise NnfmtSparkError(
            f"the column of sources is {held.simpleString()}; it has to be string or binary (--text-column)"
        )
    as_bytes = sql.col(f"`{column}`").cast("binary")
    size = sql.octet_length(as_bytes).cast("long")
    return table.withColumns(
        {SIZE: size, SOURCE: sql.when(size <= most, as_bytes).otherwise(sql.lit(None).cast("binary"))}
    ).drop(column)
