"""One running product for all end-to-end tests: real worker, real timer, real sandbox, on the lane's pair of services."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Demo, own_database


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home: Path = tmp_path_factory.mktemp("product")
    with own_database("smartplus_e2e") as environment:
        started = Demo(home, port=18100, on_lane=True, **environment)
        try:
            started.wait_until_ready()
            yield started
        finally:
            started.stop()
