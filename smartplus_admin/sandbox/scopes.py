"""Permissions of tokens: numbers in a tree in which a parent implies its children (platform 4.3).

Two of the three scopes that P8 asks for have no published number ("Upgraded Smart Plus Ads" is not in the index at all,
"Upgraded Smart+ Report" has none): the whole of Ads Management and the whole of Reporting stand for them here.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

TREE = {  # number → (name, parent); those that an endpoint of this sandbox asks for, from TikTok's list (platform 4.3)
    1: ("Ad Account Management", 0),
    10: ("Ad Account Information", 1),
    2: ("Ads Management", 0),
    20: ("Campaign", 2),
    200: ("Read Campaigns", 20),
    201: ("Create and Update Campaigns", 20),
    21: ("Ad Group", 2),
    210: ("Read Ad Groups", 21),
    211: ("Create and Update Ad Groups", 21),
    22: ("Ad", 2),
    220: ("Read Ads", 22),
    221: ("Create and Update Ads", 22),
    23: ("Change Log", 2),
    3: ("Audience Management", 0),
    30: ("Read Custom Audiences", 3),
    4: ("Reporting", 0),
    44: ("Consolidated Report", 4),
    6: ("Creative Management", 0),
    60: ("Image Management", 6),
    600: ("Read Image Library", 60),
    601: ("Create and Update Images", 60),
    61: ("Video Management", 6),
    610: ("Read Video Library", 61),
    611: ("Create and Update Videos", 61),
    64: ("Creative tool", 6),
    69: ("TikTok Posts Management", 6),
    6110000: ("Creative Recommendation", 6),
    8: ("Pixel Management", 0),
    80: ("Pixel Management", 8),
    800: ("Read Pixels", 80),
    802: ("Pixel Level Reporting", 80),
}
TOP = [number for number, (_, parent) in TREE.items() if not parent]

NEEDS = (  # first match decides; a path without a row needs no permission
    ("smart_plus/campaign/get/", 200),
    ("smart_plus/campaign/*", 201),
    ("smart_plus/adgroup/get/", 210),
    ("smart_plus/adgroup/*", 211),
    ("smart_plus/ad/preview/", 64),
    ("smart_plus/ad/get/", 220),
    ("smart_plus/ad/review_info/", 220),
    ("smart_plus/material/review_info/", 220),
    ("smart_plus/ad/*", 221),
    ("smart_plus/material_report/*", 4),
    ("report/*", 44),
    ("changelog/*", 23),
    ("advertiser/*", 10),
    ("oauth2/advertiser/get/", 10),
    ("pixel/event/stats/", 802),
    ("pixel/*", 800),
    ("file/video/ad/upload/", 611),
    ("file/video/*", 610),
    ("file/image/ad/upload/", 601),
    ("file/image/*", 600),
    ("identity/*", 69),
    ("creative/*", 6110000),
    ("dmp/*", 30),
)


@dataclass(frozen=True, slots=True)
class Scope:
    number: int
    name: str  # with its parents, as TikTok's index writes it


def find_missing(path: str, granted: list[int] | None) -> Scope | None:
    """The permission that a path needs and a token lacks; None granted means every permission."""
    if granted is None:
        return None
    needed = next((number for glob, number in NEEDS if fnmatchcase(path, glob)), 0)
    line = _climb(needed)
    if not needed or set(line) & set(granted):
        return None
    return Scope(needed, " > ".join(TREE[number][0] for number in reversed(line)))


def _climb(number: int) -> list[int]:
    line = []
    while number:
        line.append(number)
        number = TREE[number][1]
    return line
