"""TikTok's permissions of a token, by number (platform 4.3, go): those of the first level, and those the product needs.

A parent implies its children. Two of the three permissions that P8 asks for have no published number.
"""

from collections.abc import Iterable

CREATIVE_TOOL = 64

NAMES = {
    1: "Ad Account Management",
    2: "Ads Management",
    3: "Audience Management",
    4: "Reporting",
    5: "Measurement",
    6: "Creative Management",
    7: "App Management",
    8: "Pixel Management",
    9: "DPA Catalog Management",
    CREATIVE_TOOL: "Creative Management › Creative tool",
    10000: "Reach & Frequency",
    12000000: "Lead Management",
    15000000: "Ad Comments",
    17000000: "Automated Rules",
    18000000: "TikTok Accounts",
}
_PARENTS = {CREATIVE_TOOL: 6}


def name_permission(number: int) -> str:
    """Its name; one that is not listed here is named as such."""
    return NAMES.get(number, "not listed")


def includes(granted: Iterable[int], number: int) -> bool:
    """Whether what was granted holds a permission, itself or by its parent."""
    given = set(granted)
    return number in given or _PARENTS.get(number) in given
