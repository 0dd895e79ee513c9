import nbformat, time
CELLS = ['''import lada_explore
from lada_explore import open_run
from lada_explore.views import Explorer
run = open_run("/work/wt/looks/data/runs/demo")''','''Explorer(run)''']
def test_look(pages):
    nb = nbformat.v4.new_notebook(metadata={'kernelspec': {'name':'python3','display_name':'Python 3','language':'python'}}, cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    nbformat.write(nb, pages.lab.folder / "looks.ipynb")
    n = pages.open_path("looks.ipynb", "lab", viewport={"width": 1280, "height": 800})
    t0=time.time()
    n.run_all(240)
    t=time.time(); print("cells", t-t0)
    for sel in (".lada-stepper", ".lada-map", ".lada-map .lada-plot-chart .main-svg"):
        n.page.wait_for_selector(sel, state="attached", timeout=60000); print(sel, time.time()-t)
    n.page.wait_for_function("() => document.querySelector('.lada-map')?.dataset.cycle", timeout=60000); print("map", time.time()-t)
    n.page.wait_for_timeout(3000)
    n.page.screenshot(path="/tmp/first_1280.png")
