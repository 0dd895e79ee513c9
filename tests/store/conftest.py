"""What the tests of the store share."""

import pytest
from helpers.small_runs import small_session


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of one cycle, to be copied and not changed."""
    session = small_session(tmp_path_factory.mktemp("whole") / "run", cycles=1)
    session.run()
    session.close()
    return session.folder.path
