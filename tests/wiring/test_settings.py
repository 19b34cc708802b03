"""Settings: explained, safe where nobody thought about them, and secret where they must be."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]


def load(home, expression="''", **env):
    """What a new process with this environment, and none of ours, makes of the settings."""
    script = f"from smartplus_admin import settings as s; print({expression})"
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SMARTPLUS_DOTENV": "0", "SMARTPLUS_HOME": str(home), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def value(process):
    out, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    return out.strip()


def refusal(process):
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    return errors.strip().splitlines()[-1]


def test_every_setting_is_explained():
    read = set()
    for path in ("settings.py", "management/commands/demo.py"):
        text = (ROOT / "smartplus_admin" / path).read_text()
        read |= set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text))
        read |= set(re.findall(r"environ\.get\(\"([A-Z_]+)\"", text))
        read |= set(re.findall(r"secret\(\s*\"([A-Z_]+)\"", text))
    read |= set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == explained


def test_processes_that_start_together_share_one_set_of_keys(tmp_path):
    started = [load(tmp_path, "s.SECRET_KEY, s.FIELD_ENCRYPTION_KEYS") for _ in range(4)]
    assert len({value(process) for process in started}) == 1
    for name in ("secret_key", "field_encryption_keys"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "AUDIT_KEY"])
def test_a_deployment_must_name_its_secrets(tmp_path, missing):
    given = {
        "SECRET_KEY": "s",
        "FIELD_ENCRYPTION_KEYS": "k",
        "AUDIT_KEY": "a",
        "DATABASE_URL": "postgres://u@h/d",
        missing: "",
    }
    assert f"{missing} must be set" in refusal(load(tmp_path, **given))


def test_unset_means_production_on_loopback_and_no_call_to_tiktok(tmp_path):
    expression = "s.DEBUG, s.TLS, s.SESSION_COOKIE_SECURE, s.ALLOWED_HOSTS, s.TIKTOK_API_URL"
    assert value(load(tmp_path, expression)) == (
        "False True True ['127.0.0.1', 'localhost'] http://127.0.0.1:8810/open_api/v1.3/"
    )


def test_the_sandboxs_clock_is_for_loopback_only(tmp_path):
    far = load(tmp_path, SMARTPLUS_CLOCK="sandbox", TIKTOK_API_URL="https://tiktok.example/open_api/v1.3/")
    assert "loopback" in refusal(far)
    assert value(load(tmp_path, "s.SMARTPLUS_CLOCK", SMARTPLUS_CLOCK="sandbox")) == "sandbox"


def test_pages_may_load_nothing_unsafe():
    words = {word for words in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for word in words}
    assert words == {"'none'", "'self'", "data:"}


def test_health_is_answered_without_a_login_a_database_or_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_an_empty_address_is_no_address(tmp_path):
    """Compose files and CI hand over variables that are set to nothing."""
    nothing = {"DATABASE_URL": "", "REDIS_URL": "", "TIKTOK_API_URL": "", "SECRET_KEY": ""}
    expression = "s.DATABASES['default']['NAME'], s.CELERY_BROKER_URL"
    assert value(load(tmp_path, expression, **nothing)) == f"{tmp_path}/db.sqlite3 localfs://localhost"


def test_django_finds_nothing_to_say_about_a_deployment(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SMARTPLUS_DOTENV": "0",
            "SMARTPLUS_HOME": str(tmp_path),
            "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing",
            "REDIS_URL": "redis://127.0.0.1:9/0",
            "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
            "AUDIT_KEY": "a",
            "FIELD_ENCRYPTION_KEYS": "dGVzdHMgb25seSwgbm90IGEgc2VjcmV0IGF0IGFsbCE=",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
