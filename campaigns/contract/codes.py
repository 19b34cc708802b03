"""TikTok's return codes, each with its meaning and class. Source: ae and sdk (fact sheet 1.3, 13; platform section 2).

Says what TikTok says; what a code means for a call of ours stands in tiktok/errors.py.
"""

OK = 0
PARTLY_DONE = 20001
INVALID = 40000
NO_PERMISSION = 40001
PARAMETER_ERROR = 40002
WRONG_VERSION = 40006
NOT_FOUND = 40007
NO_SUCH_ENDPOINT = 40008
TOO_MANY_IDS = 40011
NOTHING_TO_UPDATE = 40012
APP_LIMIT_OLD = 40016
DUPLICATE_REQUEST = 40050
INVALID_VIDEO = 40053
APP_LIMIT = 40100
TOKEN_EXPIRED = 40102
TOKEN_MISSING = 40104
TOKEN_WRONG = 40105
NOT_ALLOWLISTED = 40118
VALUE_LIMIT = 40132
ADVERTISER_LIMIT = 40133
WRITE_CONFLICT = 40202
ADVERTISER_MISSING = 40300
ADVERTISER_MISMATCH = 40301
AD_LIMIT = 40502
INTERNAL_VALIDATION = 40700
DUPLICATE_FILE_NAME = 40911
SYSTEM_ERROR = 50000
PROCESSING_ERROR = 50002
MAINTENANCE = 60001

MEANINGS: dict[int, str] = {
    OK: "OK",
    PARTLY_DONE: "partly successful",
    INVALID: "invalid parameters",
    NO_PERMISSION: "no permission for the operation",
    PARAMETER_ERROR: "parameter error",
    WRONG_VERSION: "wrong API version",
    NOT_FOUND: "object does not exist",
    NO_SUCH_ENDPOINT: "endpoint not available",
    40009: "not supported in TikTok's sandbox",
    40010: "domain not available",
    TOO_MANY_IDS: "too many ids in one request",
    NOTHING_TO_UPDATE: "nothing to update",
    40013: "sandbox account does not exist",
    40014: "feature not supported in TikTok's sandbox",
    APP_LIMIT_OLD: "app-level rate limit",
    DUPLICATE_REQUEST: "duplicate request",
    40051: "wrong API version",
    40052: "Smart Creative material already exists",
    INVALID_VIDEO: "invalid video id",
    40065: "targeting not allowed for ages 13-17 in the US",
    APP_LIMIT: "app-level rate limit",
    40101: "authorisation parameters wrong",
    TOKEN_EXPIRED: "access token expired",
    40103: "refresh token expired",
    TOKEN_MISSING: "access token missing",
    TOKEN_WRONG: "access token wrong or revoked",
    40106: "token and advertiser do not belong together",
    40107: "refresh token wrong",
    40108: "kind of grant not supported",
    40109: "deciphering failed",
    40110: "authorisation code used or expired",
    40112: "password wrong",
    40113: "app blocked",
    40115: "authentication timestamp expired",
    40116: "authentication signature invalid",
    40117: "method cannot be used",
    NOT_ALLOWLISTED: "account or app not allowlisted",
    40119: "token and advertiser do not belong together",
    40121: "no creator of the Creator Marketplace",
    40122: "creator not in a valid region",
    40124: "developer profile not filled in or not approved",
    40125: "developer lacks the permission",
    40130: "scope not authorised",
    VALUE_LIMIT: "rate limit on one field value",
    ADVERTISER_LIMIT: "rate limit of the advertiser on this path",
    40200: "task failed",
    40201: "task not ready",
    WRITE_CONFLICT: "write conflict on the object",
    ADVERTISER_MISSING: "advertiser does not exist",
    ADVERTISER_MISMATCH: "advertiser does not match",
    AD_LIMIT: "ad limit reached",
    INTERNAL_VALIDATION: "internal validation error",
    40900: "file signature does not match",
    40901: "file still being processed",
    40902: "file could not be fetched",
    40903: "picture address unavailable",
    40904: "picture's content or format not accepted",
    40905: "file does not exist",
    40906: "file empty",
    40907: "file too large",
    40908: "file type not accepted",
    40909: "kind of calculation not supported",
    40910: "file expired",
    DUPLICATE_FILE_NAME: "file name already used",
    40912: "picture address invalid",
    40913: "picture could not be fetched",
    40914: "uploaded file invalid",
    40915: "file does not meet the endpoint's specification",
    41000: "IP address blocked",
    41001: "endpoint taken offline",
    41002: "fields not in use",
    SYSTEM_ERROR: "system error",
    PROCESSING_ERROR: "system time-out",
    51002: "backend error",
    51010: "internal time-out",
    51065: "system error",
    51305: "satellite error",
    MAINTENANCE: "maintenance",
}

THROTTLES = (APP_LIMIT_OLD, APP_LIMIT, VALUE_LIMIT, ADVERTISER_LIMIT)  # ae 1.1, platform 3.4
TOKEN_PROBLEMS = (40101, TOKEN_EXPIRED, 40103, TOKEN_MISSING, TOKEN_WRONG, 40106, 40107, 40110, 40113, 40119)
NOT_TOGETHER = (40106, 40119)  # of these the token may be good for other accounts (platform section 2)
PERMISSION_PROBLEMS = (NO_PERMISSION, 40125, 40130, ADVERTISER_MISSING, ADVERTISER_MISMATCH)


def explain_code(code: int) -> str:
    """A code's meaning in words; an unlisted code is named as such, never guessed (field notes)."""
    return MEANINGS.get(code, "a code that TikTok does not list")
