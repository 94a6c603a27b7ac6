"""From the bytes of a row to its text."""

from __future__ import annotations

import pytest

from nnfmt_spark.errors import BadRowError
from nnfmt_spark.rows import MOST_BYTES, plain_path, text_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"", ""),
        ("größe = 1\n".encode(), "größe = 1\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "\ufeffx = 1\r\n"),
        ("# coding: latin-1\ns = 'é'\n".encode("latin-1"), "# coding: latin-1\ns = 'é'\n"),
    ],
)
def test_a_source_is_decoded_as_python_would(source: bytes, text: str) -> None:
    assert text_of(source, len(source)) == text


@pytest.mark.parametrize(
    ("source", "size", "code", "words"),
    [
        (None, None, "NO_SOURCE", "NULL"),
        (None, MOST_BYTES + 1, "SOURCE_TOO_LARGE", "20,000,001 bytes"),
        (b"x = 1\ny = '\xff'\n", 14, "NOT_DECODABLE", "byte 0xff at 11, line 2"),
        (b"a = 1\nb = 2\ny = '\xff'\n", 20, "NOT_DECODABLE", "byte 0xff at 17, line 3"),
        (b"# coding: klingon\n", 18, "UNKNOWN_ENCODING", "klingon"),
        (b"# coding: ascii\n\n\ns = '\xe9'\n", 24, "NOT_DECODABLE", "not ascii: byte 0xe9"),
    ],
)
def test_what_has_no_text_says_why(source: bytes | None, size: int | None, code: str, words: str) -> None:
    with pytest.raises(BadRowError, match=words) as fault:
        text_of(source, size)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        (b"a/b.py", "a/b.py"),
        ("/etc/x.py", "etc/x.py"),
        ("../../x.py", "x.py"),
        (b"\xff.py", "\ufffd.py"),
        ("a\0b.py", "ab.py"),
        ("/", None),
        (None, None),
    ],
)
def test_no_path_leads_out_of_the_working_directory(path: object, plain: str | None) -> None:
    assert plain_path(path) == plain
