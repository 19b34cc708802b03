"""What is said beneath the grid: findings alike over many rows as one line, its rows folded, each leading to its cell."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from campaigns.rules.findings import Finding
from campaigns.web.grid_drawing import said_id
from campaigns.web.grid_layout import Said


@dataclass(slots=True)
class Pile:
    """Findings of one rule about one column. `items` are they with the anchor that each is found by, "" where taken."""

    items: list[tuple[str, Said]] = field(default_factory=list)

    @property
    def first(self) -> Said:
        return self.items[0][1]

    @property
    def finding(self) -> Finding:
        return self.first.finding

    @property
    def mends_all(self) -> bool:
        """Whether the fix of the first one reaches all rows."""
        fix = self.finding.fix
        return fix is not None and {item.finding.path for _, item in self.items} <= {
            change.path for change in fix.changes
        }


def pile_up(said: Iterable[Said], taken: set[str]) -> list[Pile]:
    """In the order in which each kind is met first. `taken` are the anchors given away already, and those given here."""
    piles: dict[tuple[str, str, str, str], Pile] = {}
    for item in said:
        finding = item.finding
        anchor = said_id(item.cell)
        kind = (finding.rule, finding.source, item.column.path, item.hidden)
        piles.setdefault(kind, Pile()).items.append(("" if anchor in taken else anchor, item))
        taken.add(anchor)
    return list(piles.values())
