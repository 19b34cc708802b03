"""A sandbox that lists every call: when it came and ended, path and code. `GET /log` gives the list, `DELETE /log` empties it.

Started by the bench: `python -m tests.bench.counting PORT DATABASE TOKEN TIER`.
"""

import json
import sys
import time
from typing import Any

from werkzeug.wrappers import Request, Response

from smartplus_admin.sandbox.app import Sandbox
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.server import LOOPBACK, open_server


class Counting(Sandbox):
    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.log: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Response:
        if request.path == "/log":
            if request.method == "DELETE":
                self.log.clear()
            return Response(json.dumps(self.log), content_type="application/json")
        body = request.get_json(silent=True) if request.method == "POST" else None
        entry = {"path": request.path, "came": time.time(), "at": 0.0, "code": None, "body": body or {}}
        if "/open_api/" in request.path:
            self.log.append(entry)
        response = super().answer(request)
        if "/open_api/" in request.path:
            told = json.loads(response.get_data()) if response.content_type == "application/json" else {}
            entry |= {"at": time.time(), "code": told.get("code")}
        return response


def main() -> None:
    port, database, token, tier = sys.argv[1:]
    app = Counting(Config(database=database, mode="strict", token=token, tier=tier))
    open_server(app, LOOPBACK, int(port)).serve_forever()


if __name__ == "__main__":
    main()
