// The queried images, pair by pair. Layout only; names and numbers come from the kernel and are shown as text.

function card(image) {
  const figure = make("figure", "lada-card");
  figure.dataset.id = image.id;
  const picture = make("img", "lada-pixels");
  picture.src = image.url;
  picture.alt = image.alt;
  picture.draggable = false;
  const caption = make("figcaption");
  const name = make("span", image.answered ? "lada-label" : "lada-label lada-open", image.label);
  caption.append(name, make("span", "lada-detail", image.detail));
  figure.append(picture, caption);
  return figure;
}

function groupItem(group) {
  const item = make("li", "lada-query");
  const images = make("div", "lada-cards");
  images.append(...group.images.map(card));
  item.append(make("div", "lada-rank", group.rank), images);
  if (group.lines.length) {
    const facts = make("div", "lada-facts");
    facts.append(...group.lines.map((line) => make("span", "", line)));
    item.append(facts);
  }
  return item;
}

function render({ model, el }) {
  const root = make("section", "lada-gallery");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Queried images");
  const title = make("p", "lada-gallery-title");
  const error = make("p", "lada-gallery-error");
  error.setAttribute("role", "alert");
  const list = make("ol", "lada-queries");
  const caption = make("p", "lada-gallery-caption");
  root.append(title, error, list, caption);
  guardKeys(root);
  el.append(root);
  const draw = () => {
    const state = model.get("state");
    setText(title, state.title);
    setText(error, state.error);
    error.hidden = !state.error;
    setText(caption, state.caption);
    caption.hidden = !state.caption;
    list.replaceChildren(...state.groups.map(groupItem));
    root.dataset.rev = state.revision;
  };
  model.on("change:state", draw);
  draw();
  return () => model.off("change:state", draw);
}

export default { render };
