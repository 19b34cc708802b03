"""The embedded broker: kombu's filesystem transport, made safe for several processes.

The stock transport writes a message where readers already look for it. They take half-written files, and a
worker that reads one ends. Here a message, and the table of queues, appear by rename: whole or not at all.
Knows kombu; knows nothing of what the messages mean. Losing one is harmless: the row is the truth.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


def write_whole(path: Path, text: str) -> None:
    """Readers see the old file or the new one. The name of the unfinished one starts with a dot and ends
    in `.tmp`, so that no queue takes it for a message."""
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    unfinished.write_text(text)
    os.rename(unfinished, path)


class Channel(filesystem.Channel):  # type: ignore[misc]
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        # time_ns, not the stock monotonic clock: the order must survive a reboot.
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.startswith(".") or name.partition(".")[2] != f"{queue}.msg":
                continue
            claimed = folder / f".{name}.claimed"
            try:
                os.rename(folder / name, claimed)  # one reader wins
            except FileNotFoundError:
                continue
            text = claimed.read_text()
            claimed.unlink()
            return loads(text)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        try:
            rows = loads(self._exchange_file(exchange).read_text())
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            rows = self.get_table(exchange)
            if row not in rows:
                write_whole(self._exchange_file(exchange), dumps([row, *rows]))

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kw: Any
    ) -> None:
        # The stock method writes the table in place, so its base is called past it.
        super(filesystem.Channel, self)._delete(queue, exchange, routing_key, pattern, *args, **kw)
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            rows = self.get_table(exchange)
            if row in rows:
                write_whole(self._exchange_file(exchange), dumps([other for other in rows if other != row]))

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        """One writer of the tables at a time; readers need no lock."""
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with open(self.control_folder / ".lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):  # type: ignore[misc]
    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        for folder in ("data_folder_in", "data_folder_out", "control_folder"):
            Path(client.transport_options[folder]).mkdir(parents=True, exist_ok=True)
