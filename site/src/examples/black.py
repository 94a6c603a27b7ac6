from __future__ import annotations

from collections import defaultdict
from typing import Iterable, Iterator


class Route:
    def __init__(
        self,
        name: str,
        stops: Iterable[str],
        *,
        minutes_between_departures: int = 10,
    ) -> None:
        self.name = name
        self.stops = list(stops)
        self.minutes_between_departures = minutes_between_departures

    def connects(self, start: str, end: str) -> bool:
        return start in self.stops and end in self.stops

    def stops_between(self, start: str, end: str) -> Iterator[str]:
        first, last = sorted((self.stops.index(start), self.stops.index(end)))
        yield from self.stops[first : last + 1]


def transfers(routes: Iterable[Route]) -> dict[str, set[str]]:
    routes_at: defaultdict[str, set[str]] = defaultdict(set)
    for route in routes:
        for stop in route.stops:
            routes_at[stop].add(route.name)
    return {
        stop: names
        for stop, names in routes_at.items()
        if len(names) > 1 and not stop.startswith("depot")
    }
