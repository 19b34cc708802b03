"""The sandbox stands alone: no Django, and of our code the contract only."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "smartplus_admin" / "sandbox"
MINE = ("smartplus_admin.sandbox", "campaigns.contract")


def read_imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_of_our_code_it_imports_the_contract_alone() -> None:
    for file in PACKAGE.rglob("*.py"):
        for name in read_imports(file):
            if name.split(".")[0] in ("campaigns", "smartplus_admin"):
                assert name.startswith(MINE), f"{file.name} imports {name}"


def test_it_starts_without_django_celery_or_rest_framework() -> None:
    code = (
        "import sys, smartplus_admin.sandbox.__main__; print(*sorted(m.split('.')[0] for m in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"django", "celery", "rest_framework", "requests"} & set(run.stdout.split())


def test_files_stay_small() -> None:
    long = [file.name for file in PACKAGE.rglob("*.py") if len(file.read_text("utf-8").splitlines()) > 300]
    assert long == []
