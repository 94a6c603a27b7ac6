"""A process that dies, hangs or babbles costs no row but its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnfmt_spark.errors import NnfmtSparkError
from nnfmt_spark.isolation import KILLED_STARTS, Asked, Respondent
from nnfmt_spark.resident import WINDOW_REQUESTS, ProcessPlan
from tests.conftest import stand_in_words

GREETING = {"id": "ready", "text": ""}


def respondent(patience_seconds: float = 30.0, words: list[str] | None = None) -> Respondent:
    plan = ProcessPlan(tuple(words or stand_in_words()), ("check", "--jsonl"), patience_seconds=patience_seconds)
    return Respondent(plan, GREETING)


def ask(asked: Respondent, texts: list[str]) -> list[tuple[int, object]]:
    """What each text was answered: its length, or the code of its fault."""
    requests = (Asked(number, {"id": number, "text": text}) for number, text in enumerate(texts))
    return [(said.mark, said.answer.get("code") or said.answer["gaps"]) for said in asked.ask(requests)]


def test_answers_come_in_order_and_the_process_stays() -> None:
    one = respondent()
    texts = ["x" * (number % 7) for number in range(100)]
    assert ask(one, texts) == [(number, number % 7) for number in range(100)]
    assert ask(one, ["abc"]) == [(0, 3)]
    assert one.starts == 1
    one.close()


def test_a_process_that_cannot_be_started_names_the_executor() -> None:
    one = respondent(words=["/no/such/program"])
    with pytest.raises(NnfmtSparkError, match=r"executor on .*no/such/program"):
        ask(one, ["x"])


@pytest.mark.parametrize(("times", "works"), [(KILLED_STARTS - 1, True), (KILLED_STARTS, False)])
def test_a_start_that_is_killed_is_tried_more_often_than_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, works: bool
) -> None:
    monkeypatch.setattr("nnfmt_spark.isolation._PAUSE_SECONDS", 0)
    plan = ProcessPlan(tuple(stand_in_words()), ("check", "--jsonl"))
    one = Respondent(plan, {"id": "ready", "text": f"KILL-TIMES:{times}:{tmp_path}/count"})
    if works:
        assert ask(one, ["abc"]) == [(0, 3)]
    else:
        with pytest.raises(NnfmtSparkError, match="signal 9"):
            ask(one, ["abc"])
    assert one.deaths == times
    one.close()


@pytest.mark.parametrize("bad", ["KILL-ME", "EXIT-3", "HANG", "BABBLE"])
def test_a_row_that_ends_the_process_twice_becomes_an_error(bad: str) -> None:
    one = respondent(patience_seconds=1.0)
    texts = ["a", "bb", bad, "ccc", "dddd", bad, "e"]
    assert ask(one, texts) == [(0, 1), (1, 2), (2, "PROCESS_DIED"), (3, 3), (4, 4), (5, "PROCESS_DIED"), (6, 1)]
    one.close()


def test_the_error_tells_the_signal_and_what_the_process_wrote() -> None:
    one = respondent()
    requests = (Asked(text, {"id": text, "text": text}) for text in ("KILL-ME", "EXIT-3"))
    killed, ended = (str(said.answer["error"]) for said in one.ask(requests))
    assert "signal 9" in killed
    assert "exit code 3" in ended and "out of memory, say" in ended
    one.close()


def test_a_row_during_which_the_process_is_killed_once_is_answered(tmp_path: Path) -> None:
    one = respondent()
    text = f"KILL-ONCE:{tmp_path}/mark"
    assert ask(one, ["a", text, "b"]) == [(0, 1), (1, len(text)), (2, 1)]
    assert (one.deaths, one.starts) == (1, 2)
    one.close()


def test_a_process_that_is_killed_again_and_again_loses_nothing() -> None:
    one = respondent()

    def requests() -> Iterator[Asked[int]]:
        for number in range(2000):
            # In the middle of a conversation: the window is full of rows that are on their way.
            if number % 40 == 20 and one._process is not None:
                os.kill(one._process.pid, signal.SIGKILL)
            yield Asked(number, {"id": number, "text": "x" * (number % 5)})

    answers = [(said.mark, said.answer["gaps"]) for said in one.ask(requests())]
    assert answers == [(number, number % 5) for number in range(2000)]
    assert one.deaths == 50
    one.close()


def test_no_more_is_taken_than_the_window_holds() -> None:
    one = respondent()
    taken = 0

    def requests() -> Iterator[Asked[int]]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield Asked(number, {"id": number, "text": "x"})

    answers = one.ask(requests())
    next(answers)
    assert taken <= WINDOW_REQUESTS
    one.close()


def test_a_few_large_requests_fill_it_as_well_and_pipes_never_lock() -> None:
    one = respondent()
    texts = ["x" * 3_000_000, "y" * 3_000_000, "z"] * 3
    assert [length for _, length in ask(one, texts)] == [3_000_000, 3_000_000, 1] * 3
    one.close()


def test_what_was_on_its_way_for_a_reader_who_left_is_never_taken_for_another_answer() -> None:
    one = respondent()
    requests = (Asked(number, {"id": 1, "text": "x" * number}) for number in range(50))
    answers = one.ask(requests)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert ask(one, ["abcde"]) == [(0, 5)]
    one.close()
