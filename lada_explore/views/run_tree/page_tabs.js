// The tabs beside the notebook, which JupyterLab has, but not where it shows a single document.

const NAME = /^lada-beside-(\d+)$/;

/**
 * Numbers of the tabs that are open; null in a page that can have none. The kernel does not learn of one that is closed.
 *
 * @returns {number[] | null}
 */
export function openTabs() {
  if (!document.querySelector('.jp-LabShell:not([data-shell-mode="single-document"])')) return null;
  const shown = [...document.querySelectorAll('.jupyterlab-sidecar [class*="lada-beside-"]')];
  return shown.flatMap(({ classList }) =>
    [...classList].flatMap((name) => NAME.exec(name)?.slice(1).map(Number) ?? []),
  );
}
