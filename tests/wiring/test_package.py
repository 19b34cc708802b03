"""The wiring package: importable by the sandbox, which must start without Django or Celery."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_package_itself_is_empty():
    assert (ROOT / "smartplus_admin" / "__init__.py").read_text() == ""


@pytest.mark.parametrize("module", ["smartplus_admin", "smartplus_admin.sandbox"])
def test_importing_brings_no_framework(module):
    script = (
        f"import sys, {module}; print({{'django', 'celery', 'rest_framework', 'kombu'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
