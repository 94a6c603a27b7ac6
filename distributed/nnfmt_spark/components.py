"""Connected components of a graph of pairs, by stars.

Each round turns every node's neighbourhood into a star around its smallest member: first those larger than the node,
then those smaller (Kiveris et al., "Connected components in MapReduce and beyond", 2014). The number of rounds grows
with the logarithm of the longest chain; pairs of near duplicates are done after two to four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnfmt_spark.errors import NnfmtSparkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import DataFrame

_MOST_ROUNDS = 50


def components(pairs: DataFrame, keep: Callable[[DataFrame, str], DataFrame]) -> DataFrame:
    """The `root` of each `node` that is not its component's smallest: rows of (node, root), root < node.

    `pairs` has columns a and b of one type that has an order. `keep` stores a table under a name and gives it back read
    from there: each round starts from what the last one wrote, whatever became of who wrote it.
    """
    from pyspark.sql import functions as sql

    edges = keep(
        pairs.where("a <> b").select(sql.greatest("a", "b").alias("u"), sql.least("a", "b").alias("v")).distinct(),
        "edges-0",
    )
    before = _fingerprint(edges)
    for number in range(1, _MOST_ROUNDS + 1):
        edges = keep(_small_star(_large_star(edges)), f"edges-{number}")
        after = _fingerprint(edges)
        if after == before:
            return edges.select(sql.col("u").alias("node"), sql.col("v").alias("root"))
        before = after
    raise NnfmtSparkError(f"similar files are still not in groups after {_MOST_ROUNDS} rounds; this is a bug")


def _large_star(edges: DataFrame) -> DataFrame:
    """Each node joins its larger neighbours to the smallest of all."""
    from pyspark.sql import Window
    from pyspark.sql import functions as sql

    both = edges.union(edges.select(sql.col("v").alias("u"), sql.col("u").alias("v")))
    smallest = sql.least(sql.col("u"), sql.min("v").over(Window.partitionBy("u")))
    stars = both.withColumn("m", smallest).where("v > u")
    return stars.select(sql.col("v").alias("u"), sql.col("m").alias("v")).distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Each node joins itself and its smaller neighbours to the smallest of them."""
    from pyspark.sql import Window
    from pyspark.sql import functions as sql

    stars = edges.withColumn("m", sql.min("v").over(Window.partitionBy("u")))
    of_neighbours = stars.where("v <> m").select(sql.col("v").alias("u"), sql.col("m").alias("v"))
    of_itself = stars.select("u", sql.col("m").alias("v"))
    return of_neighbours.union(of_itself).distinct()


def _fingerprint(edges: DataFrame) -> tuple[int, int]:
    """Equal for equal sets of edges, whatever their order."""
    from pyspark.sql import functions as sql

    row = edges.agg(sql.count("*").alias("n"), sql.bit_xor(sql.xxhash64("u", "v")).alias("x")).collect()[0]
    return int(row["n"]), int(row["x"] or 0)
