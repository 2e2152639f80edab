"""The text format of Prometheus, read strictly: what `promtool check metrics` would say, without it."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABELS = r'\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!\})|(?=\})))*\}'
SAMPLE = re.compile(rf"({NAME})({LABELS})? (-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|NaN|[-+]Inf)")
HEAD = re.compile(rf"# (HELP|TYPE) ({NAME}) (.+)")


def complaints(text):
    """What is wrong, a sentence each; an empty list when all is well."""
    found, helped, typed, seen = [], set(), {}, set()
    if not text.endswith("\n"):
        found.append("the last line does not end")
    for number, line in enumerate(text.splitlines(), 1):
        head, sample = HEAD.fullmatch(line), SAMPLE.fullmatch(line)
        if head and head[1] == "HELP":
            found += [f"line {number}: a second HELP of {head[2]}"] * (head[2] in helped)
            helped.add(head[2])
        elif head:
            found += [f"line {number}: a second TYPE of {head[2]}"] * (head[2] in typed)
            found += [f"line {number}: no type: {head[3]}"] * (head[3] not in ("counter", "gauge", "histogram"))
            typed[head[2]] = head[3]
        elif sample:
            name, series = sample[1], sample[1] + (sample[2] or "")
            found += [f"line {number}: {name} has no TYPE above it"] * (name not in typed)
            found += [f"line {number}: {name} has no HELP above it"] * (name not in helped)
            found += [f"line {number}: {series} stands twice"] * (series in seen)
            found += [f"line {number}: {name} counts and does not end in _total"] * (
                typed.get(name) == "counter" and not name.endswith("_total"))
            seen.add(series)
        else:
            found.append(f"line {number}: neither a comment nor a sample: {line}")
    return found
