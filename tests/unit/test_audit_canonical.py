"""The auditor's own canonical JSON against the published vectors and against the library the ledger uses."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical

VECTORS = Path(__file__).parents[1] / "data" / "jcs"
NAMES = sorted(path.stem for path in (VECTORS / "input").glob("*.json"))
#: Appendix B of RFC 8785: the bits of a double and how it is written.
DOUBLES = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("name", NAMES)
def test_canonical__published_vector__writes_the_published_bytes(name: str) -> None:
    given_text = (VECTORS / "input" / f"{name}.json").read_bytes().decode()
    wanted = bytes.fromhex((VECTORS / "outhex" / f"{name}.txt").read_text())
    assert canonical(json.loads(given_text)).encode() == wanted


def test_canonical__vectors__are_all_there() -> None:
    assert len(NAMES) == 6


@pytest.mark.parametrize(("bits", "written"), DOUBLES.items())
def test_canonical__doubles_of_the_rfc__are_written_as_ecmascript_does(bits: str, written: str) -> None:
    [double] = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(double) == written


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", 10**400, object()])
def test_canonical__no_json_value__raises(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_canonical__any_value__agrees_with_the_library(value: object) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]
