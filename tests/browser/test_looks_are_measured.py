"""What `looks.py` and `accessibility.py` call broken, on small pages that are broken in one way each."""

from __future__ import annotations

import pytest
from accessibility import serious, walk
from looks import looks_broken

CHART = """<div class="lada-plot-chart" aria-label="chart" style="width: 300px; height: 200px; position: relative">
<svg class="main-svg" width="300" height="200" style="position: absolute"><g class="bglayer"><rect class="bg"
width="300" height="200" fill="none"/></g><g class="scatterlayer"><g class="points"><path d="M100,50h9v9h-9Z"/></g>
<path class="js-line" d="M0,150L300,150" fill="none"/>%s</g><g class="infolayer">%s</g></svg></div>"""
LEGEND = (
    """<g class="legend"><rect x="%s" y="%s" width="80" height="30" fill="#eee"/><text x="%s" y="%s">tau</text></g>"""
)
NARROW = "width: 50px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis"
WHOLE = {
    "a name for screen readers": (
        '<p style="position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)">Larger</p>'
    ),
    "a sentence whose title has all of it": f'<p title="all that it says" style="{NARROW}">all that it says</p>',
    "texts beside one another": '<p style="width: 200px">one</p><p>two</p>',
    "a chart": CHART % ('<text x="20" y="30">1.2</text>', LEGEND % (150, 60, 155, 80)),
    "a strip that goes on to the side": (
        '<div class="lada-lab-strip" style="width: 80px; overflow: auto; white-space: nowrap">one two three four</div>'
    ),
    "a box that is as large as what it holds": '<div style="overflow: hidden; width: 200px">as large</div>',
}
BROKEN = {
    '"one" lies over "two"': '<p style="margin: 0">one</p><p style="margin: 0; margin-top: -12px">two</p>',
    '"a long sentence in it" is cut by its narrow': (
        f'<p class="narrow" title="long" style="{NARROW}">a long sentence in it</p>'
    ),
    '"low" is': '<div class="low" style="height: 20px; overflow: hidden">one<br>two<br>three</div>',
    'chart "chart": its legend lies over 1 marks': CHART % ("", LEGEND % (60, 40, 65, 60)),
    'chart "chart": its legend lies over': CHART % ("", LEGEND % (60, 130, 65, 145)),
    '"1.2" lies over "1.3"': CHART % ('<text x="20" y="30">1.2</text><text x="24" y="33">1.3</text>', ""),
    '"far" is cut by': CHART % ("", '<text x="290" y="30">far</text>'),
}


def found(browser, body: str) -> list[str]:
    page = browser.new_page()
    page.set_content(f'<div id="root" style="width: 600px">{body}</div>')
    broken = looks_broken(page, "#root")
    page.close()
    return broken


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_is_found_where_all_can_be_read(browser, name):
    assert found(browser, WHOLE[name]) == []


@pytest.mark.parametrize("said", BROKEN)
def test_what_cannot_be_read_is_named(browser, said):
    assert any(said in one for one in found(browser, BROKEN[said]))


WALKS = {
    "its focus is not seen": '<button style="outline: none">ringless</button>',
    "Tab does not reach": '<button>seen</button><button tabindex="-1">left out</button>',
    "Tab does not lead out": '<button onkeydown="event.preventDefault()">held</button>',
}
CONTROLS = """<button>one</button><select><option>two</option></select><a href="#top">three</a>
<label><input type="radio" name="which">four</label><label><input type="radio" name="which">five</label>
<div role="tablist"><button role="tab">six</button><button role="tab" tabindex="-1">seven</button></div>"""
SERIOUS = {
    "button-name": "<button></button>",
    "color-contrast": '<p style="color: #999; background: #fff">pale</p>',
    "label": "<input>",
    "color of a chart's text": (
        '<svg class="lada-plot-svg" width="90" height="40"><text x="5" y="30" fill="#aaa">pale</text></svg>'
    ),
}


def in_page(browser, body: str, find) -> list[str]:
    page = browser.new_page()
    page.set_content(f'<html lang="en"><body><main id="root" style="background: white">{body}</main></body></html>')
    said = find(page, "#root")
    page.close()
    return said


def test_a_walk_by_tab_reaches_the_first_of_each_group_and_all_other_controls(browser):
    assert in_page(browser, CONTROLS, walk) == []


@pytest.mark.parametrize("said", WALKS)
def test_a_walk_by_tab_names_what_it_cannot_do(browser, said):
    assert any(said in one for one in in_page(browser, WALKS[said], walk))


@pytest.mark.parametrize("rule", SERIOUS)
def test_what_keeps_people_from_using_a_view_is_named(browser, rule):
    assert in_page(browser, "<p>plain</p><button>named</button>", serious) == []
    assert any(rule in one for one in in_page(browser, SERIOUS[rule], serious))
