"""The labeller's page by itself, in a browser but without JupyterLab and kernel: the test takes the kernel's part."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from lada_explore.views import Labeller
from lada_explore.views.labeller.state import asked_of, marks_of

SHELL = """<!doctype html><meta charset=utf-8><style>{css}</style>
<style>body {{ margin: 8px; color-scheme: {scheme}; background: Canvas; color: CanvasText; }}</style><body></body>"""

BEGIN = """async ([code, state]) => {
    window.end?.();
    const model = {
        sent: [], heard: {}, state,
        get(name) { return this.state[name]; },
        on(name, call) { (this.heard[name] ??= []).push(call); },
        off(name, call) { this.heard[name] = this.heard[name].filter((some) => some !== call); },
        send(message) {
            this.sent.push(message);
            if (message.type !== "pictures") return;
            const { page, ids } = message;
            const bytes = new Uint8Array(28 * 28 * ids.length).map((_, i) => (i * 7 + ids[0] * 31) % 256);
            setTimeout(() => this.tell({ type: "pictures", page, ids, shape: [1, 28, 28] }, [bytes]), 0);
        },
        tell(message, buffers = []) { for (const call of this.heard["msg:custom"] ?? []) call(message, buffers); },
        set(name, value) {
            this.state[name] = value;
            for (const call of this.heard[`change:${name}`] ?? []) call();
        },
    };
    window.model = model;
    const { default: view } = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    window.end = view.render({ model, el: document.body });
}"""


def state_of(service: Any) -> dict[str, Any]:
    """What a kernel would send about this service."""
    sheet = service.sheet()
    return {
        "asked": asked_of(sheet),
        "marks": marks_of(sheet, {}),
        "error": "",
        "begin": {"annotator": "person", "grid": False, "guess": False},
    }


def show_bare(page: Page, service: Any, *, width: int = 1280, dark: bool = False) -> None:
    """Fill a page with the labeller of this service; its messages gather in `model.sent`."""
    page.set_viewport_size({"width": width, "height": 1500})
    page.set_content(SHELL.format(css=Labeller._css, scheme="dark" if dark else "light"))
    page.evaluate(BEGIN, [str(Labeller._esm), state_of(service)])
    page.wait_for_selector(".lada-labeller")
