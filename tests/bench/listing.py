"""What a list of campaigns costs on PostgreSQL, beside Django admin's change list of the same rows in the same run. Printed.

Each campaign has three ads in one ad group, a launch with its rows, and seven days of results. Run it with
`python -m tests.bench.listing 1000 100000`, where DATABASE_URL names a PostgreSQL server that lets make databases.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROUNDS, WARM = 30, 3
ADS, DAYS = 3, 7
NAME = "smartplus_bench_listing"
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


def main() -> None:
    import psycopg

    sizes = [int(word) for word in sys.argv[1:]] or [1_000, 100_000]
    server = os.environ.get("DATABASE_URL", SERVER)
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"drop database if exists {NAME} with (force)")
        db.execute(f"create database {NAME}")
    try:
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
        _measure(sizes)
    finally:
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(f"drop database if exists {NAME} with (force)")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _measure(sizes: list[int]) -> None:
    os.environ["SMARTPLUS_HOME"] = tempfile.mkdtemp(prefix="smartplus-listing-")
    os.environ.setdefault("SMARTPLUS_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus_admin.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = False
    call_command("migrate", verbosity=0)
    person = _make_people()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    say(f"load of this machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    say(f"{'':>34} {'campaigns':>10} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8}")
    made = 0
    for size in sizes:
        _grow(made, size)
        made = size
        for name, ask in _list_pages(client):
            _run(name, size, ask)


def _make_people() -> Any:
    from campaigns.models import Person
    from tests.factories import make_advertiser

    person = Person.objects.create_superuser(username="bench", password="bench")
    for name in ("North", "South"):
        make_advertiser(name=name, zone="UTC", people={person: "manager"})
    return person


def _list_pages(client: Any) -> list[tuple[str, Callable[[], Any]]]:
    """Our list and some of its filters; the admin's change list of the same rows, asked by the same person at the same door."""
    from types import ModuleType

    from django.conf import settings
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.urls import include, path

    from campaigns.models import Campaign

    class CampaignAdmin(ModelAdmin):  # type: ignore[type-arg]
        list_display = ("name", "advertiser", "remote_id", "operation_status", "changed_at")
        list_filter = ("operation_status",)
        search_fields = ("name", "remote_id")
        list_select_related = ("advertiser",)
        list_per_page = 25

    site = AdminSite()
    site.register(Campaign, CampaignAdmin)
    addresses = ModuleType(f"{NAME}_addresses")
    addresses.urlpatterns = [path("admin/", site.urls), path("", include(settings.ROOT_URLCONF))]  # type: ignore[attr-defined]
    sys.modules[addresses.__name__] = addresses
    settings.ROOT_URLCONF = addresses.__name__

    def ask(address: str) -> Callable[[], Any]:
        return lambda: client.get(address)

    pages = [
        ("the list", "/"),
        ("live ones", "/?state=live"),
        ("needs a person", "/?state=needs_person"),
        ("search by name", "/?q=sale+77"),
        ("search by TikTok id", "/?q=1850000000000123"),
        ("by spend", "/?sort=-spend"),
        ("by cost of a result, upwards", "/?sort=cost"),
        ("by name", "/?sort=name"),
        ("page 20", "/?page=20"),
        ("a campaign", "/campaigns/7/"),
        ("the review queue", "/proposals/"),
    ]
    pages += [
        ("admin: the list", "/admin/campaigns/campaign/"),
        ("admin: search by name", "/admin/campaigns/campaign/?q=sale+77"),
        ("admin: page 20", "/admin/campaigns/campaign/?p=20"),
    ]
    return [(name, ask(address)) for name, address in pages]


def _run(name: str, size: int, ask: Callable[[], Any]) -> None:
    from django.db import connection

    queries = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(sql, params, many, context)

    took = []
    for number in range(WARM + ROUNDS):
        queries = 0
        began = time.perf_counter()
        with connection.execute_wrapper(count):
            answer = ask()
        if answer.status_code != 200:
            raise SystemExit(f"{name}: answered {answer.status_code}")
        if number >= WARM:
            took.append((time.perf_counter() - began) * 1_000)
        if sum(took) > 20_000:
            break  # slow enough to be seen
    cut = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    say(f"{name:>34} {size:>10,} {statistics.median(took):>8.0f} {cut:>8.0f} {queries:>8}")


def _grow(made: int, size: int) -> None:
    """Rows `made + 1` to `size`, by the server itself: one in fifty is a draft, one in a thousand needs somebody."""
    from django.db import connection

    with connection.cursor() as db:
        for statement in _FILL:
            db.execute(statement, {"first": made + 1, "last": size, "days": DAYS, "ads": ADS})
        db.execute("vacuum analyze")  # as the server does by itself a minute later


_MIRROR = """'{}'::jsonb, 1, now(), case when i %% 50 = 0 then null else (1850000000000000 + {id})::text end,
  null, case when i %% 50 = 0 then '' when i %% 4 = 0 then 'DISABLE' else 'ENABLE' end,
  case when i %% 50 = 0 then '' else '{status}' end, now(), null, null"""
_COLUMNS = """id, name, wanted, version, created_at, remote_id, remote, operation_status, secondary_status,
  remote_read_at, written_at, vanished_at"""


def _mirror(identity: str, status: str, wanted: str = "{}") -> str:
    return _MIRROR.replace("{}", wanted).replace("{id}", identity).replace("{status}", status)


_WANTED = '{"budget": "500.00", "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"}'
_SERIES = "generate_series(%(first)s, %(last)s) i"
_FILL = (
    f"""insert into campaigns_campaign ({_COLUMNS}, advertiser_id, created_by_id, changed_at, tree_version)
      select i, 'Autumn sale ' || i, {_mirror("i", "CAMPAIGN_STATUS_ENABLE", _WANTED)},
      (select min(id) from campaigns_advertiser) + i %% 2, (select min(id) from campaigns_person),
      now() - i * interval '1 minute', 1 from {_SERIES}""",
    f"""insert into campaigns_adgroup ({_COLUMNS}, campaign_id, position)
      select i, 'Broad', {_mirror("10000000 + i", "ADGROUP_STATUS_DELIVERY_OK")}, i, 1 from {_SERIES}""",
    f"""insert into campaigns_ad ({_COLUMNS}, adgroup_id, position)
      select i * %(ads)s + n, 'Clip', {_mirror("20000000 + i * %(ads)s + n", "AD_STATUS_DELIVERY_OK")}, i, n + 1
      from {_SERIES}, generate_series(0, %(ads)s - 1) n""",
    f"""insert into campaigns_launch (id, campaign_id, actor_id, started_at, grows, verified_at, finished_at)
      select i, i, (select min(id) from campaigns_person), now(), false, now(), now() from {_SERIES} where i %% 50 > 0""",
    f"""insert into campaigns_push (advertiser_id, launch_id, campaign_id, depth, aspect, lane, state, not_before, attempts,
      request_id, looks) select (select min(id) from campaigns_advertiser) + i %% 2, i, i, 0, a, 1,
      case when i %% 1000 = 1 and a = 'body' then 'needs_person' else 'done' end, now(), 1, '', 0
      from {_SERIES}, unnest(array['body', 'switch']) a where i %% 50 > 0""",
    f"""insert into campaigns_push (advertiser_id, launch_id, ad_id, depth, aspect, lane, state, not_before, attempts,
      request_id, looks) select (select min(id) from campaigns_advertiser) + i %% 2, i, i * %(ads)s + n, 2, a, 1, 'done',
      now(), 1, '', 0 from {_SERIES}, generate_series(0, %(ads)s - 1) n, unnest(array['body', 'switch']) a
      where i %% 50 > 0""",
    f"""insert into campaigns_result (advertiser_id, campaign_id, day, spend, results, read_at)
      select (select min(id) from campaigns_advertiser) + i %% 2, i, current_date - d, (i * 7 + d) %% 900, i %% 13, now()
      from {_SERIES}, generate_series(0, %(days)s - 1) d where i %% 50 > 0""",
    """update campaigns_campaign c set week_spend = w.spend, week_results = w.results,
      week_cost = w.spend / nullif(w.results, 0) from (select campaign_id, sum(spend) spend, sum(results) results
      from campaigns_result group by 1) w where w.campaign_id = c.id and c.id between %(first)s and %(last)s""",
    f"""insert into campaigns_proposal (id, advertiser_id, asked_by_id, door, reason, emergency, state, version, created_at,
      changed_at, valid_until) select i, (select min(id) from campaigns_advertiser) + i %% 2,
      (select min(id) from campaigns_person), 'page', 'Going well', false, case when i %% 1500 = 7 then 'open' else 'applied'
      end, 1, now(), now(), now() + interval '7 days' from {_SERIES} where i %% 50 = 7""",
    f"""insert into campaigns_proposalitem (proposal_id, position, campaign_id, before, after, findings, exposure, receipt,
      note) select i, 0, i, '{{"budget": "500.00"}}', '{{"budget": "600.00"}}', '[]', '{{}}', 'none', ''
      from {_SERIES} where i %% 50 = 7""",
    f"""insert into campaigns_change (advertiser_id, actor_id, door, act, campaign_ref, target, note, origin, token, at)
      select (select min(id) from campaigns_advertiser) + i %% 2, (select min(id) from campaigns_person), 'page', 'created',
      i, 'campaign', '', '', '', now() - i * interval '1 minute' from {_SERIES}""",
)


if __name__ == "__main__":
    main()
