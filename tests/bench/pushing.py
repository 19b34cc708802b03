"""Side by side in one run: a loop with TikTok's official Python SDK, then ours, against one sandbox with 100 ms of latency.

Run by `make bench-push`. Prints calls per second, the share of the allowed rate, throttles per 1,000 calls, duplicates with
faults on, and how long a pause takes while a bulk launch runs. Asserts nothing: machines differ. Aims: at least 95 % of the
allowed rate, below 1 throttle per 1,000 calls, no duplicates, and 99 % of pauses within 3 s.

Ours is told twice: over the whole time, and while there was work that could be sent, from the first ad group to the last ad.
After that it reads the tree back and waits the five seconds that an ad needs between two writes.

The loop is what people write with the SDK: one object after the other, a second's sleep and another try after any error.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests

from campaigns.contract.limits import AD_WRITE_INTERVAL
from tests.chaos.processes import TOKEN, Fleet, Worker, choose_pair, drop_database, find_port

LATENCY = 0.1  # seconds
ALLOWED = 10  # calls a second: the Basic tier, which the sandbox keeps and policy.toml names (meter.app_rate)
ACCOUNT, PIXEL = "7000000000000000001", "7010000000000000001"
IDENTITY = "6f1c2a58-7d0e-5f7b-9a54-3c1d8e2b4a01"
VIDEO, IMAGE = "v10000000000000001", "ad-site-i18n-sg/202601100001"
THROTTLES = (40100, 40016, 40132, 40133)
PASSING = ("too frequently", "limit", "System error")  # what the loop tries again
FAULTS = (  # of the second part
    {"kind": "request-lost", "probability": 0.02},
    {"kind": "answer-lost", "probability": 0.02},
    {"kind": "5xxxx-after", "probability": 0.01},
)
RETRY = 1.0  # seconds
PAUSES, APART = 60, 0.5  # of one ad each; seconds


class Server:
    """The sandbox as the bench sees it: what came in, and what it holds."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"

    def slow_down(self) -> None:
        """Latency on every call of any kind: a new account is read one call after the other, as fast as they are answered."""
        rules = [{"path": "*", "kind": "slow", "seconds": LATENCY}]
        requests.post(f"{self.base}/control/faults", json={"faults": rules}, timeout=30).raise_for_status()

    def begin(self, *, faults: bool) -> None:
        """An empty log; latency on every call, faults before it where asked."""
        every = {"path": "smart_plus/*"}
        rules = [{**every, **fault, "seed": number} for number, fault in enumerate(FAULTS if faults else ())]
        rules.append({**every, "kind": "slow", "seconds": LATENCY})
        requests.post(f"{self.base}/control/faults", json={"faults": rules}, timeout=30).raise_for_status()
        requests.delete(f"{self.base}/log", timeout=30).raise_for_status()

    def read_log(self) -> list[dict[str, Any]]:
        """Every call since `begin` to the Smart+ endpoints."""
        log: list[dict[str, Any]] = requests.get(f"{self.base}/log", timeout=60).json()
        return [row for row in log if "/smart_plus/" in row["path"]]

    def count_twins(self, campaign: str) -> int:
        """Objects of one campaign beyond one of each name under its parent."""
        state = requests.get(f"{self.base}/control/state", timeout=60).json()
        roots = {row["id"] for row in state["campaigns"] if row["name"] == campaign}
        rows = [
            row
            for level in ("campaigns", "adgroups", "ads")
            for row in state[level]
            if row["campaign_id"] in roots
        ]
        return len(rows) - len({(row["level"], row["parent_id"], row["name"]) for row in rows})


class Loop:
    """The sequential loop with the official SDK."""

    def __init__(self, server: Server) -> None:
        import business_api_client as sdk

        configuration = sdk.Configuration()
        configuration.host = server.base
        http = sdk.ApiClient(configuration)
        self.sdk = sdk
        self.campaigns, self.groups = sdk.CampaignCreationApi(http), sdk.AdgroupApi(http)
        self.ads = sdk.AdApi(http)

    def launch(self, name: str, adgroups: int, ads: int) -> None:
        sdk = self.sdk
        made = self._insist(
            lambda: self.campaigns.smart_plus_campaign_create(
                TOKEN,
                body=sdk.SmartPlusCampaignCreateBody(
                    advertiser_id=ACCOUNT,
                    request_id=str(time.time_ns()),
                    objective_type="WEB_CONVERSIONS",
                    sales_destination="WEBSITE",
                    campaign_name=name,
                    budget=500.0,
                ),
            )
        )
        for place in range(adgroups):
            group = self._insist(lambda place=place: self._make_group(made["campaign_id"], place))  # type: ignore[misc]
            for number in range(ads):
                self._insist(
                    lambda group=group, name=f"Ad {place}.{number}": self._make_ad(group["adgroup_id"], name)  # type: ignore[misc]
                )

    def _make_group(self, campaign_id: str, place: int) -> Any:
        sdk = self.sdk
        body = sdk.SmartPlusAdgroupCreateBody(
            advertiser_id=ACCOUNT,
            request_id=str(time.time_ns()),
            campaign_id=campaign_id,
            adgroup_name=f"Group {place}",
            promotion_type="WEBSITE",
            optimization_goal="CONVERT",
            pixel_id=PIXEL,
            optimization_event="SHOPPING",
            billing_event="OCPM",
            bid_type="BID_TYPE_NO_BID",
            targeting_spec=sdk.SmartPlusAdgroupCreateBodyTargetingSpec(location_ids=["6252001"]),
            schedule_type="SCHEDULE_FROM_NOW",
            schedule_start_time=time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
        )
        return self.groups.smart_plus_adgroup_create(TOKEN, body=body)

    def _make_ad(self, adgroup_id: str, name: str) -> Any:
        sdk = self.sdk
        info = sdk.SmartPlusAdCreateBodyCreativeInfo(
            ad_format="SINGLE_VIDEO",
            video_info=sdk.SmartPlusAdCreateBodyCreativeInfoVideoInfo(video_id=VIDEO),
            image_info=[sdk.SmartPlusAdCreateBodyCreativeInfoImageInfo(web_uri=IMAGE)],
            identity_type="TT_USER",
            identity_id=IDENTITY,
        )
        body = sdk.SmartPlusAdCreateBody(
            advertiser_id=ACCOUNT,
            adgroup_id=adgroup_id,
            ad_name=name,
            creative_list=[sdk.SmartPlusAdCreateBodyCreativeList(creative_info=info)],
            ad_text_list=[sdk.SmartPlusAdCreateBodyAdTextList(ad_text="Made for the ridge")],
            landing_page_url_list=[
                sdk.SmartPlusAdCreateBodyLandingPageUrlList(landing_page_url="https://example.com/spring")
            ],
        )
        return self.ads.smart_plus_ad_create(TOKEN, body=body)

    def _insist(self, call: Callable[[], Any]) -> Any:
        from business_api_client.rest import ApiException
        from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError
        from urllib3.exceptions import HTTPError

        while True:
            try:
                return call()["data"]
            except (TiktokSDKError, ApiException, HTTPError) as error:
                said = str(error)
                if isinstance(error, TiktokSDKError) and not any(word in said for word in PASSING):
                    raise
                time.sleep(RETRY)


class Ours:
    """Workers and timer as in production, and one account."""

    def __init__(self, home: Path, workers: Sequence[Worker]) -> None:
        from campaigns.models import Advertiser, Membership, Person
        from campaigns.services import accounts
        from campaigns.sync.clock import read_now

        self.workers = workers
        noor = Person.objects.create_user(username="noor")
        accounts.connect_accounts(actor=noor, door="machine", name="Sandbox", token=TOKEN, now=read_now())
        self.account = Advertiser.objects.get(advertiser_id=ACCOUNT)
        self.buyer = Person.objects.create_user(username="ana")
        Membership.objects.create(person=self.buyer, advertiser=self.account, role="manager")

    def launch(self, name: str, adgroups: int, ads: int) -> Any:
        from campaigns.rules.findings import FindingLevel
        from campaigns.services import drafts, judging, launches
        from campaigns.sync.clock import read_now

        now = read_now()
        campaign = drafts.create_draft(
            actor=self.buyer,
            door="machine",
            advertiser=self.account,
            tree=make_tree(name, adgroups, ads),
            now=now,
        )
        found = judging.judge_campaign(campaign=campaign, now=now).findings
        return launches.start_launch(
            actor=self.buyer,
            door="machine",
            campaign=campaign,
            version=campaign.tree_version,
            acknowledged=frozenset((f.rule, f.path) for f in found if f.level is FindingLevel.CONFIRM),
            now=now,
        )

    def wait(self, launch: Any, *, between: Callable[[], None] = lambda: None) -> None:
        while not type(launch).objects.filter(pk=launch.pk, finished_at__isnull=False).exists():
            between()
            time.sleep(0.2)

    def count_cpu(self) -> float:
        """Seconds of CPU that the workers have used."""
        from tests.bench.sandbox import read_cpu

        return sum(read_cpu(worker.pid) for worker in self.workers)

    def pause(self, ad: Any) -> None:
        from campaigns.services import switches
        from campaigns.sync.clock import read_now

        switches.set_switch(actor=self.buyer, door="machine", thing=ad, status="DISABLE", now=read_now())


def make_tree(name: str, adgroups: int, ads: int) -> dict[str, Any]:
    info = {
        "ad_format": "SINGLE_VIDEO",
        "video_info": {"video_id": VIDEO},
        "image_info": [{"web_uri": IMAGE}],
        "identity_type": "TT_USER",
        "identity_id": IDENTITY,
    }
    return {
        "objective_type": "WEB_CONVERSIONS",
        "campaign_name": name,
        "budget_optimize_on": True,
        "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        "budget": 500.0,
        "adgroups": [
            {
                "adgroup_name": f"Group {place}",
                "promotion_type": "WEBSITE",
                "optimization_goal": "CONVERT",
                "optimization_event": "SHOPPING",
                "pixel_id": PIXEL,
                "billing_event": "OCPM",
                "schedule_type": "SCHEDULE_FROM_NOW",
                "bid_type": "BID_TYPE_NO_BID",
                "targeting_optimization_mode": "AUTOMATIC",
                "ads": [
                    {
                        "ad_name": f"Ad {place}.{number}",
                        "creative_list": [{"creative_info": info}],
                        "ad_text_list": [{"ad_text": "Made for the ridge"}],
                        "landing_page_url_list": [{"landing_page_url": "https://example.com/spring"}],
                        "ad_configuration": {"call_to_action_id": "shop_now"},
                    }
                    for number in range(ads)
                ],
            }
            for place in range(adgroups)
        ],
    }


def tell(who: str, log: list[dict[str, Any]], twins: int | None = None) -> None:
    """One line of the table: what the sandbox saw."""
    throttles = sum(row["code"] in THROTTLES for row in log)
    line = f"  {who:16}{count_rate(log)}, {1_000 * throttles / len(log):5.1f} throttles per 1,000"
    say(line + (f", {twins} duplicates" if twins is not None else ""))


def count_rate(log: list[dict[str, Any]]) -> str:
    moments = sorted(row["came"] for row in log)
    seconds = moments[-1] - moments[0]
    rate = (len(moments) - 1) / seconds
    return f"{len(log):5} calls in {seconds:5.0f} s: {rate:5.2f} a second, {rate / ALLOWED:4.0%} of the allowed rate"


def pick_busy(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls from the first ad group to the last ad: all the while there is something to make."""
    creates = [row["came"] for row in log if row["path"].endswith(("/adgroup/create/", "/ad/create/"))]
    return [row for row in log if min(creates) <= row["came"] <= max(creates)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pushing", description=__doc__)
    parser.add_argument("--adgroups", type=int, default=30)
    parser.add_argument("--ads", type=int, default=10, help="in each ad group")
    parser.add_argument("--only", choices=("loop", "ours", "pauses"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smartplus-bench-") as folder:
        bench(Path(folder), options)


def bench(home: Path, options: argparse.Namespace) -> None:
    port = find_port()
    os.environ.update(
        choose_pair(os.environ, home),
        SMARTPLUS_HOME=str(home),
        SMARTPLUS_DOTENV="0",
        SMARTPLUS_DEMO="1",
        SMARTPLUS_PULL_SECONDS="3600",
        TIKTOK_API_URL=f"http://127.0.0.1:{port}/open_api/v1.3/",
        DJANGO_SETTINGS_MODULE="smartplus_admin.settings",
    )
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    command = ["-m", "tests.bench.counting", str(port), str(home / "counting.sqlite3"), TOKEN, "basic"]
    fleet = Fleet(home, port, workers=1, threads=8, sandbox=command)
    try:
        server = Server(port)
        server.slow_down()
        compare(server, Ours(home, fleet.workers), options)
    finally:
        fleet.stop()
        connection.close()
        drop_database()


def compare(server: Server, ours: Ours, options: argparse.Namespace) -> None:
    shape = (options.adgroups, options.ads)
    say(f"1 × {shape[0]} × {shape[1]}, {LATENCY * 1000:.0f} ms latency, {ALLOWED} calls a second allowed")
    if options.only != "loop":
        ours.wait(
            ours.launch("Warm", 1, 1)
        )  # workers have imported everything and know the tables, as they do by noon
    parties: dict[str, Callable[[str], None]] = {
        "loop": lambda name: Loop(server).launch(name, *shape),
        "ours": lambda name: ours.wait(ours.launch(name, *shape)),
    }
    for faults in (False, True) if options.only != "pauses" else ():
        say("with faults on" if faults else "without faults")
        for who, launch in parties.items():
            if options.only in (None, who):
                server.begin(faults=faults)
                used = ours.count_cpu()
                launch(f"{who} {faults}")
                log = server.read_log()
                tell(who, log, server.count_twins(f"{who} {faults}") if faults else None)
                if who == "ours":
                    tell("  while busy", pick_busy(log))
                    objects = 1 + shape[0] + shape[0] * shape[1]
                    spent = (ours.count_cpu() - used) / objects
                    say(f"  {'':16}the worker spent {spent * 1000:.0f} ms of CPU on an object, all told")
    if options.only != "loop":
        say("pausing one ad during a bulk launch")
        measure_pauses(server, ours, shape)


def measure_pauses(server: Server, ours: Ours, shape: tuple[int, int]) -> None:
    from campaigns.models import Ad

    server.begin(faults=False)
    live = ours.launch("Live", 2, PAUSES // 2)
    ours.wait(live)
    time.sleep(
        AD_WRITE_INTERVAL.total_seconds() + 1
    )  # R85: what was just switched on has to wait, whoever asks
    ads = list(Ad.objects.filter(adgroup__campaign=live.campaign_id))
    asked: dict[str, float] = {}
    last = [0.0]
    server.begin(faults=False)

    def pause_next() -> None:
        if ads and time.time() - last[0] > APART:
            ad = ads.pop()
            last[0] = asked[str(ad.remote_id)] = time.time()
            ours.pause(ad)

    ours.wait(ours.launch("Bulk", *shape), between=pause_next)
    taken = []
    log = server.read_log()
    for row in log:
        for ad_id in row["body"].get("smart_plus_ad_ids", ()):
            if row["body"].get("operation_status") == "DISABLE" and row["code"] == 0 and ad_id in asked:
                taken.append(row["at"] - asked.pop(ad_id))
    tell("ours", log)
    say(f"  {len(taken)} pauses carried out, {len(asked)} not yet")
    if len(taken) > 1:
        most = statistics.quantiles(taken, n=100, method="inclusive")[98]
        say(f"  median {statistics.median(taken):.2f} s, 99 % within {most:.2f} s (aim: 3 s)")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
