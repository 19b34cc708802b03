"""Putting every stored secret under the newest of FIELD_ENCRYPTION_KEYS. Safe to repeat and to break off."""

from collections import Counter
from dataclasses import dataclass, field

from campaigns.models.fields import list_kept


@dataclass(slots=True)
class Rotation:
    """How many values of each column were rewritten, stood under the newest key already, or open with no key given."""

    rewritten: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)  # `Model.field of row 7`


def rotate_keys() -> Rotation:
    done = Rotation()
    for kept in list_kept():
        if kept.is_newest:
            done.standing[kept.column] += 1
        elif not kept.is_readable:
            done.lost.append(f"{kept.column} of row {kept.row.pk}")
        elif kept.rewrite():
            done.rewritten[kept.column] += 1
        else:
            done.standing[kept.column] += 1  # written meanwhile, so with the newest key
    return done
