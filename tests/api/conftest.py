"""The directory over HTTP."""

import pytest
from starlette.testclient import TestClient

from tests.directory import Directory


@pytest.fixture
def directory(client: TestClient, admin: dict[str, str]) -> Directory:
    """The service, filled as its administrator."""
    return Directory(client, admin)
