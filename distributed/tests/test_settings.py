"""Where a session runs is what its user said, wherever he said it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.session import require_java
from nnfmt_spark.settings import known_settings

PACKAGE = Path(__file__).parent.parent
PROGRAM = """
from nnfmt_spark import make_session
spark = make_session("settings")
print("SAID", spark.sparkContext.master, spark.conf.get("spark.sql.files.maxPartitionBytes"),
      spark.conf.get("spark.python.worker.reuse"))
spark.stop()
"""


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing is said, and no JVM is there."""
    for name in ("PYSPARK_SUBMIT_ARGS", "SPARK_CONF_DIR", "MASTER", "PYSPARK_GATEWAY_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pyspark.SparkContext._gateway", None)
    return monkeypatch


def test_settings_come_from_the_defaults_file_and_from_words_of_spark_submit(
    unset: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "spark.master" not in known_settings()
    unset.setenv("MASTER", "local[7]")
    assert known_settings() == {"spark.master": "local[7]"}
    lines = ["# spark.no 1", "spark.master local[2]", "spark.a = b c ", "", "spark.nnfmt.command  node 'x y'"]
    (tmp_path / "spark-defaults.conf").write_text("\n".join(lines), "utf-8")
    unset.setenv("SPARK_CONF_DIR", str(tmp_path))
    assert known_settings() == {"spark.master": "local[2]", "spark.a": "b c", "spark.nnfmt.command": "node 'x y'"}
    unset.setenv(
        "PYSPARK_SUBMIT_ARGS", "--master spark://h:1 --conf spark.a=d=e --driver-java-options=-Xss1m pyspark-shell"
    )
    assert known_settings() == {
        "spark.master": "spark://h:1",
        "spark.a": "d=e",
        "spark.nnfmt.command": "node 'x y'",
        "spark.driver.extraJavaOptions": "-Xss1m",
    }


@pytest.mark.parametrize("by_submit", [True, False])
def test_a_session_runs_where_its_user_said(tmp_path: Path, by_submit: bool) -> None:
    try:
        require_java()
    except NnfmtSparkError as fault:
        pytest.skip(str(fault))
    import pyspark

    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    said = [
        "--master",
        "local[3]",
        "--conf",
        "spark.sql.files.maxPartitionBytes=7m",
        "--conf",
        "spark.ui.enabled=false",
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYSPARK_", "SPARK_"))}
    environment = {**kept, "PYTHONPATH": str(PACKAGE), "PYSPARK_PYTHON": sys.executable}
    if by_submit:
        words = [str(Path(pyspark.__file__).parent / "bin" / "spark-submit"), *said, str(program)]
    else:
        words = [sys.executable, str(program)]
        environment["PYSPARK_SUBMIT_ARGS"] = " ".join([*said, "pyspark-shell"])
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert [line for line in ran.stdout.splitlines() if line.startswith("SAID")] == ["SAID local[3] 7m true"], (
        ran.stderr
    )
