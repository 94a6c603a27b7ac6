"""A table through nnfmt, a row in and a row out.

`map_rows` is what all jobs that ask a resident process have in common. Each Python worker of Spark, one a core, keeps
the process of the last job it had; rows come and go in Arrow batches, and columns that nnfmt need not see pass through
untouched. A row's answer depends on nothing but the row, so that a task that is run again, or twice at once, gives the
same rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from nnfmt_spark.command import CommandSettings, NnfmtVersion, demand_version, expected_version, find_command
from nnfmt_spark.errors import BadRowError, NnfmtSparkError
from nnfmt_spark.isolation import Answered, Asked, Respondent
from nnfmt_spark.resident import Answer, ProcessPlan, Request

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

Values = dict[str, Any]
#: Columns that each job answers with, beside its own.
FAULT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("seconds", "double"),
    ("error", "string"),
    ("code", "string"),
    ("line", "int"),
    ("column", "int"),
)
#: Rows in an Arrow batch: few, for a row may hold 20 MB, and a batch of text no more than 2 GB.
BATCH_ROWS = 64
BATCH_SETTING = "spark.sql.execution.arrow.maxRecordsPerBatch"


@dataclass(frozen=True)
class RowJob:
    """What a job asks of nnfmt. The functions are sent to executors, so they belong to modules."""

    arguments: tuple[str, ...]
    #: Columns that the questions are made of; they are not passed through.
    taken: tuple[str, ...]
    #: Makes a request of the taken columns and those of `seen`, without its id. Throws BadRowError.
    request: Callable[[Values], Request]
    #: Columns of answers, by name and type as in SQL.
    answers: tuple[tuple[str, str], ...]
    #: Reads an answer that is no error.
    read: Callable[[Answer], Values]
    #: Columns that the questions need and that are passed through.
    seen: tuple[str, ...] = ()
    greeting: Request = field(default_factory=lambda: {"text": ""})
    patience_seconds: float = 120.0


@dataclass(frozen=True)
class _Mark:
    batch: _Batch
    row: int


@dataclass(eq=False)
class _Batch:
    """A batch on its way, and the answers that are there already."""

    kept: pa.RecordBatch
    answered: list[Values]
    left: int


_respondent: tuple[tuple[str, ...], Respondent] | None = None


def respondent_for(job: RowJob, settings: CommandSettings, expected: NnfmtVersion) -> Respondent:
    """The process of this Python worker; the one that is there where it was started for the same work."""
    global _respondent
    command = find_command(settings)
    key = (*command, *job.arguments)
    if _respondent is not None and _respondent[0] != key:
        _respondent[1].close()
        _respondent = None
    if _respondent is None:
        plan = ProcessPlan(command, job.arguments, patience_seconds=job.patience_seconds)
        greeting = {"id": "ready", **job.greeting}
        made = Respondent(plan, greeting, before_start=lambda: demand_version(command, expected))
        _respondent = (key, made)
    return _respondent[1]


def answer_batches(
    job: RowJob, respondent: Respondent, batches: Iterator[pa.RecordBatch], answers: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Answers batches in their order. Requests of the next batch are made while the last one is being answered."""
    waiting: deque[_Batch] = deque()
    ready: deque[_Batch] = deque()

    def requests() -> Iterator[Asked[_Mark]]:
        number = 0
        for source in batches:
            columns = {name: _values(source.column(name)) for name in (*job.taken, *job.seen)}
            # Sources are let go as soon as they are on their way.
            kept = source.select([name for name in source.schema.names if name not in job.taken])
            batch = _Batch(kept, [{} for _ in range(source.num_rows)], source.num_rows)
            waiting.append(batch)
            for row in range(source.num_rows):
                try:
                    request = job.request({name: values[row].as_py() for name, values in columns.items()})
                except BadRowError as fault:
                    _settle(batch, row, {"error": str(fault), "code": fault.code})
                    continue
                number += 1
                yield Asked(_Mark(batch, row), {"id": number, **request})

    def done() -> Iterator[pa.RecordBatch]:
        while waiting and waiting[0].left == 0:
            ready.append(waiting.popleft())
        while ready:
            yield _finished(ready.popleft(), answers)

    for said in respondent.ask(requests()):
        _settle(said.mark.batch, said.mark.row, _values_of(job, said))
        yield from done()
    yield from done()


def _values(column: pa.Array) -> pa.Array:
    """Texts as bytes: a table's may hold anything, and whoever decodes knows which row it was."""
    return column.cast(pa.binary()) if pa.types.is_string(column.type) else column


def _settle(batch: _Batch, row: int, values: Values) -> None:
    batch.answered[row] = values
    batch.left -= 1


def _values_of(job: RowJob, said: Answered[_Mark]) -> Values:
    answer = said.answer
    if "error" in answer:
        return {
            "error": str(answer["error"]),
            "code": answer.get("code"),
            "line": answer.get("line"),
            "column": answer.get("column"),
            "seconds": said.seconds,
        }
    return {**job.read(answer), "seconds": said.seconds}


def _finished(batch: _Batch, answers: pa.Schema) -> pa.RecordBatch:
    """The columns that were kept, of the very types in which they came, and those of answers."""
    made = [pa.array([values.get(field.name) for values in batch.answered], type=field.type) for field in answers]
    return pa.RecordBatch.from_arrays([*batch.kept.columns, *made], names=[*batch.kept.schema.names, *answers.names])


def map_rows(table: DataFrame, job: RowJob) -> DataFrame:
    """The table without the taken columns and with those of answers: lazily, as every DataFrame.

    Throws NnfmtSparkError at once when a column is missing or has the name of an answer.
    """
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    from nnfmt_spark.session import prepare_session

    require_columns(table, (*job.taken, *job.seen))
    prepare_session(table.sparkSession)
    kept, answers = _result_schema(table, job)
    arrow_answers = to_arrow_schema(answers)
    settings = CommandSettings.of(table.sparkSession)
    expected = expected_version(settings)
    names = table.columns

    def answer(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        respondent = respondent_for(job, settings, expected)
        named = (pa.RecordBatch.from_arrays(batch.columns, names=names) for batch in batches)
        return answer_batches(job, respondent, named, arrow_answers)

    # mapInArrow takes a dot in a column's name for one of its fields.
    plain = table.toDF(*(f"_{number}" if "." in name else name for number, name in enumerate(names)))
    return plain.mapInArrow(answer, StructType([*kept.fields, *answers.fields]))


def require_columns(table: DataFrame, names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise NnfmtSparkError(
            f"the table has no column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(map(repr, table.columns)) or 'none'}. "
            "Name the right ones (--text-column, --path-column, --project-column), or rename them"
        )


def _result_schema(table: DataFrame, job: RowJob) -> tuple[StructType, StructType]:
    """The columns that pass through, and those of answers."""
    from pyspark.sql.types import StructType

    own = (*job.answers, *FAULT_COLUMNS)
    kept = [column for column in table.schema.fields if column.name not in job.taken]
    clash = [column.name for column in kept if column.name in {name for name, _ in own}]
    if clash:
        raise NnfmtSparkError(
            f"the table has columns that answers would have: {', '.join(map(repr, clash))}; rename them"
        )
    answers = StructType.fromDDL(", ".join(f"`{name}` {words}" for name, words in own))
    assert isinstance(answers, StructType)
    return StructType(kept), answers
