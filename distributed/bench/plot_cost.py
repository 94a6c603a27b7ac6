"""Draws what near duplicates cost against the number of files, of figures.json that near_duplicates.py left.

python bench/plot_cost.py OUT/figures.json docs/images/near-duplicates.svg
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 640, 320, 70, 20, 90, 45
_LINES = (
    ("cpu_similar", "join and groups, s of the JVM", "#b35900", 1.0),
    ("shuffled_similar", "shuffled by them, MB", "#0059b3", 1e-6),
)


def main() -> None:
    figures = sorted(json.loads(Path(sys.argv[1]).read_text("utf-8")).values(), key=lambda one: float(one["files"]))
    most_files = max(float(one["files"]) for one in figures)
    most = max(float(one[name]) * unit for one in figures for name, _, _, unit in _LINES)
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def place(files: float, value: float) -> str:
        return f"{_LEFT + width * files / most_files:.1f},{_TOP + height * (1 - value / most):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<path d="M{_LEFT} {_TOP}V{_TOP + height}H{_LEFT + width}" fill="none" stroke="#444"/>',
        f'<text x="{_LEFT + width / 2}" y="{_HEIGHT - 8}" text-anchor="middle">files compared</text>',
    ]
    for one in figures:
        x = place(float(one["files"]), 0).split(",")[0]
        parts.append(f'<text x="{x}" y="{_TOP + height + 18}" text-anchor="middle">{int(one["files"]):,}</text>')
    for share in (0, 0.5, 1):
        y = _TOP + height * (1 - share)
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{most * share:.0f}</text>')
    for at, (name, words, colour, unit) in enumerate(_LINES):
        points = [place(float(one["files"]), float(one[name]) * unit) for one in figures]
        parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for point in points:
            across, down = point.split(",")
            parts.append(f'<circle cx="{across}" cy="{down}" r="3.5" fill="{colour}"/>')
        parts.append(f'<text x="{_LEFT + 14}" y="{_TOP + 14 + 18 * at}" fill="{colour}">{words}</text>')
    Path(sys.argv[2]).write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
