// The queried images, pair by pair. Layout only; names and numbers come from the kernel and are shown as text.

import { withKernel } from "../base/kernel.js";
import { announced, button, classWords, make, setText, showText, viewRoot } from "../base/page.js";

function pixels(src, alt) {
  return Object.assign(make("img", "lada-pixels lada-image"), { src, alt, draggable: false });
}

function card(image) {
  const figure = make("figure", "lada-card");
  figure.dataset.id = image.id;
  const caption = make("figcaption");
  const words = classWords({ known: image.answered ? image.label : "", guess: image.guess });
  if (!image.answered) words.prepend(make("span", "lada-open", image.label));
  caption.append(words, make("span", "lada-detail", image.detail));
  figure.append(pixels(image.url, image.alt));
  if (image.transform) figure.append(pixels(image.transform, `transform of ${image.alt}`));
  figure.append(caption);
  return figure;
}

function groupItem(group, pick) {
  const item = make("li", "lada-query");
  const ids = group.images.map((image) => image.id);
  item.dataset.ids = ids.join(" ");
  // A click anywhere on the item picks it; the button is there for keys.
  const choose = button(ids.length > 1 ? "Choose this pair" : "Mark this image", "", () => {}, "lada-pick");
  choose.setAttribute("aria-label", `${choose.textContent}: ${group.images.map((image) => image.alt).join(" and ")}`);
  item.addEventListener("click", () => pick(ids));
  const images = make("div", "lada-cards");
  images.append(...group.images.map(card));
  const head = make("div", "lada-query-head");
  head.append(make("span", "lada-rank", group.rank), choose);
  item.append(head, images);
  if (group.lines.length) {
    const facts = make("div", "lada-facts");
    facts.append(...group.lines.map((line) => make("span", "", line)));
    item.append(facts);
  }
  return item;
}

function render({ model, el }) {
  const root = viewRoot(el, "lada-gallery", "Queried images");
  const title = make("p", "lada-gallery-title");
  const error = announced("lada-gallery-error", "alert");
  const list = make("ol", "lada-queries");
  const caption = make("p", "lada-gallery-caption");
  root.append(title, error, list, caption);
  const pick = (ids) => model.send({ type: "pick", ids });
  const mark = () => {
    const { ids, pair } = model.get("marks");
    for (const item of list.children) {
      const own = item.dataset.ids.split(" ").map(Number);
      const chosen = own.length > 1 ? own.every((id) => pair.includes(id)) : ids.includes(own[0]);
      item.classList.toggle("lada-chosen", chosen);
      const choose = item.querySelector(".lada-pick");
      choose.setAttribute("aria-pressed", String(chosen));
      setText(choose, chosen ? "✓ chosen" : "choose");
    }
    for (const figure of list.querySelectorAll(".lada-card")) {
      figure.classList.toggle("lada-marked", ids.includes(Number(figure.dataset.id)));
    }
  };
  const draw = () => {
    const state = model.get("state");
    setText(title, state.title);
    showText(error, state.error);
    showText(caption, state.caption);
    list.replaceChildren(...state.groups.map((group) => groupItem(group, pick)));
    mark();
    root.dataset.rev = state.revision;
  };
  model.on("change:state", draw);
  model.on("change:marks", mark);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("change:marks", mark);
  };
}

export default withKernel({ render });
