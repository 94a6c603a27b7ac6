"""Near duplicates against exact Jaccard similarities: precision and recall of pairs and of the files that are left out.

    python bench/exact_jaccard.py files.parquet PAIRS [--similar 0.8]

The judge has nothing of nnfmt: CPython's tokenizer, the sets of all runs of five tokens (comments among them, layout
not), and every pair of files that can be similar enough, found by their rarest runs (Chaudhuri et al., 2006, prefix
filtering). PAIRS is a table of columns a and b, the digests of files that nnfmt took for similar.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import math
import tokenize
from collections import Counter, defaultdict
from collections.abc import Set

import pyarrow.parquet as parquet

_LAYOUT = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
Pair = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files")
    parser.add_argument("pairs")
    parser.add_argument("--among", help="table with the digests of files that nnfmt kept: only they are compared")
    parser.add_argument("--similar", type=float, default=0.8)
    options = parser.parse_args()
    sets = shingle_sets(parquet.read_table(options.files).column("text").to_pylist())
    if options.among is not None:
        known = set(parquet.read_table(options.among, columns=["digest"]).column("digest").to_pylist())
        sets = {digest: members for digest, members in sets.items() if digest in known}
    true = exact_pairs(sets, options.similar)
    table = parquet.read_table(options.pairs)
    found = {
        (min(a, b), max(a, b))
        for a, b in zip(table.column("a").to_pylist(), table.column("b").to_pylist(), strict=True)
    }
    print(f"{len(sets)} different files, {len(true)} pairs are similar, {len(found)} were found")
    print(figures("pairs", set(true), found))
    print(figures("files left out", left_out(set(true)), left_out(found)))
    near = [similarity for similarity in true.values() if similarity < options.similar + 0.05]
    print(f"{len(near) / max(len(true), 1):.0%} of the similar pairs lie within .05 of the threshold")


def shingle_sets(texts: list[str]) -> dict[str, frozenset[int]]:
    """The set of runs of five tokens of each different text, by its digest, as numbers."""
    numbers: dict[tuple[str, ...], int] = {}
    found: dict[str, frozenset[int]] = {}
    for text in texts:
        plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        try:
            tokens = [
                token.string
                for token in tokenize.generate_tokens(io.StringIO(plain).readline)
                if token.type not in _LAYOUT and token.string
            ]
        except (tokenize.TokenError, SyntaxError):
            continue
        width = min(5, len(tokens))
        runs = {tuple(tokens[at : at + width]) for at in range(len(tokens) - width + 1)} if width else set()
        if runs:
            digest = hashlib.sha256(plain.encode()).hexdigest()
            found[digest] = frozenset(numbers.setdefault(run, len(numbers)) for run in runs)
    return found


def exact_pairs(sets: dict[str, frozenset[int]], similar: float) -> dict[Pair, float]:
    """All pairs of at least that similarity: two such sets share one of their rarest members."""
    frequency = Counter(member for members in sets.values() for member in members)
    holders: dict[int, list[str]] = defaultdict(list)
    pairs: dict[Pair, float] = {}
    for digest, members in sorted(sets.items(), key=lambda item: (len(item[1]), item[0])):
        rarest = sorted(members, key=lambda member: (frequency[member], member))
        prefix = rarest[: len(members) - math.ceil(similar * len(members)) + 1]
        candidates = {other for member in prefix for other in holders[member]}
        for other in candidates:
            theirs = sets[other]
            if len(theirs) < similar * len(members):
                continue
            common = len(members & theirs)
            jaccard = common / (len(members) + len(theirs) - common)
            if jaccard >= similar:
                pairs[min(digest, other), max(digest, other)] = jaccard
        for member in prefix:
            holders[member].append(digest)
    return pairs


def left_out(pairs: set[Pair]) -> set[str]:
    """All but the smallest of each group that hangs together."""
    root: dict[str, str] = {}

    def find(node: str) -> str:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for a, b in pairs:
        first, second = sorted((find(a), find(b)))
        root[second] = first
    return {node for node in list(root) if find(node) != node}


def figures(what: str, true: Set[object], found: Set[object]) -> str:
    both = len(true & found)
    return f"{what}: precision {both / max(len(found), 1):.4f}, recall {both / max(len(true), 1):.4f}"


if __name__ == "__main__":
    main()
