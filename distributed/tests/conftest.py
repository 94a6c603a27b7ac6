"""What the tests share: a session on this machine, the built nnfmt, and tables of files.

Without Java, PySpark or a build there is nothing to ask, and tests that need them are skipped in as many words.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: pip install pyspark")

from pyspark.sql import DataFrame, SparkSession  # noqa: E402

from nnfmt_spark import NnfmtSparkError, make_session  # noqa: E402
from nnfmt_spark.session import require_java  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
ENTRY = ROOT / "dist" / "nnfmt.cjs"
STAND_IN = Path(__file__).parent / "stand_in.py"
VERSION_TEXT = "0.1.0"


def nnfmt_words() -> list[str]:
    node = shutil.which("node")
    if node is None or not ENTRY.is_file():
        pytest.skip("nnfmt is not built, or there is no node: node scripts/build.js")
    return [node, str(ENTRY)]


def stand_in_words(version: str = VERSION_TEXT, real: list[str] | None = None) -> list[str]:
    """A command that misbehaves where a text says so; with `real`, and does what that does everywhere else."""
    return [sys.executable, str(STAND_IN), version, *([*real, "--"] if real else [])]


@pytest.fixture(scope="session")
def nnfmt() -> list[str]:
    return nnfmt_words()


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    try:
        require_java()
    except NnfmtSparkError as fault:
        pytest.skip(str(fault))
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    for name, value in {
        "spark.sql.shuffle.partitions": "4",
        "spark.default.parallelism": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        # Short jobs: compiling them takes longer than running them.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }.items():
        builder = builder.config(name, value)
    builder.getOrCreate()
    session = make_session("tests")
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture
def with_nnfmt(spark: SparkSession, nnfmt: list[str]) -> Iterator[SparkSession]:
    """The session with the built nnfmt as its command."""
    yield from with_command(spark, nnfmt)


def with_command(spark: SparkSession, words: list[str]) -> Iterator[SparkSession]:
    spark.conf.set("spark.nnfmt.command", shlex.join(words))
    yield spark
    spark.conf.unset("spark.nnfmt.command")


def sources() -> list[tuple[str, str]]:
    """A few of the repository's own Python files, short ones, by their paths below it; some are spoilt."""
    files = sorted(file for file in (ROOT / "fixtures" / "golden").rglob("*.py") if file.stat().st_size < 1500)[:12]
    return [(str(file.relative_to(ROOT)), file.read_text("utf-8")) for file in files]


def many_files(spark: SparkSession, count: int) -> DataFrame:
    """`count` small files in ten projects, no two alike, every third with a gap that deviates."""
    made = []
    for number in range(count):
        gap = "  " if number % 3 == 0 else " "
        text = f"def number_{number}(value):\n    result ={gap}value + {number}\n    return result\n"
        made.append((f"project{number % 10}", f"package/module_{number}.py", text))
    return spark.createDataFrame(made, "project string, path string, text string")
