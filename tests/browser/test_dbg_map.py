import sys
sys.path.insert(0,"/work/main/tests/browser"); sys.path.insert(0,"/work/main/tests")
import test_map_in_jupyterlab as T
CODE='''
from lada_explore import open_run
from lada_explore.views import MapView, Selection
session=open_run("{}"); selection=Selection(); view=MapView(session,selection)
'''
REDRAW="""async (code) => {
  const root=document.querySelector('.lada-map'); const rev=root.dataset.rev;
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const began=performance.now(); kernel.requestExecute({code});
  while(root.dataset.rev===rev) await new Promise(r=>setTimeout(r,5));
  return performance.now()-began; }"""
def test_real(pages,shot):
    for name,c in (("demo",5),("big",4)):
        n=pages.open_cells("real"+name,CODE.format("/tmp/mapwork/"+name),"view"); T.wait_for_map(n,int(T.run(n,"print(view.panel['cycle'])")))
        n.page.wait_for_timeout(900); shot(n,"real_"+name,".lada-map")
        first=T.run(n,"print(view.panel['cycle'])")
        for k in range(4):
            print(name,"redraw ms",n.page.evaluate(REDRAW,f"selection.show_cycle({2+k%2})"))
            n.page.wait_for_timeout(1000)
        print(name,"mark ms",n.page.evaluate(REDRAW,"selection.mark([int(view.panel['strip']['images'][0]['id'])])"))
        print(T.run(n,"import time; t=time.time(); p=view.picture(view._source,view._source.history,selection.selected); print('picture',time.time()-t)"))
        n.page.get_by_label("Colour").select_option("entropy"); n.page.wait_for_timeout(1500); shot(n,"real_entropy_"+name,".lada-map")
        n.show_theme("JupyterLab Dark"); n.page.wait_for_timeout(1500); shot(n,"real_dark_"+name,".lada-map"); n.show_theme("JupyterLab Light")
