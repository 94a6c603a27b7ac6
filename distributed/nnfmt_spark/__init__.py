"""nnfmt on Apache Spark.

Bulk work on tables of Python files. Spark moves rows and starts them again where a machine fails; each of its cores
keeps one nnfmt process, which does the same as on the command line. Functions take and give DataFrames:

    from nnfmt_spark import Columns, score
    score(spark.read.parquet("files"), Columns(text="content")).write.parquet("scores")

Limits: POSIX executors, classic sessions (not Spark Connect), sources of at most 20 MB.
"""

from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.evaluate import evaluate
from nnfmt_spark.layout import check, format_table, score
from nnfmt_spark.prepare import ShardPlan, prepare
from nnfmt_spark.prepared_rows import PrepareRules
from nnfmt_spark.session import make_session
from nnfmt_spark.tables import Columns, read_table
from nnfmt_spark.train import RoundPlan, train
from nnfmt_spark.version import __version__

__all__ = [
    "Columns",
    "NnfmtSparkError",
    "PrepareRules",
    "RoundPlan",
    "ShardPlan",
    "__version__",
    "check",
    "evaluate",
    "format_table",
    "make_session",
    "prepare",
    "read_table",
    "score",
    "train",
]
