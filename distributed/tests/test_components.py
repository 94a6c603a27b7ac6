"""Pairs become groups, whatever their shape."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from nnfmt_spark.components import components
from nnfmt_spark.prepare import Keeper

Pairs = list[tuple[int, int]]


def roots_of(pairs: Pairs) -> dict[int, int]:
    """A plain reference: the smallest that can be reached."""
    root = {node: node for pair in pairs for node in pair}
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            least = min(root[a], root[b])
            changed = changed or root[a] != least or root[b] != least
            root[a] = root[b] = least
    return {node: least for node, least in root.items() if node != least}


def random_pairs() -> Pairs:
    chance = random.Random(7)
    return [(chance.randrange(60), chance.randrange(60)) for _ in range(45)]


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(1, 1)],
        [(2, 1), (1, 2), (3, 2)],
        [(number, number + 1) for number in range(30)],
        random_pairs(),
    ],
    ids=["none", "itself", "both ways", "a chain", "random"],
)
def test_each_node_finds_the_smallest_of_its_group(spark: SparkSession, tmp_path: Path, pairs: Pairs) -> None:
    table = spark.createDataFrame(pairs, "a int, b int")
    found = components(table, Keeper(spark, tmp_path)).collect()
    assert {row.node: row.root for row in found} == roots_of(pairs) and len(found) == len(roots_of(pairs))
