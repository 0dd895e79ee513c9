"""`lada-explore show` tells how far several annotators agree."""

from helpers.small_runs import small_config, small_data

from lada_explore import Session
from lada_explore.records import Stage


def test_show_prints_the_agreement_of_two_annotators_and_nothing_of_one(call, tmp_path):
    place = tmp_path / "run"
    session = Session.create(small_config("random", cycles=1), place, data=small_data(), oracle="person")
    while session.next_stage is not Stage.QUERY:
        session.step()
    ids = session.open_query.tolist()
    assert len(ids) >= 3
    session.submit({i: at % 2 for at, i in enumerate(ids)}, annotator="ann")
    session.close()
    code, out, _ = call("show", place)
    assert code == 0
    assert "kappa" not in out
    session = Session.resume(place, data=small_data())
    session.submit({i: at % 2 for at, i in enumerate(ids)}, annotator="ben")
    session.close()
    told = " ".join(call("show", place)[1].split())
    assert f"Cohen's kappa of 2 annotators on {len(ids)} images that two or more answered is 1.00." in told
