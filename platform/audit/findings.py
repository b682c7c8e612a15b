"""What the auditor found: one line each."""

from __future__ import annotations

from dataclasses import asdict, dataclass

#: what a part says of one entry or row: the name of the check and a sentence
Said = tuple[str, str]


@dataclass(frozen=True)
class Finding:
    """Something that must not be. `check` names the rule (docs/audit.md); `seq` is the ledger position, 0 for a finding in the tables."""

    check: str
    stream: str
    seq: int
    text: str

    def __str__(self) -> str:
        where = f"{self.stream}@{self.seq}" if self.seq else self.stream or "tables"
        return f"{self.check}: {where}: {self.text}"

    def as_json(self) -> dict[str, object]:
        return asdict(self)
