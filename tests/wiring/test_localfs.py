"""The embedded broker under several processes: every message arrives once, whole, in order."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue
from kombu.transport.virtual import BrokerState

from smartplus_admin.localfs import Transport

ROOT = Path(__file__).parents[2]
WRITERS = 3
MESSAGES = 150
# Larger than one page of a file system, so that a message written in place would be seen half.
WRITER = """
import sys
from tests.wiring.test_localfs import MESSAGES, connect
queue = connect(sys.argv[1]).SimpleQueue("smartplus")
for number in range(MESSAGES):
    queue.put({"writer": sys.argv[2], "number": number, "weight": "x" * 20_000})
"""


def connect(folder):
    """As another process would: kombu shares what was declared among the connections of one."""
    transport = type("Fresh", (Transport,), {"global_state": BrokerState()})
    options = {
        "data_folder_in": f"{folder}/queue",
        "data_folder_out": f"{folder}/queue",
        "control_folder": f"{folder}/control",
        "polling_interval": 0.02,
    }
    return Connection(transport=transport, transport_options=options)


def read(folder, got, torn, enough):
    queue = connect(folder).SimpleQueue("smartplus")
    while not enough.is_set():
        try:
            message = queue.get(timeout=0.3)
        except Empty:
            continue
        except ValueError as half:  # a JSON error: the worker would end here
            torn.append(str(half))
            continue
        message.ack()
        got.append((message.payload["writer"], message.payload["number"]))
        if len(got) + len(torn) >= WRITERS * MESSAGES:
            enough.set()


def test_every_message_arrives_once_and_whole(tmp_path):
    connect(tmp_path).SimpleQueue("smartplus")  # as at a worker's start
    got, torn, enough = [], [], threading.Event()
    readers = [threading.Thread(target=read, args=(tmp_path, got, torn, enough)) for _ in range(2)]
    for reader in readers:
        reader.start()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(number)], cwd=ROOT)
        for number in range(WRITERS)
    ]
    try:
        assert [writer.wait(timeout=30) for writer in writers] == [0] * WRITERS
        enough.wait(timeout=15)
    finally:
        enough.set()
        for reader in readers:
            reader.join()
    assert torn == []
    assert sorted(got) == sorted((str(w), n) for w in range(WRITERS) for n in range(MESSAGES))
    assert [path.name for path in (tmp_path / "queue").iterdir()] == []


def test_messages_leave_in_the_order_they_came(tmp_path):
    queue = connect(tmp_path).SimpleQueue("smartplus")
    for number in range(20):
        queue.put(number)
    got = [queue.get(timeout=1) for _ in range(20)]
    for message in got:
        message.ack()
    assert [message.payload for message in got] == list(range(20))


def test_a_message_in_the_making_is_invisible(tmp_path):
    queue = connect(tmp_path).SimpleQueue("smartplus")
    unfinished = tmp_path / "queue" / f".{time.time_ns():020d}_a.smartplus.msg.b.tmp"
    unfinished.write_text('{"half": ')
    with pytest.raises(Empty):
        queue.get(timeout=0.1)


def test_processes_that_start_together_all_find_their_queue(tmp_path):
    """Each declares the same exchange; the stock transport lets one read the table while it is empty."""
    names = [f"queue{number}" for number in range(12)]
    failures = []

    def declare(name):
        try:
            queue = Queue(name, Exchange("shared"), routing_key=name)
            connect(tmp_path).SimpleQueue(queue).put(name)
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=declare, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    channel = connect(tmp_path).default_channel
    for name in names:
        assert channel._size(name) == 1
