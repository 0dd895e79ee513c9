import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A folder of caches for each test."""
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
