"""Canonical JSON (RFC 8785), written from the RFC a second time: the operations' library is not trusted here."""

from __future__ import annotations

import math
from typing import Any

SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
CONTROLS = {code: f"\\u{code:04x}" for code in range(32)} | SHORT


def canonical(value: Any) -> str:
    """This will return the canonical text of a JSON value. Raises ValueError for what RFC 8785 cannot write (NaN, lone surrogates)."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))  # RFC 8785 3.2.3: by UTF-16 code units
        return "{" + ",".join(f"{_text(key)}:{canonical(value[key])}" for key in keys) + "}"
    raise ValueError(f"not a JSON value: {type(value).__name__}")


def _text(text: str) -> str:
    text.encode()  # a lone surrogate has no UTF-8 form and raises UnicodeEncodeError, a ValueError
    return '"' + text.translate(CONTROLS) + '"'


def _number(number: float) -> str:
    """Every number is an IEEE 754 double, written as ECMAScript writes it (RFC 8785 3.2.2.3)."""
    try:
        double = float(number)
    except OverflowError as problem:
        raise ValueError(f"not a double: {number}") from problem
    if not math.isfinite(double):
        raise ValueError(f"not a JSON number: {double}")
    if double == 0:
        return "0"
    sign = "-" if double < 0 else ""
    digits, exponent = _shortest(abs(double))
    return sign + _layout(digits, exponent)


def _shortest(double: float) -> tuple[str, int]:
    """The shortest digits d1d2… that read back as `double`, and n such that the value is 0.d1d2… × 10^n."""
    mantissa, _, power = f"{double!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(power or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    return digits.rstrip("0"), point


def _layout(digits: str, point: int) -> str:
    """ECMAScript's Number::toString: plain between 1e-7 and 1e21, exponent outside."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = point - 1
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{'+' if power > 0 else '-'}{abs(power)}"
