"""Each file of a table as a corpus wants it: decoded, judged, with what similar ones are found by.

`nnfmt corpus prepare --jsonl` does it; here its answers become columns. A file that is left out is a row too.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from nnfmt_spark.errors import BadRowError
from nnfmt_spark.resident import Answer, Request
from nnfmt_spark.row_job import RowJob, Values, map_rows, require_columns
from nnfmt_spark.rows import MOST_BYTES, name_of, too_large
from nnfmt_spark.tables import SIZE, SOURCE, Columns, files_of_repositories, with_source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Columns of answers. Signatures are unsigned numbers as Spark's signed ones; style, counts and mutants are JSON.
ANSWERS: tuple[tuple[str, str], ...] = (
    ("kept", "boolean"),
    ("reason", "string"),
    ("detail", "string"),
    ("text", "string"),
    ("licence", "string"),
    ("digest", "string"),
    ("order", "string"),
    ("split", "string"),
    ("lines", "int"),
    ("tokens", "int"),
    ("style", "string"),
    ("counts", "string"),
    ("mutants", "string"),
    ("signature", "array<int>"),
    ("bands", "array<bigint>"),
)
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=]")
_SEPARATORS = (",", ":")


@dataclass(frozen=True)
class PrepareRules:
    """The flags of `nnfmt corpus prepare`, with its defaults."""

    licence: str = "permissive"
    max_file_kb: int = 250
    hold_out: float = 0.1
    seed: int = 1
    mutants: int = 0
    rate: float = 0.2
    counts: bool = False

    def flags(self) -> tuple[str, ...]:
        mutants = ("--mutants", str(self.mutants), "--rate", str(self.rate)) if self.mutants > 0 else ()
        return (
            *("--license", self.licence, "--max-file", str(self.max_file_kb)),
            *("--hold-out", str(self.hold_out), "--seed", str(self.seed)),
            *mutants,
            *(("--counts",) if self.counts else ()),
        )


def prepare_rows(table: DataFrame, rules: PrepareRules, columns: Columns | None = None) -> DataFrame:
    """Rows of project, path and `ANSWERS`, with those of faults: `kept` is null where there is an error.

    The licence column need not be there. Throws NnfmtSparkError when another one is missing.
    """
    from pyspark.sql import functions as sql
    from pyspark.sql.types import ArrayType

    names = columns or Columns()
    files = files_of_repositories(table, names)
    require_columns(files, (names.text, names.path, names.project))
    licence = sql.col(f"`{names.licence}`") if names.licence in files.columns else sql.lit(None)
    if any(field.name == names.licence and isinstance(field.dataType, ArrayType) for field in files.schema.fields):
        # As in The Stack: all that were found in a repository hold.
        licence = sql.when(sql.size(licence) > 0, sql.concat_ws(" AND ", licence))
    given = files.select(
        sql.col(f"`{names.project}`").cast("string").alias("project"),
        sql.col(f"`{names.path}`").cast("string").alias("path"),
        licence.cast("string").alias("_licence"),
        sql.col(f"`{names.text}`").alias("_text"),
    )
    limit = min(rules.max_file_kb * 1000, MOST_BYTES)
    job = RowJob(
        arguments=("corpus", "prepare", "--jsonl", *rules.flags()),
        taken=(SOURCE, SIZE, "_licence"),
        seen=("project", "path"),
        request=partial(_request, limit=limit),
        answers=ANSWERS,
        read=_read,
        greeting={"text": "", "path": "ready.py", "project": "ready"},
    )
    return map_rows(with_source(given, "_text", limit), job)


def _request(values: Values, limit: int) -> Request:
    source, size = values[SOURCE], values[SIZE]
    project, path = name_of(values["project"]), name_of(values["path"])
    if project is None or path is None:
        raise BadRowError("the project is NULL" if project is None else "the path is NULL", "NO_NAME")
    if size is not None and size > limit:
        raise too_large(size, limit)
    if source is None:
        raise BadRowError("the source is NULL", "NO_SOURCE")
    licence = name_of(values["_licence"])
    return {
        "path": path,
        "project": project,
        **({} if licence is None else {"licence": licence}),
        **_content(source),
    }


def _content(source: bytes) -> Request:
    """Text where that is what the bytes are beyond doubt; else nnfmt decodes them."""
    if not any(_CODING.match(line) for line in source[:2000].split(b"\n", 2)[:2]):
        try:
            return {"text": source.decode("utf-8")}
        except UnicodeDecodeError:
            pass
    return {"bytes": base64.b64encode(source).decode("ascii")}


def _read(answer: Answer) -> Values:
    if not answer["kept"]:
        return {"kept": False, "reason": answer["reason"], "detail": answer.get("detail")}
    return {
        "kept": True,
        **{name: answer.get(name) for name in ("text", "licence", "digest", "order", "split", "lines", "tokens")},
        **{name: _json(answer.get(name)) for name in ("style", "counts", "mutants")},
        "signature": [_signed(number, 32) for number in answer["signature"]],
        "bands": [_signed(int(band, 16), 64) for band in answer["bands"]],
    }


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=_SEPARATORS)


def _signed(number: int, bits: int) -> int:
    """The number of so many bits that has the same ones in two's complement."""
    return number - (1 << bits) if number >> (bits - 1) else number
