"""CPython's own word on two sources: a second opinion that shares no code with nnfmt.

Reads one JSON request a line on stdin, answers one JSON line each on stdout.

    {"op": "version"}                                 -> {"version": "3.11.7"}
    {"op": "check", "text": s}                        -> {"error": null | "line 3: ..."}
    {"op": "check_file", "path": p}                   -> the same, of the file's bytes
    {"op": "compare", "left": a, "right": b}          -> {"left": error, "right": error, "tree": bool,
                                                         "tokens": bool | null, "detail": str}
    {"op": "variants", "original": a, "texts": [...]} -> {"error": ..., "verdicts": [v, ...]}
    {"op": "pairs", "pairs": [[a, b], ...]}           -> {"merged": [[a, b, [tokens]], ...]}
    {"op": "tokens", "text": s}                       -> {"tokens": [...] | null}

A verdict is "same", "comments" (same tree, other comments), "different" or "invalid".
Token strings leave NEWLINE, NL, INDENT, DEDENT and ENDMARKER out: they are layout.
"""

import ast
import functools
import hashlib
import io
import json
import sys
import tokenize
import warnings

LAYOUT = {
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}


@functools.lru_cache(maxsize=4)
def read_tree(text):
    """The digest of ast.dump and None, or None and why CPython refuses the text."""
    try:
        tree = ast.parse(text)
        dump = ast.dump(tree)
    except SyntaxError as error:
        return None, "line %s: %s" % (error.lineno, error.msg)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return None, "%s: %s" % (type(error).__name__, error)
    return hashlib.sha256(dump.encode("utf-8", "surrogatepass")).hexdigest(), None


def compiles(text):
    """None, or why the text does not compile (more than parsing: `return` outside a function)."""
    try:
        compile(text, "<source>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return "line %s: %s" % (error.lineno, error.msg)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return "%s: %s" % (type(error).__name__, error)
    return None


def lines_of(text):
    # A lone CR ends a line for the compiler but not for the tokenize module.
    if text.replace("\r\n", "\n").find("\r") >= 0:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return io.StringIO(text, newline="\n").readline


@functools.lru_cache(maxsize=4)
def token_strings(text, only_comments=False):
    """Strings of all tokens that are not layout; None where the tokenize module gives up."""
    found = []
    try:
        for token in tokenize.generate_tokens(lines_of(text)):
            if token.type in LAYOUT or (only_comments and token.type != tokenize.COMMENT):
                continue
            if token.type == tokenize.ERRORTOKEN and not token.string.strip():
                continue
            found.append(token.string)
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return None
    return found


def compare(left, right):
    left_tree, left_error = read_tree(left)
    right_tree, right_error = read_tree(right)
    answer = {"left": left_error, "right": right_error, "tree": left_tree == right_tree, "tokens": None, "detail": ""}
    left_tokens, right_tokens = token_strings(left), token_strings(right)
    if left_tokens is None:
        answer["detail"] = "the tokenize module does not read the left text"
        return answer
    answer["tokens"] = left_tokens == right_tokens
    if right_tokens is None:
        answer["detail"] = "the tokenize module does not read the right text"
    elif not answer["tokens"]:
        for i, (a, b) in enumerate(zip(left_tokens, right_tokens)):
            if a != b:
                answer["detail"] = "token %d: %r became %r" % (i, a, b)
                break
        else:
            answer["detail"] = "%d tokens became %d" % (len(left_tokens), len(right_tokens))
    return answer


def variants(original, texts):
    tree, error = read_tree(original)
    comments = token_strings(original, only_comments=True)
    verdicts = []
    for text in texts:
        other, failure = read_tree(text)
        if failure is not None:
            verdicts.append("invalid")
        elif other != tree:
            verdicts.append("different")
        else:
            verdicts.append("same" if token_strings(text, only_comments=True) == comments else "comments")
    return {"error": error, "verdicts": verdicts}


def partial_tokens(text):
    tokens = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
            if token.type not in LAYOUT:
                tokens.append(token.string)
    except (tokenize.TokenError, SyntaxError):
        pass  # a lone bracket stays open; what was read before counts
    return tokens


def merged_pairs(pairs):
    # Two tokens of nnfmt may be more for CPython: it reads the `..` of an import as two.
    merged = []
    for left, right in pairs:
        tokens = partial_tokens(left + right)
        if tokens != partial_tokens(left + " " + right):
            merged.append([left, right, tokens])
    return {"merged": merged}


def answer(request):
    op = request["op"]
    if op == "version":
        return {"version": sys.version.split()[0]}
    if op == "check":
        return {"error": compiles(request["text"])}
    if op == "check_file":
        with open(request["path"], "rb") as file:
            return {"error": compiles(file.read())}
    if op == "compare":
        return compare(request["left"], request["right"])
    if op == "variants":
        return variants(request["original"], request["texts"])
    if op == "pairs":
        return merged_pairs(request["pairs"])
    if op == "tokens":
        return {"tokens": token_strings(request["text"])}
    raise ValueError("unknown request: %r" % op)


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    source = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogatepass", newline="\n")
    for line in source:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
