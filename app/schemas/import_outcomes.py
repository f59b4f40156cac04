"""What becomes of the lines of an import."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import Violation
from app.schemas.import_rows import RawLine


class Outcome(StrEnum):
    """What became of a line."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one line, and why where it was refused."""

    line: RawLine
    outcome: Outcome
    violations: tuple[Violation, ...] = ()

    @property
    def number(self) -> int:
        """The number of the line in its file or sheet."""
        return self.line.number
