"""One Dovecot for the tests of a file; each test begins with empty mailboxes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.mail import Mail, authority, missing


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mail]:
    lacking = missing()
    if lacking:
        pytest.skip(lacking)
    with Mail(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture
def box(server: Mail) -> Mail:
    server.empty()
    return server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate of localhost and that of its authority."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificates")
    authority(folder)
    return folder
