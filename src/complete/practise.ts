/**
 * Typing before anybody types: V8 runs the code of the first keystrokes many times as slowly as that of later ones,
 * until it has seen it run and has optimised it. A process that waits for a user spends the time on a text of its own.
 */
import type { Abortable } from '../shared/abortable.js';

/** Python of every kind that editors show: what it says does not matter. */
const TEXT = `"""Reads the readings of stations, and says what they have in common."""
from __future__ import annotations

import json
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Iterator

logger = logging.getLogger(__name__)
DEFAULTS: dict[str, Any] = {'unit': 'celsius', 'limit': 40, 'names': ()}


class ReadingError(ValueError):
    """A line that is no reading."""

    def __init__(self, path: Path, line: int, reason: str = '') -> None:
        super().__init__(f'{path}:{line}: {reason or "no reading"}')
        self.path = path
        self.line = line


@dataclass(frozen=True)
class Reading:
    station: str
    value: float
    flags: tuple[str, ...] = field(default_factory=tuple)

    @property
    def is_valid(self) -> bool:
        return self.value is not None and 'broken' not in self.flags

    @classmethod
    def from_line(cls, path: Path, number: int, text: str) -> Reading:
        parts = [part.strip() for part in text.split(',')]
        if len(parts) < 2:
            raise ReadingError(path, number, 'too short')
        try:
            value = float(parts[1])
        except ValueError as error:
            raise ReadingError(path, number, str(error)) from error
        return cls(parts[0], value, tuple(parts[2:]))


class Store:
    def __init__(self, folder: Path, *, limit: int = DEFAULTS['limit'], **options: Any) -> None:
        self.folder = folder
        self.limit = limit
        self.options = {**DEFAULTS, **options}
        self._readings: dict[str, list[Reading]] = defaultdict(list)

    def read(self, names: Iterable[str]) -> int:
        count = 0
        for name in names:
            path = self.folder / name
            if not path.exists():
                logger.warning('%s is missing', path)
                continue
            with path.open(encoding='utf-8') as file:
                for number, line in enumerate(file, start=1):
                    reading = Reading.from_line(path, number, line)
                    self._readings[reading.station].append(reading)
                    count += 1
        return count

    def valid(self, station: str) -> Iterator[Reading]:
        for reading in self._readings.get(station, []):
            if reading.is_valid and reading.value <= self.limit:
                yield reading

    def mean(self, station: str, default: float | None = None) -> float | None:
        values = [reading.value for reading in self.valid(station)]
        if not values:
            return default
        return sum(values) / len(values)

    def save(self, path: Path, indent: int = 2) -> None:
        means = {station: self.mean(station) for station in sorted(self._readings)}
        path.write_text(json.dumps(means, indent=indent, ensure_ascii=False), encoding='utf-8')


def main(arguments: list[str]) -> int:
    store = Store(Path(arguments[0]), limit=int(arguments[1]))
    count = store.read(arguments[2:])
    print(f'{count} readings of {len(arguments) - 2} files')
    store.save(Path('means.json'), indent=4)
    return 0 if count > 0 else 1
`;
/** Lines above the first one that is typed. */
const FIRST_LINE = 14;
/** Of all places where a line, a word or an operand begins, every so many-th: after some 250 little more is gained. */
const EVERY = 4;

interface PracticeRequest {
  readonly text: string;
  readonly offset: number;
  readonly count: number;
  readonly signal: Abortable;
}

/**
 * Asks for suggestions as they are asked for while lines are typed. It rests as long as it worked, so that others on
 * the same core get their turn, and ends soon after the signal says so: whoever types now does the rest.
 */
export async function practise(
  complete: (request: PracticeRequest) => Promise<unknown>, signal: Abortable,
): Promise<void> {
  for (const request of practiceRequests()) {
    if (signal.aborted) return;
    const from = performance.now();
    await complete({ ...request, signal });
    const spent = performance.now() - from;
    await new Promise((resolve) => setTimeout(resolve, spent));
  }
}

/** Keystrokes that are searched for, spread over all kinds of places. */
function* practiceRequests(): Generator<Omit<PracticeRequest, 'signal'>> {
  const lines = TEXT.split('\n');
  let places = 0;
  for (let at = FIRST_LINE; at < lines.length; at++) {
    const above = lines.slice(0, at).map((line) => `${line}\n`).join('');
    const below = lines.slice(at + 1).map((line) => `\n${line}`).join('');
    for (let typed = 1; typed <= lines[at].length; typed++) {
      const line = lines[at].slice(0, typed);
      const begins = typed === 1 || /(?:^\s+|\b\w|[(.,=[])$/u.test(line);
      if (!begins || places++ % EVERY !== 0) continue;
      yield { text: above + line + below, offset: above.length + typed, count: 3 };
    }
  }
}
