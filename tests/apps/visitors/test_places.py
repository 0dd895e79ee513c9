"""Who gets a kernel, and whose ends for it. Ada, Ben and Cy are visitors; kernels are numbered."""

from __future__ import annotations

import pytest

from lada_explore.apps.visitors.places import GONE_S, MAX_PAGES, Full, Places


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def places_of(clock, most, *taken):
    """Places with kernels "visitor number", each started, with a page, and taken a second after the one before."""
    places = Places(most, clock)
    for kernel in taken:
        places.take(kernel.split()[0], kernel)
        places.begun(kernel)
        places.page_came(kernel)
        clock.now += 1
    return places


def test_a_kernel_is_its_visitors_and_nobodys_once_it_has_ended(clock):
    places = places_of(clock, 2, "ada 1", "ben 1")
    assert (places.owner("ada 1"), places.owner("ben 1"), places.owner("cy 1")) == ("ada", "ben", None)
    places.free("ada 1")
    places.free("ada 1")
    assert (places.owner("ada 1"), len(places)) == (None, 1)


def test_when_all_places_are_taken_by_others_a_visitor_is_told_how_many_there_are(clock):
    places = places_of(clock, 2, "ada 1", "ben 1")
    assert not places.has_room("cy")
    with pytest.raises(Full, match=r"All 2 places are taken\. This page tries again every 20 seconds"):
        places.in_the_way("cy")
    with pytest.raises(Full, match="All 2 places are taken"):
        places.take("cy", "cy 1")
    assert len(places) == 2
    places.free("ben 1")
    assert places.has_room("cy")


def test_where_there_is_one_place_it_is_said_so(clock):
    with pytest.raises(Full, match=r"The only place is taken\. This page tries again"):
        places_of(clock, 1, "ada 1").in_the_way("ben")


def test_who_loads_a_page_again_takes_the_place_of_the_page_before_also_when_all_are_taken(clock):
    places = places_of(clock, 2, "ada 1", "ben 1")
    assert places.in_the_way("ada") == ("ada 1", True)
    places.page_left("ada 1")
    assert places.in_the_way("ada") == ("ada 1", False)


def test_of_several_own_kernels_the_one_without_a_page_ends_first_then_the_oldest(clock):
    places = places_of(clock, 4, "ada 1", "ada 2", "ada 3", "ben 1")
    assert places.in_the_way("ada") == ("ada 1", True)
    places.page_left("ada 3")
    assert places.in_the_way("ada") == ("ada 3", False)


def test_a_visitor_has_at_most_three_kernels_however_many_places_there_are(clock):
    places = places_of(clock, 30, *(f"ada {number}" for number in range(MAX_PAGES)))
    assert MAX_PAGES == 3
    assert not places.has_room("ada")
    assert places.has_room("ben")
    assert places.in_the_way("ada") == ("ada 0", True)


def test_a_kernel_that_is_still_starting_is_waited_for(clock):
    places = Places(1, clock)
    places.take("ada", "ada 1")
    assert places.in_the_way("ada") is None
    with pytest.raises(Full):
        places.in_the_way("ben")
    clock.now += 2 * GONE_S
    with pytest.raises(Full):
        places.in_the_way("ben")
    places.begun("ada 1")
    assert places.in_the_way("ada") == ("ada 1", False)


def test_a_page_that_has_been_gone_for_two_minutes_makes_room_for_somebody_else_and_no_page_before(clock):
    places = places_of(clock, 2, "ada 1", "ben 1")
    places.page_left("ada 1")
    clock.now += GONE_S - 1
    places.page_left("ben 1")
    with pytest.raises(Full):
        places.in_the_way("cy")
    clock.now += 1
    assert places.in_the_way("cy") == ("ada 1", False)
    places.page_came("ada 1")
    with pytest.raises(Full):
        places.in_the_way("cy")


def test_a_kernel_with_two_connections_has_a_page_until_both_are_gone(clock):
    places = places_of(clock, 1, "ada 1")
    places.page_came("ada 1")
    places.page_left("ada 1")
    assert places.in_the_way("ada") == ("ada 1", True)
    places.page_left("ada 1")
    places.page_left("ada 1")
    assert places.in_the_way("ada") == ("ada 1", False)


def test_what_is_told_of_a_kernel_that_has_ended_changes_nothing(clock):
    places = Places(1, clock)
    for tell in (places.begun, places.page_came, places.page_left, places.free):
        tell("ada 1")
    assert len(places) == 0
