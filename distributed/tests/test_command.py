"""Finding nnfmt, and saying so where it is missing or another one."""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from nnfmt_spark import NnfmtSparkError, __version__, check
from nnfmt_spark.command import CommandSettings, NnfmtVersion, _find_command, find_command, read_version
from nnfmt_spark.run import plain_faults
from nnfmt_spark.session import demand_spark_version, require_java
from tests.conftest import ROOT, many_files, stand_in_words, with_command


def test_the_version_is_that_of_nnfmt() -> None:
    assert __version__ == json.loads((ROOT / "package.json").read_text("utf-8"))["version"]
    project = (ROOT / "distributed" / "pyproject.toml").read_text("utf-8")
    found = re.search(r'^version = "(.*?)"', project, re.MULTILINE)
    assert found is not None and found[1] == __version__


def test_the_setting_is_words_of_a_command_line() -> None:
    found = find_command(CommandSettings(command="sh -c 'echo \"a b\"'"))
    assert found == ("sh", "-c", 'echo "a b"')


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "is empty"),
        ("/no/such/node /x.cjs", "executor on .* no program '/no/such/node'"),
        ("sh /no/such/nnfmt.cjs", "no file '/no/such/nnfmt.cjs'"),
    ],
)
def test_a_setting_that_leads_nowhere_names_the_executor(command: str, words: str) -> None:
    with pytest.raises(NnfmtSparkError, match=words):
        find_command(CommandSettings(command=command))


def test_an_archive_brings_nnfmt_and_may_bring_node(tmp_path: Path) -> None:
    entry = tmp_path / "package" / "dist" / "nnfmt.cjs"
    entry.parent.mkdir(parents=True)
    entry.touch()
    settings = CommandSettings(archive="nnfmt")
    assert _find_command(settings, lambda _: tmp_path) == (shutil.which("node"), str(entry))
    node = tmp_path / "bin" / "node"
    node.parent.mkdir()
    node.touch()
    assert _find_command(settings, lambda _: tmp_path) == (str(node), str(entry))
    entry.unlink()
    with pytest.raises(NnfmtSparkError, match="the archive 'nnfmt' holds none of"):
        _find_command(settings, lambda _: tmp_path)


def test_an_archive_that_came_with_the_job_is_used(spark: SparkSession, nnfmt: list[str], tmp_path: Path) -> None:
    archive = tmp_path / "nnfmt.tgz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        for file in (ROOT / "dist").iterdir():
            if file.is_file():
                packed.add(file, f"package/dist/{file.name}")
    spark.sparkContext.addArchive(f"{archive}#shipped")
    spark.conf.set("spark.nnfmt.archive", "shipped")
    try:
        assert check(many_files(spark, 3)).where("error is null").count() == 3
    finally:
        spark.conf.unset("spark.nnfmt.archive")


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('{"nnfmt": "0.3.1", "model": "a72c", "signatureVersion": 1, "node": "20"}', NnfmtVersion("0.3.1", "a72c", 1)),
        ("0.0.9\n", NnfmtVersion("0.0.9")),
        ("nnfmt 0.1.0 (model a72c6daad913, grammar d580680694c0)", NnfmtVersion("0.1.0")),
    ],
)
def test_what_nnfmt_says_of_itself_is_read(said: str, version: NnfmtVersion) -> None:
    assert read_version(said) == version


@pytest.mark.parametrize("said", ["v20.1.0\n", "[]", "{}", '"0.1.0"'])
def test_what_is_no_nnfmt_is_told(said: str) -> None:
    with pytest.raises(NnfmtSparkError, match=r"says .* of its version"):
        read_version(said)


@pytest.fixture
def with_another_version(spark: SparkSession) -> Iterator[SparkSession]:
    yield from with_command(spark, stand_in_words(version="0.0.9"))


def test_another_version_is_told_on_the_driver(with_another_version: SparkSession) -> None:
    with pytest.raises(NnfmtSparkError, match=r"executor on .*: nnfmt is 0\.0\.9 there, and 0\.1\.0 is expected"):
        check(many_files(with_another_version, 3))


def test_another_version_on_one_executor_ends_the_job_with_its_name(spark: SparkSession, tmp_path: Path) -> None:
    # What is nnfmt on the driver, and another one where tasks run: these have another process.
    script = tmp_path / "nnfmt"
    version = f"[ $PPID = {os.getpid()} ] && echo 0.1.0 || echo 0.2.0"
    script.write_text(f"#!/bin/sh\n{version}\n", "utf-8")
    script.chmod(0o755)
    for session in with_command(spark, [str(script)]):
        with pytest.raises(NnfmtSparkError, match=r"^executor on .*: nnfmt is 0\.2\.0 there") as fault, plain_faults():
            check(many_files(session, 3)).collect()
        assert "Traceback" not in str(fault.value) and "\n" not in str(fault.value)


def test_a_program_that_is_missing_where_tasks_run_ends_the_job_with_its_name(spark: SparkSession) -> None:
    for session in with_command(spark, ["/no/such/nnfmt"]):
        with pytest.raises(NnfmtSparkError, match=r"^executor on .*no program '/no/such/nnfmt'"), plain_faults():
            check(many_files(session, 3)).collect()


def test_another_spark_is_told() -> None:
    with pytest.raises(NnfmtSparkError, match=r"Spark is 3\.5\.1; nnfmt-spark works with Spark 4"):
        demand_spark_version("3.5.1", "Spark")


def test_a_missing_java_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(NnfmtSparkError, match="no Java in JAVA_HOME"):
        require_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NnfmtSparkError, match="there is no Java; Spark 4 needs Java 17 or 21"):
        require_java()
