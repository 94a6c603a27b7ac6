"""Files that are nearly the same, across all projects.

Two files that share one of 16 hashes (bands) of their signatures are candidates: the join on them is the engine's work
and grows with the number of files. A candidate's similarity is read off the signatures where it is far from the
threshold, and computed from the texts where the estimate, with its error of up to .044, could be on either side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnfmt_spark.components import components
from nnfmt_spark.resident import Answer, Request
from nnfmt_spark.row_job import RowJob, Values, map_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import DataFrame

    Keep = Callable[[DataFrame, str], DataFrame]

#: Members of a band, in the order of their digests, with whom its others are compared: a band that holds half the world
#: (files of a licence and an import) would else have as many pairs as that squared.
MOST_OF_A_BAND = 200
#: How far an estimate has to be from the threshold to be believed.
DOUBT = 0.15
SIGNATURE_LENGTH = 128


def similar_files(files: DataFrame, similar: float, keep: Keep) -> DataFrame:
    """Digests that are similar to a smaller one, directly or through others: rows of (node, root).

    `files` has the columns digest, text, signature and bands; rows of one digest are one file. `keep` stores a table.
    """
    distinct = files.dropDuplicates(["digest"])
    pairs = keep(similar_pairs(distinct, similar, keep), "pairs")
    return components(pairs, keep)


def similar_pairs(distinct: DataFrame, similar: float, keep: Keep) -> DataFrame:
    """Pairs of digests (a, b), a < b, whose Jaccard similarity is at least `similar`."""
    from pyspark.sql import functions as sql

    estimated = keep(estimate(candidate_pairs(distinct), distinct), "candidates")
    sure = estimated.where(sql.col("estimate") >= similar + DOUBT).select("a", "b")
    doubtful = estimated.where((sql.col("estimate") < similar + DOUBT) & (sql.col("estimate") >= similar - DOUBT))
    texts = distinct.select("digest", "text")
    with_texts = (
        doubtful.select("a", "b")
        .join(texts.select(sql.col("digest").alias("a"), sql.col("text").alias("text_a")), "a")
        .join(texts.select(sql.col("digest").alias("b"), sql.col("text").alias("text_b")), "b")
    )
    return sure.union(jaccard(with_texts).where(sql.col("jaccard") >= similar).select("a", "b"))


def candidate_pairs(distinct: DataFrame) -> DataFrame:
    """Pairs (a, b), a < b, that share a band; each once."""
    from pyspark.sql import Window
    from pyspark.sql import functions as sql

    entries = distinct.select("digest", sql.explode("bands").alias("band"))
    ranked = entries.withColumn("rank", sql.row_number().over(Window.partitionBy("band").orderBy("digest")))
    first = ranked.where(sql.col("rank") <= MOST_OF_A_BAND).select("band", sql.col("digest").alias("a"))
    others = ranked.select("band", sql.col("digest").alias("b"))
    return first.join(others, "band").where("a < b").select("a", "b").distinct()


def estimate(pairs: DataFrame, distinct: DataFrame) -> DataFrame:
    """Pairs with `estimate`, the share of equal numbers of their signatures."""
    from pyspark.sql import functions as sql

    signatures = distinct.select("digest", "signature")
    both = pairs.join(
        signatures.select(sql.col("digest").alias("a"), sql.col("signature").alias("signature_a")), "a"
    ).join(signatures.select(sql.col("digest").alias("b"), sql.col("signature").alias("signature_b")), "b")
    equal = sql.expr("aggregate(zip_with(signature_a, signature_b, (x, y) -> int(x = y)), 0, (n, same) -> n + same)")
    return both.select("a", "b", (equal / SIGNATURE_LENGTH).alias("estimate"))


def jaccard(pairs: DataFrame) -> DataFrame:
    """Pairs of texts (`text_a`, `text_b`) with the `jaccard` similarity of their runs of five tokens, by nnfmt."""
    job = RowJob(
        arguments=("corpus", "similar", "--jsonl"),
        taken=("text_a", "text_b"),
        request=_request,
        answers=(("jaccard", "double"),),
        read=_read,
        greeting={"a": "", "b": ""},
    )
    return map_rows(pairs, job)


def _request(values: Values) -> Request:
    return {"a": values["text_a"].decode("utf-8"), "b": values["text_b"].decode("utf-8")}


def _read(answer: Answer) -> Values:
    return {"jaccard": float(answer["jaccard"])}
