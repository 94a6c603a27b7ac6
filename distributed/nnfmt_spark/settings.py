"""Settings that a session is going to have, known before there is one.

Where `spark-submit` started this program, its JVM is there and knows them all. Where Python did, PySpark starts the JVM
with the session, and options of that JVM have to be chosen before: then what a user wrote down is read here, from the
same places, in the same order of precedence.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

_WORDS = {"--master": "spark.master", "--driver-java-options": "spark.driver.extraJavaOptions"}


def has_jvm() -> bool:
    """Whether there is a JVM already: options of it come too late."""
    from pyspark import SparkContext

    return "PYSPARK_GATEWAY_PORT" in os.environ or SparkContext._gateway is not None


def known_settings() -> dict[str, str]:
    """Settings by name: those of `spark-submit` and the defaults file, or of the JVM that is there."""
    from pyspark import SparkConf, SparkContext

    if has_jvm():
        # Without this, SparkConf knows nothing of what the JVM was started with.
        SparkContext._ensure_initialized()
        return dict(SparkConf().getAll())
    settings = {"spark.master": os.environ["MASTER"]} if os.environ.get("MASTER") else {}
    return {**settings, **_of_defaults(), **_of_submit_words()}


def _of_defaults() -> dict[str, str]:
    folder = os.environ.get("SPARK_CONF_DIR") or _conf_of_home()
    file = Path(folder) / "spark-defaults.conf"
    try:
        lines = file.read_text("utf-8").splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        words = re.match(r"\s*([^\s#!=:]+)(?:\s*[=:]\s*|\s+)(.*?)\s*$", line)
        if words is not None:
            found[words[1]] = words[2]
    return found


def _conf_of_home() -> str:
    import pyspark

    home = os.environ.get("SPARK_HOME") or str(Path(pyspark.__file__).parent)
    return str(Path(home) / "conf")


def _of_submit_words() -> dict[str, str]:
    words = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    found: dict[str, str] = {}
    while words:
        name, is_joined, value = words.pop(0).partition("=")
        if name in ("--conf", "-c", *_WORDS):
            value = value if is_joined else words.pop(0) if words else ""
            if name in _WORDS:
                found[_WORDS[name]] = value
            else:
                key, _, value = value.partition("=")
                found[key] = value
    return found
