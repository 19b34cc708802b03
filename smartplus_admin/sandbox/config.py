"""What one sandbox process is started with. The clock, the token and all objects live in the database file instead."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from campaigns.contract import codes, limits

Mode = Literal["guide", "strict"]
Repeats = Literal["replay", "reject"]
TIERS = (*limits.QUOTAS, "none")
APP_LIMIT_CODES = (codes.APP_LIMIT, codes.APP_LIMIT_OLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    database: str  # path of the SQLite file; several processes may share it
    mode: Mode = "guide"
    empty: bool = False  # the two accounts with the least library the worked examples need
    now: datetime | None = (
        None  # sets the clock at start; None keeps what the file says, wall time in a new file
    )
    speed: float | None = (
        None  # seconds of the sandbox per real second; None keeps what the file says, 1 in a new file
    )
    lives: bool = True  # False: nothing is delivered, for runs with very many objects that are not about it
    seed: int | None = None  # what chance is drawn from; None keeps the file's, drawn by lot in a new file
    scenario: str | None = None  # what is in store for ad groups: life/seed.py; None keeps the file's
    review_seconds: float = 20  # issue 2: review takes time; 20 is a demo's patience, not a fact about TikTok
    task_seconds: float = 3  # how long a change log task takes; own choice: long enough to be polled
    transcode_seconds: float = (
        30  # how long an uploaded video is 40901 (platform 6.1: 30 seconds to 5 minutes)
    )
    repeats: Repeats | None = None  # None: replay in guide mode, reject in strict mode (C1)
    repeat_window: float = limits.REQUEST_ID_WINDOW.total_seconds()  # C45; only for reject
    ad_gate_seconds: float = limits.AD_WRITE_INTERVAL.total_seconds()  # R85; 0 switches the gate off
    tier: str = "ultimate"  # which of TikTok's quotas is kept, or "none"
    advertiser_qps: int = limits.ADVERTISER_QPS  # per advertiser and path; 0 switches it off
    app_limit_code: int = codes.APP_LIMIT  # or 40016, TikTok's other code for the same (fact sheet 1.1)
    throttle_status: int = 200  # C34: 200 as TikTok does, or 429 as the guides say
    any_url: bool = False  # pictures "uploaded" from any address; nothing is ever fetched
    token: str | None = None  # one more token that is accepted
    open_control: bool = False  # control from other machines than this one (containers)
    spark_rule: bool = True  # C22: no Spark and non-Spark ads in one campaign

    @property
    def lenient(self) -> bool:
        return self.mode == "guide"

    @property
    def replays(self) -> bool:
        return (self.repeats or ("replay" if self.lenient else "reject")) == "replay"

    @classmethod
    def for_tests(cls, database: str, **settings: Any) -> Self:
        """Strict, no quotas, tasks done at once, a clock that stands still until told: what most tests want."""
        plain = cls(
            database=database,
            mode="strict",
            tier="none",
            advertiser_qps=0,
            speed=0,
            task_seconds=0,
            transcode_seconds=0,
        )
        return replace(plain, **settings)
