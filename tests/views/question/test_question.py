import pytest

from lada_explore.errors import ConfigError
from lada_explore.views import Question
from lada_explore.views.question.question import number_in


def choices(**more):
    return Question("Where?", ("middle", "ends"), "ends", why="Because.", hints={"middle": "Look again."}, **more)


def test_nothing_of_the_answer_is_in_the_page_before_one_is_given():
    question = choices()
    assert "Because." not in str(question.state)
    assert (question.verdict, question.state["choices"]) == ("", ["middle", "ends"])


def test_a_wrong_choice_gets_its_hint_and_not_the_reason():
    question = choices()
    assert question.check("middle") == "wrong"
    assert question.state["says"] == "Not so. Look again."
    assert question.state["why"] == ""
    assert question.check("ends") == "right"
    assert (question.state["says"], question.state["why"], question.state["tries"]) == ("Right.", "Because.", 2)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [("0.5", "right"), (" 0,6 ", "right"), ("0.4", "right"), ("0.61", "wrong"), ("-0.5", "wrong"), (0.55, "right")],
)
def test_a_number_counts_within_its_tolerance(given, verdict):
    question = Question("Mean?", answer=0.5, tolerance=0.1, unit="bits")
    assert question.check(given) == verdict


@pytest.mark.parametrize(
    ("given", "unit", "number"),
    [
        ("70 %", "%", 70),
        ("70%", "%", 70),
        ("70 per cent", "%", 70),
        ("0.7 bits", "bits", 0.7),
        ("0,7 bit", "bits", 0.7),
        ("0,7", "", 0.7),
        (",5", "", 0.5),
        ("0,125", "", 0.125),
        ("1234,567", "", 1234.567),
        ("1.234", "", 1.234),
        ("\N{MINUS SIGN}2,5e-3", "", -0.0025),
    ],
)
def test_a_number_may_have_its_unit_behind_it_and_a_comma_before_its_decimals(given, unit, number):
    assert number_in(given, unit) == number


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("1,234", "'1,234' may mean 1.234 or 1234; type a point before decimals, and nothing between thousands"),
        ("-12,500 %", "'-12,500 %' may mean -12.500 or -12500; "),
        ("70 bits", "'70 bits' has 'bits' behind the number, but the answer is in %; type the number alone"),
        ("1,234,567", "'1,234,567' is no number; type one such as 0.5"),
        ("1 234", "'1 234' is no number"),
        ("0.5.3", "'0.5.3' is no number"),
        ("1e999", "'1e999' is no number"),
        ("%", "'%' is no number"),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_or_in_none_is_not_guessed_at(given, sentence):
    with pytest.raises(ConfigError) as raised:
        number_in(given, "%")
    assert str(raised.value).startswith(sentence)


def test_a_unit_where_none_is_asked_for_is_said():
    with pytest.raises(ConfigError, match="'0.5 bits' has 'bits' behind the number, but the answer has no unit"):
        number_in("0.5 bits")


@pytest.mark.parametrize("before", ["0.5", "3"])
def test_an_answer_that_cannot_be_read_takes_the_verdict_on_the_one_before_with_it(before):
    question = Question("Mean?", answer=0.5, why="Symmetric.")
    question._on_message(None, {"type": "answer", "given": before}, [])
    assert question.verdict != ""
    question._on_message(None, {"type": "answer", "given": "half"}, [])
    assert question.state["error"].startswith("'half' is no number")
    assert (question.verdict, question.state["says"], question.state["why"]) == ("", "", "")
    question._on_message(None, {"type": "answer", "given": "0.5"}, [])
    assert (question.verdict, question.state["error"]) == ("right", "")


@pytest.mark.parametrize("given", ["half", "", "nan", "inf"])
def test_what_is_no_number_is_a_sentence_in_the_page(given):
    question = Question("Mean?", answer=0.5)
    question._on_message(None, {"type": "answer", "given": given}, [])
    assert question.state["error"] == f"{given!r} is no number; type one such as 0.5"
    assert question.verdict == ""


def test_the_answer_is_shown_only_after_a_try():
    question = Question("Mean?", answer=0.5, tolerance=0.1, unit="bits", why="Symmetric.")
    question._on_message(None, {"type": "reveal"}, [])
    assert question.verdict == ""
    question.check(3)
    question._on_message(None, {"type": "reveal"}, [])
    assert (question.verdict, question.state["why"]) == ("shown", "Symmetric.")
    assert question.state["says"] == "The answer is: 0.5 bits, give or take 0.1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"choices": ("a", "b"), "answer": "c"}, "the answer 'c' is none of the choices a, b"),
        ({"choices": ("a", "b"), "answer": "a", "hints": {"c": "?"}}, "the hint for 'c' fits none of the choices"),
        ({"answer": "many"}, "the answer 'many' is no number; give one, or choices"),
        ({"answer": 1.0, "tolerance": -1.0}, "the answer 1.0 is no number"),
    ],
)
def test_a_question_that_cannot_be_answered_is_not_made(arguments, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Question("?", **arguments)


def test_a_choice_that_is_none_is_a_sentence():
    question = choices()
    question._on_message(None, {"type": "answer", "given": "everywhere"}, [])
    assert question.state["error"] == "'everywhere' is none of the choices; choose one of them"


class TestReveals:
    """What a question is about waits for an answer."""

    def test_is_empty_before_an_answer_and_says_so(self):
        question = choices(reveals=Question("Inside?", ("yes", "no"), "no"))
        assert question.revealed.children == ()
        assert question.state["waiting"] == "The result is shown below after your answer."

    @pytest.mark.parametrize("given", ["middle", "ends"])
    def test_appears_after_any_answer_once(self, given):
        made = []

        def make():
            made.append(Question("Inside?", ("yes", "no"), "no"))
            return made[-1]

        question = choices(reveals=make)
        assert made == []
        question.check(given)
        question.check("ends")
        assert question.revealed.children == tuple(made)
        assert len(made) == 1
        assert question.state["waiting"] == ""

    def test_appears_for_somebody_who_asks_to_be_shown_it(self):
        inside = Question("Inside?", ("yes", "no"), "no")
        question = choices(reveals=inside)
        question.handle({"type": "reveal"})
        assert question.revealed.children == (inside,)
        assert (question.verdict, question.state["says"]) == ("shown", "The answer is: ends")

    def test_without_a_result_the_answer_is_shown_only_after_a_try(self):
        question = choices()
        question.handle({"type": "reveal"})
        assert question.verdict == ""

    def test_a_value_is_displayed_as_in_a_cell(self):
        question = choices(reveals={"cycle 1": 0.7})
        question.check("ends")
        (output,) = question.revealed.children
        assert output.value == "<pre>{&#x27;cycle 1&#x27;: 0.7}</pre>"

    def test_several_stand_below_each_other(self):
        inside = Question("Inside?", ("yes", "no"), "no")
        question = choices(reveals=lambda: [inside, (3, 4)])
        question.check("ends")
        assert question.revealed.children[0] is inside
        assert [part.value for part in question.revealed.children[1:]] == ["<pre>(3, 4)</pre>"]

    def test_a_result_that_fails_is_a_sentence_and_is_tried_again(self):
        results = [ValueError("no such run"), Question("Inside?", ("yes", "no"), "no")]

        def make():
            result = results.pop(0)
            if isinstance(result, Exception):
                raise result
            return result

        question = choices(reveals=make)
        question._on_message(question, {"type": "answer", "given": "ends"}, [])
        assert "no such run" in question.state["error"]
        question._on_message(question, {"type": "answer", "given": "ends"}, [])
        assert len(question.revealed.children) == 1
        assert question.state["error"] == ""

    def test_closing_the_question_closes_what_it_revealed(self):
        inside = Question("Inside?", ("yes", "no"), "no")
        question = choices(reveals=inside)
        question.check("ends")
        question.close()
        assert inside.comm is None
