"""Settings. Everything a deployment may change comes from the environment and is explained in `.env.example`.

Knows the process's environment and the folder of local state (SMARTPLUS_HOME); knows nothing of campaigns
beyond dotted names. Three worlds share this file: the demo (`SMARTPLUS_DEMO=1`, set by `manage.py demo`),
production, and the tests (`tests/settings.py` sets the environment and then reads this file).
"""

import base64
import os
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if env.bool("SMARTPLUS_DOTENV", default=True):
    # Never overrides what the process was given.
    environ.Env.read_env(BASE_DIR / ".env")

# Worlds ------------------------------------------------------------------------------------------------

SMARTPLUS_DEMO = env.bool("SMARTPLUS_DEMO", default=False)
# The demo runs without DEBUG, so that its error pages are the ones production shows.
DEBUG = env.bool("DJANGO_DEBUG", default=False)
LOCAL = SMARTPLUS_DEMO or DEBUG

SMARTPLUS_HOME = BASE_DIR / env.str("SMARTPLUS_HOME", default="var")
SMARTPLUS_HOME.mkdir(parents=True, exist_ok=True)
EMBEDDED = not env.str("DATABASE_URL", default="")


def kept_secret(name: str, fresh: str) -> str:
    """The secret in SMARTPLUS_HOME/name, made at the first start.

    Several processes start at once on a fresh home: each writes a file of its own, and the one whose hard
    link comes first wins, so that no process ever reads half a key or a key of its own.
    """
    target = SMARTPLUS_HOME / name
    if not target.exists():
        fd, mine = tempfile.mkstemp(dir=SMARTPLUS_HOME, prefix=f".{name}.")  # mode 600
        with os.fdopen(fd, "w") as file:
            file.write(fresh)
        try:
            os.link(mine, target)
        except FileExistsError:
            pass
        finally:
            os.unlink(mine)
    return target.read_text().strip()


def secret(name: str, file: str, fresh: str) -> str:
    """From the environment, else a file; a deployment with a database of its own must name its secrets,
    because its containers do not share a folder and would each make another."""
    given = env.str(name, default="")
    if given:
        return given
    if not (LOCAL or EMBEDDED):
        raise ImproperlyConfigured(f"{name} must be set when DATABASE_URL is set; see .env.example")
    return kept_secret(file, fresh)


SECRET_KEY = secret("SECRET_KEY", "secret_key", secrets.token_urlsafe(50))
# Comma-separated Fernet keys: the first writes, all read.
FIELD_ENCRYPTION_KEYS = [
    key.strip()
    for key in secret(
        "FIELD_ENCRYPTION_KEYS",
        "field_encryption_keys",
        base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    ).split(",")
    if key.strip()
]

# Keys the chain over the journal: whoever can write the database but does not have it cannot forge a link.
AUDIT_KEY = secret("AUDIT_KEY", "audit_key", secrets.token_urlsafe(50))

# TikTok ------------------------------------------------------------------------------------------------

# Any server that speaks the API. The default is the sandbox on loopback: nothing is sent to TikTok unless
# somebody says so.
TIKTOK_API_URL: str = env.str("TIKTOK_API_URL", default="") or "http://127.0.0.1:8810/open_api/v1.3/"
TIKTOK_ACCESS_TOKEN: str = env.str("TIKTOK_ACCESS_TOKEN", default="")
# The app that the tokens belong to: their connections share its rate.
TIKTOK_APP_ID: str = env.str("TIKTOK_APP_ID", default="")
TIKTOK_APP_SECRET: str = env.str("TIKTOK_APP_SECRET", default="")
# Where advertisers say yes to the app; by default on the host that the API is on.
TIKTOK_AUTH_URL: str = env.str("TIKTOK_AUTH_URL", default="") or urljoin(TIKTOK_API_URL, "/portal/auth")
# TikTok gives campaigns long-term tokens alone; a server in its place may give those that last a day.
TIKTOK_SHORT_TOKENS: bool = env.bool("TIKTOK_SHORT_TOKENS", default=False)
# The demo's sandbox accepts this one; `manage.py demo` makes it and hands it to both sides.
SMARTPLUS_SANDBOX_TOKEN: str = env.str("SMARTPLUS_SANDBOX_TOKEN", default="")
SMARTPLUS_HTTP_TIMEOUT: float = env.float("SMARTPLUS_HTTP_TIMEOUT", default=10.0)
# Webhooks go to public addresses over https; a demo, or a house that wants it, may reach its own network too.
SMARTPLUS_WEBHOOKS_INSIDE: bool = env.bool("SMARTPLUS_WEBHOOKS_INSIDE", default=LOCAL)
SMARTPLUS_PULL_SECONDS: int = env.int("SMARTPLUS_PULL_SECONDS", default=10 if LOCAL else 60)
SMARTPLUS_CLOCK: str = env.str("SMARTPLUS_CLOCK", default="")
if SMARTPLUS_CLOCK not in ("", "sandbox"):
    raise ImproperlyConfigured("SMARTPLUS_CLOCK is empty (wall clock) or `sandbox`")
if SMARTPLUS_CLOCK and urlsplit(TIKTOK_API_URL).hostname not in ("127.0.0.1", "localhost", "::1"):
    raise ImproperlyConfigured("SMARTPLUS_CLOCK=sandbox needs a TIKTOK_API_URL on loopback")

# Application -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "smartplus_admin.apps.WiringConfig",
    "campaigns.apps.CampaignsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]
MIDDLEWARE = [
    "smartplus_admin.logs.RequestIdMiddleware",
    "smartplus_admin.bodies.ChunkedBodies",
    "smartplus_admin.bodies.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "smartplus_admin.headers.PermissionsPolicy",
    "smartplus_admin.compression.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a refused login into its answer
]
ROOT_URLCONF = "smartplus_admin.urls"
WSGI_APPLICATION = "smartplus_admin.wsgi.application"
_loaders = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "campaigns.web.context.shell",
            ],
            # Named here, because `campaigns` is one app whose pages stand in campaigns/web.
            "libraries": {
                "smartplus": "campaigns.web.templatetags.smartplus",
                "grid": "campaigns.web.templatetags.grid",
                "listing": "campaigns.web.templatetags.listing",
                "origin": "campaigns.web.templatetags.origin",
            },
            # Under gunicorn a cached template would outlive its edit.
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
        },
    }
]

# State -------------------------------------------------------------------------------------------------

DATABASE_URL: str = env.str("DATABASE_URL", default="") or f"sqlite:///{SMARTPLUS_HOME / 'db.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured: with any of these missing, read-modify-write from four processes fails or waits seconds.
    # IMMEDIATE means that every atomic() takes the write lock: keep transactions short, no HTTP inside.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Nobody waits for ever: not for a server that is away or hangs, nor for a lock (20 s, as on SQLite).
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # Our statements are short and of many joins: compiling one takes longer than a thousand answers
        "options": "-c lock_timeout=20s -c jit=off",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "smartplus",
            # It only counts calls: no page waits longer for it.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Jobs: the database row is the truth, a message is a nudge ----------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "localfs://localhost"  # a host is not used, but missed
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "global_keyprefix": "smartplus:",
        "socket_connect_timeout": 2,
        "socket_timeout": 3,
        # One try for each nudge, at once: measured without, a page waited six seconds for a Redis that was away, and
        # for ever for one that hung. A worker's own connection is tried for as long as it takes, see below.
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
    if REDIS_URL
    else {
        "data_folder_in": str(SMARTPLUS_HOME / "broker" / "queue"),
        "data_folder_out": str(SMARTPLUS_HOME / "broker" / "queue"),
        "control_folder": str(SMARTPLUS_HOME / "broker" / "control"),
        # The default of one second cut throughput by three.
        "polling_interval": 0.2,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker that gave up would have to be started by hand
CELERY_TASK_DEFAULT_QUEUE = "smartplus"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A page must not hang because the broker does: the sweep finds what a lost nudge left.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(SMARTPLUS_HOME / "beat-schedule")
# One timer finds all that is due, pushes and readings alike: due-ness stands on rows. Messages expire with their
# interval, so that none pile up while no worker runs.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "campaigns.tasks.sweep", "schedule": 1.0, "options": {"expires": 1}},
    "run-proposals": {"task": "campaigns.tasks.run_proposals", "schedule": 5.0, "options": {"expires": 5}},
    "send-mail": {"task": "campaigns.tasks.send_mail", "schedule": 20.0, "options": {"expires": 20}},
    "announce-openings": {
        "task": "campaigns.tasks.announce_openings",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "read-libraries": {
        "task": "campaigns.tasks.read_libraries",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "forget-answers": {
        "task": "campaigns.tasks.forget_answers",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "tend-connections": {
        "task": "campaigns.tasks.tend_connections",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "prune": {"task": "campaigns.tasks.prune", "schedule": 30.0, "options": {"expires": 30}},
    "seal-journal": {"task": "campaigns.tasks.seal_journal", "schedule": 10.0, "options": {"expires": 10}},
}

# Mail --------------------------------------------------------------------------------------------------

# Where people reach this site, for the links in mails; unset: mails have none.
SMARTPLUS_ADDRESS: str = env.str("SMARTPLUS_ADDRESS", default="").rstrip("/")
_mail = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Smart+ Admin <smartplus@localhost>")

# People and tokens -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "campaigns.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
# Ten wrong passwords for one name from one address, then a pause: guessing is slow, and nobody is locked out by others.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "campaigns.web.signing_in.find_origin"
AXES_LOCKOUT_CALLABLE = "campaigns.web.signing_in.answer_lockout"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/today/"
LOGOUT_REDIRECT_URL = "/login/"
# Cookies do not know ports: another Django on this machine must not log our people out.
SESSION_COOKIE_NAME = "smartplus_session"

KNOX_TOKEN_MODEL = "campaigns.ClientToken"
# Its own token table would stand empty beside ours, and PostgreSQL refuses to flush people while it points at them.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=env.int("SMARTPLUS_TOKEN_DAYS", default=90)),
    "TOKEN_PREFIX": "spa_",
    "AUTH_HEADER_PREFIX": "Token",
    "AUTO_REFRESH": False,
}

# REST --------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "campaigns.api.authentication.TokenAuthentication",  # first, so that a missing login answers 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "campaigns.api.problems.handle_exception",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Smart+ Admin",
    "DESCRIPTION": (
        "Plans, checks and pushes TikTok Smart+ campaigns: the gate of the pages, for machines.\n\n"
        "**A launch**: judge a tree (`campaigns/validate/`), keep it as a draft (`campaigns/`), launch it at its `version` with "
        "a yes to each `confirm` among its findings, and ask `campaigns/{id}/launch/` until `state` is no longer `launching`: it "
        "ends `live`, `paused`, `failed` (mend the object, launch again) or `needs_person`. Or set a webhook and be told.\n\n"
        "**A change** of something live is sent with the `version` that you read. It answers 202: on its way as `change`, or "
        "waiting for a manager as `proposal`; ask `proposals/{id}/` what became of it.\n\n"
        "**Always**: errors are `application/problem+json`. A POST with an `Idempotency-Key` can be repeated for a day. Lists go "
        "on at `next` until it is null. 429 and some 409 say in `Retry-After` how many seconds to wait."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "WEBHOOKS": ["campaigns.api.messages.NOTICE_SENT"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# 30 ad groups with their ads and creatives in one form are more than Django's default of 1,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Time and text -----------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

# Static files ------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(SMARTPLUS_HOME / "static")))
if LOCAL:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a folder that is not there
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if LOCAL
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
MEDIA_ROOT = SMARTPLUS_HOME / "media"
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Safety ------------------------------------------------------------------------------------------------

# Loopback is always served: health checks ask from inside the container.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=[]), "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TLS = env.bool("SMARTPLUS_TLS", default=not LOCAL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=3600) if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_WIDE", default=False)
# What other names of the domain serve is for the deployment to know: SECURE_HSTS_WIDE.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SMARTPLUS_BEHIND_PROXY: bool = env.bool("SMARTPLUS_BEHIND_PROXY", default=False)
if SMARTPLUS_BEHIND_PROXY:
    # Only where a proxy sets the header itself: else any client could claim TLS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "campaigns.web.errors.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler's style sheet carries small pictures
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Who may read /metrics; unset: this machine alone.
SMARTPLUS_METRICS_TOKEN: str = env.str("SMARTPLUS_METRICS_TOKEN", default="")

# Logs --------------------------------------------------------------------------------------------------

# One file per process: two processes must not rotate the same one. In containers the console is the log.
SMARTPLUS_PROCESS = env.str("SMARTPLUS_PROCESS", default="manage")
SMARTPLUS_LOG_FILES = env.bool("SMARTPLUS_LOG_FILES", default=LOCAL or EMBEDDED)
# `line` for people, `json` for machines: each line with the id of its request or task.
LOG_FORMAT = env.str("SMARTPLUS_LOG_FORMAT", default="line" if LOCAL or EMBEDDED else "json")
if SMARTPLUS_LOG_FILES:
    (SMARTPLUS_HOME / "logs").mkdir(exist_ok=True)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "smartplus_admin.logs.RequestFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {request_id} {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{request_id}{message}",
            "style": "{",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request"],
            # The demo's terminal belongs to its one address; the rest is in the files.
            "level": env.str("SMARTPLUS_LOG_LEVEL", default="WARNING" if SMARTPLUS_DEMO else "INFO"),
        },
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": SMARTPLUS_HOME / "logs" / f"{SMARTPLUS_PROCESS}.log",
            "maxBytes": 2_000_000,
            "backupCount": 3,
            "delay": True,  # no file before the first line
            "formatter": LOG_FORMAT,
            "filters": ["request"],
        },
    },
    "root": {"handlers": ["console", "file"] if SMARTPLUS_LOG_FILES else ["console"], "level": "INFO"},
    "loggers": {
        # Django's own console handler would say everything twice.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # One sweep a second is not news.
        "celery.beat": {"level": "WARNING"},
        # At DEBUG it writes addresses, one of which carries the app's secret.
        "urllib3": {"level": "INFO"},
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
