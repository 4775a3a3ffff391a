"""Figures and how they are printed: the median of the runs, the least and the most, the ratio, and the aim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Figure:
    """One thing measured in several runs; *digits* behind the point."""

    values: list[float] = field(default_factory=list)
    digits: int = 0
    unit: str = ""

    def __str__(self) -> str:
        if not self.values:
            return "-"
        least, middle, most = (f"{v:,.{self.digits}f}" for v in (min(self.values), self.middle, max(self.values)))
        return f"{least} / {middle} / {most}{self.unit}"

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.values)

    def share_of(self, whole: Figure) -> str:
        """The median of the ratios of runs made side by side, in per cent."""
        shares = [mine / other for mine, other in zip(self.values, whole.values, strict=False) if other]
        return f"{100 * median(shares):.0f} %" if shares else "-"

    def times(self, other: Figure) -> str:
        """How many times *other* this is, side by side."""
        ratios = [mine / its for mine, its in zip(self.values, other.values, strict=False) if its]
        return f"{median(ratios):.2f} x" if ratios else "-"


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in columns that are as wide as they must be."""
    widths = [max(len(str(row[i])) for row in (head, *rows)) for i in range(len(head))]
    print(f"\n{title}\n")
    for row in (head, ["-" * width for width in widths], *rows):
        print("  " + "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which *share* of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
