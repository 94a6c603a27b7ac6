"""The source of a row: from bytes to text, with a word where there is none."""

from __future__ import annotations

import codecs
import io
import tokenize

from nnfmt_spark.errors import BadRowError

#: nnfmt refuses more, so that such a source need not travel.
MOST_BYTES = 20_000_000


def too_large(size: int, most: int = MOST_BYTES) -> BadRowError:
    return BadRowError(f"{size:,} bytes: a source may have {most:,}", "SOURCE_TOO_LARGE")


def text_of(source: bytes | None, size: int | None) -> str:
    """Decodes a source as Python would: byte order mark, coding line, else UTF-8. The mark and line ends are kept.

    `size` counts the bytes of the row, whose source was left behind where it is too large. Throws BadRowError.
    """
    if size is not None and size > MOST_BYTES:
        raise too_large(size)
    if source is None:
        raise BadRowError("the source is NULL", "NO_SOURCE")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError as fault:
        # An unknown coding line, or bytes in the first lines that are not UTF-8: decoding tells the place of the
        # latter.
        if not _is_utf8(source):
            raise _not_utf8(source) from fault
        raise BadRowError(f"the coding line names none that is known: {fault}", "UNKNOWN_ENCODING") from fault
    try:
        if encoding in ("utf-8", "utf-8-sig"):
            return source.decode("utf-8")
        return source.decode(encoding)
    except UnicodeDecodeError as fault:
        if encoding in ("utf-8", "utf-8-sig"):
            raise _not_utf8(source) from fault
        raise BadRowError(
            f"not {encoding}: byte 0x{source[fault.start]:02x} at {fault.start}", "NOT_DECODABLE"
        ) from fault


def _is_utf8(source: bytes) -> bool:
    try:
        codecs.decode(source, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _not_utf8(source: bytes) -> BadRowError:
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = source.count(b"\n", 0, fault.start) + 1
        return BadRowError(
            f"not UTF-8: byte 0x{source[fault.start]:02x} at {fault.start}, line {line}; no coding line says otherwise",
            "NOT_DECODABLE",
        )
    raise AssertionError("unreachable")


def name_of(value: object) -> str | None:
    """A name, such as a project's, which arrives as bytes; those that are no UTF-8 are replaced."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def plain_path(value: object) -> str | None:
    """A path that lies below the working directory, whatever it was: nothing of the executor's disk counts, only its
    name.
    """
    path = name_of(value)
    if path is None:
        return None
    parts = [part for part in path.replace("\0", "").split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or None
