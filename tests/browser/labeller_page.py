"""The labeller in a bare page: what it sends, and what its kernel sends back."""

from __future__ import annotations

from bare import state_of

from lada_explore.views.labeller.state import marks_of, shelf_of

KINDS = ("red", "green", "small", "large", "ripe", "sweet", "sour", "wild", "dry", "cut")
FRUITS = ("apple", "pear", "plum", "fig", "lime", "kiwi", "mango", "grape", "melon", "peach")


def words(n: int) -> list[str]:
    return [f"{KINDS[i % 10]} {FRUITS[i // 10 % 10]} of tree number {i}" for i in range(n)]


def sent(page, kind: str = "act") -> list[dict]:
    return page.evaluate("(kind) => model.sent.filter(({ type }) => type === kind)", kind)


def tell(page, service, *names: str) -> None:
    """The kernel sends these parts of what the service is now."""
    state = state_of(service)
    for name in names:
        page.evaluate("([name, value]) => model.set(name, value)", [name, state[name]])


def tell_marks(page, service) -> None:
    """The kernel sends the marks, also of what is on the shelf and not asked."""
    shelf = page.evaluate("() => model.get('shelf').images.map(({ id }) => id)")
    beside = service.images([i for i in shelf if i not in service.ids])
    page.evaluate("(marks) => model.set('marks', marks)", marks_of(service.sheet(), {}, beside=beside))


def acknowledge(page, **more) -> None:
    """The kernel acknowledges what was sent last."""
    action = sent(page)[-1]
    ack = {"type": "ack", "page": action["page"], "seq": action["seq"], "ok": True, "say": "", "show": -1} | more
    page.evaluate("(ack) => model.tell(ack)", ack)


def dispatch(page, service) -> None:
    """The service does what the page sent last, and the page hears of it."""
    action, more = sent(page)[-1], {}
    if action["name"] == "label":
        service.submit({action["id"]: action["label"]}, late=True, unasked=action.get("unasked", False))
    elif action["name"] == "label_many":
        labels = dict(zip(action["ids"], action["labels"], strict=True))
        service.submit(labels, late=True, unasked=action.get("unasked", False))
    elif action["name"] in ("skip", "skip_many"):
        service.skip(action.get("ids", action.get("id")), late=True)
    elif action["name"] in ("flag", "flag_many"):
        service.flag(action.get("ids", action.get("id")), action["on"])
    elif action["name"] == "mark_class_absent":
        service.mark_class_absent(action["label"])
    elif action["name"] == "end_seed_round":
        service.end_seed_round()
    elif action["name"] == "undo":
        taken = service.undo()
        more = {"show": taken.id, "ids": list(taken.ids)}
    tell(page, service, "asked")
    tell_marks(page, service)
    acknowledge(page, **more)


def at(page) -> str:
    return page.locator(".lada-labeller").get_attribute("data-at")


def find_alike(page, service) -> None:
    """The service finds what the page asked for last, and the page hears of it."""
    asked = sent(page, "alike")[-1]
    found = service.alike(asked["id"])
    ids = [asked["id"], *found.ids]
    number = page.evaluate("() => model.get('shelf').number") + 1
    about = {"number": number, "page": asked["page"], "of": asked["id"], "sentence": found.sentence}
    shelf = shelf_of(service.images(ids), service.sheet(), **about)
    page.evaluate("(shelf) => model.set('shelf', shelf)", shelf)
