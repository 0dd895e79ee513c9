"""A command that is named to go on with can be copied, whatever the path."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock

import pytest

from lada_explore.cli.progress import finish


@pytest.mark.parametrize(("path", "shown"), [("my run", "'my run'"), ("run", "run")])
def test_a_path_with_a_space_is_quoted(capsys, path, shown):
    session = MagicMock(cycle=0, open_query=(), **{"folder.path": Path(path), "config.schedule.cycles": 1})
    finish(session)
    assert f"complete; look at it with `lada-explore show {shown}`" in capsys.readouterr().out
    session.run.side_effect = KeyboardInterrupt
    with pytest.raises(SystemExit):
        finish(session)
    assert f"stopped; go on with `lada-explore resume {shown}`" in capsys.readouterr().err
