"""What a person does in the labeller, done: a message of a page is one action of the labelling service or the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lada_explore.errors import ConfigError
from lada_explore.labelling.protocol import LabellingFeed
from lada_explore.session.worker import Worker
from lada_explore.views.base.text import class_name


class Done(NamedTuple):
    """What came of an action.

    Attributes:
        say: a sentence for the person; empty if the page shows the result anyway.
        show: id of the image to show; -1 for none.
        ids: ids of the images of which something was taken back, if they are several.
    """

    say: str = ""
    show: int = -1
    ids: tuple[int, ...] = ()


def dispatch(service: LabellingFeed, action: Mapping[str, Any], run: Worker | None = None) -> Done:
    """Do one action of a person.

    Args:
        service: takes the action.
        action: its `name`, with `annotator`, and what it is about: `id`, `label`, `on`, `text`, `ids`,
            `rule`, or whether it may answer what is `unasked`.
        run: the worker that continues the run; None if there is none.

    Returns:
        What to tell the page.

    Raises:
        LadaError: the action cannot be done now; nothing was written.
    """
    who = str(action.get("annotator", "")).strip()
    if not who:
        raise ConfigError("nobody is named as the one who answers; type a name into the field “You are”")
    image, label = int(action.get("id", -1)), int(action.get("label", -1))
    unasked = bool(action.get("unasked", False))
    match action.get("name"):
        case "label":
            # The page shows images that the run may have gone past by now; what a person said of them is kept.
            service.submit({image: label}, who, late=True, unasked=unasked)
        case "label_many":
            labels = dict(zip(action.get("ids", []), action.get("labels", []), strict=True))
            service.submit(labels, who, late=True, unasked=unasked)
        case "skip":
            service.skip(image, who, late=True)
            return Done(f"Set image {image} aside; it is not asked again.")
        case "skip_many":
            service.skip(ids := _ids_of(action), who, late=True)
            return Done(f"Set {_images(len(ids))} aside; they are not asked again.")
        case "unskip":
            service.unskip(ids := _ids_of(action), who)
            return Done(f"{_images(len(ids))} may be asked again, from the next cycle on.")
        case "flag":
            service.flag(image, bool(action.get("on", True)), who)
        case "flag_many":
            service.flag(_ids_of(action), bool(action.get("on", True)), who)
        case "adjudicate":
            service.adjudicate(image, label, who)
        case "undo":
            return _undo(service, who)
        case "add_class":
            text = str(action.get("text", "")).strip()
            service.add_class(text, who)
            return Done(f"Added the class {text}.")
        case "mark_class_absent":
            service.mark_class_absent(label, who)
        case "end_seed_round":
            service.end_seed_round(who)
            return Done("The start ends here: training takes the images that were found.")
        case "rule":
            service.set_rule(str(action.get("rule", "")))
        case "go_on" if run is not None:
            run.run()
        case "look_for_images" if run is not None and (look := finder_of(run)) is not None:
            run.image_search.start(look)  # The marks say how far it is, and what came of it.
        case name:
            raise ConfigError(f"{name!r} is no action of the labeller")
    return Done("")


def finder_of(run: Worker | None) -> Callable[[], str] | None:
    """What looks for images that were added to the folder of a run; None for a run that cannot take any."""
    if run is None or not run.asks_a_person:
        return None
    look: Callable[[], str] | None = getattr(run.session, "look_for_images", None)
    return look


def _ids_of(action: Mapping[str, Any]) -> list[int]:
    return [int(i) for i in action.get("ids", [])]


def _undo(service: LabellingFeed, who: str) -> Done:
    names = service.sheet().class_names
    result = service.undo(who)
    if result.stale:
        return Done(result.stale)
    if not result.action:
        return Done(f"{who} has nothing to undo.")
    what = f" {class_name(result.label, names)}" if result.label >= 0 else ""
    if len(result.ids) > 1:
        return Done(f"Took back: {result.action}{what} of {_images(len(result.ids))}.", result.id, result.ids)
    about = f" of image {result.id}" if result.id >= 0 else ""
    return Done(f"Took back: {result.action}{what}{about}.", result.id)


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"
