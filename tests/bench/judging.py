"""How long judging takes: a large tree, one changed ad group in it (the keystroke path), and the growth from 1 to 30 ad groups.

Run by `make bench`. Prints medians of several runs; asserts nothing: machines differ. Aims: 250 ms and 15 ms.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from campaigns.rules.book import judge, judge_adgroup
from campaigns.rules.facts import TreeFacts
from campaigns.rules.repair import find_repair
from campaigns.sync.plan import measure_tree
from campaigns.sync.translate import resolve_adgroup_again
from tests.rules.bases import BASES, VIDEO, WEB, resolve

RUNS = 7
ADGROUPS, ADS, CREATIVES = 30, 30, 10


def make_tree(adgroups: int, ads: int = ADS, creatives: int = CREATIVES) -> dict[str, Any]:
    ad = {
        **WEB["adgroups"][0]["ads"][0],
        "creative_list": [
            {"creative_info": {**VIDEO, "video_info": {"video_id": f"v{number % 6 + 1}"}}}
            for number in range(creatives)
        ],
    }
    group = {**WEB["adgroups"][0], "ads": [ad] * ads}
    return {**WEB, "adgroups": [{**group, "adgroup_name": f"Group {number}"} for number in range(adgroups)]}


def measure(work: Callable[[], object]) -> float:
    """The median of several runs, in milliseconds."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(taken)


def refresh(facts: TreeFacts) -> TreeFacts:
    """The same facts without what an earlier judging remembered."""
    groups = tuple(
        replace(group, children=tuple(replace(ad) for ad in group.children)) for group in facts.adgroups
    )
    return replace(facts, campaign=replace(facts.campaign, children=groups))


def main() -> None:
    tree = make_tree(ADGROUPS)
    facts = resolve(tree)
    findings = judge(facts)
    whole = measure(lambda: judge(refresh(facts)))
    copied = measure(lambda: refresh(facts))
    read = measure(lambda: resolve(tree))
    say(f"{ADGROUPS} ad groups × {ADS} ads × {CREATIVES} creatives ({len(findings)} findings)")
    say(f"  judge the whole tree      {whole - copied:8.1f} ms   (aim 250)")
    say(f"  read it into facts first  {read:8.1f} ms")

    changed = {**tree["adgroups"][7], "bid_type": "BID_TYPE_CUSTOM"}

    def keystroke() -> object:
        again = resolve_adgroup_again(before=facts, index=7, raw=changed)
        return judge_adgroup(again, index=7, before=findings)

    say(f"  one changed ad group      {measure(keystroke):8.1f} ms   (aim 15; reading and judging together)")

    say("growth with the ad groups")
    first = None
    for count in (1, 2, 5, 10, 20, 30):
        part = resolve(make_tree(count))
        taken = measure(lambda part=part: judge(refresh(part))) / count  # type: ignore[misc]
        first = first or taken
        say(f"  {count:2} ad groups: {taken:6.2f} ms for each, {taken / first:4.2f} times the first")

    capped, free = BASES["cost-cap"]["adgroups"][0], BASES["web"]["adgroups"][0]
    mixed = {
        **WEB,
        "adgroups": [{**(capped if n < 15 else free), "adgroup_name": f"G{n}"} for n in range(30)],
    }
    taken = measure(lambda: find_repair(mixed, resolve=resolve, measure=measure_tree))
    say(f"repair of 30 ad groups with mixed bid types {taken:8.1f} ms")
    for number, group in enumerate(mixed["adgroups"]):
        if number < 15:
            group["conversion_bid_price"] = f"{10 + number}.00"
    taken = measure(lambda: find_repair(mixed, resolve=resolve, measure=measure_tree))
    say(f"the same with 15 different prices           {taken:8.1f} ms")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
