"""PURE. Allocation of places to requests: a minimum-cost flow with a public draw, its proof, and the reason for everyone.

`allocate` works on named shapes, `solve` on arrays; `verify` shares no arithmetic with either.
"""

from reservations.allocation.allocating import allocate
from reservations.allocation.draw import draw_numbers
from reservations.allocation.problem import UNBOUNDED, Problem, code
from reservations.allocation.shapes import Certificate, Outcome, Place, Reason, Request, Rule, Verdict, YardRow
from reservations.allocation.solving import Solution, bound, solve
from reservations.allocation.verifying import verify

__all__ = [
    "UNBOUNDED",
    "Certificate",
    "Outcome",
    "Place",
    "Problem",
    "Reason",
    "Request",
    "Rule",
    "Solution",
    "Verdict",
    "YardRow",
    "allocate",
    "bound",
    "code",
    "draw_numbers",
    "solve",
    "verify",
]
