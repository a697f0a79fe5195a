"""What an import has done so far, for its summary."""

from collections import Counter
from dataclasses import dataclass, field

KINDS = ("groups", "components", "incidents", "maintenances")


@dataclass
class ImportReport:
    """Things by kind and by what became of them, and what was skipped, why and where first."""

    page: str
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    refused: int = 0

    def note(self, reason: str, place: str) -> None:
        """Something within a thing was left out."""
        self.reasons[reason] += 1
        self.first.setdefault(reason, place)

    def skip(self, kind: str, reason: str, place: str, *, refused: bool = False) -> None:
        """A whole thing was left out; `refused` when it makes no sense, rather than being unwanted here."""
        self.skipped[kind] += 1
        self.refused += refused
        self.note(reason, place)

    @property
    def changes(self) -> int:
        """How many things are not as they were."""
        return self.added.total() + self.changed.total()

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        kinds = {
            kind: {
                "added": self.added[kind],
                "changed": self.changed[kind],
                "unchanged": self.unchanged[kind],
                "skipped": self.skipped[kind],
            }
            for kind in KINDS
        }
        why = [{"reason": reason, "count": n, "first": self.first[reason]} for reason, n in self.reasons.items()]
        return {"page": self.page, "changes": self.changes, "refused": self.refused, **kinds, "reasons": why}
