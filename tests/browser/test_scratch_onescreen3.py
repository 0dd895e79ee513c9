import os
from conftest import REPOSITORY
from labeller_notebook import focus, press, shown, until, all_saved, kernel
OUT = os.environ["SHOTS"]
RUN = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from dataclasses import replace
from pathlib import Path
from helpers.small_runs import small_config, small_data
from lada_explore import Explorer, Worker
from lada_explore.session.session import Session
data = small_data(labelled=False, tested=False)
names = tuple(f"kind of fruit number {{i}}" for i in range(40))
data = replace(data, train=replace(data.train, class_names=names))
config = small_config("lada-entmix", cycles=3, schedule__initial_per_class=1, schedule__budget=6)
path = Path("run-attack")
session = Session.resume(path, data=data) if (path / "run.json").exists() else Session.create(config, path, data=data)
worker = Worker.of(session)
worker.run()
"""

def snap(nb, name):
    nb.page.screenshot(path=f"{OUT}/{name}.png")
    s = shown(nb)
    s.pop("states"); 
    print(name, s, "|", nb.page.locator(".lada-lab-sentence").inner_text(), "|", nb.page.locator(".lada-lab-selection-text").inner_text())

def test_attack(pages):
    nb = pages.open_cells("attack", RUN, "explorer = Explorer(session)\nexplorer.show('Label')\nexplorer")
    page = nb.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_selector(".lada-lab-figure canvas[data-painted], .lada-lab-nothing", timeout=60000)
    page.evaluate("document.querySelector('.lada-explorer').scrollIntoView({block: 'start'})")
    page.wait_for_timeout(1000)
    snap(nb, "a1_start")
    focus(nb)
    press(nb, "v")
    press(nb, "Control+a")
    page.wait_for_timeout(300)
    snap(nb, "a2_all")
    press(nb, "1"); until(nb, all_saved); page.wait_for_timeout(1500)
    snap(nb, "a3_second_batch")
    press(nb, "z"); page.wait_for_timeout(1200)
    snap(nb, "a4_undone")
    press(nb, "1"); until(nb, all_saved); page.wait_for_timeout(1500)
    press(nb, "Shift+ArrowRight", "Shift+ArrowRight")
    page.wait_for_timeout(300)
    snap(nb, "a5_selected")
    nb.page.evaluate("() => window.jupyterapp.serviceManager && window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    page.wait_for_timeout(5000)
    snap(nb, "a6_restarted")
    press(nb, "2")
    page.wait_for_timeout(500)
    snap(nb, "a6b_key_while_gone")
    nb.run_all()
    page.wait_for_selector(".lada-lab-figure canvas[data-painted], .lada-lab-nothing, .lada-lab-grid", timeout=60000)
    page.wait_for_timeout(2000)
    page.evaluate("document.querySelector('.lada-explorer').scrollIntoView({block: 'start'})")
    page.wait_for_timeout(1000)
    snap(nb, "a7_run_again")
    focus(nb)
    for n in range(12):
        if page.get_by_role("button", name="Enough, start training").count():
            break
        press(nb, str(n % 9 + 1)); page.wait_for_timeout(700)
    snap(nb, "a8_before_enough")
    page.get_by_role("button", name="Enough, start training").click()
    page.wait_for_timeout(400)
    snap(nb, "a9_working")
    page.wait_for_timeout(9000)
    snap(nb, "b1_query")
    if shown(nb)["at"] is not None:
        focus(nb)
        page.keyboard.press(".")
        page.wait_for_timeout(2500)
        snap(nb, "b2_alike")
        press(nb, "Escape")
        page.wait_for_timeout(400)
        if page.locator(".lada-lab-grid").count(): press(nb, "v")
        page.wait_for_timeout(400)
        snap(nb, "b3_one")
        page.keyboard.press(".")
        page.wait_for_timeout(2500)
        snap(nb, "b3b_alike_one")
        press(nb, "Escape", "?")
        page.wait_for_timeout(400)
        snap(nb, "b4_keys")
        press(nb, "Escape")
    page.reload()
    page.wait_for_selector(".lada-lab-figure canvas[data-painted], .lada-lab-nothing, .lada-lab-grid", timeout=60000)
    page.wait_for_timeout(1500)
    snap(nb, "b5_reloaded")
