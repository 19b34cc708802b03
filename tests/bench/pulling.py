"""What reading a whole account back costs: calls against the lower bound, CPU per 1,000 objects, writes. Printed, never asserted.

An account of 100,000 objects (1,000 campaigns, 9,000 ad groups, 90,000 ads) is served page by page from memory, as JSON
text: what is measured is reading, comparing and folding, not a server. Run it with `python -m tests.bench.pulling`.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

CAMPAIGNS, GROUPS, ADS = 1_000, 9, 10  # ad groups of a campaign, ads of an ad group
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHANGED = 0.01  # of the ads, in the second reading
TEXTS = [
    {"ad_text": f"Autumn sale: {number} % off everything, this week only"} for number in (10, 20, 30, 40, 50)
]


def main() -> None:
    home = tempfile.mkdtemp(prefix="smartplus-pulling-")
    os.environ.setdefault("SMARTPLUS_HOME", home)
    os.environ.setdefault("SMARTPLUS_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus_admin.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _measure(int(sys.argv[1]) if len(sys.argv) > 1 else CAMPAIGNS)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _measure(campaigns: int) -> None:
    from campaigns.contract.limits import PAGE_SIZE
    from campaigns.models import Ad, AdGroup, Campaign

    account, bodies = _make_account(campaigns)
    gateway = _open_gateway(account, bodies)
    objects = sum(model.objects.count() for model in (Campaign, AdGroup, Ad))
    bound = sum(-(-len(rows) // PAGE_SIZE[level]) for level, rows in bodies.items())
    say(f"reading {objects:,} objects back; the fewest calls are {bound:,}")
    say(f"{'':>28} {'calls':>7} {'seconds':>8} {'CPU ms / 1,000':>15} {'queries':>8} {'rows written':>13}")
    _run("nothing changed", gateway, objects)
    ads = bodies["ad"]
    for index in range(0, len(ads), int(1 / CHANGED)):
        ads[index] = {**ads[index], "operation_status": "DISABLE", "secondary_status": "AD_STATUS_DISABLE"}
    _run(f"{CHANGED:.0%} of the ads switched off", gateway, objects)
    _run("nothing changed again", gateway, objects)


def _run(name: str, gateway: Any, objects: int) -> None:
    from django.db import connection

    from campaigns.sync.pull import pull_account

    queries = 0
    written = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal queries, written
        queries += 1
        if sql.startswith(("UPDATE", "INSERT", "DELETE")) and any(
            f'"campaigns_{table}"' in sql for table in ("campaign", "adgroup", "ad", "flip")
        ):
            written += 1
        return execute(sql, params, many, context)

    began, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        walk = pull_account(gateway, now=NOW)
    took, burnt = time.perf_counter() - began, time.process_time() - cpu
    say(
        f"{name:>28} {walk.calls:>7,} {took:>8.1f} {burnt * 1e6 / objects:>15.1f} {queries:>8,} {written:>13,}"
    )


def _make_account(campaigns: int) -> tuple[Any, dict[str, list[dict[str, Any]]]]:
    """Rows as the mirror would leave them, and the same bodies as TikTok would send them."""
    from campaigns.models import Ad, AdGroup, Advertiser, Campaign, Connection, Launch, Person
    from tests.factories import ad_members, adgroup_members, campaign_members

    person = Person.objects.create_user(username="bench")
    connection = Connection.objects.create(
        name="Bench", access_token="t", connected_by=person, connected_at=NOW
    )
    account = Advertiser.objects.create(
        advertiser_id="7", name="Bench", currency="USD", zone="UTC", connection=connection
    )
    bodies: dict[str, list[dict[str, Any]]] = {"campaign": [], "adgroup": [], "ad": []}

    def row(level: str, remote_id: int, wanted: dict[str, Any], **parents: str) -> dict[str, Any]:
        member = "smart_plus_ad_id" if level == "ad" else f"{level}_id"
        status = {"campaign": "CAMPAIGN_STATUS_ENABLE"}.get(level, f"{level.upper()}_STATUS_DELIVERY_OK")
        body = {
            **wanted,
            **parents,
            member: str(remote_id),
            "advertiser_id": "7",
            "operation_status": "ENABLE",
            "secondary_status": status,
            "create_time": "2026-11-01 09:00:00",
            "modify_time": "2026-11-01 09:00:00",
        }
        bodies[level].append(body)
        return {
            "wanted": wanted,
            "remote": body,
            "remote_id": str(remote_id),
            "operation_status": "ENABLE",
            "secondary_status": status,
            "remote_read_at": NOW,
            "created_at": NOW,
        }

    base = 1_850_000_000_000_000_000
    tops = [
        Campaign(
            advertiser=account,
            created_by=person,
            changed_at=NOW,
            **row("campaign", base + number, campaign_members(campaign_name=f"Campaign {number}")),
        )
        for number in range(campaigns)
    ]
    Campaign.objects.bulk_create(tops, batch_size=500)
    Launch.objects.bulk_create(
        [
            Launch(campaign=top, actor=person, started_at=NOW, verified_at=NOW, finished_at=NOW)
            for top in tops
        ],
        batch_size=500,
    )
    groups = [
        AdGroup(
            campaign=top,
            position=place,
            **row(
                "adgroup",
                base + 10_000_000 + index * GROUPS + place,
                adgroup_members(adgroup_name=f"Ad group {place}"),
                campaign_id=str(top.remote_id),
            ),
        )
        for index, top in enumerate(tops)
        for place in range(GROUPS)
    ]
    AdGroup.objects.bulk_create(groups, batch_size=500)
    texts = ad_members(ad_text_list=TEXTS)
    made = [
        Ad(
            adgroup=group,
            position=place,
            **row(
                "ad",
                base + 20_000_000 + index * ADS + place,
                {**texts, "ad_name": f"Ad {place}"},
                adgroup_id=str(group.remote_id),
                campaign_id=str(group.campaign.remote_id),
            ),
        )
        for index, group in enumerate(groups)
        for place in range(ADS)
    ]
    Ad.objects.bulk_create(made, batch_size=500)
    return Advertiser.objects.select_related("connection").get(pk=account.pk), bodies


def _open_gateway(account: Any, bodies: dict[str, list[dict[str, Any]]]) -> Any:
    """A gateway whose client reads pages out of memory; the meter never makes it wait."""
    from campaigns.sync.gateway import Gateway, Road
    from campaigns.tiktok.client import TikTokClient
    from campaigns.tiktok.wire import Answer, read_answer

    class Memory:
        def get(self, path: str, parameters: dict[str, Any]) -> Answer:
            level = path.split("/")[1]
            size, page = parameters["page_size"], parameters["page"]
            rows = bodies[level]
            info = {
                "page": page,
                "page_size": size,
                "total_number": len(rows),
                "total_page": -(-len(rows) // size),
            }
            data = {"list": rows[(page - 1) * size : page * size], "page_info": info}
            envelope = {"code": 0, "message": "OK", "request_id": "1", "data": data}
            return read_answer(path, 200, json.dumps(envelope).encode(), {})

    clock = _tick()
    return Gateway(
        account,
        Road(
            clock=lambda: next(clock),
            open_client=lambda connection: TikTokClient(Memory()),  # type: ignore[arg-type]
            sleep=lambda seconds: None,
        ),
    )


def _tick() -> Iterator[datetime]:
    from datetime import timedelta

    now = NOW + timedelta(hours=1)
    while True:
        now += timedelta(seconds=1)
        yield now


if __name__ == "__main__":
    main()
