"""What a run has come to: the answers by kind, what was promised and is there, memory, and the age of the queue.

Judged: nobody is refused but within ten seconds of a kill (or, where a part took longer to come back, until five after it
was); then there is 503 with `Retry-After` or, where the web server itself was killed, no answer at all; whatever was said
yes to is there; nothing was made twice; memory is flat.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

GRACE = 10.0  # seconds after a kill
AGAIN = 5.0  # seconds after the part was back
WARM = 60.0  # seconds of a process's life that say nothing about its memory
GROWS = 0.10  # more than that from the second quarter to the last is no flat memory
SMALL = 20.0  # MB: less is not called growth
Line = dict[str, Any]


@dataclass(slots=True)
class Kill:
    """One part killed at `at`, back at `back`; `ready` is what /readyz said in between."""

    part: str
    at: float
    back: float = 0.0
    ready: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    last: float = 0.0  # seconds after the kill until the last answer that was refused


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers that nobody may have got, in words with their count."""

    wrong: Counter[str]
    kinds: Mapping[str, list[float]]
    told: Counter[tuple[str, int]]


def read_lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.endswith("}")]


def judge_answers(answers: Iterable[Line], kills: Sequence[Kill]) -> Judged:
    wrong: Counter[str] = Counter()
    told: Counter[tuple[str, int]] = Counter()
    kinds: dict[str, list[float]] = defaultdict(list)
    for line in answers:
        kinds[line["kind"]].append(line["seconds"])
        status = line["status"]
        told[(line["kind"], status)] += 1
        if status and status < 400:
            continue
        near = [kill for kill in kills if kill.at <= line["at"] <= max(kill.at + GRACE, kill.back + AGAIN)]
        if near:
            near[-1].answers[str(status) if status else "no answer"] += 1
            near[-1].last = max(near[-1].last, line["at"] - near[-1].at)
        if not _is_allowed(line, near):
            where = "after a kill of " + near[-1].part if near else "far from a kill"
            wrong[
                f"{line['kind']}: {status or 'no answer'} {where} {line.get('said') or line.get('error')}"
            ] += 1
    return Judged(wrong, kinds, told)


def _is_allowed(line: Line, near: Sequence[Kill]) -> bool:
    status = line["status"]
    if not status:
        return any(kill.part.startswith("web") for kill in near)
    if status == 503:
        return bool(near and line.get("retry_after"))
    # The first try under this key was broken off; the product does not do it again, and says so
    return status == 409 and ("idempotency_running" in line["said"] or "version" in line["said"])


def find_lost(ledger: Iterable[Line]) -> list[str]:
    """What was said yes to and is not there. Asks the product's database."""
    from campaigns.models import Campaign, Launch

    saved: dict[int, str] = {}
    drafts: set[int] = set()
    launched: set[int] = set()
    for line in ledger:
        if "draft" in line:
            drafts.add(line["draft"])
            saved.setdefault(line["draft"], line["name"])
        elif "saved" in line:
            saved[line["saved"]] = line["name"]
        else:
            launched.add(line["launch"])
    standing = {row.pk: row.wanted.get("campaign_name") for row in Campaign.objects.filter(pk__in=drafts)}
    ended = set(Launch.objects.filter(finished_at__isnull=False).values_list("campaign", flat=True))
    lost = [f"draft {pk}" for pk in drafts - standing.keys()]
    lost += [
        f"draft {pk} is called {standing[pk]!r} and not {name!r}"
        for pk, name in saved.items()
        if pk in standing and standing[pk] != name
    ]
    return lost + [f"launch {pk}" for pk in launched - ended]


def count_objects(sandbox: Path) -> tuple[int, int]:
    """Living objects of the run's own campaigns at the sandbox, and how many of them are second ones of a name."""
    db = sqlite3.connect(f"file:{sandbox}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        rows = db.execute("SELECT * FROM entity WHERE deleted_with = ''").fetchall()
    finally:
        db.close()
    ours = {row["id"] for row in rows if row["level"] == "campaign" and row["name"].startswith("Soak ")}
    mine = [row for row in rows if row["campaign_id"] in ours or row["id"] in ours]
    parents = {
        "campaign": lambda row: "",
        "adgroup": lambda row: row["campaign_id"],
        "ad": lambda row: row["adgroup_id"],
    }
    names = Counter((row["level"], parents[row["level"]](row), row["name"]) for row in mine)
    return len(mine), sum(count - 1 for count in names.values())


@dataclass(frozen=True, slots=True)
class Memory:
    """One kind of process: resident megabytes of a single one, early and late in its life, and by the hour."""

    kind: str
    processes: int
    early: float
    late: float
    slope: float  # MB an hour, of the process that lived longest

    @property
    def flat(self) -> bool:
        return self.late - self.early <= max(SMALL, self.early * GROWS)


def read_memory(samples: Iterable[Line]) -> list[Memory]:
    lives: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for sample in samples:
        for kind, pid, size in sample["memory"]:
            if size:  # a process that ended and was not asked for its last word yet
                lives[(kind, pid)].append((sample["at"], size))
    found = []
    for kind in sorted({kind for kind, _ in lives}):
        longest = max(
            (life for (of, _), life in lives.items() if of == kind), key=lambda life: life[-1][0] - life[0][0]
        )
        warm = [(at, size) for at, size in longest if at - longest[0][0] >= WARM] or longest
        quarter = max(1, len(warm) // 4)
        early = median(size for _, size in warm[:quarter])
        late = median(size for _, size in warm[-quarter:])
        count = len({pid for of, pid in lives if of == kind})
        found.append(Memory(kind, count, early, late, _find_slope(warm) * 3600))
    return found


def _find_slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares; 0 for fewer than three points."""
    if len(points) < 3:
        return 0.0
    middle = sum(at for at, _ in points) / len(points)
    height = sum(size for _, size in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    return sum((at - middle) * (size - height) for at, size in points) / spread if spread else 0.0


def quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else 0.0
