"""Tests reach loopback and nothing else."""

import socket
import threading

import pytest
import requests


def test_a_test_that_reaches_for_the_network_fails_even_through_a_library():
    with pytest.raises(pytest.fail.Exception, match="reached for the network: 192.0.2.1"):
        requests.get("http://192.0.2.1/", timeout=1)


def test_loopback_and_unix_sockets_are_open(tmp_path):
    for family, address in ((socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_UNIX, str(tmp_path / "s"))):
        with socket.socket(family) as server, socket.socket(family) as visitor:
            server.bind(address)
            server.listen()
            accept = threading.Thread(target=lambda listening=server: listening.accept()[0].close())
            accept.start()
            visitor.connect(server.getsockname())
            accept.join()
