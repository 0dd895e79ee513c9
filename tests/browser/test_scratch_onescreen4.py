import os
from labeller_notebook import open_labeller, focus, press
from test_labeller_in_jupyterlab import PAIRS
from test_scratch_onescreen3 import RUN
OUT = os.environ["SHOTS"]
def test_dialogs(pages):
    nb = pages.open_cells("dlg", RUN, "explorer = Explorer(session)\nexplorer.show('Label')\nexplorer")
    page = nb.page
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_selector(".lada-lab-figure canvas[data-painted], .lada-lab-nothing", timeout=60000)
    page.evaluate("document.querySelector('.lada-explorer').scrollIntoView({block: 'start'})")
    page.wait_for_timeout(800)
    focus(nb)
    page.wait_for_timeout(300)
    page.screenshot(path=f"{OUT}/one.png")
    print(page.locator(".lada-labeller").bounding_box())
    press(nb, "?")
    page.wait_for_timeout(300)
    page.screenshot(path=f"{OUT}/keys.png")
    press(nb, "Escape")
    page.keyboard.press(".")
    page.wait_for_timeout(2500)
    page.screenshot(path=f"{OUT}/alike.png")
    press(nb, "Escape", "v", "Control+a")
    page.wait_for_timeout(500)
    page.screenshot(path=f"{OUT}/grid.png")
    press(nb, "v")
    device = page.context.new_cdp_session(page)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    device.send("Emulation.setEmulatedMedia", {"features": [{"name": "pointer", "value": "coarse"}, {"name": "hover", "value": "none"}]})
    for w, h in ((1024, 768), (820, 1180), (390, 844)):
        page.set_viewport_size({"width": w, "height": h})
        page.wait_for_timeout(800)
        page.evaluate("document.querySelector('.lada-explorer').scrollIntoView({block: 'start'})")
        page.wait_for_timeout(500)
        page.screenshot(path=f"{OUT}/touch_{w}.png")
