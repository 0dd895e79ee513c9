import pytest
from helpers.small_runs import small_session


@pytest.fixture
def without_and_with_v(tmp_path):
    """Cycle 1 of a run that leaves V out of the score and of one that counts it; up to SELECT they are the same."""
    cycles = []
    for method in ("pairs-then-mixup", "lada-entmix-fixed"):
        session = small_session(tmp_path / method, method, cycles=1)
        session.run()
        session.close()
        cycles.append(session.history[1])
    return cycles
