"""What a session has to be, and what is set in it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from nnfmt_spark.command import is_local
from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.settings import has_jvm, known_settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPARK_MAJOR = 4
JAVA = "Java 17 or 21"
DEFAULT_MASTER = "local[*]"

#: What jobs of this package are better run with; whoever sets one of these himself keeps his.
RECOMMENDED: dict[str, str] = {
    # A task that failed on one executor (a full disk, a broken node) is tried on another one.
    "spark.excludeOnFailure.enabled": "true",
    "spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor": "1",
    "spark.excludeOnFailure.task.maxTaskAttemptsPerNode": "2",
    # Processes stay with their Python workers.
    "spark.python.worker.reuse": "true",
    # Rows hold whole files.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    "spark.sql.files.maxPartitionBytes": "16m",
}
#: On one machine the engine only hands rows to nnfmt: what compiles and collects for large heaps costs more than it
#: gives.
LOCAL: dict[str, str] = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
_shipped: set[str] = set()


def make_session(application: str) -> SparkSession:
    """The session of `spark-submit`, or a new one with what is recommended. Throws NnfmtSparkError without Java or
    Spark 4.
    """
    require_spark()
    require_java()
    from pyspark.sql import SparkSession

    settings = known_settings()
    recommended = dict(RECOMMENDED)
    builder = SparkSession.builder.appName(application)
    if "spark.master" not in settings:
        builder = builder.master(DEFAULT_MASTER)
    local = is_local(settings.get("spark.master", DEFAULT_MASTER))
    if local and "spark.pyspark.python" not in settings:
        # Else tasks run in whatever python3 is first on the path, which need not have what this one has.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if local and not has_jvm():
        recommended |= LOCAL
    for name, value in recommended.items():
        if name not in settings:
            builder = builder.config(name, value)
    spark = builder.getOrCreate()
    prepare_session(spark)
    return spark


def require_spark() -> None:
    try:
        import pyspark
    except ImportError as fault:
        raise NnfmtSparkError(f"PySpark is missing: pip install 'pyspark>={SPARK_MAJOR},<{SPARK_MAJOR + 1}'") from fault
    demand_spark_version(pyspark.__version__, "PySpark")


def demand_spark_version(version: str, what: str) -> None:
    if version.split(".")[0] != str(SPARK_MAJOR):
        raise NnfmtSparkError(f"{what} is {version}; nnfmt-spark works with Spark {SPARK_MAJOR}")


def require_java() -> None:
    """Throws NnfmtSparkError where PySpark would find no Java: it says so itself, in other words and much later."""
    home = os.environ.get("JAVA_HOME")
    if home and not (Path(home) / "bin" / "java").exists():
        raise NnfmtSparkError(f"there is no Java in JAVA_HOME ({home}); Spark {SPARK_MAJOR} needs {JAVA}")
    if not home and shutil.which("java") is None:
        raise NnfmtSparkError(f"there is no Java; Spark {SPARK_MAJOR} needs {JAVA}: install it, or set JAVA_HOME")


def prepare_session(spark: SparkSession) -> None:
    """Sets what this package's tables need, and sends the package to executors. Throws NnfmtSparkError for another
    Spark.
    """
    demand_spark_version(spark.version, "Spark")
    setting = "spark.sql.execution.arrow.maxRecordsPerBatch"
    if spark.conf.get(setting, "10000") == "10000":
        spark.conf.set(setting, RECOMMENDED[setting])
    ship_package(spark)


def ship_package(spark: SparkSession) -> None:
    """Sends this package along with the job, so that executors need not have it installed. Once an application."""
    context = spark.sparkContext
    if is_local(context.master or "") or context.applicationId in _shipped:
        return
    _shipped.add(context.applicationId)
    context.addPyFile(str(zip_package(Path(tempfile.mkdtemp(prefix="nnfmt-spark-")))))


def zip_package(folder: Path) -> Path:
    """This package as a zip file below `folder`, as `--py-files` takes it."""
    package = Path(__file__).parent
    target = folder / "nnfmt_spark.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*.py")):
            archive.write(file, Path(package.name) / file.relative_to(package))
    return target
