"""Makes a corpus of so many files out of folders of projects, for the measurements.

    python bench/make_corpus.py SOURCES… --files 20000 --out corpus [--max-bytes 6000] [--copies 0.2] [--seed 1]

Files are drawn by a hash of their path. Where there are not enough of them, they come again with every name renamed by
a seed, so that they are no duplicates. With `--copies`, that share of the files are copies with edits: names renamed
and lines taken out, each copy by a strength of its own. `--out` gets a folder of sources (`out/files/PROJECT/…`) and
the same as `out/files.parquet`.
"""

from __future__ import annotations

import argparse
import hashlib
import keyword
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

_NAME = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]{3,}\b")
_KEPT = {*keyword.kwlist, *dir(__builtins__), "self", "print", "from", "import"}


def main() -> None:
    options = _options()
    chosen = list(_choose(options))
    files = Path(options.out) / "files"
    for project, path, text in chosen:
        target = files / project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="")
    columns = zip(*chosen, strict=True)
    table = pa.table(dict(zip(("project", "path", "text"), map(list, columns), strict=True)))
    parquet.write_table(table, Path(options.out) / "files.parquet", row_group_size=500)
    print(f"{len(chosen)} files, {sum(len(text) for _, _, text in chosen):,} characters")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--files", type=int, default=20000)
    parser.add_argument("--out", required=True)
    parser.add_argument("--min-bytes", type=int, default=300)
    parser.add_argument("--max-bytes", type=int, default=6000)
    parser.add_argument("--copies", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _choose(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Project, path and text of each file."""
    originals = round(options.files * (1 - options.copies))
    found = sorted(_find(options), key=lambda file: hashlib.sha256(f"{options.seed} {file}".encode()).digest())
    texts: list[tuple[str, str, str]] = []
    for number in range(originals):
        project, path = found[number % len(found)]
        text = path.read_text("utf-8")
        turn = number // len(found)
        if turn > 0:
            text = rename(text, 1.0, random.Random(f"{options.seed} {turn} {path}"))
        texts.append((f"{project}-{turn}" if turn else project, f"f{number}/{path.name}", text))
    yield from texts
    for number in range(options.files - originals):
        chance = random.Random(f"{options.seed} copy {number}")
        project, name, text = chance.choice(texts)
        yield f"{project}-copy", f"c{number}/{Path(name).name}", edit(text, chance)


def _find(options: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    for source in options.sources:
        for project in sorted(Path(source).iterdir()):
            for file in sorted(project.rglob("*.py")):
                if file.is_file() and options.min_bytes <= file.stat().st_size <= options.max_bytes:
                    try:
                        compile(file.read_text("utf-8"), str(file), "exec", dont_inherit=True)
                    except (SyntaxError, ValueError, RecursionError, MemoryError):
                        continue
                    yield project.name, file


def rename(text: str, share: float, chance: random.Random) -> str:
    """Renames that share of the names of the text, each throughout."""
    names = sorted(set(_NAME.findall(text)) - _KEPT)
    renamed = {name: f"{name}_{chance.randrange(1 << 24):x}" for name in names if chance.random() < share}
    return _NAME.sub(lambda found: renamed.get(found[0], found[0]), text)


def edit(text: str, chance: random.Random) -> str:
    """A copy as people make them: single names changed, lines taken out, by a strength drawn for it."""
    strength = chance.uniform(0, 0.12)
    lines = [line for line in text.splitlines(keepends=True) if chance.random() >= strength / 3]
    return _NAME.sub(
        lambda found: f"{found[0]}_x" if found[0] not in _KEPT and chance.random() < strength / 3 else found[0],
        "".join(lines),
    )


if __name__ == "__main__":
    main()
