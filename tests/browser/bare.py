"""A view's page by itself, in a browser but without JupyterLab and kernel: the test takes the kernel's part."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page

from lada_explore.views import Labeller
from lada_explore.views.labeller.state import asked_of, marks_of, shelf_of

SHELL = """<!doctype html><meta charset=utf-8><style>{css}</style>
<style>body {{ margin: 8px; color-scheme: {scheme}; background: Canvas; color: CanvasText; }}</style><body></body>"""

BEGIN = """async ([code, state]) => {
    window.end?.();
    const revived = (value) => {
        if (Array.isArray(value)) return value.map(revived);
        if (!value || typeof value !== "object") return value;
        if (!("base64" in value)) {
            return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revived(inner)]));
        }
        const bytes = Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
        return new DataView(bytes.buffer);
    };
    const model = {
        sent: [], heard: {}, state: revived(state),
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
            this.state[name] = revived(value);
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
        "shelf": shelf_of((), sheet, number=0, page="", of=-1, sentence=""),
        "marks": marks_of(sheet, {}),
        "error": "",
        "begin": {"annotator": "person", "grid": False, "guess": False},
    }


def as_json(value: Any) -> Any:
    """A value of a trait with its bytes as text, from which the page makes buffers again."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def show_view(page: Page, view: Any, traits: dict[str, Any], *, width: int = 1280, dark: bool = False) -> None:
    """Fill a page with a view of these traits; its messages gather in `model.sent`."""
    page.set_viewport_size({"width": width, "height": 1500})
    page.set_content(SHELL.format(css=view._css, scheme="dark" if dark else "light"))
    page.evaluate(BEGIN, [str(view._esm), as_json(traits)])
    page.wait_for_selector(".lada-view")


def show_bare(page: Page, service: Any, *, width: int = 1280, dark: bool = False) -> None:
    """Fill a page with the labeller of this service; its messages gather in `model.sent`."""
    page.set_viewport_size({"width": width, "height": 1500})
    page.set_content(SHELL.format(css=Labeller._css, scheme="dark" if dark else "light"))
    page.evaluate(BEGIN, [str(Labeller._esm), state_of(service)])
    page.wait_for_selector(".lada-labeller")
