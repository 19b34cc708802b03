"""The settings of the tests: the product's own, in a home of their own, cut off from any `.env`.

DATABASE_URL and REDIS_URL are kept: they choose the lane.
"""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit

_home = tempfile.mkdtemp(prefix="smartplus-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _name in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SMARTPLUS_PULL_SECONDS", "SMARTPLUS_TOKEN_DAYS"):
    os.environ.pop(_name, None)
if (_worker := os.environ.get("PYTEST_XDIST_WORKER", "")) and os.environ.get("REDIS_URL"):
    # A number of Redis for each of the processes: clearing a cache empties the whole number.
    _address = urlsplit(os.environ["REDIS_URL"])
    _number = int(_address.path.strip("/") or 0) - 1 - int(_worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = _address._replace(path=f"/{_number % 16}").geturl()
os.environ.update(
    SMARTPLUS_DOTENV="0",
    SMARTPLUS_HOME=_home,
    SMARTPLUS_PROCESS="test",
    SMARTPLUS_DEMO="0",
    DJANGO_DEBUG="0",
    SMARTPLUS_TLS="0",
    SMARTPLUS_CLOCK="",
    SECRET_KEY="a test key, of no worth outside the tests",
    AUDIT_KEY="only for tests",
    FIELD_ENCRYPTION_KEYS="dGVzdHMgb25seSwgbm90IGEgc2VjcmV0IGF0IGFsbCE=",
    # Nobody listens on port 9: a test that forgets its stand-in fails, and fast.
    TIKTOK_API_URL="http://127.0.0.1:9/open_api/v1.3/",
    TIKTOK_ACCESS_TOKEN="",
    TIKTOK_APP_ID="",
    TIKTOK_APP_SECRET="",
    TIKTOK_AUTH_URL="",
)

from smartplus_admin.settings import *  # noqa: E402, F403
from smartplus_admin.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, REDIS_URL, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file: in memory, threads would find "database table is locked".
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = "smartplus-test:"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
