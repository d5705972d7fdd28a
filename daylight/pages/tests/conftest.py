"""A page in a folder of its own for each test."""

from pathlib import Path
from typing import Any

import pytest

from daylight.pages.folder import PageFolder


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> PageFolder:
    """The folder of the page, empty."""
    settings.DATA_DIR = tmp_path
    return PageFolder.main()
