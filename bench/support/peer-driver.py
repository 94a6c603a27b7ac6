"""Runs one formatter over many sources in one process, for bench/compare.ts.

Reads {"tool", "settings", "seconds", "texts": [...]} as JSON from standard input and writes one
JSON line a text, in order: {"text": ...} or {"error": ...}. A text that takes longer than
`seconds` of wall time counts as an error. Ruff is no Python module and is not run by this file.
"""
import importlib.metadata
import json
import logging
import signal
import sys


def black_formatter(settings):
    import black

    mode = black.Mode(**settings)

    def run(text):
        try:
            # Without its own check of equivalence, which could only make it give up.
            return black.format_file_contents(text, fast=True, mode=mode)
        except black.NothingChanged:
            return text

    return run


def yapf_formatter(settings):
    from yapf.yapflib import yapf_api

    pairs = ", ".join(f"{key}: {value}" for key, value in settings.items())
    style = "{" + pairs + "}"
    return lambda text: yapf_api.FormatCode(text, style_config=style)[0]


def autopep8_formatter(settings):
    import autopep8

    return lambda text: autopep8.fix_code(text, options=dict(settings))


FORMATTERS = {"black": black_formatter, "yapf": yapf_formatter, "autopep8": autopep8_formatter}


class TooSlow(Exception):
    pass


def give_up(*_):
    raise TooSlow("took too long")


def main():
    if sys.argv[1:2] == ["--version"]:
        print(importlib.metadata.version(sys.argv[2]))
        return
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(10_000)
    job = json.load(sys.stdin)
    answers = sys.stdout
    sys.stdout = sys.stderr
    run = FORMATTERS[job["tool"]](job["settings"])
    signal.signal(signal.SIGALRM, give_up)
    for text in job["texts"]:
        signal.alarm(job["seconds"])
        try:
            answer = {"text": run(text)}
        except Exception as error:  # any failure is the answer
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        finally:
            signal.alarm(0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
