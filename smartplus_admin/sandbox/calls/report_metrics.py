"""Metrics from sums, as the texts that reports hold (platform 9.2). What nothing in this world brings about is 0."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from campaigns.contract.money import Currency
from smartplus_admin.sandbox.life.figures import Figures

NOT_ADDABLE = "-"  # platform 9: what cannot be told or added
# Of the people who watched two seconds; of video starts. Invented.
SIX_SECONDS, QUARTER, HALF, THREE_QUARTERS, WHOLE, STARTS = 0.55, 0.5, 0.32, 0.22, 0.15, 0.97


@dataclass(frozen=True, slots=True)
class Row:
    """The sums of one row and the money they are in."""

    figures: Figures
    currency: Currency

    def money(self, minor: float, parts: float = 1) -> str:
        digits = self.currency.decimals
        return f"{minor / parts / 10**digits:.{digits}f}" if parts else f"{0:.{digits}f}"


def write_metric(name: str, row: Row) -> str:
    write = FORMULAS.get(name)
    return write(row) if write else "0"


def needs_results(metrics: Iterable[str]) -> bool:
    """Whether one of them is about results by the day of their impression."""
    return any(name in ABOUT_RESULTS for name in metrics)


def needs_results_now(metrics: Iterable[str]) -> bool:
    return any(name.startswith("real_time_") for name in metrics)


def read_number(text: str) -> float:
    """For ordering and filters: what cannot be told counts as nothing."""
    return float(text) if text != NOT_ADDABLE else 0.0


def _count(name: str) -> Callable[[Row], str]:
    return lambda row: str(getattr(row.figures, name))


def _cost(name: str, per: int = 1) -> Callable[[Row], str]:
    """Money per so many of something; 0 where there was none."""
    return lambda row: row.money(row.figures.spend * per, getattr(row.figures, name))


def _share(part: str, whole: str) -> Callable[[Row], str]:
    """Percent with two decimals."""

    def write(row: Row) -> str:
        total = getattr(row.figures, whole)
        return f"{getattr(row.figures, part) / total * 100:.2f}" if total else "0.00"

    return write


def _watched(share: float) -> Callable[[Row], str]:
    return lambda row: str(round(row.figures.watched * share))


def _reach(row: Row) -> str:
    return str(row.figures.reached) if row.figures.reached_of else NOT_ADDABLE


def _frequency(row: Row) -> str:
    reached = row.figures.reached
    return f"{row.figures.reached_of / reached:.2f}" if reached else NOT_ADDABLE


def _cost_of_reach(row: Row) -> str:
    figures = row.figures
    if not figures.reached:
        return NOT_ADDABLE
    share = figures.reached_of / figures.impressions
    return row.money(figures.spend * share * 1_000, figures.reached)


def _by_click(row: Row) -> str:
    return str(row.figures.results - row.figures.by_view)


FORMULAS: dict[str, Callable[[Row], str]] = {
    "spend": lambda row: row.money(row.figures.spend),
    "billed_cost": lambda row: row.money(row.figures.spend),
    "cash_spend": lambda row: row.money(row.figures.spend),
    "voucher_spend": lambda row: row.money(0),
    "impressions": _count("impressions"),
    "gross_impressions": _count("impressions"),
    "clicks": _count("clicks"),
    "ctr": _share("clicks", "impressions"),
    "cpc": _cost("clicks"),
    "cpm": _cost("impressions", 1_000),
    "reach": _reach,
    "frequency": _frequency,
    "cost_per_1000_reached": _cost_of_reach,
    "conversion": _count("results"),
    "cost_per_conversion": _cost("results"),
    "conversion_rate": _share("results", "clicks"),
    "conversion_rate_v2": _share("results", "impressions"),
    "real_time_conversion": _count("results_now"),
    "real_time_cost_per_conversion": _cost("results_now"),
    "real_time_conversion_rate": _share("results_now", "clicks"),
    "real_time_conversion_rate_v2": _share("results_now", "impressions"),
    "result": _count("results"),
    "cost_per_result": _cost("results"),
    "result_rate": _share("results", "impressions"),
    "real_time_result": _count("results_now"),
    "real_time_cost_per_result": _cost("results_now"),
    "real_time_result_rate": _share("results_now", "impressions"),
    "complete_payment": _count("paid"),
    "cost_per_complete_payment": _cost("paid"),
    "complete_payment_rate": _share("paid", "clicks"),
    "value_per_complete_payment": lambda row: row.money(row.figures.value, row.figures.paid),
    "total_complete_payment_rate": lambda row: row.money(row.figures.value),  # misnamed: the whole value
    "complete_payment_roas": lambda row: f"{row.figures.value / (row.figures.spend or 1):.2f}",
    "total_landing_page_view": _count("landed"),
    "cost_per_landing_page_view": _cost("landed"),
    "landing_page_view_rate": _share("landed", "clicks"),
    "cta_conversion": _by_click,
    "vta_conversion": _count("by_view"),
    "video_play_actions": lambda row: str(round(row.figures.impressions * STARTS)),
    "video_watched_2s": _watched(1.0),
    "video_watched_6s": _watched(SIX_SECONDS),
    "video_views_p25": _watched(QUARTER),
    "video_views_p50": _watched(HALF),
    "video_views_p75": _watched(THREE_QUARTERS),
    "video_views_p100": _watched(WHOLE),
}
ABOUT_RESULTS = frozenset(
    name
    for name in FORMULAS
    if any(word in name for word in ("conversion", "result", "complete_payment")) and "real_time" not in name
)
