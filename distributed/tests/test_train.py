"""Rounds on Spark come to the bytes of rounds on one machine."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from nnfmt_spark import NnfmtSparkError, RoundPlan, train
from nnfmt_spark.__main__ import main
from tests.conftest import sources

SMALL = ("--batch", "128", "--backbone-size", "8", "--hidden-sizes", "16,8", "--learning-rate", "0.01")
PLAN = RoundPlan(rounds=2, replicas=2, gaps=3000, seed=3, flags=SMALL)


@pytest.fixture(scope="session")
def shards(nnfmt: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    for number in range(24):
        _, text = sources()[number % 6]
        file = folder / "corpus" / f"project{number % 8}" / f"m{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        # The names differ, so that none is a near duplicate.
        file.write_text("".join(f"VALUE_{number}_{k} = {number} * {k}\n" for k in range(60)) + text, "utf-8")
    words = ["corpus", "prepare", str(folder / "corpus"), "--out", str(folder / "shards"), "--shards", "3"]
    subprocess.run([*nnfmt, *words, "--hold-out", "0.3"], capture_output=True, check=True)
    return folder / "shards"


def test_a_model_is_the_one_of_one_machine_and_a_run_goes_on_where_it_stopped(
    with_nnfmt: SparkSession, nnfmt: list[str], shards: Path, tmp_path: Path
) -> None:
    alone = [*nnfmt, "train", "--base", str(shards), "--out", str(tmp_path / "alone"), "-q", *PLAN.words()]
    subprocess.run(alone, capture_output=True, check=True)
    figures = train(with_nnfmt, str(shards), str(tmp_path / "out"), PLAN)
    model = (tmp_path / "alone" / "model.bin").read_bytes()
    assert (tmp_path / "out" / "model.bin").read_bytes() == model
    assert [one["round"] for one in figures] == [1, 2] and figures[0]["gaps"] * 2 == figures[1]["gaps"]
    assert all(one["lossNats"] > 0 for one in figures)

    # What a run that was killed in its second round left behind.
    shutil.rmtree(tmp_path / "out" / "round-0001")
    (tmp_path / "out" / "model.bin").unlink()
    (tmp_path / "out" / "round-0001.part" / "replica-0").mkdir(parents=True)
    first = (tmp_path / "out" / "round-0000" / "common.bin").stat().st_mtime_ns
    arguments = ["train", str(shards), "--out", str(tmp_path / "out"), "--rounds", "2", "--replicas", "2"]
    assert main([*arguments, "--gaps", "3000", "--seed", "3", "--", *SMALL]) == 0
    assert (tmp_path / "out" / "model.bin").read_bytes() == model
    assert (tmp_path / "out" / "round-0000" / "common.bin").stat().st_mtime_ns == first

    with pytest.raises(NnfmtSparkError, match="a run of another plan"):
        train(with_nnfmt, str(shards), str(tmp_path / "out"), RoundPlan(rounds=3, replicas=2, gaps=3000))


def test_what_a_replica_says_of_its_end_reaches_the_driver(
    with_nnfmt: SparkSession, shards: Path, tmp_path: Path
) -> None:
    plan = RoundPlan(rounds=1, replicas=1, gaps=1000, flags=("--no-such-flag",))
    with pytest.raises(NnfmtSparkError, match=r"executor on .*: replica 0 of round 0 ended with 2: .*no-such-flag"):
        train(with_nnfmt, str(shards), str(tmp_path / "out"), plan)


def test_shards_of_another_version_are_refused(with_nnfmt: SparkSession, shards: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    manifest = json.loads((shards / "manifest.json").read_text("utf-8"))
    (other / "manifest.json").write_text(json.dumps({**manifest, "nnfmt": "9.9.9"}), "utf-8")
    with pytest.raises(NnfmtSparkError, match=r"were made by nnfmt 9\.9\.9"):
        train(with_nnfmt, str(other), str(tmp_path / "out"), PLAN)
    with pytest.raises(NnfmtSparkError, match="holds no shards"):
        train(with_nnfmt, str(tmp_path), str(tmp_path / "out"), PLAN)
