"""Currencies: the ratio that scales every amount TikTok publishes in dollars, and the decimals an amount may have.

Source: docs, appendix A of the fact sheet (R20-R22). Amounts are Decimal in major units. Knows no account.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Currency:
    code: str
    ratio: int
    decimals: int

    @property
    def step(self) -> Decimal:
        """The smallest amount: 0.01, or 1 where TikTok takes whole units only."""
        return Decimal(1).scaleb(-self.decimals)

    def scale(self, dollars: int) -> Decimal:
        """A figure that TikTok publishes for the dollar, in this currency."""
        return Decimal(dollars * self.ratio)

    def quantize(self, amount: Decimal) -> Decimal:
        return amount.quantize(self.step, ROUND_HALF_UP)

    def write(self, amount: Decimal) -> str:
        """The amount with exactly the currency's decimals, as in REST answers: `500.00`, `3000`."""
        return str(self.quantize(amount))

    def say(self, amount: Decimal) -> str:
        """The amount in a sentence: `1,500.00 USD`, `60,000 JPY`."""
        return f"{amount:,.{self.decimals}f} {self.code}"


_RATIOS: dict[tuple[int, int], str] = {
    (1, 2): "USD EUR GBP AUD CAD NZD SGD CHF MYR AED SAR QAR ARS BRL ILS PEN RON",
    (1, 0): "HUF",
    (4, 2): "PLN",
    (10, 2): "HKD ZAR DKK SEK NOK TRY MXN THB CNY BOB CZK EGP GTQ HNL MOP NIO UAH UYU",
    (10, 0): "TWD",
    (50, 2): "PHP",
    (100, 2): "RUB DZD BDT INR KES NGN PKR",
    (100, 0): "JPY ISK",
    (1_000, 2): "COP CRC",
    (1_000, 0): "KRW CLP",
    (10_000, 0): "IDR VND PYG",
    (100_000, 2): "VEF",
}

CURRENCIES: dict[str, Currency] = {
    code: Currency(code, ratio, decimals)
    for (ratio, decimals), codes in _RATIOS.items()
    for code in codes.split()
}

CAMPAIGN_MINIMUM = 50  # dollars, times the ratio; daily and lifetime alike (R20)
ADGROUP_DAILY_MINIMUM = 20  # dollars, times the ratio (R21)
ADGROUP_LIFETIME_MINIMUM_PER_DAY = 20  # dollars per scheduled day, times the ratio (R21)
MAXIMUM_EXCLUSIVE = 10_000_000  # dollars, times the ratio (R20, R21)
UPDATE_FLOOR_SHARE_OF_SPEND = Decimal("1.05")  # R24
DYNAMIC_DAILY_DAY_CAP = Decimal("1.25")  # R17
DYNAMIC_DAILY_WEEK_CAP = 7  # R17
AUTO_INCREASE_STEP = Decimal("1.2")  # R18
AUTO_INCREASE_STEPS_PER_DAY = 10  # R18
CPC_BID_CAP_EXCLUSIVE = 30  # dollars, times the ratio (R45)
