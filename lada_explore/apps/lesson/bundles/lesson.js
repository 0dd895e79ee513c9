/* Written by `make page` from the files beside the views; change those instead. */
// lada_explore/views/base/page.js
var KEY_EVENTS = (
  /** @type {const} */
  ["keydown", "keypress", "keyup"]
);
function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
function within(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`a view has no ${selector}, which its own code puts there`);
  return found;
}
function penOf(canvas) {
  const pen2 = canvas.getContext("2d");
  if (!pen2) throw new Error("this browser does not draw on a canvas");
  return pen2;
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function codeParts(text) {
  const pieces = text.split(/`([^`]*)`/);
  return pieces.map((piece, place) => ({ code: place % 2 === 1, text: piece })).filter((piece) => piece.text);
}
function setWithCode(element, text) {
  const parts = codeParts(text);
  if (element.textContent === parts.map((part) => part.text).join("")) return;
  element.replaceChildren(...parts.map((part) => part.code ? make("code", "", part.text) : part.text));
}
function withCode(text) {
  const item = make("li");
  setWithCode(item, text);
  return item;
}
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
function button(text, title, onClick, className = "lada-pair-button") {
  const made = make("button", className, text);
  made.type = "button";
  if (title) made.title = title;
  made.addEventListener("click", onClick);
  return made;
}
function viewRoot(el, className, label = "") {
  const root = make("section", `${className} lada-view`);
  if (label) setAttributes(root, { role: "group", "aria-label": label });
  guardKeys(root);
  el.append(root);
  return root;
}
function announced(className, role = "status") {
  const made = make("p", className);
  made.setAttribute("role", role);
  return made;
}
function showText(element, text) {
  setWithCode(element, text);
  element.hidden = !text;
}
var groupName = () => `lada-group-${Math.random().toString(36).slice(2)}`;
function focusedIn(root) {
  const focused = document.activeElement;
  return focused instanceof HTMLElement && root.contains(focused) ? focused : null;
}
function refill(element, key, build6) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build6());
  return true;
}
function fillSelect(select, entries, value) {
  refill(
    select,
    entries,
    () => entries.map(([name, text]) => Object.assign(make("option", "", text), { value: name }))
  );
  select.value = value;
}
function guardKeys(root) {
  root.tabIndex = -1;
  const stop = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  for (const type of KEY_EVENTS) root.addEventListener(type, stop);
  leaveShortcuts(root);
  keepFocus(root);
}
function leaveShortcuts(root) {
  const held = new WeakRef(root);
  const mark2 = (event) => {
    const view = held.deref();
    const { target } = event;
    if (!view) window.removeEventListener("keydown", mark2, true);
    else if (target instanceof Element && view.contains(target)) {
      const own = (view.dataset.ownKeys ?? "").split(" ").includes(event.key.toLowerCase());
      target.toggleAttribute("data-lm-suppress-shortcuts", own || !event.ctrlKey && !event.metaKey);
    }
  };
  window.addEventListener("keydown", mark2, true);
}
function keepFocus(root) {
  let held = null;
  const look = () => {
    if (held === null || held === root || usable(root, held)) return;
    const at = document.activeElement;
    if (at === held || at === null || at === document.body) root.focus({ preventScroll: true });
    held = null;
  };
  root.addEventListener("focusin", ({ target }) => {
    held = /** @type {Element} */
    target;
  });
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget) held = null;
    else setTimeout(() => held = held === target && document.activeElement !== target ? null : held, 0);
  });
  new MutationObserver(look).observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: ["hidden", "style", "class", "disabled"]
  });
}
function usable(root, element) {
  return root.contains(element) && !element.matches(":disabled") && element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
}
function classWords({ known = "", guess = "" }) {
  const words = make("span", "lada-class-words");
  if (known) words.append(make("span", "lada-known", known));
  if (guess) words.append(make("span", "lada-guess", `guess: ${guess}`));
  return words;
}

// lada_explore/views/base/late.js
var GIVEN_UP = "Error displaying widget: model not found";
var VIEW_OF = "application/vnd.jupyter.widget-view+json";
var LOOK_MS = 500;
var LOOKS = 60;
function connectLate(model) {
  let own;
  const found = (changed) => {
    own = changed;
  };
  model.on("change:late", found);
  model.set("late", true);
  model.off("change:late", found);
  connectOwn(own);
}
function connectOwn(own) {
  own?.unset("late", { silent: true });
  const handle = own && Object.getPrototypeOf(own.constructor.prototype)._handle_comm_msg;
  if (!handle || !own.comm) return;
  const { comm } = own;
  own._handle_comm_msg({ content: { data: {} } }).catch(() => comm.send({ method: "request_state" }));
  comm.on_msg((message) => handle.call(own, message));
}
var page = globalThis;
var looked = page.__ladaExploreLooked ?? /* @__PURE__ */ new WeakSet();
page.__ladaExploreLooked = looked;
function lookForMissed(manager) {
  if (!manager?.context || looked.has(manager)) return;
  looked.add(manager);
  let looks = 0;
  const timer2 = setInterval(() => {
    if ([...document.querySelectorAll(".jupyter-widgets")].some((node) => node.textContent === GIVEN_UP))
      showMissed(manager);
    looks += 1;
    if (looks === LOOKS) clearInterval(timer2);
  }, LOOK_MS);
}
async function showMissed(manager) {
  for (const { outputs } of manager.context?.model?.cells ?? []) {
    for (let place = 0; outputs && place < outputs.length; place++) {
      const output = outputs.get(place).toJSON();
      const id = widgetOf(output);
      if (!id || !manager.has_model?.(id)) continue;
      const model = await manager.get_model?.(id);
      const same2 = place < outputs.length && widgetOf(outputs.get(place).toJSON()) === id;
      if (same2 && !Object.keys(model?.views ?? {}).length) outputs.set(place, output);
    }
  }
}
function widgetOf(output) {
  const shown = output.data?.[VIEW_OF];
  return typeof shown === "object" && "model_id" in shown ? shown.model_id : void 0;
}

// lada_explore/views/base/glossary.js
var PAPER = "LADA";
var TERMS = [
  {
    term: "cycle",
    means: "One round of the loop: candidates are drawn and scored, the policy looks ahead, images are asked about, and the classifier trains on all answers. Cycle 0 is the start, with the first labels.",
    equation: "labels after cycle c = labels at the start + c · b, where b images are asked about in each cycle",
    source: `${PAPER}, section 3; b: supplement, Table 1`
  },
  {
    term: "candidate",
    means: "An unlabelled image that a cycle may ask about. A cycle draws candidates from the pool, all images without a label, and pairs them at random.",
    equation: "M candidates make P = M / 2 pairs (x, x′); in the paper M = 2,000",
    source: `${PAPER}, section 3.3; supplement, A.2`
  },
  {
    term: "guess",
    means: "The class that the classifier finds most likely. It stands in grey after “guess:”; bold is what was answered or is true.",
    equation: "the class c with the largest probability p(c)",
    source: "ours: how a prediction is written here"
  },
  {
    term: "entropy",
    means: "How unsure the classifier is of an image, in bits: 0 where one class has all the probability, log₂ C where C classes are equally likely (3.32 bits for 10).",
    equation: "H = − Σ p(c) log₂ p(c), the sum over the classes c",
    source: `${PAPER}, section 3; bits as in its figures`
  },
  {
    term: "acquisition A",
    means: "What makes an image worth asking about, as a number: mostly its entropy, in some methods another measure with a unit of its own.",
    equation: "A = f_acq(p), for the entropy A = H",
    source: `${PAPER}, section 3; other measures: supplement, section D`
  },
  {
    term: "λ",
    means: "The share of the first image of a pair in a mixture of both: λ = 1 is the first image, λ = 0 the second. `lam` in code. Inner states of the classifier are mixed at the mix layer, or the pixels themselves.",
    equation: "h(λ) = λ h + (1 − λ) h′, 0 ≤ λ ≤ 1",
    source: `${PAPER}, section 3; mixup of Zhang et al. (ICLR 2018) and of Verma et al. (ICML 2019)`
  },
  {
    term: "virtual instance",
    means: "A mixture of the two images of a pair, with the mixture of their labels. The classifier trains on virtual instances of the pairs that were asked about. A spatial transformer makes them by θ instead.",
    equation: "h(λ) with the label λ y + (1 − λ) y′, λ drawn from Beta(τ*, τ*)",
    source: `${PAPER}, section 3.4`
  },
  {
    term: "profile A(λ)",
    means: "The acquisition all along the way from one image of a pair to the other, while the classifier stays as it is. Everything that looking ahead decides is read off it.",
    equation: "A(λ) = f_acq(p of h(λ)); A(1) and A(0) are those of the two images",
    source: `${PAPER}, section 3.2; evaluated at a few λ and joined by curves: ours`
  },
  {
    term: "τ",
    means: "Says how a pair is mixed: near 0 the mixtures stay close to one of the two images, at 1 all are equally likely, above 1 halves are favoured. `tau` in code.",
    equation: "λ ~ Beta(τ, τ), with a density proportional to λ^(τ−1) (1 − λ)^(τ−1)",
    source: `${PAPER}, section 3.2`
  },
  {
    term: "look-ahead value V",
    means: "What the virtual instances of a pair are worth on average, if they are drawn with this τ.",
    equation: "V(τ) = E[A(λ)], λ ~ Beta(τ, τ)",
    source: `${PAPER}, section 3.2; without random draws, by quadrature: ours`
  },
  {
    term: "policy",
    means: "What gives each pair its τ: a small network that learns afresh in every cycle, a fixed τ, or each pair's own best τ (`exact`).",
    equation: "τ = π(h, h′), learned so that the mean of V(τ) over the pairs rises",
    source: `${PAPER}, section 3.2; supplement, Tables 2 and 3 and Equations 1 to 5; exact: ours`
  },
  {
    term: "τ*",
    means: "The τ of a pair once the policy has learned.",
    equation: "τ* = π(h, h′) after the last epoch",
    source: `${PAPER}, section 3.2; over the cycles: supplement, Figure 2`
  },
  {
    term: "gain",
    means: "What learning was worth. The sign of the slope of V moves τ, hardly its size: a tiny gain can take τ* as far as a large one.",
    equation: "gain = V(τ*) − V(τ before learning)",
    source: "ours"
  },
  {
    term: "regret",
    means: "What the policy left: how much more the pair's own best τ would give.",
    equation: "regret = max V(τ) − V(τ*), the largest V over the range of τ",
    source: "ours"
  },
  {
    term: "score",
    means: "What pairs are ranked by: the acquisition of both images and the look-ahead value.",
    equation: "score = A(1) + A(0) + V(τ*); the b / 2 pairs with the highest scores are asked about",
    source: `${PAPER}, section 3.2`
  },
  {
    term: "query",
    means: "The images that a cycle asks about. The oracle answers: the labels of the data set, a person, or either with mistakes made on purpose.",
    equation: "b images, in the paper 10, for CIFAR-100 100",
    source: `${PAPER}, section 3; supplement, Table 1`
  },
  {
    term: "θ",
    means: "How a spatial transformer moves, turns and scales an image, in methods that transform images in place of mixing pairs.",
    equation: "x̃ = x sampled at θ · (u, v, 1), θ a matrix of 2 × 3 near the identity",
    source: `${PAPER}, supplement, section E, Algorithm 1; the bound on θ: ours`
  },
  {
    term: "kappa κ",
    means: "How far two that name classes agree beyond chance, two people or two classifiers: 1 is always, 0 no more than by chance.",
    equation: "κ = (p_o − p_e) / (1 − p_e), p_o how often they agree, p_e how often by chance",
    source: "Cohen (1960); Fleiss (1971) for more than two"
  }
];
function glossaryList() {
  const list = make("dl", "lada-words");
  for (const { term, means, equation, source } of TERMS) {
    const one = make("div", "lada-word");
    const said = make("dd", "lada-word-means");
    setWithCode(said, means);
    one.append(
      make("dt", "lada-word-term", term),
      said,
      make("dd", "lada-word-equation", equation),
      make("dd", "lada-word-source", source)
    );
    list.append(one);
  }
  return list;
}

// lada_explore/views/base/tab_list.js
function placeAfter(key, at, count) {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowLeft":
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
function tabList(list, className, choose) {
  const tabs = () => (
    /** @type {NodeListOf<HTMLElement>} */
    list.querySelectorAll("[role=tab]")
  );
  const press = (place) => {
    choose(place);
    tabs()[place]?.focus();
  };
  list.addEventListener("keydown", (event) => {
    const at = Array.from(tabs()).findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const to = placeAfter(event.key, at, tabs().length);
    if (to === null || at < 0) return;
    event.preventDefault();
    press(to);
  });
  return (label, titles, chosen) => {
    if (titles.length) setAttributes(list, { role: "tablist", "aria-label": label });
    else for (const name of ["role", "aria-label"]) list.removeAttribute(name);
    refill(
      list,
      titles,
      () => titles.map((title, place) => {
        const tab = button(title, "", () => press(place), className);
        tab.setAttribute("role", "tab");
        return tab;
      })
    );
    tabs().forEach((tab, place) => {
      setAttributes(tab, { "aria-selected": place === chosen });
      tab.tabIndex = place === chosen ? 0 : -1;
    });
    const shown = tabs()[chosen];
    if (shown && list.scrollWidth > list.clientWidth) list.scrollLeft = shown.offsetLeft - list.offsetLeft - 40;
  };
}

// lada_explore/views/base/key_list.js
function keyCap(key) {
  const cap = make("span", "lada-key");
  const parts = key === "+" ? ["+"] : key.split(/(?<=.)\+(?=.)/);
  cap.append(...parts.flatMap((part, place) => [...place ? ["+"] : [], make("kbd", "", part)]));
  return cap;
}
function sectionParts({ title, does, lines }) {
  const list = make("dl", "lada-keys-list");
  for (const [keys, what] of lines) {
    const [line, caps] = [make("div", "lada-keys-line"), make("dt")];
    caps.append(...[keys].flat().flatMap((key) => [keyCap(key), " "]));
    line.append(caps, make("dd", "", what));
    list.append(line);
  }
  return [
    ...title ? [make("h3", "lada-keys-part", title)] : [],
    ...does ? [make("p", "", does)] : [],
    ...lines.length ? [list] : []
  ];
}
var TABS = ["Parts and keys", "Words"];
function twoPages(keys) {
  const [row, words] = [make("div", "lada-keys-tabs"), make("div")];
  const pages = [keys, words];
  pages.forEach((page3, place) => {
    page3.classList.add("lada-keys-page");
    setAttributes(page3, { role: "tabpanel", tabindex: 0, "aria-label": TABS[place] });
  });
  const label = tabList(row, "lada-keys-tab", (place) => show(place));
  const show = (chosen) => {
    if (chosen === 1 && !words.firstChild) words.append(glossaryList());
    label("What is listed", TABS, chosen);
    pages.forEach((page3, place) => {
      page3.hidden = place !== chosen;
    });
  };
  return { parts: [row, ...pages], show };
}
function keyList(root, title, sections, intro) {
  const dialog = make("dialog", "lada-keys");
  dialog.setAttribute("aria-label", title);
  const close = button("Close", "Back to the view (key Escape)", () => dialog.close(), "lada-button");
  const [keys, body] = [make("div"), make("div")];
  keys.append(...intro ? [intro] : [], body);
  const pages = twoPages(keys);
  const head = make("div", "lada-keys-head");
  head.append(make("h2", "lada-keys-title", title), close);
  dialog.append(head, ...pages.parts);
  for (const type of KEY_EVENTS) dialog.addEventListener(type, (event) => event.stopPropagation());
  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "?") dialog.close();
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  root.append(dialog);
  const open2 = () => {
    const shown = sections();
    refill(body, shown, () => shown.flatMap(sectionParts));
    pages.show(0);
    if (!dialog.open) dialog.showModal();
  };
  return { open: open2 };
}
var KEYS_LABEL = "What is shown here, and its keys";
function keysButton(open2, className = "lada-button") {
  const made = button("?", "What is shown here, and its keys (key ?)", open2, `${className} lada-keys-button`);
  made.setAttribute("aria-label", KEYS_LABEL);
  made.setAttribute("aria-keyshortcuts", "?");
  return made;
}

// lada_explore/views/base/view_keys.js
var ASKED_FOR_KEYS = "lada-keys";
var EVERYWHERE = [
  [["Tab", "Shift+Tab"], "the next control, the one before"],
  [["Enter", "Space"], "press the button that has the focus"],
  ["?", "this list"]
];
var VIEWS = [
  {
    selector: ".lada-tabs",
    title: "tabs",
    does: "Every tab shows the same cycle, the same images and the same pair in another way. Some have parts, which stand beside the tabs.",
    lines: [
      [["←", "→"], "the tab before, the next one"],
      [["Home", "End"], "the first tab, the last one"]
    ]
  },
  {
    selector: ".lada-slider",
    title: "cycle slider",
    does: "Chooses the cycle that every view shows. Cycle 0 is the start, before the first query.",
    lines: [
      [["←", "→"], "the cycle before, the next one, on the slider"],
      [["Home", "End"], "the first cycle, the last one"]
    ]
  },
  {
    selector: ".lada-stepper",
    title: "steps of the run",
    does: "The stages of a cycle, how long each took, and the buttons that run the next ones.",
    lines: [["Enter", "in the number of cycles: run them"]]
  },
  {
    selector: ".lada-map",
    title: "map",
    does: "The candidates of the cycle and the labelled images; near each other are those that the classifier takes for alike. A star is an image that was asked about, with its entropy; a cross is a virtual instance that would be made of it, with the largest and the average value of its pair. Point at an image for its card, drag over several to mark them in every view.",
    lines: [
      [["←", "→", "↑", "↓"], "the nearest image in that direction, where the map has the focus"],
      ["Enter", "choose the image, and its pair if it has one"],
      ["Space", "mark the image too, or take its mark away"],
      [["Shift+←", "Shift+→", "Shift+↑", "Shift+↓"], "go on, and mark the images on the way"],
      ["Escape", "hide the cursor; where none is shown, clear the marks"],
      [["+", "="], "magnify the middle of the map"],
      ["-", "see more around it"],
      ["0", "see the whole map"],
      [["Ctrl+wheel", "⌘+wheel"], "magnify at the pointer; after a click into the map the wheel alone does"],
      ["two fingers", "magnify and move the map; one finger scrolls the page"]
    ]
  },
  {
    selector: ".lada-mixer",
    title: "pair mixer",
    does: "The chosen pair: its two images mixed by λ, what the acquisition gives all along the mixture, the draws of λ that τ* makes likely, and the pair's score.",
    lines: [[["←", "→"], "move the slider that has the focus"]]
  },
  {
    selector: ".lada-ti",
    title: "five minutes to τ*",
    does: "What τ* is: the value of a mixed pair by λ, which you draw, the look-ahead value V(τ) of it, and an optimiser that follows its slope.",
    lines: [
      [["↑", "↓"], "move the point that has the focus"],
      [["Page Up", "Page Down"], "move it by more"],
      [["Home", "End"], "move it to the lower end, to the upper end"]
    ]
  },
  {
    selector: ".lada-st",
    title: "the story of τ*",
    does: "How τ* comes about, in six states with a caption each: two images, the boundary between them, A(λ) all along the way, τ as the policy learns it, a run in which the sign flips, and the end of the range. All numbers are of recorded runs.",
    lines: [[["←", "→"], "the state before, the next one; on the slider, the epoch before, the next one"]]
  },
  {
    selector: ".lada-why",
    title: "why not this one?",
    does: "Finds any image by id, file name or class, and says for every cycle whether it was drawn, what it scored, its rank, and what it lacked to be asked about.",
    lines: [
      ["↓", "from the field to the images that were found"],
      [["↑", "↓"], "the image before, the next one"]
    ]
  },
  {
    selector: ".lada-playground",
    title: "playground",
    does: "LADA on points of the plane: the classifier's entropy, the pairs, their virtual instances and τ, step by step, or played against the method.",
    lines: [
      ["1", "answer the first class for the point that waits, 2 the second, and so on"],
      [["←", "→", "↑", "↓"], "while points are drawn: move the cross"],
      ["Enter", "while points are drawn: put points at the cross"],
      [["←", "→", "↑", "↓"], "in the duel: the nearest candidate in that direction"],
      [["Enter", "Space"], "in the duel: pick the candidate, or put it back"]
    ]
  },
  {
    selector: ".lada-runs",
    title: "runs",
    does: "The runs of a folder, each branch below the run that it began from, with what it changed and how far it is.",
    lines: [
      [["↑", "↓"], "the run before, the next one"],
      [["←", "→"], "close the branches of the run, open them"],
      [["Home", "End"], "the first run, the last one"],
      ["Enter", "open the run"],
      ["Space", "tick the run to compare it, or take the tick away"],
      ["Delete", "delete the run, after a question"]
    ]
  },
  {
    selector: ".lada-duel",
    title: "duel",
    does: "You against the method: both pick images from the same labels, and both classifiers are trained and compared.",
    lines: [[["Enter", "Space"], "pick the image, or put it back"]]
  },
  {
    selector: ".lada-question",
    title: "question",
    does: "A question that is checked here; nothing about the answer is sent anywhere.",
    lines: [
      [["↑", "↓"], "the choice before, the next one"],
      ["Enter", "in the field of a number: check it"]
    ]
  },
  {
    selector: ".lada-check",
    title: "labels to look at again",
    does: "Labels that a classifier trained without them contradicts, the most doubtful first. Each is kept or changed here.",
    lines: [[["↑", "↓"], "another class, in the list of classes"]]
  },
  {
    selector: ".lada-branch",
    title: "branches",
    does: "Branch begins a run of its own that shares this one up to the shown cycle. Runs shows the runs of the folder.",
    lines: []
  },
  {
    selector: ".lada-compare",
    title: "A or B",
    does: "Shows two cycles of this run, or two runs, side by side in every tab: A is what the cycle slider says.",
    lines: []
  },
  {
    selector: ".lada-compared",
    title: "compared runs",
    does: "What the runs asked about, what it bought at each number of labels, and where their classifiers disagree.",
    lines: []
  },
  {
    selector: ".lada-ledger",
    title: "score ledger",
    does: "Every candidate pair with the terms of its score, best first. The three sliders weigh the terms: a line is where the query would end.",
    lines: []
  },
  {
    selector: ".lada-effects",
    title: "what would an answer change?",
    does: "For an image that was asked about: the last layer fitted with each answer that it could have, and how many candidates then change class.",
    lines: []
  },
  {
    selector: ".lada-what-if",
    title: "another rule",
    does: "What another rule would have asked about from the same scores: which images leave the query and which enter it.",
    lines: []
  },
  {
    selector: ".lada-gallery",
    title: "gallery",
    does: "The images that the cycle asked about, best first. A card chooses its pair in every view.",
    lines: []
  },
  {
    selector: ".lada-plot",
    title: "chart",
    does: "Point at it for its values, drag over a part to magnify it, double-click to see all of it again.",
    lines: []
  }
];
var EXPLORER = ".lada-explorer";
var BARS = ".lada-slider, .lada-stepper, .lada-compare, .lada-branch";
var keysOfView = (root) => VIEWS.find(({ selector }) => root.matches(selector));
function sectionsOf(root) {
  const own = [];
  const keys = keysOfView(root);
  if (!keys) root.dispatchEvent(new CustomEvent(ASKED_FOR_KEYS, { detail: own }));
  else if (!root.querySelector(":scope > .lada-plot-message:not([hidden])")) {
    const chart3 = keys.title === "chart" && root.querySelector(".lada-plot-chart")?.getAttribute("aria-label");
    own.push(chart3 ? { ...keys, title: chart3 } : keys);
  }
  return own;
}
function sectionsInSight(explorer, first) {
  const views = [...explorer.querySelectorAll(".lada-view")].filter(
    (one) => one !== first && one.closest(EXPLORER) === explorer && one.checkVisibility()
  );
  const inBar = (one) => one.closest(".lada-explorer-head") !== null;
  const ordered = [
    ...inBar(first) ? [] : [first],
    ...views.filter((one) => !inBar(one)),
    ...inBar(first) ? [first] : [],
    ...views.filter(inBar)
  ];
  const all = [...ordered.flatMap(sectionsOf), { title: "everywhere", does: "", lines: EVERYWHERE }];
  return all.filter(({ title }, place) => all.findIndex((one) => one.title === title) === place);
}
var lists = /* @__PURE__ */ new WeakMap();
function showKeys(root) {
  const explorer = root.closest(EXPLORER);
  const keys = keysOfView(root);
  if (!explorer && !keys) return false;
  const list = lists.get(root) ?? (explorer ? keyList(root, "Parts and keys of this page", () => sectionsInSight(explorer, root)) : keyList(
    root,
    `Keys: ${keys?.title}`,
    () => sectionsOf(root).map((one) => ({ ...one, title: "", lines: [...one.lines, ...EVERYWHERE] }))
  ));
  lists.set(root, list);
  list.open();
  return true;
}
function offerKeys(el) {
  const root = el.querySelector(".lada-view");
  if (!root || !keysOfView(root) || root.matches(BARS) || root.querySelector(".lada-keys-button")) return;
  const shown = keysButton(() => showKeys(root), "lada-keys-corner");
  const bar = root.querySelector(".lada-map-bar");
  const chart3 = root.querySelector(".lada-plot-chart");
  if (bar) bar.append(shown);
  else if (chart3) {
    const place = make("div", "lada-keys-place");
    place.append(shown);
    chart3.before(place);
  } else root.append(shown);
}
function listenForKeys(el) {
  const open2 = (event) => {
    const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
    if (key !== "?" || ctrlKey || metaKey || altKey || isComposing || !(target instanceof Element)) return;
    const root = target.closest(".lada-view");
    if (!root || takesText(target) || target.closest("dialog") || !keysOfView(root)) return;
    event.preventDefault();
    event.stopPropagation();
    showKeys(root);
  };
  el.addEventListener("keydown", open2, true);
  return () => el.removeEventListener("keydown", open2, true);
}
function takesText(target) {
  return target.matches("input:not([type=range], [type=radio], [type=checkbox], [type=button]), textarea, select");
}

// lada_explore/views/base/kernel.js
var RESTARTED = "The kernel was restarted: run this cell again, after those above it.";
var ENDED = "The kernel has ended: start it again and run this cell.";
var LEFT = "The kernel of this page has ended: load the page again.";
var NEVER = "No kernel is behind this view: it shows what was saved. Run its cell in the notebook to use it.";
var UNCONNECTED = "jupyter-widgets-disconnected";
var CONTROLS = (
  /** @type {const} */
  ["button", "input", "select", "textarea"].join(", ")
);
var Kernel = class {
  /**
   * @param {WidgetManager | undefined} manager
   * @param {HTMLElement} el
   */
  constructor(manager, el) {
    this.gone = el.classList.contains(UNCONNECTED) ? NEVER : "";
    this.manager = manager;
    this.session = manager?.context?.sessionContext;
    this.callbacks = [];
    this.first = manager?.kernel?.id;
    this.marked = new MutationObserver(() => {
      if (el.classList.contains(UNCONNECTED)) this.lose(RESTARTED);
    });
    this.marked.observe(el, { attributes: true, attributeFilter: ["class"] });
    this.onStatus = () => this.look();
    const { session } = this;
    const signals = [session?.statusChanged ?? manager?.kernel?.statusChanged, session?.kernelChanged];
    this.signals = this.first ? signals.filter((signal) => signal !== void 0) : [];
    for (const signal of this.signals) signal.connect(this.onStatus);
  }
  /** @param {() => void} callback */
  onGone(callback) {
    this.callbacks.push(callback);
  }
  /** @param {string} sentence */
  lose(sentence) {
    if (this.gone) return;
    this.gone = this.manager && !this.session ? LEFT : sentence;
    for (const callback of this.callbacks) callback();
  }
  look() {
    const now = this.manager?.kernel;
    const status = now?.status ?? this.session?.kernelDisplayStatus ?? "";
    if (["restarting", "autorestarting"].includes(status)) this.lose(RESTARTED);
    else if (!now || ["dead", "terminating"].includes(status)) this.lose(ENDED);
    else if (this.first && now.id !== this.first) this.lose(RESTARTED);
  }
  stop() {
    this.marked.disconnect();
    for (const signal of this.signals) signal.disconnect(this.onStatus);
  }
};
function guardedModel(model, kernel) {
  return {
    kernel,
    widget_manager: model.widget_manager,
    get: (name) => model.get(name),
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    on: (event, listener) => model.on(event, listener),
    off: (event, listener) => model.off(event, listener),
    send: (message) => {
      if (kernel.gone) return;
      try {
        model.send(message);
      } catch {
      }
    }
  };
}
function switchOff(el) {
  const off = () => {
    const held = el.contains(document.activeElement);
    const controls = el.querySelectorAll(CONTROLS);
    for (const control of controls) if (!control.closest("[data-alone]")) control.disabled = true;
    const instead = el.querySelector("[tabindex]");
    if (held && !el.contains(document.activeElement)) instead?.focus({ preventScroll: true });
  };
  const deaf = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("[data-alone]")) return;
    event.stopImmediatePropagation();
  };
  for (const type of KEY_EVENTS) el.addEventListener(type, deaf, true);
  const more = new MutationObserver(off);
  more.observe(el, { childList: true, subtree: true });
  off();
  return () => {
    more.disconnect();
    for (const type of KEY_EVENTS) el.removeEventListener(type, deaf, true);
  };
}
function renewPlain(renewed, manager) {
  const cells = manager?.context?.model?.cells;
  if (!cells || !Object.keys(renewed).length) return;
  for (const { outputs } of cells) {
    for (let place = 0; place < (outputs?.length ?? 0); place++) if (outputs) renewOutput(outputs, place, renewed);
  }
}
function renewOutput(outputs, place, renewed) {
  const output = outputs.get(place).toJSON();
  const html = [output.data?.["text/html"] ?? ""].flat().join("");
  const name = Object.keys(renewed).find((one) => html.includes(`data-name="${one}"`));
  if (name && html !== renewed[name]["text/html"]) outputs.set(place, { ...output, data: renewed[name] });
}
var NEVER_GONE = { gone: "", onGone() {
} };
function withKernel({ initialize: initialize2, render: render4 }, { says = true } = {}) {
  return {
    initialize(given) {
      connectLate(given.model);
      lookForMissed(given.model.widget_manager);
      return initialize2?.({ ...given, model: guardedModel(given.model, NEVER_GONE) });
    },
    render(given) {
      const { model, el } = given;
      const kernel = new Kernel(model.widget_manager, el);
      let switchOn = () => {
      };
      const sayGone = () => {
        if (says) el.prepend(goneNote(kernel.gone));
        el.classList.add("lada-without-kernel");
        switchOn = switchOff(el);
      };
      kernel.onGone(sayGone);
      const renew = () => renewPlain(model.get("renewed") ?? {}, model.widget_manager);
      model.on("change:renewed", renew);
      renew();
      const close = render4({ ...given, model: guardedModel(model, kernel) });
      offerKeys(el);
      const deaf = listenForKeys(el);
      if (kernel.gone) sayGone();
      return () => {
        model.off("change:renewed", renew);
        kernel.stop();
        switchOn();
        deaf();
        close?.();
      };
    }
  };
}
function goneNote(sentence) {
  const note = make("p", "lada-no-kernel", sentence);
  note.setAttribute("role", "status");
  return note;
}

// lada_explore/views/time_slider/time_slider.js
var STEP_MS = 1e3;
var SEND_MS = 100;
var ANSWER_MS = 1500;
var NOWHERE = { cycle: -1, at: -Infinity };
function build(el, on) {
  const root = viewRoot(el, "lada-slider", "Cycle shown");
  const play = button("▶ Play", "Show one cycle a second", () => on.playOrHold(), "lada-button");
  const range = Object.assign(make("input", "lada-range"), { type: "range", min: "0", step: "1" });
  range.setAttribute("aria-label", "Cycle");
  range.addEventListener("input", () => on.drag());
  const latest = button("Latest", "Follow the run: show its latest cycle", () => on.follow(), "lada-button");
  const says = make("output", "lada-says");
  const message = make("p", "lada-slider-message");
  const error = announced("lada-error", "alert");
  const row = make("div", "lada-slider-row");
  row.append(play, range, message, latest, says);
  root.append(row, error);
  return { root, play, range, latest, says, message, error };
}
var Sender = class {
  /** @param {(cycle: number | null) => void} send */
  constructor(send) {
    this.send = send;
    this.waiting = null;
    this.timer = null;
  }
  /** @param {number | null} cycle null for the latest */
  ask(cycle) {
    this.waiting = { cycle };
    if (this.timer === null) this.flush();
  }
  flush() {
    this.timer = null;
    if (!this.waiting) return;
    this.send(this.waiting.cycle);
    this.waiting = null;
    this.timer = setTimeout(() => this.flush(), SEND_MS);
  }
  stop() {
    if (this.timer !== null) clearTimeout(this.timer);
  }
};
var TimeSlider = class {
  /**
   * @param {Model<{ state: SliderState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build(el, this);
    this.sender = new Sender((cycle) => model.send({ type: "show", cycle }));
    this.put = NOWHERE;
    this.playing = null;
    this.hold();
  }
  /** @returns {SliderState} */
  get state() {
    return this.model.get("state");
  }
  /** The cycle under the thumb. */
  get at() {
    return Number(this.parts.range.value);
  }
  // What a person does
  drag() {
    this.hold();
    this.goTo(this.at);
  }
  /** Follows the run; a second time it stays where it is. */
  follow() {
    this.hold();
    this.put = NOWHERE;
    if (this.parts.latest.getAttribute("aria-disabled") === "true") return;
    this.sender.ask(this.state.latest ? this.at : null);
  }
  playOrHold() {
    if (this.playing === null) this.play();
    else this.hold();
  }
  play() {
    const last = Number(this.parts.range.max);
    if (last < 1) return;
    if (this.at >= last) this.goTo(0);
    setText(this.parts.play, "❚❚ Pause");
    this.parts.play.setAttribute("aria-pressed", "true");
    this.playing = setInterval(() => {
      this.goTo(this.at + 1);
      if (this.at >= Number(this.parts.range.max)) this.hold();
    }, STEP_MS);
  }
  hold() {
    if (this.playing !== null) clearInterval(this.playing);
    this.playing = null;
    setText(this.parts.play, "▶ Play");
    this.parts.play.setAttribute("aria-pressed", "false");
  }
  /** @param {number} cycle */
  goTo(cycle) {
    this.put = { cycle, at: performance.now() };
    this.parts.range.value = String(cycle);
    this.say(cycle);
    this.sender.ask(cycle);
  }
  // Drawing
  draw() {
    const { parts, state } = this;
    const single = state.cycles.length < 2;
    parts.range.max = String(Math.max(0, state.cycles.length - 1));
    for (const one of [parts.range, parts.play, parts.latest]) one.setAttribute("aria-disabled", String(single));
    parts.latest.setAttribute("aria-pressed", String(state.latest));
    const cycle = this.cycleToShow();
    parts.range.value = String(cycle);
    this.say(cycle);
    showText(parts.message, state.message);
    showText(parts.error, state.error);
    parts.root.dataset.cycle = String(state.cycle);
    parts.root.dataset.rev = String(state.revision);
  }
  /** The kernel's cycle, or the one chosen here as long as the kernel may still be on its way there. */
  cycleToShow() {
    const { cycle } = this.state;
    const answered = cycle === this.put.cycle || performance.now() - this.put.at > ANSWER_MS;
    if (!answered) return this.put.cycle;
    this.put = NOWHERE;
    return cycle;
  }
  /** @param {number} cycle */
  say(cycle) {
    const sentence = this.state.cycles[cycle] ?? "";
    setText(this.parts.says, sentence);
    this.parts.range.setAttribute("aria-valuetext", sentence);
  }
  stop() {
    this.hold();
    this.sender.stop();
  }
};
function render({ model, el }) {
  const slider2 = new TimeSlider(model, el);
  const draw = () => slider2.draw();
  model.on("change:state", draw);
  draw();
  return () => {
    slider2.stop();
    model.off("change:state", draw);
  };
}
var time_slider_default = withKernel({ render });

// lada_explore/apps/lesson/static/address.js
var ENDINGS = ["", "-b"];
var STORY = "story";
var WAIT_MS = 250;
var timer;
function placeIn(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (name) => {
    const value = Number.parseFloat(given.get(name) ?? "");
    return Number.isFinite(value) ? value : null;
  };
  const chosen = ENDINGS.map((ending) => ({ pair: number(`pair${ending}`), tau: number(`tau${ending}`) }));
  return { cycle: number("cycle"), chosen };
}
function hashOf(place) {
  const { chosen = [], ...whole } = { chosen: void 0, ...place };
  const ofRuns = chosen.flatMap(({ pair, tau }, run) => [
    [`pair${ENDINGS[run]}`, pair],
    [`tau${ENDINGS[run]}`, tau]
  ]);
  const named = [...Object.entries(whole), ...ofRuns].filter(([, value]) => value !== null);
  return `#${named.map(([name, value]) => `${name}=${value}`).join("&")}`;
}
function storyIn(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  return given.get("page") === STORY ? Number.parseInt(given.get("state") ?? "", 10) || 1 : null;
}
function writeAddress(place) {
  const ofStory = "page" in place;
  const shown = () => ofStory === (storyIn(location.hash) !== null);
  if (!shown()) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (shown()) history.replaceState(history.state, "", hashOf(place));
  }, WAIT_MS);
}
function keepAnswers(title, answers) {
  history.replaceState({ ...history.state, lesson: { title, answers } }, "");
}
function keptAnswers(title, count) {
  const kept = history.state?.lesson;
  return kept?.title === title && kept.answers.length === count ? kept.answers : null;
}

// lada_explore/views/base/plotly_library.js
var ASK_AFTER_MS = 800;
var ASK_AGAIN_MS = 5e3;
var Library = class {
  started = false;
  askedAt = -Infinity;
  /** @type {(plotly: Plotly) => void} */
  resolve = () => {
  };
  /** @type {(error: unknown) => void} */
  reject = () => {
  };
  constructor() {
    this.ready = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.ready.catch(() => {
    });
  }
};
var page2 = globalThis;
var shared = page2.__ladaExplorePlotly ?? new Library();
page2.__ladaExplorePlotly = shared;
function hand() {
  if (page2.Plotly) shared.resolve(page2.Plotly);
  else shared.reject(new Error("its script ran but defined nothing"));
}
function takeLibrary(bytes) {
  if (shared.started || !bytes?.byteLength) return;
  shared.started = true;
  const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  const script = document.createElement("script");
  script.src = url;
  script.onload = () => {
    URL.revokeObjectURL(url);
    hand();
  };
  script.onerror = () => shared.reject(new Error("this page does not allow its script"));
  document.head.append(script);
}
function askUntilLoaded(model) {
  let timer2;
  const ask = () => {
    if (shared.started) return;
    if (performance.now() - shared.askedAt >= ASK_AGAIN_MS) {
      shared.askedAt = performance.now();
      model.send({ type: "library" });
    }
    timer2 = setTimeout(ask, ASK_AGAIN_MS);
  };
  timer2 = setTimeout(ask, ASK_AFTER_MS);
  return () => clearTimeout(timer2);
}

// lada_explore/views/base/state_page.js
function statePage(Page) {
  function render4({ model, el }) {
    const page3 = new Page(model, el);
    const draw = () => page3.draw();
    model.on("change:state", draw);
    draw();
    return () => {
      page3.stop();
      model.off("change:state", draw);
    };
  }
  return withKernel({ render: render4 });
}

// lada_explore/views/base/pair_parts.js
function slider(label, { min, max, step, value }, onInput) {
  const made = make("input", "lada-pair-range");
  Object.assign(made, { type: "range", min, max, step });
  made.value = String(value);
  made.setAttribute("aria-label", label);
  made.addEventListener("input", onInput);
  return made;
}
function pairView(el, className, label) {
  const root = viewRoot(el, `lada-pair ${className}`, label);
  const parts = {
    root,
    title: make("p", "lada-pair-title"),
    error: announced("lada-pair-error", "alert"),
    note: make("p", "lada-pair-note"),
    message: make("p", "lada-pair-message"),
    body: make("div", "lada-pair-body"),
    caption: make("p", "lada-pair-caption")
  };
  root.append(parts.title, parts.error, parts.note, parts.message, parts.body, parts.caption);
  return parts;
}
function hasBody(state) {
  return Boolean(state.title);
}
var SENTENCES = (
  /** @type {const} */
  ["title", "error", "note", "message", "caption"]
);
function writeSentences(parts, state) {
  for (const name of SENTENCES) showText(parts[name], state[name] ?? "");
  parts.body.hidden = !state.title;
}
function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

// lada_explore/views/base/glyphs.js
var WIDE = 2 / Math.sqrt(3);
var ARM = 0.4;
var even = (n, turn) => Array.from({ length: n }, (_, k) => [Math.cos(turn + 2 * Math.PI * k / n), Math.sin(turn + 2 * Math.PI * k / n)]);
var CORNERS = {
  square: [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1]
  ],
  diamond: [
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
    [0, -1.3]
  ],
  triangle: [
    [0, -1.2],
    [1.2, 1],
    [-1.2, 1]
  ],
  cross: [
    [-ARM, -1.2],
    [ARM, -1.2],
    [ARM, -ARM],
    [1.2, -ARM],
    [1.2, ARM],
    [ARM, ARM],
    [ARM, 1.2],
    [-ARM, 1.2],
    [-ARM, ARM],
    [-1.2, ARM],
    [-1.2, -ARM],
    [-ARM, -ARM]
  ],
  "triangle-up": [
    [-WIDE, 0.5],
    [WIDE, 0.5],
    [0, -1]
  ],
  "triangle-down": [
    [-WIDE, -0.5],
    [WIDE, -0.5],
    [0, 1]
  ],
  "triangle-left": [
    [0.5, -WIDE],
    [0.5, WIDE],
    [-1, 0]
  ],
  "triangle-right": [
    [-0.5, -WIDE],
    [-0.5, WIDE],
    [1, 0]
  ],
  pentagon: even(5, -Math.PI / 2),
  hexagon2: even(6, 0),
  hourglass: [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1]
  ],
  bowtie: [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1]
  ]
};
function addGlyph(path, kind, x, y, half) {
  const corners = CORNERS[kind];
  if (!corners) {
    path.moveTo(x + half, y);
    path.arc(x, y, half, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([across, down], n) => path[n ? "lineTo" : "moveTo"](x + half * across, y + half * down));
  path.closePath();
}
function glyphPath(kind, x, y, half) {
  const corners = CORNERS[kind];
  if (!corners) return `M${x - half} ${y}a${half} ${half} 0 1 0 ${2 * half} 0a${half} ${half} 0 1 0 ${-2 * half} 0Z`;
  return `M${corners.map(([across, down]) => `${x + half * across} ${y + half * down}`).join("L")}Z`;
}

// lada_explore/views/base/pair_plot.js
var SVG_NS = "http://www.w3.org/2000/svg";
var MARKS = ["circle", "square", "triangle", "diamond", "circle"];
var MARGIN = { left: 52, right: 44, top: 10, bottom: 36 };
function shape(tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG_NS, tag);
  setAttributes(element, attributes);
  if (text) element.textContent = text;
  return element;
}
function ticksBetween(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5].map((factor2) => factor2 * power).find((size) => size >= rough * 0.999) ?? 10 * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (Math.abs(step / power % 1) > 0.1 ? 1 : 0));
  const found = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) {
    found.push({ at: n * step, text: fixed(n * step, digits) });
  }
  return found;
}
function drawAxes(svg, { width, height, x, y, xTitle, yTitle, yTicks = 0, right = null, left = MARGIN.left }) {
  const box = { left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const toX = (value) => box.left + (value - x[0]) / (x[1] - x[0]) * (box.right - box.left);
  const toY = (value) => box.bottom - (value - y[0]) / (y[1] - y[0]) * (box.bottom - box.top);
  svg.replaceChildren();
  setAttributes(svg, { viewBox: `0 0 ${width} ${height}`, width, height });
  for (const { at, text } of ticksBetween(...y, yTicks || Math.max(2, (box.bottom - box.top) / 38))) {
    svg.append(shape("line", { class: "lada-grid", x1: box.left, x2: box.right, y1: toY(at), y2: toY(at) }));
    svg.append(shape("text", { class: "lada-tick", x: box.left - 6, y: toY(at) + 4, "text-anchor": "end" }, text));
  }
  for (const { at, text } of ticksBetween(...x, Math.max(2, (box.right - box.left) / 80))) {
    svg.append(shape("line", { class: "lada-axis", x1: toX(at), x2: toX(at), y1: box.bottom, y2: box.bottom + 4 }));
    svg.append(shape("text", { class: "lada-tick", x: toX(at), y: box.bottom + 16, "text-anchor": "middle" }, text));
  }
  svg.append(shape("path", { class: "lada-axis", d: `M${box.left} ${box.top}V${box.bottom}H${box.right}` }));
  const middle = (box.top + box.bottom) / 2;
  const centre = (box.left + box.right) / 2;
  svg.append(shape("text", { class: "lada-axis-title", x: centre, y: height - 5, "text-anchor": "middle" }, xTitle));
  svg.append(upright(yTitle, 13, middle, -90));
  if (right) drawRightAxis(svg, right, box, middle, width);
  const layer = svg.appendChild(shape("g"));
  return { box, toX, toY, layer };
}
function drawRightAxis(svg, { top, title }, box, middle, width) {
  for (const { at, text } of ticksBetween(0, top, 3)) {
    const y = box.bottom - at / top * (box.bottom - box.top);
    svg.append(shape("text", { class: "lada-tick lada-density-text", x: box.right + 5, y: y + 4 }, text));
  }
  const words = upright(title, width - 12, middle, 90);
  words.classList.add("lada-density-text");
  svg.append(words);
}
function upright(text, x, y, angle) {
  const turned = { class: "lada-axis-title", x, y, "text-anchor": "middle", transform: `rotate(${angle} ${x} ${y})` };
  return shape("text", turned, text);
}
function guideIn({ layer, box }) {
  return layer.appendChild(shape("line", { class: "lada-guide", y1: box.top, y2: box.bottom }));
}
function linePath(xs, ys) {
  let d = "";
  for (let n = 0; n < xs.length; n += 1) d += `${n ? "L" : "M"}${xs[n].toFixed(1)} ${ys[n].toFixed(1)}`;
  return d;
}
function mark(kind, x, y, size, className) {
  return shape("path", { class: className, d: glyphPath(kind, x, y, size) });
}
function interpolate(xs, ys, at) {
  let upper = 1;
  while (upper < xs.length - 1 && xs[upper] < at) upper += 1;
  const share = (at - xs[upper - 1]) / (xs[upper] - xs[upper - 1]);
  return ys[upper - 1] + Math.min(1, Math.max(0, share)) * (ys[upper] - ys[upper - 1]);
}

// lada_explore/views/pair_mixer/images.js
function buildImages() {
  const row = make("div", "lada-mix-images");
  const figures = ["other", "blend", "own"].map((name) => {
    const figure = make("figure", "lada-mix-figure");
    const canvas = make("canvas", "lada-mix-canvas");
    canvas.setAttribute("role", "img");
    const missing = make("span", "lada-mix-missing", "not kept in the record");
    const caption = make("figcaption");
    figure.dataset.name = name;
    figure.append(canvas, missing, caption);
    row.append(figure);
    return { canvas, missing, caption };
  });
  return { row, figures };
}
function showImages(figures, pair, lam) {
  const [own, other] = pair.images;
  const [left, blend, right] = figures;
  const blended = `blend at λ = ${fixed(lam)}`;
  const kept = Boolean(own.pixels && other.pixels);
  showFigure(left, altOf(other), `λ = 0: id ${other.id}`, classWords(other));
  showFigure(blend, blended, `λ = ${fixed(lam)}`, make("span", "lada-mix-of", "blend of both"));
  showFigure(right, altOf(own), `λ = 1: id ${own.id}`, classWords(own));
  showPixels(left, other.pixels !== null, pair, 0);
  showPixels(blend, kept, pair, lam);
  showPixels(right, own.pixels !== null, pair, 1);
}
function showFigure({ canvas, caption }, alt, where, words) {
  canvas.setAttribute("aria-label", alt);
  caption.replaceChildren(make("span", "lada-mix-where", where), words);
}
function altOf({ id, known, guess }) {
  return [`image ${id}`, known, guess && `guess: ${guess}`].filter(Boolean).join(", ");
}
function showPixels({ canvas, missing }, kept, { images: [own, other], shape: shape2 }, lam) {
  canvas.hidden = !kept;
  missing.hidden = kept;
  const [first, second] = [own.pixels ?? other.pixels, other.pixels ?? own.pixels];
  if (kept && shape2 && first && second) paint(canvas, shape2, first, second, lam);
}
function paint(canvas, [channels2, height, width], own, other, lam) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  const size = height * width;
  for (let at = 0; at < size; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = (channels2 === 3 ? channel : 0) * size + at;
      image.data[4 * at + channel] = Math.round(lam * own[from] + (1 - lam) * other[from]);
    }
    image.data[4 * at + 3] = 255;
  }
  penOf(canvas).putImageData(image, 0, 0);
}

// lada_explore/views/base/beta.js
var LANCZOS = [
  0.9999999999998099,
  676.5203681218851,
  -1259.1392167224028,
  771.3234287776531,
  -176.6150291621406,
  12.507343278686905,
  -0.13857109526572012,
  9984369578019572e-21,
  15056327351493116e-23
];
var MAX_TERMS = 500;
var ENOUGH = 1e-15;
var TINY = 1e-300;
var HALVINGS = 52;
function logGamma(at) {
  if (at < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * at)) - logGamma(1 - at);
  const x = at - 1;
  let sum = LANCZOS[0];
  for (let n = 1; n < LANCZOS.length; n += 1) sum += LANCZOS[n] / (x + n);
  const base = x + LANCZOS.length - 1.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(base) - base + Math.log(sum);
}
var logBeta = (tau) => 2 * logGamma(tau) - logGamma(2 * tau);
var factor = (x, tau) => Math.exp(tau * (Math.log(x) + Math.log1p(-x)) - logBeta(tau)) / tau;
function fraction(x, tau) {
  const bounded = (value) => Math.abs(value) < TINY ? TINY : value;
  let c = 1;
  let d = 1 / bounded(1 - 2 * tau * x / (tau + 1));
  let found = d;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const even2 = m * (tau - m) * x / ((tau + 2 * m - 1) * (tau + 2 * m));
    d = 1 / bounded(1 + even2 * d);
    c = bounded(1 + even2 / c);
    found *= d * c;
    const odd = -(tau + m) * (2 * tau + m) * x / ((tau + 2 * m) * (tau + 2 * m + 1));
    d = 1 / bounded(1 + odd * d);
    c = bounded(1 + odd / c);
    found *= d * c;
    if (Math.abs(d * c - 1) < ENOUGH) break;
  }
  return found;
}
function betaCdf(x, tau) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x > 0.5 ? 1 - betaCdf(1 - x, tau) : factor(x, tau) * fraction(x, tau);
}
function betaQuantile(tau, share) {
  if (share > 0.5) return 1 - betaQuantile(tau, 1 - share);
  let [low, high] = [0, 0.5];
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, tau) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
function betaWeights(nodes, tau) {
  const mass = nodes.map((x) => betaCdf(x, tau));
  const moment = nodes.map((x, n) => x > 0 && x < 1 ? (mass[n] - factor(x, tau)) / 2 : x / 2);
  const weights = nodes.map(() => 0);
  for (let n = 0; n + 1 < nodes.length; n += 1) {
    const inside2 = mass[n + 1] - mass[n];
    const toRight = (moment[n + 1] - moment[n] - nodes[n] * inside2) / (nodes[n + 1] - nodes[n]);
    weights[n] += inside2 - toRight;
    weights[n + 1] += toRight;
  }
  return weights;
}

// lada_explore/views/pair_mixer/charts.js
var CHART_PX = 210;
var NAME_PX = 12;
var DENSITY_TOP = 3;
var DENSITY_STEPS = 160;
function drawProfile({ profile: svg }, pair, width, height = CHART_PX) {
  const top = densityTop(pair.table);
  const [lowest, highest] = pair.spans?.profile ?? [Math.min(0, ...pair.profile), Math.max(...pair.profile)];
  const plot = drawAxes(svg, {
    width,
    height,
    x: [0, 1],
    y: [lowest, lowest + 1.12 * (highest - lowest || 1)],
    xTitle: "λ, the share of the right image",
    yTitle: `A(λ) (${pair.unit})`,
    right: { top, title: "density of λ" }
  });
  const density = plot.layer.appendChild(shape("path", { class: "lada-density" }));
  const guide = guideIn(plot);
  const points = linePath(Array.from(pair.grid, plot.toX), Array.from(pair.profile, plot.toY));
  plot.layer.append(shape("path", { class: "lada-curve", d: points }));
  for (const lam of pair.nodes) {
    const y = plot.toY(interpolate(pair.grid, pair.profile, lam));
    plot.layer.append(mark("circle", plot.toX(lam), y, 3, "lada-node"));
  }
  return { ...plot, density, guide, here: hereIn(plot), top };
}
function hereIn({ layer }) {
  return layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
}
function densityTop({ tau, log_beta: logBeta2 }) {
  let top = DENSITY_TOP;
  for (let n = 0; n < tau.length; n += 1) top = Math.max(top, Math.exp((tau[n] - 1) * Math.log(0.25) - logBeta2[n]));
  return top;
}
function densityPath({ toX, box }, top, tau, logBeta2) {
  const xs = [];
  const ys = [];
  for (let n = 0; n <= DENSITY_STEPS; n += 1) {
    const lam = 2e-3 + 0.996 * n / DENSITY_STEPS;
    const density = Math.exp((tau - 1) * Math.log(lam * (1 - lam)) - logBeta2);
    xs.push(toX(lam));
    ys.push(box.bottom - Math.min(density, top) / top * (box.bottom - box.top));
  }
  return `${linePath(xs, ys)}L${toX(0.998).toFixed(1)} ${box.bottom}L${toX(2e-3).toFixed(1)} ${box.bottom}Z`;
}
function drawValue({ value: svg }, pair, width, height = CHART_PX) {
  const { tau, value } = pair.table;
  const count = tau.length - 2;
  const [low, high] = pair.spans?.value ?? [Math.min(...value), Math.max(...value)];
  const room = Math.max(0.15 * (high - low), 0.02 * Math.abs(high), 1e-3);
  const plot = drawAxes(svg, {
    width,
    height,
    x: [0, tau[count - 1]],
    y: [low - room, high + room],
    xTitle: "τ",
    yTitle: `V(τ) (${pair.unit})`
  });
  const at = (place) => [plot.toX(tau[place]), plot.toY(value[place])];
  const [star, best] = [at(count), at(count + 1)];
  if (pair.tau_max < tau[count - 1] * 0.999) drawLimit(plot, plot.toX(pair.tau_max), [star, best]);
  const xs = Array.from(tau.subarray(0, count), plot.toX);
  const ys = Array.from(value.subarray(0, count), plot.toY);
  plot.layer.append(shape("path", { class: "lada-curve", d: linePath(xs, ys) }));
  const here = hereIn(plot);
  drawTau(plot, star, "diamond", "τ*", 20);
  drawTau(plot, best, "triangle", "best", -11);
  return { ...plot, here };
}
function drawTau({ layer, box }, [x, y], kind, text, shift) {
  layer.append(mark(kind, x, y, 4.5, `lada-mark-${kind}`));
  const inside2 = Math.min(box.right - 14, Math.max(box.left + 16, x));
  const look = { class: `lada-mark-text lada-mark-${kind}-text` };
  const place = y + shift < NAME_PX ? { x: x + 8, y: y + 4, "text-anchor": "start" } : { x: inside2, y: y + shift, "text-anchor": "middle" };
  layer.append(shape("text", { ...look, ...place }, text));
}
function drawLimit({ layer, box }, x, marks) {
  layer.append(shape("line", { class: "lada-limit", x1: x, x2: x, y1: box.top, y2: box.bottom }));
  const right = x < (box.left + box.right) / 2;
  const room = right ? box.right - x : x - box.left;
  const words = ["largest learned τ", "limit"].find((text) => 6.2 * text.length + 8 < room) ?? "";
  const long = 6.2 * words.length;
  const [from, to] = right ? [x, x + long + 8] : [x - long - 8, x];
  const near = marks.filter(([at]) => at > from - 24 && at < to + 24);
  const clear = (y2) => Math.min(200, ...near.map(([, up]) => Math.abs(up - y2)));
  const [low, middle, high] = [box.bottom - 6, (box.bottom + box.top) / 2, box.top + 12];
  const y = [low, high, middle].reduce((best, other) => clear(other) > clear(best) ? other : best);
  const look = { class: "lada-tick", "text-anchor": right ? "start" : "end" };
  layer.append(shape("text", { ...look, x: right ? x + 4 : x - 4, y }, words));
}
function moveLam(profile, lam, value) {
  const x = profile.toX(lam);
  setAttributes(profile.guide, { x1: x, x2: x });
  setAttributes(profile.here, { cx: x, cy: profile.toY(value) });
}
function showDensity(profile, tau, logBeta2) {
  profile.density.setAttribute("d", densityPath(profile, profile.top, tau, logBeta2));
}
function moveTau({ profile, value }, table, place) {
  const tau = table.tau[place];
  showDensity(profile, tau, table.log_beta[place]);
  setAttributes(value.here, { cx: value.toX(tau), cy: value.toY(table.value[place]) });
}
function nearest(values, value) {
  let best = 0;
  for (let n = 1; n < values.length; n += 1) {
    if (Math.abs(values[n] - value) < Math.abs(values[best] - value)) best = n;
  }
  return best;
}
function stepOf({ tau }, place) {
  const count = tau.length - 2;
  return place < count ? place : Math.round(tau[place] / tau[count - 1] * count) - 1;
}

// lada_explore/views/story/story_charts.js
var LAM = "λ, the share of the right image";
var HEADROOM = 1.12;
function drawEmpty(svg, pair, size) {
  const y = (
    /** @type {[number, number]} */
    [0, HEADROOM * Math.max(...pair.profile)]
  );
  return drawAxes(svg, { ...size, x: [0, 1], y, xTitle: LAM, yTitle: "A(λ) (bits)" });
}
function drawEnds(svg, pair, size) {
  const plot = drawEmpty(svg, pair, size);
  drawEndMarks(plot, pair);
}
function drawEndMarks({ layer, toX, toY }, { profile }) {
  const ends = (
    /** @type {const} */
    [
      [0, profile[0], "start", 9],
      [1, profile[profile.length - 1], "end", -9]
    ]
  );
  for (const [lam, value, anchor, shift] of ends) {
    layer.append(shape("circle", { class: "lada-here", cx: toX(lam), cy: toY(value), r: 6 }));
    const at = { x: toX(lam) + shift, y: toY(value) - 24, "text-anchor": anchor };
    layer.append(shape("text", { class: "lada-class-label", ...at }, `A(${lam}) = ${value.toFixed(2)}`));
  }
}
function drawBoundary(svg, pair, size) {
  const top = Math.max(...pair.chance.flat());
  const y = (
    /** @type {[number, number]} */
    [0, Math.min(1, HEADROOM * top)]
  );
  const plot = drawAxes(svg, { ...size, x: [0, 1], y, xTitle: LAM, yTitle: "probability" });
  const guide = guideIn(plot);
  const x = plot.toX(pair.boundary);
  guide.setAttribute("x1", String(x));
  guide.setAttribute("x2", String(x));
  pair.chance.forEach((line, place) => {
    const [look, lam] = [String(place), place ? 0.14 : 0.86];
    const points = linePath(pair.grid.map(plot.toX), line.map(plot.toY));
    plot.layer.append(shape("path", { class: "lada-class", "data-look": look, d: points }));
    const at = { x: plot.toX(lam), y: plot.toY(interpolate(pair.grid, line, lam)) + 22, "text-anchor": "middle" };
    plot.layer.append(shape("text", { class: `lada-class-label lada-look-${look}`, ...at }, pair.guesses[place]));
  });
  const both = plot.toY(interpolate(pair.grid, pair.chance[0], pair.boundary));
  plot.layer.append(shape("circle", { class: "lada-here", cx: x, cy: both, r: 6 }));
}
function drawWay(svg, pair, size) {
  const plot = drawEmpty(svg, pair, size);
  const points = linePath(pair.grid.map(plot.toX), pair.profile.map(plot.toY));
  plot.layer.append(shape("path", { class: "lada-curve", d: points }));
  for (const lam of pair.nodes) {
    const y = plot.toY(interpolate(pair.grid, pair.profile, lam));
    plot.layer.append(mark("circle", plot.toX(lam), y, 3, "lada-node"));
  }
  drawEndMarks(plot, pair);
}
function drawPolicy(svg, pair, { width, height }, epoch) {
  const [tau, value] = [pair.taus[epoch], pair.values[epoch]];
  const table = { tau: [1], value: [0], log_beta: [0] };
  const path = (
    /** @type {any} */
    { ...pair, unit: "bits", tau_max: 1, table }
  );
  const plot = drawProfile({ profile: svg }, path, width, height);
  plot.guide.remove();
  plot.here.remove();
  showDensity(plot, tau, logBeta(tau));
  const y = plot.toY(value);
  plot.layer.append(shape("line", { class: "lada-st-value", x1: plot.box.left, x2: plot.box.right, y1: y, y2: y }));
  const words = { class: "lada-class-label", x: plot.toX(0.5), y: y + 18, "text-anchor": "middle" };
  plot.layer.append(shape("text", words, `V(${tau.toFixed(2)}) = ${value.toFixed(3)}`));
}
function drawFlip(svg, { grid, cycles }, size) {
  const reach2 = HEADROOM * Math.max(...cycles.flatMap(({ extra }) => extra.map(Math.abs)));
  const axes = {
    ...size,
    x: (
      /** @type {[number, number]} */
      [0, 1]
    ),
    xTitle: LAM,
    yTitle: "A(λ) less the line (bits)"
  };
  const plot = drawAxes(svg, { ...axes, y: [-reach2, reach2] });
  const y = plot.toY(0);
  plot.layer.append(shape("line", { class: "lada-limit", x1: plot.box.left, x2: plot.box.right, y1: y, y2: y }));
  cycles.forEach(({ cycle, extra, tau }, place) => {
    const points = linePath(grid.map(plot.toX), extra.map(plot.toY));
    plot.layer.append(shape("path", { class: "lada-class", "data-look": String(place), d: points }));
    const peak = interpolate(grid, extra, 0.5);
    const at = { x: plot.toX(0.5), y: plot.toY(peak) + (peak > 0 ? 20 : -10), "text-anchor": "middle" };
    const look = `lada-class-label lada-look-${place}`;
    plot.layer.append(shape("text", { class: look, ...at }, `cycle ${cycle}: τ* = ${tau.toFixed(2)}`));
  });
}
function drawCap(svg, caps, size) {
  const [last, highest] = [Math.max(...caps[0].step), Math.max(...caps.map(({ limit }) => limit))];
  const axes = { ...size, xTitle: "steps of the policy's optimiser", yTitle: "mean τ of the pairs" };
  const plot = drawAxes(svg, { ...axes, x: [0, last], y: [0, HEADROOM * highest] });
  caps.forEach(({ limit, step, taus }, place) => {
    const y = plot.toY(limit);
    plot.layer.append(shape("line", { class: "lada-limit", x1: plot.box.left, x2: plot.box.right, y1: y, y2: y }));
    const points = linePath(step.map(plot.toX), taus.map(plot.toY));
    plot.layer.append(shape("path", { class: "lada-class", "data-look": String(place), d: points }));
    const at = { x: plot.box.left + 8, y: y - 5 };
    const look = `lada-class-label lada-look-${place}`;
    plot.layer.append(shape("text", { class: look, ...at }, `a range up to ${limit}`));
  });
}

// lada_explore/views/story/story_page.js
var CHART_PX2 = 250;
var POLICY = 4;
var OF_PAIR = 4;
var StoryPage = class {
  /**
   * @param {Model<{ state: StoryState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.state = model.get("state");
    this.images = imagesOf(this.state.pair);
    this.at = this.state.at;
    this.epoch = this.state.pair.taus.length - 1;
    this.parts = this.build(el);
    this.resizer = new ResizeObserver(() => this.show());
    this.resizer.observe(this.parts.board);
  }
  /** @param {HTMLElement} el */
  build(el) {
    const frame = pairView(el, "lada-st", "The story of τ*");
    frame.body.dataset.alone = "";
    const back = button("← Back", "The state before (left arrow)", () => this.go(this.at - 1));
    const next = button("Next →", "The next state (right arrow)", () => this.go(this.at + 1));
    const steps = this.state.captions.map(
      ([name], place) => button(String(place + 1), name, () => this.go(place + 1), "lada-pair-button lada-st-step")
    );
    const bar = make("div", "lada-st-bar");
    setAttributes(bar, { role: "group", "aria-label": "States of the story" });
    bar.append(back, ...steps, next);
    const captions = make("div", "lada-st-captions");
    captions.setAttribute("aria-live", "polite");
    const texts = this.state.captions.map(([name, text], place) => {
      const caption = make("div", "lada-st-caption");
      caption.append(make("h3", "lada-st-name", `${place + 1}. ${name}`), make("p", "", text));
      captions.append(caption);
      return caption;
    });
    const board = make("div", "lada-st-board");
    const chart3 = shape("svg", { class: "lada-plot-svg", role: "img" });
    const { row, figures } = buildImages();
    const foot = make("div", "lada-mix-foot");
    const range = { min: 0, max: this.epoch, step: 1, value: this.epoch };
    const epochs = slider("epochs of the policy", range, () => this.setEpoch(Number(epochs.value)));
    const readout = make("output", "lada-mix-readout");
    foot.append(make("span", "lada-ti-label", "Epoch of the policy"), epochs, readout);
    board.append(chart3, row, foot);
    frame.body.append(bar, captions, board);
    frame.root.addEventListener("keydown", (event) => this.press(event, epochs));
    return { ...frame, back, next, steps, texts, board, chart: chart3, row, figures, foot, epochs, readout };
  }
  /**
   * @param {KeyboardEvent} event
   * @param {HTMLInputElement} epochs takes the arrow keys for itself
   */
  press(event, epochs) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.target === epochs || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.go(this.at + step);
  }
  /** @param {number} at */
  go(at) {
    this.at = Math.min(this.state.captions.length, Math.max(1, at));
    this.show();
    this.parts.root.dispatchEvent(new CustomEvent("lada-story", { bubbles: true, detail: this.at }));
  }
  /** @param {number} epoch */
  setEpoch(epoch) {
    this.epoch = epoch;
    this.show();
  }
  draw() {
    const state = this.model.get("state");
    writeSentences(this.parts, state);
    if (state.at !== this.state.at) this.at = state.at;
    this.state = state;
    this.show();
    this.parts.root.dataset.rev = String(state.revision);
  }
  show() {
    const { parts, at } = this;
    const { captions } = this.state;
    parts.root.dataset.at = String(at);
    parts.steps.forEach((step, place) => {
      if (place + 1 === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
      step.setAttribute("aria-label", `${place + 1}. ${captions[place][0]}`);
    });
    parts.texts.forEach((text, place) => text.toggleAttribute("data-shown", place + 1 === at));
    parts.back.setAttribute("aria-disabled", String(at === 1));
    parts.next.setAttribute("aria-disabled", String(at === captions.length));
    parts.row.dataset.shown = String(at <= OF_PAIR);
    parts.foot.dataset.shown = String(at === POLICY);
    const lam = at === 2 ? this.state.pair.boundary : 0.5;
    showImages(
      parts.figures,
      /** @type {any} */
      { images: this.images, shape: this.state.pair.size },
      lam
    );
    parts.chart.setAttribute("aria-label", `Chart: ${captions[at - 1][0]}`);
    this.drawChart();
    const tau = this.state.pair.taus[this.epoch];
    setText(parts.readout, `${this.epoch} of ${this.state.pair.taus.length - 1}, τ = ${fixed(tau)}`);
  }
  drawChart() {
    const { chart: chart3, board } = this.parts;
    const { pair, flip, caps } = this.state;
    const size = { width: board.clientWidth, height: CHART_PX2 };
    if (!size.width) return;
    if (this.at === 1) drawEnds(chart3, pair, size);
    if (this.at === 2) drawBoundary(chart3, pair, size);
    if (this.at === 3) drawWay(chart3, pair, size);
    if (this.at === POLICY) drawPolicy(chart3, pair, size, this.epoch);
    if (this.at === 5) drawFlip(chart3, flip, size);
    if (this.at === 6) drawCap(chart3, caps, size);
  }
  stop() {
    this.resizer.disconnect();
  }
};
function imagesOf({ ids, known, guesses, pixels: pixels2 }) {
  return ids.map((id, place) => ({
    id,
    known: known[place],
    guess: guesses[place],
    pixels: Uint8Array.from(atob(pixels2[place]), (letter) => letter.charCodeAt(0))
  }));
}

// lada_explore/views/story/story.js
var story_default = statePage(StoryPage);

// lada_explore/views/tau/optimiser.js
var DECAYS = [0.9, 0.999];
var EPSILON = 1e-8;
var ADAM_RATE = 0.025;
var ASCENT_RATE = 0.2;
var MAX_STEPS = 300;
var PAPER_STEPS = 100;
function adam(rate = ADAM_RATE) {
  let [mean2, square, steps] = [0, 0, 0];
  return (gradient) => {
    steps += 1;
    mean2 = DECAYS[0] * mean2 + (1 - DECAYS[0]) * gradient;
    square = DECAYS[1] * square + (1 - DECAYS[1]) * gradient ** 2;
    const scale = Math.sqrt(square / (1 - DECAYS[1] ** steps)) + EPSILON;
    return rate * (mean2 / (1 - DECAYS[0] ** steps)) / scale;
  };
}
var ascent = (rate = ASCENT_RATE) => (gradient) => rate * gradient;
var Climb = class {
  /** @param {Rule} rule */
  constructor(rule) {
    this.rule = rule;
    this.z = 0;
    this.taus = [0.5];
  }
  get tau() {
    return this.taus[this.taus.length - 1];
  }
  /** @param {(tau: number) => number} slope dV/dtau */
  step(slope) {
    const { tau } = this;
    this.z += this.rule(slope(tau) * tau * (1 - tau));
    this.taus.push(1 / (1 + Math.exp(-this.z)));
  }
};

// lada_explore/views/tau/introduction_charts.js
var MIN_SHARE = 0.25;
var LONG_TICKS = { below: 0.1, px: 72 };
var TANGENT = 0.18;
function drawValueAt(svg, { taus, values, size }, { tau, value, slope }, width, height) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const half = Math.max(0.6 * (high - low), MIN_SHARE / 2 * size);
  const middle = (low + high) / 2;
  const y = (
    /** @type {[number, number]} */
    [middle - half, middle + half]
  );
  const left = size < LONG_TICKS.below ? LONG_TICKS.px : void 0;
  const plot = drawAxes(svg, { width, height, x: [0, 1], y, xTitle: "τ", yTitle: "V(τ) (bits)", yTicks: 3, left });
  const { layer, toX, toY } = plot;
  layer.append(shape("path", { class: "lada-curve", d: linePath(taus.map(toX), values.map(toY)) }));
  const ends = [Math.max(0, tau - TANGENT), Math.min(1, tau + TANGENT)];
  const tangent = linePath(
    ends.map(toX),
    ends.map((end) => toY(value + slope * (end - tau)))
  );
  layer.append(shape("path", { class: "lada-ti-tangent", d: tangent }));
  const here = layer.appendChild(shape("circle", { class: "lada-here", r: 6 }));
  return { ...plot, here };
}
function drawSteps(svg, climbs, width, height) {
  const axes = { width, height, x: (
    /** @type {[number, number]} */
    [0, MAX_STEPS]
  ), yTicks: 4 };
  const y = (
    /** @type {[number, number]} */
    [0, 1]
  );
  const plot = drawAxes(svg, { ...axes, y, xTitle: "steps of the optimiser", yTitle: "τ" });
  const { layer, toX, toY, box } = plot;
  const x = toX(PAPER_STEPS);
  layer.append(shape("line", { class: "lada-limit", x1: x, x2: x, y1: box.top, y2: box.bottom }));
  layer.append(shape("text", { class: "lada-tick", x: x + 4, y: toY(0.64) }, "the paper's 100 steps"));
  for (
    const [name, kind] of
    /** @type {const} */
    [
      ["ascent", "square"],
      ["adam", "circle"]
    ]
  ) {
    const taus = climbs?.[name].taus ?? [0.5];
    const xs = taus.map((_, n) => toX(n));
    const ys = taus.map(toY);
    layer.append(shape("path", { class: `lada-ti-${name}`, d: linePath(xs, ys) }));
    layer.append(mark(kind, xs[xs.length - 1], ys[ys.length - 1], 4.5, `lada-ti-${name}-mark`));
  }
}

// lada_explore/views/tau/introduction_parts.js
var SHAPES = {
  stay: { text: "Stay near the parents", heights: [0.15, 0.36, 0.88] },
  spread: { text: "Spread out", heights: [0.28, 0.88, 0.4] },
  sag: { text: "The middle sags", heights: [0.8, 0.2, 0.66] }
};
var POINTS = ["A(0), one image", "A(1/2), halfway", "A(1), the other image"];
var KEYS = { ArrowUp: 0.02, ArrowRight: 0.02, ArrowDown: -0.02, ArrowLeft: -0.02, PageUp: 0.1, PageDown: -0.1 };
var AXIS_SHARE = 1 / 1.12;
function build2(el, on) {
  const frame = pairView(el, "lada-ti", "Five minutes to τ*");
  const { row, shapes, gains } = buildChoices(on);
  const says = announced("lada-ti-says");
  const { left, ...inLeft } = buildLeft(on);
  const { side, ...inSide } = buildSide(on);
  const columns = make("div", "lada-ti-columns");
  columns.append(left, side);
  frame.body.dataset.alone = "";
  frame.body.append(row, says, columns);
  frame.title.after(frame.caption);
  return { ...frame, shapes, gains, says, columns, left, side, ...inLeft, ...inSide };
}
function buildChoices(on) {
  const names = (
    /** @type {ShapeName[]} */
    Object.keys(SHAPES)
  );
  const shapes = names.map((name) => (
    /** @type {const} */
    [name, button(SHAPES[name].text, "", () => on.take(name))]
  ));
  const gains = [false, true].map(
    (tiny) => (
      /** @type {const} */
      [tiny, button(tiny ? "tiny, a hundredth" : "large", "", () => on.setGain(tiny))]
    )
  );
  const row = make("div", "lada-ti-choices");
  const group = (label, buttons) => {
    const box = make("div", "lada-ti-group");
    setAttributes(box, { role: "group", "aria-label": label });
    box.append(make("span", "lada-ti-label", label), ...buttons);
    row.append(box);
  };
  group(
    "Profile",
    shapes.map(([, one]) => one)
  );
  group(
    "Differences in A",
    gains.map(([, one]) => one)
  );
  return { row, shapes, gains };
}
function buildLeft(on) {
  const profile = chart("Acquisition along the mixing path, with the density of λ and its draws");
  const board = make("div", "lada-ti-board");
  const handles = POINTS.map((name, place) => buildHandle(name, place, board, on));
  board.append(profile, ...handles);
  const drawsText = make("output", "lada-mix-readout");
  const foot = make("div", "lada-mix-foot");
  foot.append(
    button("New draws", "Draw λ again from Beta(τ, τ)", () => on.drawAgain()),
    drawsText
  );
  const left = make("div", "lada-ti-left");
  left.append(board, foot);
  return { left, profile, handles, drawsText };
}
function buildHandle(name, place, board, on) {
  const handle = make("div", "lada-ti-handle");
  handle.tabIndex = 0;
  const range = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0, "aria-orientation": "vertical" };
  setAttributes(handle, { role: "slider", "aria-label": name, ...range });
  const heightAt = ({ clientY }) => {
    const box = board.getBoundingClientRect();
    const bottom = box.bottom - MARGIN.bottom;
    return (bottom - clientY) / ((bottom - box.top - MARGIN.top) * AXIS_SHARE);
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) on.move(place, heightAt(event));
  });
  handle.addEventListener("keydown", (event) => {
    const now = on.heights[place];
    const step = KEYS[
      /** @type {keyof typeof KEYS} */
      event.key
    ];
    const to = event.key === "Home" ? 0 : event.key === "End" ? 1 : now + step;
    if (Number.isNaN(to)) return;
    event.preventDefault();
    on.move(place, to);
  });
  return handle;
}
function buildSide(on) {
  const value = chart("Look-ahead value against τ, with its slope");
  const range = { min: 0.01, max: 1, step: 0.01, value: 0.5 };
  const tau = slider("τ of Beta(τ, τ)", range, () => on.setTau(Number(tau.value)));
  tau.step = "any";
  const slide = make("div", "lada-mix-slide");
  slide.append(tau);
  const [tauText2, slopeText] = [make("output", "lada-mix-readout"), make("output", "lada-mix-readout")];
  const words = make("div", "lada-mix-foot");
  words.append(tauText2, slopeText);
  const steps = chart("τ by the steps of the optimiser: Adam and plain gradient ascent");
  const run = button("▶ Run", "Let both optimisers go on, to step 300", () => on.runOrHold());
  const one = button("One step", "", () => on.oneStep());
  const restart = button("↺ Start", "Back to τ = 0.5", () => on.restart());
  restart.setAttribute("aria-label", "Back to the start, τ = 0.5");
  const legend = make("span", "lada-ti-legend");
  legend.append(make("span", "lada-ti-of-adam", "● Adam"), make("span", "lada-ti-of-ascent", "■ gradient ascent"));
  const foot = make("div", "lada-mix-foot");
  foot.append(run, one, restart, legend);
  const result = announced("lada-ti-result");
  const side = make("div", "lada-ti-side");
  side.append(value, slide, words, steps, foot, result);
  return { side, value, tau, tauText: tauText2, slopeText, steps, run, result };
}
var chart = (label) => shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });

// lada_explore/views/tau/look_ahead.js
var INTERVALS = 48;
var TAU_STEPS = 100;
var SLOPE_STEP = 1e-4;
var NODES = [0, 0.5, 1];
var GRID = Array.from({ length: INTERVALS + 1 }, (_, n) => n / INTERVALS);
var TAUS = Array.from({ length: TAU_STEPS }, (_, n) => (n + 1) / TAU_STEPS);
var WEIGHTS = TAUS.map((tau) => betaWeights(GRID, tau));
function endSlope(near, far) {
  const slope = (3 * near - far) / 2;
  if (Math.sign(slope) !== Math.sign(near)) return 0;
  return Math.sign(near) !== Math.sign(far) && Math.abs(slope) > 3 * Math.abs(near) ? 3 * near : slope;
}
function profileThrough(values) {
  const half = 0.5;
  const chords = [(values[1] - values[0]) / half, (values[2] - values[1]) / half];
  const middle = chords[0] * chords[1] > 0 ? 2 / (1 / chords[0] + 1 / chords[1]) : 0;
  const slopes = [endSlope(chords[0], chords[1]), middle, endSlope(chords[1], chords[0])];
  return GRID.map((lam) => {
    const left = lam < half ? 0 : 1;
    const t = (lam - NODES[left]) / half;
    const [from, to] = [values[left], values[left + 1]];
    const bend = t * (1 - t) * half * ((1 - t) * slopes[left] - t * slopes[left + 1]);
    return from + t * t * (3 - 2 * t) * (to - from) + bend;
  });
}
var mean = (weights, profile) => weights.reduce((sum, weight, n) => sum + weight * profile[n], 0);
var valueAt = (profile, tau) => mean(betaWeights(GRID, tau), profile);
var valuesOf = (profile) => WEIGHTS.map((weights) => mean(weights, profile));
function slopeAt(profile, tau) {
  const step = Math.min(SLOPE_STEP, tau / 2);
  return (valueAt(profile, tau + step) - valueAt(profile, tau - step)) / (2 * step);
}
function shapeOf(values) {
  const profile = profileThrough(values);
  const gain = valueAt(profile, 1) - (values[0] + values[2]) / 2;
  const size = Math.max(...values) - Math.min(...values);
  if (Math.abs(gain) <= 1e-3 * size + 1e-9) return "level";
  if (gain > 0) return "rises";
  return values[1] < Math.min(values[0], values[2]) ? "sags" : "falls";
}

// lada_explore/views/tau/introduction.js
var TINY2 = 0.01;
var DRAWS = 24;
var PX = { profile: 268, value: 168, steps: 168 };
var SAYS = {
  rises: "Spread out: the middle of the path is worth more than the two images are on average, so V rises with τ. τ* goes to the upper end, 1, where λ is spread evenly over the path.",
  falls: "Stay near the parents: the middle is worth less than the two images are on average, so V falls with τ. τ* goes to 0, where nearly every virtual instance is one of the two images.",
  sags: "The middle sags: halfway the classifier is surer than at either image. V falls with τ, and τ* goes to 0; this pair would best not be mixed at all.",
  level: "Level: V is nearly the same at every τ, so where an optimiser leaves τ says nothing about the pair."
};
var Introduction = class {
  /**
   * @param {Model<{ state: IntroductionState }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    const { highest, values } = model.get("state");
    this.highest = highest;
    this.parts = build2(el, this);
    this.heights = [values[0] / highest, values[1] / highest, values[2] / highest];
    this.tiny = false;
    this.tau = 0.5;
    this.climbs = null;
    this.playing = 0;
    this.ranks = Array.from({ length: DRAWS }, () => 1 - Math.random());
    this.plots = null;
    this.profile = profileThrough(this.values);
    this.resizer = new ResizeObserver(() => this.drawAll());
    this.resizer.observe(this.parts.columns);
  }
  /** From where to where the axis of A goes, in bits: a tiny gain is near the largest entropy, as with few labels. */
  get span() {
    return [this.tiny ? this.highest * (1 - TINY2) : 0, this.highest];
  }
  /** @returns {Three} A at the three points, in bits */
  get values() {
    const [low, high] = this.span;
    const [own, middle, other] = this.heights.map((height) => low + height * (high - low));
    return [own, middle, other];
  }
  get digits() {
    return this.tiny ? 5 : 3;
  }
  // What a person does
  /** @param {ShapeName} name */
  take(name) {
    const [own, middle, other] = SHAPES[name].heights;
    this.heights = [own, middle, other];
    this.changed();
  }
  /** @param {boolean} tiny */
  setGain(tiny) {
    this.tiny = tiny;
    this.changed();
  }
  /**
   * Moves one of the three points.
   *
   * @param {number} place
   * @param {number} height in shares of the axis
   */
  move(place, height) {
    this.heights[place] = Math.min(1, Math.max(0, height));
    this.changed();
  }
  changed() {
    this.profile = profileThrough(this.values);
    if (!this.playing) this.climbs = null;
    this.drawAll();
  }
  /** @param {number} tau */
  setTau(tau) {
    this.hold();
    this.climbs = null;
    this.tau = tau;
    this.drawTau();
  }
  drawAgain() {
    this.ranks = this.ranks.map(() => 1 - Math.random());
    this.drawTau();
  }
  /** One step of both optimisers; returns whether there is another. */
  step() {
    if (!this.climbs || this.climbs.adam.taus.length > MAX_STEPS) {
      this.climbs = { adam: new Climb(adam()), ascent: new Climb(ascent()) };
    }
    const slope = (tau) => slopeAt(this.profile, tau);
    this.climbs.adam.step(slope);
    this.climbs.ascent.step(slope);
    this.tau = this.climbs.adam.tau;
    return this.climbs.adam.taus.length <= MAX_STEPS;
  }
  runOrHold() {
    if (this.playing) return this.hold();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (this.step()) ;
      return this.drawTau();
    }
    const move = () => {
      const more = this.step() && this.step();
      this.playing = more ? requestAnimationFrame(move) : 0;
      this.drawTau();
    };
    this.playing = requestAnimationFrame(move);
    this.drawTau();
  }
  hold() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.drawTau();
  }
  oneStep() {
    this.hold();
    this.step();
    this.drawTau();
  }
  restart() {
    this.climbs = null;
    this.tau = 0.5;
    this.hold();
  }
  // Drawing
  draw() {
    const state = this.model.get("state");
    writeSentences(this.parts, state);
    this.drawAll();
    this.parts.root.dataset.rev = String(state.revision);
  }
  drawAll() {
    const { parts, profile, values } = this;
    const width = parts.left.clientWidth;
    if (!width) return;
    const [low, high] = this.span;
    const table = { tau: new Float32Array([1]), value: new Float32Array([0]), log_beta: new Float32Array([0]) };
    const spans = { profile: (
      /** @type {[number, number]} */
      [low, high]
    ) };
    const path = { unit: "bits", grid: GRID, profile, nodes: NODES, tau_max: 1, spans, table };
    this.plots = { profile: drawProfile(parts, path, width, PX.profile) };
    const drawn = this.plots.profile;
    drawn.guide.remove();
    drawn.here.remove();
    const title = parts.profile.querySelector(".lada-axis-title");
    if (title) setText(title, "λ, the share of the image at λ = 1");
    parts.handles.forEach((handle, place) => {
      handle.style.left = `${drawn.toX(NODES[place])}px`;
      handle.style.top = `${drawn.toY(values[place])}px`;
      const words = `${fixed(values[place], this.digits)} bits`;
      setAttributes(handle, { "aria-valuenow": Math.round(100 * this.heights[place]), "aria-valuetext": words });
    });
    const found = shapeOf(values);
    setText(parts.says, SAYS[found]);
    parts.root.dataset.shape = found;
    for (const [name, one] of parts.shapes) one.setAttribute("aria-pressed", String(isAt(this.heights, name)));
    for (const [tiny, one] of parts.gains) one.setAttribute("aria-pressed", String(tiny === this.tiny));
    this.drawTau();
  }
  drawTau() {
    const { parts, plots, profile, tau, climbs, digits } = this;
    if (!plots) return;
    const [value, slope] = [valueAt(profile, tau), slopeAt(profile, tau)];
    const size = this.span[1] - this.span[0];
    const curve = { taus: TAUS, values: valuesOf(profile), size };
    const marks = drawValueAt(parts.value, curve, { tau, value, slope }, parts.side.clientWidth, PX.value);
    const one = { tau: [tau], value: [value], log_beta: [logBeta(tau)] };
    moveTau(
      /** @type {any} */
      { profile: plots.profile, value: marks },
      /** @type {any} */
      one,
      0
    );
    const mean2 = this.drawDraws(plots.profile);
    drawSteps(parts.steps, climbs, parts.side.clientWidth, PX.steps);
    parts.tau.value = String(tau);
    const words = `τ = ${fixed(tau)}: V = ${fixed(value, digits)} bits`;
    parts.tau.setAttribute("aria-valuetext", words);
    setText(parts.tauText, words);
    setText(parts.slopeText, `slope dV/dτ = ${fixed(slope, digits)} bits`);
    setText(parts.drawsText, `mean of A over these ${DRAWS} draws: ${fixed(mean2, digits)}`);
    setText(parts.run, this.playing ? "❚❚ Pause" : "▶ Run");
    if (!this.playing) setText(parts.result, this.result());
    parts.root.dataset.steps = String(climbs ? climbs.adam.taus.length - 1 : 0);
  }
  /**
   * The draws of lam, as dots on the curve and lines below it; returns the mean of A over them.
   *
   * @param {PathPlots["profile"]} plot
   */
  drawDraws({ layer, toX, toY, box }) {
    layer.querySelector(".lada-ti-draws")?.remove();
    const drawn = shape("g", { class: "lada-ti-draws" });
    let sum = 0;
    for (const rank of this.ranks) {
      const lam = betaQuantile(this.tau, Math.min(rank, 1 - 1e-12));
      const value = interpolate(GRID, this.profile, lam);
      sum += value;
      const x = toX(lam);
      drawn.append(shape("line", { class: "lada-ti-draw", x1: x, x2: x, y1: box.bottom, y2: box.bottom - 9 }));
      drawn.append(shape("circle", { class: "lada-ti-dot", cx: x, cy: toY(value), r: 3 }));
    }
    layer.append(drawn);
    return sum / DRAWS;
  }
  result() {
    const { climbs, profile, digits } = this;
    if (!climbs) return "";
    const gain = valueAt(profile, climbs.adam.tau) - valueAt(profile, 0.5);
    return `After ${climbs.adam.taus.length - 1} steps Adam is at τ = ${fixed(climbs.adam.tau)} and has gained ${fixed(gain, digits)} bits; gradient ascent is at ${fixed(climbs.ascent.tau)}.`;
  }
  stop() {
    cancelAnimationFrame(this.playing);
    this.resizer.disconnect();
  }
};
var isAt = (heights, name) => heights.every((height, place) => Math.abs(height - SHAPES[name].heights[place]) < 5e-3);

// lada_explore/views/tau/tau_introduction.js
var tau_introduction_default = statePage(Introduction);

// lada_explore/apps/lesson/static/model.js
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`this page has no ${id}`);
  return found;
}
var Model = class {
  /**
   * @param {T} values
   * @param {(message: any) => void} [handle] does what the view asks
   */
  constructor(values, handle = () => {
  }) {
    this.values = values;
    this.handle = handle;
    this.listeners = /* @__PURE__ */ new Map();
  }
  /**
   * @template {keyof T & string} K
   * @param {K} name
   */
  get(name) {
    return this.values[name];
  }
  /**
   * @template {keyof T & string} K
   * @param {K} name
   * @param {T[K]} value
   */
  set(name, value) {
    this.values[name] = value;
    for (const listener of [...this.listenersTo(`change:${name}`)]) listener();
  }
  /** @param {string} event */
  listenersTo(event) {
    return this.listeners.get(event) ?? [];
  }
  /**
   * @param {string} event
   * @param {(...values: any[]) => void} listener
   */
  on(event, listener) {
    this.listeners.set(event, [...this.listenersTo(event), listener]);
  }
  /**
   * @param {string} event
   * @param {(...values: any[]) => void} listener
   */
  off(event, listener) {
    const others = this.listenersTo(event).filter((other) => other !== listener);
    this.listeners.set(event, others);
  }
  /** @param {object} message */
  send(message) {
    this.handle(message);
  }
  save_changes() {
  }
};
function start(view, el, values, handle) {
  const model = new Model(values, handle);
  view.initialize({ model, el });
  view.render({ model, el });
  return model;
}

// lada_explore/apps/lesson/static/unpack.js
var WRAP = 65536;
async function gunzip(id) {
  const text = atob(byId(id).textContent ?? "");
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
async function unpack(id) {
  const all = await gunzip(id);
  const start2 = 4 + new DataView(all.buffer).getUint32(0, true);
  const values = JSON.parse(new TextDecoder().decode(all.subarray(4, start2)));
  const view = ({ at, size }) => new DataView(all.buffer, start2 + at, size);
  const fromSteps = ({ low, high, of, steps, ...rest }) => {
    const changes = view(steps);
    const made = new Float32Array(changes.byteLength / 2);
    let place = 0;
    for (let n = 0; n < made.length; n += 1) {
      place = (place + changes.getUint16(2 * n, true)) % WRAP;
      made[n] = low + place / of * (high - low);
    }
    return { ...rest, bytes: new DataView(made.buffer) };
  };
  const pieces = ({ pieces: steps, size: [size] }) => {
    let at = 0;
    return steps.map((step) => {
      at += step;
      return view({ at, size });
    });
  };
  const restore = (value) => {
    if (Array.isArray(value)) return value.map(restore);
    if (!value || typeof value !== "object") return value;
    if ("at" in value && "size" in value) return view(value);
    if ("pieces" in value) return pieces(value);
    if ("steps" in value) return fromSteps(value);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, restore(inner)]));
  };
  return { values, restore };
}
var Images = class {
  /** @param {{ ids: number[], shape: [number, number, number], pixels: DataView<ArrayBuffer>[] }} images C x H x W */
  constructor({ ids, shape: shape2, pixels: pixels2 }) {
    this.channels = shape2[0];
    this.height = shape2[1];
    this.width = shape2[2];
    this.pixels = pixels2.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
    this.place = new Map(ids.map((id, place) => [id, place]));
    this.urls = /* @__PURE__ */ new Map();
  }
  /**
   * Pixels as the mixer takes them; null for an image that the record did not keep.
   *
   * @param {number} id
   * @returns {SentImage["pixels"]}
   */
  raw(id) {
    const place = this.place.get(id);
    if (place === void 0) return null;
    const { buffer, byteOffset, byteLength } = this.pixels[place];
    const bytes = new DataView(buffer, byteOffset, byteLength);
    return { bytes, shape: [this.channels, this.height, this.width] };
  }
  /**
   * An address for an <img>; empty for an image that is not kept.
   *
   * @param {number} id
   */
  url(id) {
    if (!this.place.has(id)) return "";
    const url = this.urls.get(id) ?? URL.createObjectURL(new Blob([this.sheet([id], 1)], { type: "image/bmp" }));
    this.urls.set(id, url);
    return url;
  }
  /**
   * Images side by side, row by row, as one BMP file.
   *
   * @param {number[]} ids
   * @param {number} columns
   */
  sheet(ids, columns) {
    const width = columns * this.width;
    const height = Math.ceil(ids.length / columns) * this.height;
    const deep = this.channels === 3 ? 3 : 1;
    const row = Math.ceil(deep * width / 4) * 4;
    const palette = deep === 1 ? 1024 : 0;
    const file = new Uint8Array(54 + palette + row * height);
    const head = new DataView(file.buffer);
    head.setUint16(0, 16973);
    head.setUint32(2, file.length, true);
    head.setUint32(10, 54 + palette, true);
    head.setUint32(14, 40, true);
    head.setInt32(18, width, true);
    head.setInt32(22, height, true);
    head.setUint16(26, 1, true);
    head.setUint16(28, 8 * deep, true);
    head.setUint32(34, row * height, true);
    for (let grey = 0; grey < palette / 4; grey += 1) file.fill(grey, 54 + 4 * grey, 57 + 4 * grey);
    ids.forEach((id, n) => {
      const image = this.place.get(id);
      if (image === void 0) return;
      const [left, top] = [n % columns * this.width, Math.floor(n / columns) * this.height];
      for (let y = 0; y < this.height; y += 1) {
        for (let x = 0; x < this.width; x += 1) {
          const to = 54 + palette + row * (height - 1 - top - y) + deep * (left + x);
          for (let channel = 0; channel < deep; channel += 1) {
            const from = (deep - 1 - channel) * this.height * this.width + y * this.width + x;
            file[to + channel] = this.pixels[image][from];
          }
        }
      }
    });
    return file;
  }
};

// lada_explore/apps/lesson/static/frame.js
async function offerPlotly() {
  shared.started = true;
  try {
    const script = make("script");
    script.textContent = new TextDecoder().decode(await gunzip("plotly"));
    document.head.append(script);
    hand();
  } catch (error) {
    shared.reject(error);
  }
}
function drawFirst({ primer, introduction: state }) {
  byId("primer").hidden = !primer.length;
  within(document, "#primer ol").append(...primer.map((sentence) => make("li", "", sentence)));
  byId("introduction").hidden = !state;
  if (state) start(tau_introduction_default, within(byId("introduction"), ".view"), { state });
  within(byId("words"), "details").append(glossaryList());
}
function drawStory({ story: state }) {
  byId("pages").hidden = !state;
  if (!state) return;
  const [toRun, toStory] = byId("pages").querySelectorAll("a");
  let shown = null;
  const turn = () => {
    const at = storyIn(location.hash);
    byId(STORY).hidden = at === null;
    within(document, "main").hidden = at !== null;
    for (const link of [toRun, toStory]) link.removeAttribute("aria-current");
    (at === null ? toRun : toStory).setAttribute("aria-current", "page");
    if (at === null) return;
    if (!shown) shown = start(story_default, within(byId(STORY), ".view"), { state: { ...state, at } });
    else if (shown.get("state").at !== at) shown.set("state", { ...state, at });
  };
  toStory.addEventListener("click", () => toRun.setAttribute("href", location.hash || "#"));
  byId(STORY).addEventListener("lada-story", (event) => {
    const at = (
      /** @type {CustomEvent<number>} */
      event.detail
    );
    if (shown) shown.values.state = { ...state, at };
    writeAddress({ page: STORY, state: at });
  });
  addEventListener("hashchange", turn);
  turn();
}
function fitPaper() {
  const print = (printing) => {
    document.documentElement.classList.toggle("printing", printing);
    document.body.dataset.jpThemeLight = String(printing);
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
}

// lada_explore/views/question/question.js
function buildChoices2(choices, on) {
  const name = groupName();
  const list = make("div", "lada-q-choices");
  const inputs = choices.map((choice2) => {
    const label = make("label", "lada-q-choice");
    const input = Object.assign(make("input"), { type: "radio", name, value: choice2 });
    input.addEventListener("change", on.chosen);
    label.append(input, make("span", "", choice2));
    list.append(label);
    return input;
  });
  return { box: list, given: () => inputs.find((input) => input.checked)?.value ?? "" };
}
function buildNumber(unit, on) {
  const row = make("label", "lada-q-number");
  const number = Object.assign(make("input", "lada-q-input"), { type: "text", inputMode: "decimal" });
  number.setAttribute("aria-label", "Your answer, a number");
  number.addEventListener("input", on.chosen);
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") on.check();
  });
  row.append(make("span", "", "Your answer"), number, make("span", "lada-q-unit", unit));
  return { box: row, given: () => number.value.trim() };
}
function build3(el, state, on) {
  const root = viewRoot(el, "lada-question", "Question");
  const check = button("Check", "", on.check, "lada-q-button");
  const reveal = button("Show the answer", "", on.reveal, "lada-q-button");
  const verdict = announced("lada-q-verdict");
  const why = make("p", "lada-q-why");
  const error = announced("lada-q-error", "alert");
  const { box, given } = state.choices.length ? buildChoices2(state.choices, on) : buildNumber(state.unit, on);
  const row = make("div", "lada-q-row");
  const waiting = make("span", "lada-q-waiting");
  row.append(check, reveal, waiting);
  root.append(make("p", "lada-q-text", state.text), box, row, error, verdict, why);
  return { root, check, reveal, waiting, verdict, why, error, given };
}
var MARKS2 = { right: "✓", wrong: "✕", shown: "→" };
function render2({ model, el }) {
  const parts = build3(el, model.get("state"), {
    chosen: () => ready(),
    check: () => {
      if (parts.given()) model.send({ type: "answer", given: parts.given() });
    },
    reveal: () => model.send({ type: "reveal" })
  });
  const ready = () => parts.check.setAttribute("aria-disabled", String(!parts.given()));
  const show = () => {
    const state = model.get("state");
    showText(parts.verdict, state.verdict ? `${MARKS2[state.verdict]} ${state.says}` : "");
    showText(parts.why, state.why);
    showText(parts.error, state.error);
    showText(parts.waiting, state.waiting);
    setText(parts.reveal, state.tries ? "Show the answer" : "Show me");
    parts.reveal.hidden = !(state.tries || state.waiting) || ["right", "shown"].includes(state.verdict);
    parts.root.dataset.verdict = state.verdict;
    parts.root.dataset.rev = String(state.revision);
    ready();
  };
  model.on("change:state", show);
  show();
  return () => model.off("change:state", show);
}
var question_default = withKernel({ render: render2 });

// lada_explore/apps/lesson/static/questions.js
var MARKS3 = { "": "", right: " ✓", wrong: " ✕", shown: " →" };
function asked({ text, choices }) {
  return { revision: 0, text, choices, unit: "", verdict: "", says: "", why: "", tries: 0, waiting: "", error: "" };
}
function judged({ answer, why, hints }, given) {
  if (given === answer) return { verdict: "right", says: "Right.", why };
  return { verdict: "wrong", says: `Not so. ${hints[given]}`, why: "" };
}
var Questions = class {
  /** @param {Lesson} lesson */
  constructor(lesson) {
    this.lesson = lesson;
    this.questions = lesson.values.questions;
    const kept = keptAnswers(lesson.values.title, this.questions.length);
    this.models = this.questions.map((question, place) => {
      const values = { state: { ...asked(question), ...kept?.[place] } };
      return new Model(values, (message) => this.handle(place, message));
    });
    this.at = 0;
    this.root = byId("questions");
    this.root.hidden = !this.questions.length;
    this.look = within(this.root, ".look");
    this.look.addEventListener("click", () => this.showIt());
    this.close = () => {
    };
    if (this.questions.length) this.show(0);
  }
  /**
   * @param {number} place
   * @param {{ type: "answer", given: string } | { type: "reveal" }} message
   */
  handle(place, message) {
    const question = this.questions[place];
    const model = this.models[place];
    const state = { ...model.get("state") };
    state.revision += 1;
    if (message.type === "answer") {
      state.tries += 1;
      Object.assign(state, judged(question, message.given));
    } else {
      Object.assign(state, { verdict: "shown", says: `The answer is: ${question.answer}`, why: question.why });
    }
    model.set("state", state);
    this.keep();
    this.drawBar();
  }
  /** Keeps the answers for a reload; the questions are in the page. */
  keep() {
    const answers = this.models.map((model) => {
      const { verdict, says, why, tries } = model.get("state");
      return { verdict, says, why, tries };
    });
    keepAnswers(this.lesson.values.title, answers);
  }
  /** @param {number} place */
  show(place) {
    this.at = place;
    this.close();
    const { figures, run } = this.questions[place];
    const { images } = this.lesson.runs[run ?? 0];
    const shown = figures.map(([caption, ids]) => {
      const figure = make("figure");
      const row = make("div");
      for (const id of ids) {
        const image = make("img");
        Object.assign(image, { src: images.url(id), alt: `image ${id}` });
        row.append(image);
      }
      figure.append(row, make("figcaption", "", caption));
      return figure;
    });
    within(this.root, ".question-figures").replaceChildren(...shown);
    const where = within(this.root, ".question-view");
    where.replaceChildren();
    this.close = question_default.render({ model: this.models[place], el: where });
    this.drawBar();
  }
  drawBar() {
    const bar = within(this.root, ".question-bar");
    const focused = bar.contains(document.activeElement);
    const buttons = this.questions.map((_, place) => {
      const { verdict } = this.models[place].get("state");
      const made = button(`${place + 1}${MARKS3[verdict]}`, "", () => this.show(place), "");
      const label = `Question ${place + 1} of ${this.questions.length}${verdict ? `, ${verdict}` : ""}`;
      setAttributes(made, { "aria-label": label, "aria-pressed": place === this.at });
      return made;
    });
    const right = this.models.filter((model) => model.get("state").verdict === "right").length;
    bar.replaceChildren(...buttons, make("span", "score", `${right} of ${this.questions.length} answered correctly`));
    if (focused) buttons[this.at].focus();
    this.look.hidden = !this.models[this.at].get("state").verdict;
  }
  showIt() {
    const { cycle, pair, view, run } = this.questions[this.at];
    const shown = this.lesson.runs[run ?? 0];
    if (pair) [shown.pair, shown.marked] = [pair, [...pair]];
    this.lesson.showCycle(cycle);
    const target = byId(view === "map" && !shown.hasMap ? "mixer" : view);
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
};

// lada_explore/views/base/theme.js
function channelsOf(text, otherwise) {
  const found = text.match(/[\d.]+/g);
  return found && found.length >= 3 ? found.slice(0, 3).map(Number) : otherwise;
}
function isDark([red, green, blue]) {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}
function onThemeChange(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", callback);
  };
}

// lada_explore/views/base/chart_theme.js
function coloursOf(probe, printed) {
  const paper = printed ? "rgb(255, 255, 255)" : resolveColour(probe, "--jp-layout-color0", "rgb(255, 255, 255)");
  const dark = isDark(channelsOf(paper, [255, 255, 255]));
  const ink = printed ? "rgb(30, 30, 30)" : resolveColour(probe, "--jp-ui-font-color1", dark ? "rgb(230, 230, 230)" : "rgb(40, 40, 40)");
  const muted = printed ? "rgb(90, 90, 90)" : resolveColour(probe, "--jp-ui-font-color2", ink);
  const line = dark ? "rgba(255, 255, 255, 0.16)" : "rgba(0, 0, 0, 0.12)";
  const frame = dark ? "rgba(255, 255, 255, 0.45)" : "rgba(0, 0, 0, 0.45)";
  return { dark, paper, ink, muted, line, frame };
}
function resolveColour(probe, variable, fallback) {
  probe.style.color = fallback;
  probe.style.color = `var(${variable}, ${fallback})`;
  const colour = getComputedStyle(probe).color;
  return /^rgba?\(/.test(colour) ? colour : fallback;
}
function themeOf(root, probe, printed) {
  const { dark, paper, ink, muted, line, frame } = coloursOf(probe, printed);
  const axis = {
    gridcolor: line,
    zerolinecolor: line,
    linecolor: frame,
    tickcolor: frame,
    showline: true,
    ticks: "outside",
    ticklen: 4,
    automargin: true,
    title: { font: { color: muted, size: 12 }, standoff: 8 }
  };
  const family = getComputedStyle(root).fontFamily || "system-ui, sans-serif";
  return {
    dark,
    ink,
    template: {
      layout: {
        font: { color: ink, family, size: 12 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        xaxis: axis,
        yaxis: axis,
        legend: { bgcolor: "rgba(0,0,0,0)", font: { size: 11.5 } },
        hoverlabel: { bgcolor: paper, bordercolor: frame, font: { color: ink, family, size: 12 }, align: "left" },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: muted, activecolor: ink },
        annotationdefaults: { font: { color: ink } }
      }
    }
  };
}

// lada_explore/views/base/figure.js
function pointsOf({ customdata, x, y }) {
  return Array.from(customdata ?? [], (key, n) => ({ key, x: Number(x?.[n]), y: Number(y?.[n]) }));
}
function isDrawn(chart3) {
  return chart3._fullLayout !== void 0;
}

// lada_explore/views/base/notes.js
function splitNote(note) {
  const [, first = note, rest = ""] = note.match(/^(.+?[.!?…])\s+(?=[\p{Lu}τλθ])(.+)$/su) ?? [];
  return { first, rest };
}
function notesLine(label) {
  const box = make("details", "lada-notes-line");
  box.setAttribute("aria-label", label);
  box.dataset.alone = "";
  const summary = make("summary");
  const line = make("span", "lada-notes-first");
  const why = make("span", "lada-notes-why", "why?");
  summary.append(line, why);
  const list = make("ul");
  box.append(summary, list);
  return { box, line, why, list };
}
function showNotes({ box, line, why, list }, notes) {
  const told = notes.map(splitNote);
  const more = notes.length > 1 || told.some(({ rest }) => rest);
  box.hidden = !notes.length;
  setWithCode(line, told.map(({ first }) => first).join(" "));
  line.title = line.textContent ?? "";
  why.hidden = !more;
  box.classList.toggle("lada-notes-short", !more);
  if (!more) box.open = false;
  refill(list, notes, () => more ? notes.map(withCode) : []);
}

// lada_explore/views/base/plot_fit.js
var PANEL_PX = 250;
var TIGHT_PX = 170;
var SIDE_PX = 76;
var BETWEEN_PX = 78;
var BAR_PX = 14;
var LINE_PX = 15;
var SMALLEST_PX = 40;
var LONGEST_PX = 220;
var NARROW_PX = 420;
var NARROWEST_PX = 260;
var LETTERS = (
  /** @type {const} */
  ["x", "y"]
);
var pen = penOf(document.createElement("canvas"));
var asDrawn = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#36;", "$").replaceAll("&amp;", "&");
var escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("$", "&#36;");
function widthOf(text, size, family) {
  pen.font = `${size}px ${family}`;
  return pen.measureText(asDrawn(text)).width;
}
function cutTo(text, room, size, family) {
  if (widthOf(text, size, family) <= room) return text;
  const whole = asDrawn(text);
  let letters = whole.length - 1;
  while (letters > 1 && widthOf(escaped(`${whole.slice(0, letters)}…`), size, family) > room) letters -= 1;
  return escaped(`${whole.slice(0, letters).trimEnd()}…`);
}
function inLines(text, room, size, family) {
  if (!text || text.includes("<") || widthOf(text, size, family) <= room) return text;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && widthOf(longer, size, family) > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => cutTo(line, room, size, family)).join("<br>");
}
var linesIn = (text) => text.split("<br>").length;
var axesOf = (layout, letter) => (
  /** @type {AxisName[]} */
  Object.keys(layout).filter((name) => new RegExp(`^${letter}axis\\d*$`).test(name))
);
var inside = ([left, right], [from, to]) => from >= left - 1e-6 && to <= right + 1e-6;
var onPaper = (one) => one.xref === "paper" && one.yref === "paper";
function stacked(layout, panels, lines) {
  const { t = 0 } = layout.margin ?? {};
  const each = layout.height - t - 100;
  const between2 = BETWEEN_PX + (lines - 2) * LINE_PX;
  const all = panels.length * each + (panels.length - 1) * between2;
  const within2 = (place, y) => 1 - (place * (each + between2) + (1 - y) * each) / all;
  const made = { ...layout, height: layout.height + all - each };
  const placeOf2 = /* @__PURE__ */ new Map();
  for (const name of axesOf(layout, "x")) {
    const place = panels.findIndex((panel) => inside(panel, layout[name].domain ?? [0, 1]));
    if (place < 0) continue;
    placeOf2.set(name.replace("axis", ""), place);
    made[name] = { ...layout[name], domain: [0, 1] };
  }
  for (const name of axesOf(layout, "y")) {
    const place = placeOf2.get(layout[name].anchor ?? "x");
    if (place === void 0) continue;
    const [from, to] = layout[name].domain ?? [0, 1];
    made[name] = { ...layout[name], domain: [within2(place, from), within2(place, to)] };
  }
  made.annotations = layout.annotations?.map((one) => {
    const place = onPaper(one) ? panels.findIndex((panel) => inside(panel, [one.x, one.x])) : -1;
    if (place < 0) return one;
    const [left, right] = panels[place];
    return { ...one, x: (one.x - left) / (right - left), y: within2(place, one.y) };
  });
  return made;
}
var plotOf = ({ margin: { l = 0, r = 0 } = {} }, width) => width - Math.max(l, SIDE_PX) - r;
function fitTitles(layout, width, panels, family) {
  const made = fitAxisTitles(layout, width, family);
  let extra = 0;
  made.annotations = layout.annotations?.map((one) => {
    if (!onPaper(one)) return one;
    const panel = panels.find(([left, right]) => one.x >= left - 1e-6 && one.x < right) ?? [0, 1];
    const until = panels.find(([left]) => left > panel[0])?.[0] ?? 1;
    const room = (until - panel[0]) * plotOf(layout, width) - 8;
    const text = inLines(one.text, room, one.font?.size ?? 12, family);
    extra = Math.max(extra, linesIn(text) - 1);
    return { ...one, text };
  });
  if (layout.title?.text) {
    const text = inLines(layout.title.text, width - 16, layout.title.font?.size ?? 13, family);
    extra = Math.max(extra, linesIn(text) - 1);
    made.title = { ...layout.title, text };
  }
  return extra ? taller(made, extra * LINE_PX) : made;
}
function fitAxisTitles(layout, width, family) {
  const made = { ...layout };
  for (const letter of LETTERS) {
    for (const name of axesOf(layout, letter)) {
      const { title, domain = [0, 1] } = layout[name];
      if (!title?.text) continue;
      const whole = letter === "x" ? plotOf(layout, width) : layout.height - 130;
      const text = inLines(title.text, Math.max(SMALLEST_PX, (domain[1] - domain[0]) * whole), 12, family);
      made[name] = { ...layout[name], title: { ...title, text } };
    }
  }
  return made;
}
function taller(layout, px) {
  return { ...layout, height: layout.height + px, margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + px } };
}
function fitNames(layout, width, family) {
  const made = { ...layout };
  for (const letter of LETTERS) {
    for (const name of axesOf(layout, letter)) {
      const { ticktext, dtick } = layout[name];
      if (letter === "x" && Number.isInteger(dtick) && width < NARROW_PX)
        made[name] = { ...layout[name], ticklabelstep: width < NARROWEST_PX ? 4 : 2, tickangle: 0 };
      if (!ticktext) continue;
      const room = letter === "y" ? 0.34 * width : Math.min(LONGEST_PX, 0.45 * width);
      made[name] = { ...layout[name], ticktext: ticktext.map((text) => cutTo(text, room, 12, family)) };
    }
  }
  return made;
}
function mostLines(texts, room, family) {
  return Math.max(1, ...texts.map((text) => text ? linesIn(inLines(text, room, 13, family)) : 1));
}
function fitted({ data, layout }, width, family, bar, least = PANEL_PX) {
  if (!width) return { data, layout };
  let panels = layout.meta?.panels ?? [];
  let made = layout;
  if (panels.length > 1 && panels.some(([left, right]) => (right - left) * plotOf(layout, width) < least)) {
    const titles = (layout.annotations ?? []).filter(onPaper).map(({ text }) => text);
    const below = axesOf(layout, "x").map((name) => layout[name].title?.text);
    const room2 = plotOf(layout, width);
    made = stacked(layout, panels, mostLines(titles, room2, family) + mostLines(below, room2, family));
    panels = [];
  }
  made = fitNames(fitTitles(made, width, panels, family), width, family);
  if (bar) made = taller(made, BAR_PX);
  const room = layout.meta?.names ?? width - 70;
  for (const trace of data) if (trace.name) trace.name = inLines(trace.name, room, 11.5, family);
  return { data, layout: { ...made, width } };
}

// lada_explore/views/base/wire.js
var TYPED = { f4: Float32Array, i4: Int32Array };
function bytesOf({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
function numbers({ array, bytes }) {
  return (
    /** @type {Typed[K]} */
    new TYPED[array](bytesOf(bytes))
  );
}
function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (!value || typeof value !== "object") return value;
  if (!isWireArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromWire(inner)]));
  }
  const flat = numbers(value);
  if (value.shape.length < 2) return flat;
  const [rows, columns] = value.shape;
  return Array.from({ length: rows }, (_, row) => Array.from(flat.subarray(row * columns, (row + 1) * columns)));
}
function isWireArray(value) {
  return "array" in value && "bytes" in value;
}

// lada_explore/views/base/chart.js
var HEIGHT = 360;
var PAPER_PX = 700;
var MIN_SHARE2 = 0.5;
var PRINTING = ["beforeprint", "afterprint"];
var isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
var same = (a, b) => isArray(a) && isArray(b) ? a.length === b.length && a.every((entry, n) => same(entry, b[n])) : Object.is(a, b);
function keepArrays(value, old) {
  if (!value || typeof value !== "object" || !old || typeof old !== "object") return value;
  if (isArray(value) && same(value, old)) return old;
  if (Array.isArray(value)) return value.map((entry, n) => keepArrays(entry, old[n]));
  if (isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, keepArrays(inner, old[name])]));
}
function pointsOf2(event) {
  return (event?.points ?? []).map((point) => ({
    trace: point.curveNumber,
    point: point.pointIndex ?? point.pointNumber ?? -1,
    customdata: point.customdata ?? null
  }));
}
var CONFIG = {
  displaylogo: false,
  responsive: false,
  showSendToCloud: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"]
};
function build4(el) {
  const root = viewRoot(el, "lada-plot");
  const line = notesLine("Notes on this chart");
  line.box.classList.add("lada-plot-notes");
  const parts = {
    root,
    error: announced("lada-plot-error", "alert"),
    notes: line.box,
    line,
    /** @type {PlotElement} */
    chart: make("div", "lada-plot-chart"),
    message: make("p", "lada-plot-message"),
    caption: make("p", "lada-plot-caption"),
    probe: make("span")
  };
  parts.chart.setAttribute("role", "group");
  parts.probe.hidden = true;
  root.append(parts.error, parts.notes, parts.chart, parts.message, parts.caption, parts.probe);
  return parts;
}
function messageOf(spec, model) {
  if (!model.kernel.gone) return spec.message ?? "";
  if (spec.figure)
    return shared.started ? "" : "The chart cannot be drawn: plotly.js comes from the kernel or with the saved widgets.";
  return model.get("panel")?.busy ? "The map was not laid out yet when this was saved." : spec.message ?? "";
}
function writeTexts(parts, spec, message) {
  showText(parts.error, spec.error ?? "");
  showText(parts.message, message);
  showText(parts.caption, spec.caption ?? "");
  showNotes(parts.line, spec.notes ?? []);
  parts.chart.setAttribute("aria-label", spec.label || "Chart");
  parts.chart.hidden = !spec.figure;
}
function initialize(model) {
  takeLibrary(model.get("library"));
  model.on("change:library", () => takeLibrary(model.get("library")));
  model.on("msg:custom", (message, buffers) => {
    if (message?.type === "library") takeLibrary(buffers?.[0]);
  });
  return askUntilLoaded(model);
}
var NOTHING_ADDED = {
  config: {},
  barInside: false,
  prepare() {
  },
  arrange: (layout) => layout,
  drawn() {
  },
  selected: () => [],
  emptied() {
  },
  close() {
  }
};
function chartView(extend = () => NOTHING_ADDED) {
  return {
    /** @param {{ model: Model<T> }} given */
    initialize: ({ model }) => initialize(model),
    /** @param {Given<T>} given */
    render({ model, el }) {
      takeLibrary(model.get("library"));
      const parts = build4(el);
      const chart3 = new Chart(model, parts, extend(parts, model));
      return () => chart3.close();
    }
  };
}
var Chart = class {
  /**
   * @param {Model<ChartTraits>} model
   * @param {ChartParts} parts
   * @param {ChartExtension} more what stands around the chart
   */
  constructor(model, parts, more) {
    this.model = model;
    this.parts = parts;
    this.more = more;
    this.plotly = null;
    this.figure = null;
    this.template = null;
    this.alive = true;
    this.wired = false;
    this.drawing = false;
    this.again = false;
    this.missed = false;
    this.printed = false;
    this.width = 0;
    this.height = 0;
    this.deficit = 0;
    this.onSpec = () => this.draw();
    model.on("change:spec", this.onSpec);
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(parts.root);
    this.resizer.observe(parts.chart);
    this.onPrint = ({ type }) => {
      this.printed = type === "beforeprint";
      this.draw();
    };
    for (const type of PRINTING) addEventListener(type, this.onPrint);
    this.forgetTheme = onThemeChange(() => this.draw());
    model.kernel.onGone(() => this.write(model.get("spec")));
    this.draw();
  }
  close() {
    this.alive = false;
    this.model.off("change:spec", this.onSpec);
    this.forgetTheme();
    for (const type of PRINTING) removeEventListener(type, this.onPrint);
    this.more.close();
    this.resizer.disconnect();
    this.purge();
  }
  /** Takes plotly's drawing away. */
  purge() {
    if (this.wired) this.plotly?.purge(this.parts.chart);
    this.wired = false;
  }
  resize() {
    const { root, chart: chart3 } = this.parts;
    if (this.missed || !("rev" in root.dataset)) this.draw();
    else if (this.wired && chart3.offsetWidth && (chart3.offsetWidth !== this.width || this.room() !== this.height))
      this.draw();
  }
  /** The height in px that the drawing has to fill; 0 where it has none, as on paper. A style sheet says which does. */
  room() {
    const { chart: chart3 } = this.parts;
    const fills = !this.printed && getComputedStyle(chart3).getPropertyValue("--lada-fills").trim() === "1";
    return fills ? chart3.offsetHeight : 0;
  }
  /** One drawing at a time: Plotly.react is asynchronous, and a second one meanwhile would draw into the first. */
  async draw() {
    this.again = true;
    if (this.drawing) return;
    this.drawing = true;
    try {
      while (this.again && this.alive) {
        this.again = false;
        await this.drawOnce();
      }
    } catch (error) {
      showText(this.parts.error, `The chart could not be drawn: ${error instanceof Error ? error.message : error}`);
    } finally {
      this.drawing = false;
    }
    requestAnimationFrame(() => this.alive && this.resize());
  }
  async drawOnce() {
    const { model, parts } = this;
    const spec = model.get("spec");
    this.write(spec);
    this.missed = !parts.root.isConnected;
    if (this.missed) return;
    const theme = themeOf(parts.root, parts.probe, this.printed);
    if (spec.figure) {
      const plotly = await shared.ready;
      if (!this.alive) return;
      this.plotly = plotly;
      this.write(spec);
      await this.drawFigure(plotly, spec.figure, theme);
    } else {
      this.purge();
      this.more.emptied();
    }
    parts.root.dataset.theme = theme.dark ? "dark" : "light";
    parts.root.dataset.rev = String(spec.revision);
  }
  /** @param {ChartSpec} spec */
  write(spec) {
    writeTexts(this.parts, spec, messageOf(spec, this.model));
  }
  /**
   * @param {Plotly} plotly
   * @param {Figure} sent
   * @param {ChartTheme} theme
   */
  async drawFigure(plotly, sent, theme) {
    const figure = keepArrays(fromWire(sent), this.figure);
    this.figure = figure;
    const data = figure.data.map((trace) => ({ ...trace }));
    this.more.prepare(data, theme);
    if (JSON.stringify(this.template) !== JSON.stringify(theme.template)) this.template = theme.template;
    const fit = this.fit(figure, data);
    const config = { ...CONFIG, ...this.more.config, ...figure.config };
    const { chart: chart3 } = this.parts;
    const react = () => plotly.react(chart3, data, { ...fit, height: fit.height + this.deficit }, config);
    await react();
    if (!isDrawn(chart3)) return;
    const short = MIN_SHARE2 * fit.height - chart3._fullLayout._size.h;
    if (short > 4 && !this.height) {
      this.deficit += short;
      await react();
    }
    if (!this.wired) this.wire(chart3);
    this.more.drawn();
  }
  /**
   * The layout for the width there is; names in the traces are fitted too.
   *
   * @param {Figure} figure
   * @param {Trace[]} data
   */
  fit(figure, data) {
    const { root, chart: chart3 } = this.parts;
    const width = this.printed ? Math.min(chart3.offsetWidth, PAPER_PX) : chart3.offsetWidth;
    if (width !== this.width) this.deficit = 0;
    this.width = width;
    this.height = this.room();
    const height = this.height || figure.layout.height || HEIGHT;
    const layout = this.more.arrange({ ...figure.layout, height, template: this.template }, this.height > 0);
    const { fontFamily } = getComputedStyle(root);
    const least = this.height ? TIGHT_PX : void 0;
    const made = fitted({ data, layout }, width, fontFamily, !this.more.barInside, least).layout;
    return this.height ? { ...made, height } : made;
  }
  /**
   * Listens to a chart that plotly made anew.
   *
   * @param {DrawnPlot} chart
   */
  wire(chart3) {
    const { model } = this;
    chart3.on("plotly_click", (event) => model.send({ type: "click", points: pointsOf2(event) }));
    chart3.on("plotly_selected", (event) => {
      if (this.drawing) return;
      model.send({ type: "select", points: [...pointsOf2(event), ...this.more.selected(event)] });
    });
    this.wired = true;
  }
};

// lada_explore/views/base/plot_view.js
var plot_view_default = withKernel(chartView());

// lada_explore/views/map/neighbour.js
function neighbour(points, from, [dx, dy]) {
  let best = null;
  let least = Infinity;
  for (const point of points) {
    const [x, y] = [point.at[0] - from[0], point.at[1] - from[1]];
    const [along, across] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
    if (along > 0.5 && across <= along && along + 2 * across < least) {
      best = point;
      least = along + 2 * across;
    }
  }
  return best;
}

// lada_explore/views/map/cursor.js
var ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function pointsOn(chart3) {
  if (!isDrawn(chart3)) return [];
  const { xaxis, yaxis } = chart3._fullLayout;
  const found = [];
  for (const trace of chart3.data) {
    if (trace.visible === "legendonly") continue;
    for (const { key, x, y } of pointsOf(trace)) {
      found.push({ key, at: [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)] });
    }
  }
  return found;
}
function placeOn(chart3, key) {
  if (!isDrawn(chart3)) return null;
  const { xaxis, yaxis } = chart3._fullLayout;
  const [first, second, third] = key;
  for (const { customdata = [], visible, x, y } of chart3.data) {
    if (visible === "legendonly") continue;
    const n = customdata.findIndex((one) => one[0] === first && one[1] === second && one[2] === third);
    if (n >= 0) return [xaxis._offset + xaxis.d2p(Number(x?.[n])), yaxis._offset + yaxis.d2p(Number(y?.[n]))];
  }
  return null;
}
var MapCursor = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {object} on
   * @param {(key: Key) => void} on.pick hears what Enter chooses
   * @param {(key: Key) => void} on.toggle hears what Space marks, or no longer marks
   * @param {(keys: Key[]) => void} on.add hears what Shift with an arrow marks
   * @param {() => void} on.clear hears that nothing is to be marked any more
   * @param {(key: Key) => void} on.point hears where an arrow leads
   * @param {() => void} on.leave hears that no point is meant any more
   * @param {(key: string) => boolean} on.key hears of any other key, and says whether it did something
   * @param {() => string | undefined} on.first key, as text, of the point where the keys begin
   */
  constructor(chart3, on) {
    this.chart = chart3;
    this.on = on;
    this.current = null;
    this.mark = make("div", "lada-map-cursor");
    this.mark.hidden = true;
    chart3.tabIndex = 0;
    chart3.addEventListener("keydown", (event) => this.press(event));
    chart3.addEventListener("blur", () => this.hide());
  }
  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.target !== this.chart) return;
    const direction = ARROWS[event.key];
    if (direction) this.move(direction, event.shiftKey);
    else if (event.ctrlKey || event.metaKey || !(this.act(event.key) || this.on.key(event.key))) return;
    event.preventDefault();
  }
  /**
   * What a key does where the cursor is.
   *
   * @param {string} key
   * @returns {boolean} whether it did something
   */
  act(key) {
    const { current, on } = this;
    const shown = !this.mark.hidden;
    if (key === "Escape") {
      if (shown) this.hide();
      else on.clear();
    } else if (key === "Enter" && current) on.pick(current);
    else if (key === " " && current && shown) on.toggle(current);
    else return key === " ";
    return true;
  }
  /**
   * @param {Place} direction
   * @param {boolean} marks whether the images on the way are marked
   */
  move(direction, marks) {
    const points = pointsOn(this.chart);
    const named = (name) => points.find(({ key }) => String(key) === name);
    const here = named(String(this.current));
    const next = here ? neighbour(points, here.at, direction) : named(this.on.first()) ?? points[0];
    if (marks && next) this.on.add(here && !this.mark.hidden ? [here.key, next.key] : [next.key]);
    if (next) this.go(next);
  }
  /** @param {MapPoint} point */
  go({ key, at }) {
    this.current = key;
    this.put(at);
    this.mark.hidden = false;
    this.chart.append(this.mark);
    this.on.point(key);
  }
  /** @param {Place} at */
  put([left, top]) {
    this.mark.style.left = `${left}px`;
    this.mark.style.top = `${top}px`;
  }
  /** Stays on its point when the chart is drawn anew, in which that may lie elsewhere. */
  follow() {
    const at = this.current && !this.mark.hidden ? placeOn(this.chart, this.current) : null;
    if (this.current && at) this.put(at);
  }
  hide() {
    if (!this.mark.hidden) this.on.leave();
    this.mark.hidden = true;
  }
};

// lada_explore/views/map/card.js
var BIG_PX = 96;
var GAP_PX = 16;
function picturesOf([first, second], { transforms = [] }) {
  const image = { id: first, ofTransform: false, name: "" };
  if (second < 0) return [image];
  if (second !== first) return [image, { ...image, id: second }];
  const named = { ...image, name: "image" };
  return transforms.includes(first) ? [named, { id: first, ofTransform: true, name: "its transform" }] : [named];
}
function besidePoint([x, y], [width, height], [across, down]) {
  const within2 = (at, most) => Math.max(0, Math.min(at, most));
  const right = x + GAP_PX;
  const left = x - GAP_PX - width;
  if (right + width <= across || left >= 0) {
    return [right + width <= across ? right : left, within2(y - height / 2, down - height)];
  }
  const below = y + GAP_PX;
  return [within2(x - width / 2, across - width), below + height <= down ? below : y - GAP_PX - height];
}
function lineOf(line) {
  if (typeof line === "string") return make("p", "", line);
  const item = make("p", "", line.told ? `${line.told}: ` : "");
  item.append(...classWords(line).children);
  return item;
}
var ImageCard = class {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.detail the card
   * @param {PlotElement} parts.chart
   * @param {Sprite} sprite
   * @param {Model<MapTraits>} model of the view
   */
  constructor({ detail, chart: chart3 }, sprite, model) {
    this.card = detail;
    this.chart = chart3;
    this.sprite = sprite;
    this.model = model;
    detail.hidden = true;
  }
  /**
   * Shows a point of the map beside it; one that is not on the map is not shown.
   *
   * @param {Key} key
   */
  show(key) {
    const atlas = this.model.get("atlas");
    const lines = atlas.details?.[String(key)];
    if (!lines || atlas.cycle !== this.model.get("panel").cycle) return;
    const at = placeOn(this.chart, key);
    if (!at) return this.hide();
    this.fill(key, lines, atlas);
    this.card.hidden = false;
    const [width, height] = [this.card.offsetWidth, this.card.offsetHeight];
    const [left, top] = besidePoint(at, [width, height], [this.chart.clientWidth, this.chart.clientHeight]);
    Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` });
  }
  /**
   * @param {Key} key
   * @param {Line[]} lines
   * @param {Atlas} atlas
   */
  fill(key, lines, atlas) {
    if (this.card.dataset.key === String(key) && this.card.childElementCount) return;
    const pictures = picturesOf(key, atlas);
    const thumbs = make("div", "lada-map-thumbs");
    for (const { id, ofTransform, name } of pictures) {
      const one = make("div");
      if (name) one.append(make("span", "", name));
      one.append(this.sprite.thumb(id, pictures.length > 1 ? BIG_PX / 1.3 : BIG_PX, ofTransform));
      thumbs.append(one);
    }
    const words = make("div", "lada-map-words");
    words.append(...lines.map(lineOf));
    this.card.replaceChildren(thumbs, words);
    this.card.dataset.key = String(key);
  }
  hide() {
    this.card.hidden = true;
  }
  /** Takes away what it shows: the words or the images of a cycle are others now. */
  empty() {
    this.card.replaceChildren();
    delete this.card.dataset.key;
    this.hide();
  }
};

// lada_explore/views/map/density.js
var DENSITY = "density";
var DARKEST = 0.3;
function opacities(rows) {
  const cells = Array.from(rows, (row) => Array.from(row)).reverse().flat();
  const highest = Math.max(...cells, 0) || 1;
  return cells.map((value) => DARKEST * Math.sqrt(Math.max(value, 0) / highest));
}
function pictureOf(rows, ink) {
  const picture = document.createElement("canvas");
  Object.assign(picture, { width: rows[0].length, height: rows.length });
  const context = picture.getContext("2d");
  const image = new ImageData(picture.width, picture.height);
  opacities(rows).forEach((opacity, n) => image.data.set([...ink, Math.round(255 * opacity)], 4 * n));
  context?.putImageData(image, 0, 0);
  return picture;
}
function reach(centres) {
  const [first, last] = [Number(centres[0]), Number(centres[centres.length - 1])];
  const half = (last - first) / (centres.length - 1) / 2;
  return [first - half, last + half];
}
var MapDensity = class {
  /** @param {PlotElement} chart that plotly draws */
  constructor(chart3) {
    this.chart = chart3;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "lada-map-density";
    this.canvas.setAttribute("aria-hidden", "true");
    this.shown = null;
  }
  /**
   * Takes the density from the traces that plotly is about to draw, which keeps its entry in the legend.
   *
   * @param {Trace[]} data
   * @param {string} ink text colour of the page
   */
  take(data, ink) {
    this.shown = null;
    const trace = data.find(({ meta }) => meta === DENSITY);
    if (!trace?.z || !trace.x || !trace.y) return;
    const rgb = channelsOf(ink, [128, 128, 128]).slice(0, 3);
    this.shown = { trace, picture: pictureOf(trace.z, rgb), x: reach(trace.x), y: reach(trace.y) };
    const marker = { color: `rgba(${rgb.join(", ")}, ${DARKEST / 2})`, symbol: "square", size: 12 };
    Object.assign(trace, { type: "scatter", mode: "markers", x: [null], y: [null], z: void 0, marker });
  }
  /** Puts the canvas behind that of the dots, once plotly has drawn. */
  go() {
    this.chart.prepend(this.canvas);
    this.draw();
  }
  draw() {
    const { canvas, chart: chart3, shown } = this;
    if (!isDrawn(chart3)) return;
    canvas.hidden = !shown || shown.trace.visible === "legendonly";
    if (!shown || canvas.hidden) return;
    const { xaxis, yaxis } = chart3._fullLayout;
    const [width, height] = [xaxis._length, yaxis._length];
    const sharp = globalThis.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(sharp * width), height: Math.round(sharp * height) });
    const [left, top] = [`${xaxis._offset}px`, `${yaxis._offset}px`];
    Object.assign(canvas.style, { left, top, width: `${width}px`, height: `${height}px` });
    const across = width / (xaxis.range[1] - xaxis.range[0]);
    const down = height / (yaxis.range[1] - yaxis.range[0]);
    const [x, y] = [(shown.x[0] - xaxis.range[0]) * across, (yaxis.range[1] - shown.y[1]) * down];
    const size = [(shown.x[1] - shown.x[0]) * across, (shown.y[1] - shown.y[0]) * down];
    const context = canvas.getContext("2d");
    context?.scale(sharp, sharp);
    context?.drawImage(shown.picture, x, y, size[0], size[1]);
  }
  close() {
    this.canvas.remove();
  }
};

// lada_explore/views/base/motion.js
var eased = (time) => time * time * (3 - 2 * time);

// lada_explore/views/map/stamps.js
var STEPS = 4;
var MAX_BRUSHES = 4096;
function shapeOf2(name, open2, size) {
  const canvas = make("canvas");
  const reach2 = Math.ceil(0.75 * size + 1);
  const width = 2 * reach2 + 1;
  Object.assign(canvas, { width, height: width });
  const pen2 = penOf(canvas);
  pen2.beginPath();
  addGlyph(pen2, name, width / 2, width / 2, size / 2);
  if (open2) pen2.stroke();
  else pen2.fill();
  const { data } = pen2.getImageData(0, 0, width, width);
  const inside2 = Array.from({ length: width * width }, (_, n) => n).filter((n) => data[4 * n + 3]);
  return {
    reach: reach2,
    across: Int16Array.from(inside2, (n) => n % width - reach2),
    down: Int16Array.from(inside2, (n) => Math.floor(n / width) - reach2),
    cover: Uint8Array.from(inside2, (n) => data[4 * n + 3])
  };
}
function premultiplied([red, green, blue], opacity) {
  const byte = (value) => Math.round(value * opacity);
  return (byte(255) << 24 | byte(blue) << 16 | byte(green) << 8 | byte(red)) >>> 0;
}
function over(ink, below) {
  const kept = 256 - (ink >>> 24) - (ink >>> 31);
  const even2 = (below & 16711935) * kept >>> 8;
  const odd = (below >>> 8 & 16711935) * kept;
  return ink + (even2 & 16711935) + ((odd & 4278255360) >>> 0) >>> 0;
}
function divided(pixel) {
  const opacity = pixel >>> 24;
  if (opacity === 0 || opacity === 255) return pixel;
  const byte = (place) => Math.min(255, Math.round((pixel >>> place & 255) * 255 / opacity)) << place;
  return (opacity << 24 | byte(16) | byte(8) | byte(0)) >>> 0;
}
var Stamps = class {
  constructor() {
    this.canvas = make("canvas");
    this.shapes = /* @__PURE__ */ new Map();
    this.brushes = /* @__PURE__ */ new Map();
    this.sharp = 1;
    this.width = 0;
    this.height = 0;
    this.pixels = new Uint32Array();
  }
  /**
   * Begins an empty picture.
   *
   * @param {number} width in px of the page
   * @param {number} height
   * @param {number} sharp px of the screen for one of the page
   */
  begin(width, height, sharp) {
    const [across, down] = [Math.max(1, Math.round(width * sharp)), Math.max(1, Math.round(height * sharp))];
    this.sharp = sharp;
    if (this.width === across && this.height === down) {
      this.pixels.fill(0);
      return;
    }
    Object.assign(this.canvas, { width: across, height: down });
    [this.width, this.height] = [across, down];
    this.pixels = new Uint32Array(across * down);
  }
  /**
   * What puts down marks of one kind.
   *
   * @param {string} name of the shape, see `addGlyph`
   * @param {boolean} open whether only its outline is drawn
   * @param {number} size in px of the page
   * @param {Colour} colour
   * @param {number} opacity 0 to 1
   * @returns {Brush}
   */
  brush(name, open2, size, colour, opacity) {
    const steps = Math.round(size * this.sharp * STEPS);
    const [shaped, painted] = [`${name} ${open2} ${steps}`, `${name} ${open2} ${steps} ${colour} ${opacity}`];
    const known = this.brushes.get(painted);
    if (known) return known;
    const shape2 = this.shapes.get(shaped) ?? shapeOf2(name, open2, steps / STEPS);
    this.shapes.set(shaped, shape2);
    const ink = Uint32Array.from(shape2.cover, (cover) => premultiplied(colour, cover / 255 * opacity));
    if (this.brushes.size >= MAX_BRUSHES) this.brushes.clear();
    this.brushes.set(painted, { shape: shape2, ink });
    return { shape: shape2, ink };
  }
  /**
   * Puts down a mark; what of it lies outside of the picture is cut.
   *
   * @param {Brush} brush
   * @param {number} x of its middle, in px of the page
   * @param {number} y
   */
  put({ shape: { reach: reach2, across, down }, ink }, x, y) {
    const { width, height, pixels: pixels2 } = this;
    const [left, top] = [Math.floor(x * this.sharp), Math.floor(y * this.sharp)];
    const whole = left >= reach2 && left < width - reach2 && top >= reach2 && top < height - reach2;
    for (let n = 0; n < ink.length; n += 1) {
      const [column, row] = [left + across[n], top + down[n]];
      if (!whole && (column < 0 || column >= width || row < 0 || row >= height)) continue;
      const at = row * width + column;
      pixels2[at] = pixels2[at] ? over(ink[n], pixels2[at]) : ink[n];
    }
  }
  /** Shows what was put down since `begin`. */
  show() {
    const picture = new ImageData(this.width, this.height);
    const shown = new Uint32Array(picture.data.buffer);
    const { pixels: pixels2 } = this;
    for (let at = 0; at < pixels2.length; at += 1) if (pixels2[at]) shown[at] = divided(pixels2[at]);
    penOf(this.canvas).putImageData(picture, 0, 0);
  }
};

// lada_explore/views/map/dots.js
var MANY = 5e3;
var AGAIN_MS = 120;
var DOTS = "dots";
function channels(hex) {
  const [red, green, blue] = [1, 3, 5].map((start2) => Number.parseInt(hex.slice(start2, start2 + 2), 16));
  return [red, green, blue];
}
function onScale(value, { cmin = 0, cmax = 1, colorscale = [] }) {
  const at = Math.min(Math.max((value - cmin) / (cmax - cmin || 1), 0), 1);
  const above = Math.max(
    1,
    colorscale.findIndex(([place]) => place >= at)
  );
  const [[low, from], [high, to]] = [colorscale[above - 1], colorscale[above]];
  const share = (at - low) / (high - low);
  const [here, other] = [channels(from), channels(to)];
  const mixed = (k) => Math.round(here[k] + share * (other[k] - here[k]));
  return [mixed(0), mixed(1), mixed(2)];
}
function enclosure(event) {
  const { lassoPoints: lasso, range } = event ?? {};
  if (range) {
    const [[left, right], [low, high]] = [range.x, range.y];
    return (x, y) => x >= left && x <= right && y >= low && y <= high;
  }
  if (!lasso) return () => false;
  const { x: xs, y: ys } = lasso;
  return (x, y) => {
    let inside2 = false;
    for (let n = 0, last = xs.length - 1; n < xs.length; last = n, n += 1) {
      const crosses = ys[n] > y !== ys[last] > y;
      if (crosses && x < (xs[last] - xs[n]) * (y - ys[n]) / (ys[last] - ys[n]) + xs[n]) inside2 = !inside2;
    }
    return inside2;
  };
}
var sizesOf = (size) => typeof size === "object" ? size : [];
var nameOf = (key) => key[1] < 0 ? key[0] : String(key);
function groupOf(trace, before) {
  const { marker = {} } = trace;
  const { color = "", size, symbol = "", opacity = 1 } = marker;
  const [shape2, open2] = symbol.split(/-(?=open$)/);
  const keys = Array.from(trace.customdata ?? []);
  const [xs, ys] = [trace.x, trace.y].map((values) => Float64Array.from(keys, (_, n) => Number(values?.[n])));
  const [fromXs, fromYs] = [xs.slice(), ys.slice()];
  let glides = false;
  if (before.size) {
    keys.forEach((key, n) => {
      const from = before.get(nameOf(key));
      if (!from) return;
      [fromXs[n], fromYs[n]] = from;
      glides = true;
    });
  }
  const colours = typeof color === "string" ? channels(color) : Array.from(color, (value) => onScale(value, marker));
  const drawn = { shape: shape2, open: Boolean(open2), colours, sizes: sizesOf(size), opacity };
  return { trace, keys, xs, ys, fromXs, fromYs, glides, ...drawn };
}
function legendOf(trace) {
  const { marker = {} } = trace;
  const size = sizesOf(marker.size)[0] ?? 8;
  return { ...trace, x: [null], y: [null], customdata: void 0, marker: { ...marker, size } };
}
function shownBy({ _fullLayout: { xaxis, yaxis } }) {
  const [[from, to], [low, high]] = [xaxis.range, yaxis.range];
  const [width, height] = [xaxis._length, yaxis._length];
  return { from, high, across: width / (to - from), down: height / (high - low), width, height };
}
var sameScale = (a, b) => Math.abs(a.across / b.across - 1) < 1e-6 && Math.abs(a.down / b.down - 1) < 1e-6 && a.width === b.width && a.height === b.height;
var MapDots = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {Stamps} stamps
   */
  constructor(chart3, stamps = new Stamps()) {
    this.chart = chart3;
    this.stamps = stamps;
    this.canvas = stamps.canvas;
    this.canvas.className = "lada-map-dots";
    this.canvas.setAttribute("aria-hidden", "true");
    this.groups = [];
    this.share = 1;
    this.frame = 0;
    this.shown = null;
    this.again = void 0;
  }
  /**
   * Takes the marks of the traces that are drawn here.
   *
   * @param {Trace[]} data which plotly is about to draw
   * @param {Places} before where a key was, if it is to glide from there
   */
  take(data, before) {
    cancelAnimationFrame(this.frame);
    const own = data.filter((trace) => trace.meta === DOTS);
    this.groups = own.map((trace) => groupOf(trace, before));
    data.push(...own.map(legendOf));
    for (const trace of own) Object.assign(trace, { mode: "none", showlegend: false });
    this.share = this.groups.some(({ glides }) => glides) ? 0 : 1;
  }
  /**
   * Listens to a chart that plotly made anew.
   *
   * @param {DrawnPlot} chart
   */
  wire(chart3) {
    chart3.on("plotly_afterplot", () => this.draw());
    chart3.on("plotly_relayouting", () => this.follow());
  }
  /**
   * Draws, and lets the dots glide from where they were.
   *
   * @param {number} duration in ms
   */
  go(duration) {
    this.chart.prepend(this.canvas);
    this.draw();
    if (this.share === 1) return;
    let began = null;
    const step = (now) => {
      began ??= now;
      const time = Math.min(1, (now - began) / duration);
      this.share = eased(time);
      this.draw();
      if (time < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }
  /** Draws what a hand has moved; a picture of many dots is moved itself, and drawn anew a little later. */
  follow() {
    const { canvas, chart: chart3, shown } = this;
    if (!isDrawn(chart3)) return;
    const now = shownBy(chart3);
    const count = this.groups.reduce((sum, { keys }) => sum + keys.length, 0);
    if (!shown || count <= MANY || this.share < 1 || !sameScale(shown, now)) {
      this.draw();
      return;
    }
    const [x, y] = [(shown.from - now.from) * now.across, (now.high - shown.high) * now.down];
    const cut = [-y, x, y, -x].map((px) => `${Math.max(0, px)}px`);
    Object.assign(canvas.style, { translate: `${x}px ${y}px`, clipPath: `inset(${cut.join(" ")})` });
    this.again ??= setTimeout(() => this.draw(), AGAIN_MS);
  }
  draw() {
    const { canvas, chart: chart3 } = this;
    clearTimeout(this.again);
    this.again = void 0;
    if (!isDrawn(chart3)) return;
    const { xaxis, yaxis } = chart3._fullLayout;
    const shown = shownBy(chart3);
    const { width, height } = shown;
    const [left, top] = [`${xaxis._offset}px`, `${yaxis._offset}px`];
    const size = { left, top, width: `${width}px`, height: `${height}px` };
    Object.assign(canvas.style, { ...size, translate: "", clipPath: "" });
    this.stamps.begin(width, height, globalThis.devicePixelRatio || 1);
    for (const group of this.groups) if (group.trace.visible !== "legendonly") this.drawGroup(group, shown);
    this.stamps.show();
    this.shown = shown;
  }
  /**
   * @param {Group} group
   * @param {Shown} shown
   */
  drawGroup({ xs, ys, fromXs, fromYs, shape: shape2, open: open2, sizes, opacity, colours }, { from, high, across, down }) {
    const { share, stamps } = this;
    const each = typeof colours[0] !== "number";
    const colourOf = (n) => (
      /** @type {Colour} */
      each ? colours[n] : colours
    );
    const brushOf = (n) => stamps.brush(shape2, open2, sizes[n], colourOf(n), opacity);
    let brush;
    for (let n = 0; n < xs.length; n += 1) {
      const x = fromXs[n] + share * (xs[n] - fromXs[n]);
      const y = fromYs[n] + share * (ys[n] - fromYs[n]);
      if (!brush || each || sizes[n] !== sizes[n - 1]) brush = brushOf(n);
      stamps.put(brush, (x - from) * across, (high - y) * down);
    }
  }
  /**
   * The points inside a lasso or a box, as `pointsOf` of chart.js tells plotly's.
   *
   * @param {PlotEvent | undefined} event
   */
  selected(event) {
    const inside2 = enclosure(event);
    const found = [];
    for (const { trace, keys, xs, ys } of this.groups) {
      if (trace.visible === "legendonly") continue;
      keys.forEach((key, point) => {
        if (inside2(xs[point], ys[point]))
          found.push({ trace: this.chart.data?.indexOf(trace) ?? -1, point, customdata: key });
      });
    }
    return found;
  }
  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.again);
    this.canvas.remove();
  }
};

// lada_explore/views/map/gliding.js
var MOVE_MS = 700;
function glide(chart3, before) {
  const { xaxis, yaxis } = chart3._fullLayout;
  const place = ([x, y]) => `translate(${xaxis.d2p(x)}px, ${yaxis.d2p(y)}px)`;
  const groups = chart3.querySelectorAll(".scatterlayer .trace");
  for (const group of groups) {
    const keys = chart3.data[group.__data__?.[0]?.trace?.index ?? -1]?.customdata;
    const nodes = group.querySelectorAll("path.point");
    for (const node of nodes) {
      const { __data__: datum } = node;
      const key = datum && keys?.[datum.i];
      const old = key && before.get(nameOf(key));
      if (!old) continue;
      const way = [{ transform: place(old) }, { transform: place([datum.x, datum.y]) }];
      node.animate(way, { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}
var Gliding = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {MapDots} dots
   */
  constructor(chart3, dots = new MapDots(chart3)) {
    this.chart = chart3;
    this.dots = dots;
    this.cycle = null;
    this.places = /* @__PURE__ */ new Map();
    this.before = /* @__PURE__ */ new Map();
  }
  /**
   * Takes the traces of a cycle's map before plotly draws them: images glide where it takes the place of another's.
   *
   * @param {Trace[]} data
   * @param {number} cycle
   */
  prepare(data, cycle) {
    const another = this.cycle !== null && this.cycle !== cycle;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.before = another && !still ? this.places : /* @__PURE__ */ new Map();
    this.dots.take(data, this.before);
  }
  /**
   * Begins, once plotly has drawn the map.
   *
   * @param {number} cycle
   */
  go(cycle) {
    const { chart: chart3 } = this;
    this.dots.go(MOVE_MS);
    this.cycle = cycle;
    if (!isDrawn(chart3)) return;
    glide(chart3, this.before);
    this.places = /* @__PURE__ */ new Map();
    for (const { customdata, x, y } of chart3.data) {
      for (let n = 0; n < (customdata?.length ?? 0); n += 1) {
        this.places.set(nameOf(customdata?.[n] ?? []), [Number(x?.[n]), Number(y?.[n])]);
      }
    }
  }
};

// lada_explore/views/map/labels.js
var MARK_PX = 12;
var GAP_PX2 = 9;
var STEP_PX = 8;
var RINGS = 24;
var PADDING_PX = 1;
var PX_WORTH = 3;
var LEADER_FROM_PX = 14;
var SIDES = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1]
];
var SLANTS = [1, 3, 5, 7, 9, 11, 13, 15].map((turn) => [
  Math.cos(turn * Math.PI / 8),
  Math.sin(turn * Math.PI / 8)
]);
var DIRECTIONS = [...SIDES, ...SLANTS];
var boxOf = ([x, y], [width, height]) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
function overlap(a, b) {
  const across = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const down = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return across > 0 && down > 0 ? across * down : 0;
}
function covered(box, others) {
  let area = 0;
  for (const other of others) area += overlap(box, other);
  return area;
}
function placeOf([x, y], [width, height], marked, taken, [right, bottom]) {
  if (!(x >= 0 && x <= right && y >= 0 && y <= bottom)) return null;
  let best = null;
  let least = Infinity;
  for (let ring = 0; ring < RINGS; ring += 1) {
    const away = GAP_PX2 + STEP_PX * ring;
    if (least <= PX_WORTH * away) break;
    for (const [across, down] of DIRECTIONS) {
      const centre = [x + across * (width / 2 + away), y + down * (height / 2 + away)];
      const box = boxOf(centre, [width, height]);
      if (box[0] < 0 || box[1] < 0 || box[2] > right || box[3] > bottom) continue;
      if (taken.some((other) => overlap(box, other) > 0)) continue;
      const cost = PX_WORTH * away + covered(box, marked);
      if (cost < least) [best, least] = [centre, cost];
    }
  }
  return best;
}
function placeLabels(labels, marks, room) {
  const marked = marks.map((mark2) => boxOf(mark2, [MARK_PX, MARK_PX]));
  const taken = [];
  return labels.map(({ point, size }) => {
    const place = placeOf(point, size, marked, taken, room);
    if (place) taken.push(boxOf(place, [size[0] + 2 * PADDING_PX, size[1] + 2 * PADDING_PX]));
    return place;
  });
}
function leaderEnd([x, y], place, size) {
  const [left, top, right, bottom] = boxOf(place, size);
  const [across, down] = [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
  return Math.hypot(across - x, down - y) >= LEADER_FROM_PX ? [across, down] : null;
}

// lada_explore/views/map/numbers.js
var NUMBERS = "numbers";
var SIZE_PX = 12;
var LINE_PX2 = 15;
function numbersOf(trace) {
  const { text = [], ids = [], x, y, name = "", textfont } = trace;
  return Array.from(ids, (id, n) => ({
    key: String(id).split(",").map(Number),
    x: Number(x?.[n]),
    y: Number(y?.[n]),
    text: String(text[n]),
    colour: textfont?.color ?? "",
    trace,
    group: name
  }));
}
function pairOf([first, second], numbers2) {
  if (second >= 0) return [first, second];
  const pair = numbers2.find(({ key: [one, other] }) => other >= 0 && (one === first || other === first));
  return pair ? pair.key.slice(0, 2) : [first];
}
var numbersFor = (numbers2, ids) => numbers2.filter(({ key: [first, second] }) => ids.includes(first) && (second < 0 || ids.includes(second)));
var MapNumbers = class {
  /**
   * @param {PlotElement} chart that plotly draws
   * @param {HTMLElement} place of the switch
   */
  constructor(chart3, place) {
    this.chart = chart3;
    this.svg = shape("svg", { class: "lada-map-numbers", "aria-hidden": "true" });
    this.pen = penOf(make("canvas"));
    this.numbers = [];
    this.pointed = null;
    this.pair = void 0;
    const box = make("label", "lada-map-all");
    this.all = make("input");
    this.all.type = "checkbox";
    this.all.addEventListener("change", () => this.draw());
    this.left = make("span", "lada-map-left");
    box.append(this.all, "All numbers");
    place.append(box, this.left);
  }
  /**
   * Takes the numbers of the traces, which plotly then does not draw.
   *
   * @param {Trace[]} data which plotly is about to draw
   * @param {Key | undefined} pair that is chosen
   */
  take(data, pair) {
    const own = data.filter((trace) => trace.meta === NUMBERS);
    this.numbers = own.flatMap(numbersOf);
    this.pair = pair;
    for (const trace of own) Object.assign(trace, { mode: "none", text: void 0 });
  }
  /** @param {Key | null} key of the point at the pointer */
  point(key) {
    if (String(key) === String(this.pointed)) return;
    this.pointed = key;
    if (!this.all.checked) this.draw();
  }
  /** The numbers to be shown, the first to be placed first. */
  wanted() {
    const shown = this.numbers.filter(({ trace }) => trace.visible !== "legendonly");
    const ids = [this.pointed, this.pair].filter((key) => key != null);
    const meant = ids.flatMap((key) => numbersFor(shown, key === this.pair ? key : pairOf(key, shown)));
    return [...new Set(this.all.checked ? [...meant, ...shown] : meant)];
  }
  draw() {
    const { chart: chart3 } = this;
    if (!isDrawn(chart3)) return;
    const { xaxis, yaxis } = chart3._fullLayout;
    const [width, height] = [xaxis._length, yaxis._length];
    const at = placer(chart3);
    Object.assign(this.svg.style, { left: `${xaxis._offset}px`, top: `${yaxis._offset}px` });
    setAttributes(this.svg, { width, height });
    const family = getComputedStyle(chart3).fontFamily;
    this.pen.font = `${SIZE_PX}px ${family}`;
    const labels = this.wanted().map((number) => ({
      number,
      point: at(number),
      size: (
        /** @type {Place} */
        [Math.ceil(this.pen.measureText(number.text).width) + 2, LINE_PX2]
      )
    }));
    const places = placeLabels(labels, marksOn(chart3, at), [width, height]);
    const lines = shape("g");
    const texts = shape("g");
    labels.forEach((label, n) => {
      const place = places[n];
      if (place) this.write(label, place, lines, texts);
    });
    this.svg.replaceChildren(lines, texts);
    const inside2 = labels.filter(({ point: [x, y] }) => x >= 0 && x <= width && y >= 0 && y <= height);
    const left = inside2.length - places.filter((place) => place).length;
    this.left.textContent = left ? `${left} without room: zoom in` : "";
    if (this.svg.parentElement !== chart3) chart3.append(this.svg);
  }
  /**
   * @param {{ number: MapNumber, point: Place, size: Place }} label
   * @param {Place} place
   * @param {Element} lines
   * @param {Element} texts
   */
  write({ number: { text, colour, group, key }, point, size }, [x, y], lines, texts) {
    const end = leaderEnd(point, [x, y], size);
    const stroke = colour || "currentColor";
    if (end) lines.append(shape("line", { x1: point[0], y1: point[1], x2: end[0], y2: end[1], stroke }));
    texts.append(shape("text", { x, y, fill: stroke, "data-group": group, "data-key": String(key) }, text));
  }
};
function placer({ _fullLayout: { xaxis, yaxis } }) {
  const [[from, to], [low, high]] = [xaxis.range, yaxis.range];
  return ({ x, y }) => [(x - from) / (to - from) * xaxis._length, (high - y) / (high - low) * yaxis._length];
}
function marksOn(chart3, at) {
  const shown = chart3.data.filter(
    ({ visible, marker }) => visible !== "legendonly" && ["star", "x-thin"].includes(String(marker?.symbol))
  );
  return shown.flatMap(pointsOf).map(at);
}

// lada_explore/views/map/sprite.js
var Sprite = class {
  constructor() {
    this.url = "";
    this.size = [0, 0];
    this.columns = 1;
    this.count = 0;
    this.place = /* @__PURE__ */ new Map();
    this.placeOfTransform = /* @__PURE__ */ new Map();
  }
  /** @param {Atlas} atlas */
  take({ png, size = [0, 0], columns = 1, ids = [], transforms = [] }) {
    this.close();
    this.url = png?.byteLength ? URL.createObjectURL(new Blob([png], { type: "image/png" })) : "";
    this.size = size;
    this.columns = columns;
    this.count = ids.length + transforms.length;
    this.place = new Map(ids.map((id, place) => [id, place]));
    this.placeOfTransform = new Map(transforms.map((id, place) => [id, ids.length + place]));
  }
  /**
   * The image of an id, or its transform; an empty box where there is none.
   *
   * @param {number} id
   * @param {number} pixels its height
   * @param {boolean} [ofTransform]
   */
  thumb(id, pixels2, ofTransform = false) {
    const box = make("div", "lada-map-thumb");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", ofTransform ? `transform of image ${id}` : `image ${id}`);
    box.dataset.id = String(id);
    const place = (ofTransform ? this.placeOfTransform : this.place).get(id);
    if (!this.url || place === void 0) return box;
    const scale = pixels2 / this.size[1];
    const [width, height] = this.size.map((n) => n * scale);
    const rows = Math.ceil(this.count / this.columns);
    Object.assign(box.style, {
      width: `${width}px`,
      height: `${height}px`,
      backgroundImage: `url(${this.url})`,
      backgroundSize: `${width * this.columns}px ${height * rows}px`,
      backgroundPosition: `${-width * (place % this.columns)}px ${-height * Math.floor(place / this.columns)}px`
    });
    return box;
  }
  close() {
    if (this.url) URL.revokeObjectURL(this.url);
  }
};

// lada_explore/views/map/strip.js
var SMALL_PX = 40;
var ImageStrip = class {
  /**
   * @param {StripParts} parts
   * @param {Sprite} sprite
   * @param {{ pick: (key: Key) => void, point: (key: Key) => void, leave: () => void }} on hears which image is chosen,
   *   which is only pointed at, and that none is any more
   */
  constructor(parts, sprite, on) {
    this.parts = parts;
    this.sprite = sprite;
    this.on = on;
  }
  /** Key of the first image, as text. */
  get first() {
    return this.parts.stripList.querySelector("button")?.dataset.key;
  }
  /**
   * @param {Strip} strip
   * @param {number | undefined} cycle of the thumbnails
   */
  show(strip, cycle) {
    const { strip: root, stripTitle, stripAnswer, stripClear, stripSaid, stripList, chart: chart3 } = this.parts;
    setText(stripAnswer, strip.answer);
    stripAnswer.hidden = !strip.answer;
    stripClear.hidden = !strip.marked;
    root.dataset.marked = String(strip.marked);
    showText(stripSaid, strip.said);
    const focused = focusedIn(stripList)?.dataset.key;
    if (!refill(stripList, [strip, cycle], () => strip.images.map((image) => this.item(image)))) return;
    setText(stripTitle, strip.title);
    root.hidden = !strip.title;
    if (!focused) return;
    const again = stripList.querySelector(`button[data-key="${focused}"]`);
    (again ?? chart3).focus();
  }
  /** @param {StripImage} image */
  item({ key, id, text }) {
    const made = button("", "", () => this.on.pick(key), "");
    made.dataset.key = String(key);
    const words = make("span");
    words.append(make("span", "", text), make("span", "", `id ${id}`));
    made.append(this.sprite.thumb(id, SMALL_PX), words);
    for (const event of ["focus", "pointerenter"]) made.addEventListener(event, () => this.on.point(key));
    for (const event of ["blur", "pointerleave"]) made.addEventListener(event, () => this.on.leave());
    const item = make("li");
    item.append(made);
    return item;
  }
};

// lada_explore/views/map/toolbar.js
var POOL_COST = "The density of the whole pool behind the map. Once for each cycle, up to 100,000 images pass through its classifier, between stages; the time that is left is shown here, and the result is kept with the run.";
var FORMATS = ["svg", "pdf", "png"];
function choice(label, onChange) {
  const box = make("label", "", label);
  const select = make("select");
  select.addEventListener("change", () => onChange(select.value));
  box.append(select);
  return { box, select };
}
function tick(label, onChange) {
  const box = make("label", "lada-map-tick");
  const input = make("input");
  input.type = "checkbox";
  input.addEventListener("change", () => onChange(input.checked));
  box.append(input, label);
  return { box, input };
}
function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1e4);
}
var MapToolbar = class {
  /**
   * @param {HTMLElement} bar
   * @param {Model<MapTraits>} model of the view
   */
  constructor(bar, model) {
    this.model = model;
    this.page = Math.random().toString(36).slice(2);
    this.method = choice("Layout", (value) => model.send({ type: "method", value }));
    this.colour = choice("Colour", (value) => model.send({ type: "colour", value }));
    const byCycle = tick("Labelled by cycle", (value) => model.send({ type: "by_cycle", value }));
    this.byCycle = byCycle.input;
    const pool = tick("Whole pool", (value) => model.send({ type: "whole_pool", value }));
    pool.box.title = POOL_COST;
    this.pool = pool.input;
    this.buttons = FORMATS.map((format) => this.saveButton(format));
    const save = make("span", "lada-map-save");
    save.append(make("span", "lada-map-save-name", "Save figure"), ...this.buttons);
    this.busy = make("span", "lada-map-busy");
    this.busy.setAttribute("role", "status");
    bar.append(this.method.box, this.colour.box, byCycle.box, pool.box, save, this.busy);
  }
  /** @param {string} format */
  saveButton(format) {
    const press = () => {
      if (made.getAttribute("aria-disabled") !== "true") this.model.send({ type: "save", format, page: this.page });
    };
    const made = button(format.toUpperCase(), "", press, "");
    made.title = `Save the map as ${format.toUpperCase()}`;
    made.setAttribute("aria-label", made.title);
    made.dataset.format = format;
    return made;
  }
  /**
   * @param {Panel} panel
   * @param {string} message what stands in place of the map, if anything: it is not said twice
   */
  show(panel, message) {
    fillSelect(this.method.select, panel.methods, panel.method);
    fillSelect(this.colour.select, panel.colours, panel.colour);
    this.byCycle.checked = panel.by_cycle;
    this.pool.checked = panel.whole_pool;
    for (const one of this.buttons)
      one.setAttribute("aria-disabled", String(!panel.save.includes(one.dataset.format ?? "")));
    const now = this.model.kernel.gone ? "" : panel.busy || panel.pool_busy;
    const busy = message.toLowerCase().startsWith(now.toLowerCase()) ? "" : now;
    setText(this.busy, busy);
    this.busy.title = busy;
  }
  /**
   * Takes a message: a figure that this page asked for is saved.
   *
   * @type {Listener}
   */
  receive(message, buffers) {
    if (message?.type === "file" && message.page === this.page) download(message.name, buffers[0]);
  }
};

// lada_explore/views/map/zoom.js
var HINT_MS = 1600;
var STEP = 1.25;
var CTRL = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? "") ? "⌘" : "Ctrl";
var HINT = `${CTRL} + wheel zooms; after a click into the map the wheel alone does`;
function zoomed([start2, end], length, from, to, scale) {
  const value = start2 + (end - start2) * from / length;
  const span = (end - start2) * scale;
  const begin = value - span * to / length;
  return [begin, begin + span];
}
function between(touches) {
  const [{ clientX: x, clientY: y }, { clientX: x2, clientY: y2 }] = [touches[0], touches[1]];
  return { at: [(x + x2) / 2, (y + y2) / 2], apart: Math.max(1, Math.hypot(x - x2, y - y2)) };
}
var MapZoom = class {
  /**
   * @param {HTMLElement} body in which the chart lies
   * @param {PlotElement} chart that plotly draws
   */
  constructor(body, chart3) {
    this.body = body;
    this.chart = chart3;
    this.hint = make("div", "lada-map-hint", HINT);
    this.hint.hidden = true;
    this.hiding = void 0;
    this.clicked = false;
    this.tool = false;
    this.pinch = null;
    this.wanted = null;
    this.drawing = false;
    this.home = {};
    body.append(this.hint);
    this.listen();
  }
  listen() {
    const { body } = this;
    const first = { capture: true, passive: false };
    body.addEventListener("wheel", (event) => this.wheel(event), first);
    body.addEventListener("pointerdown", (event) => this.press(event), true);
    body.addEventListener("pointerleave", (event) => this.leave(event));
    for (
      const type of
      /** @type {const} */
      ["touchstart", "touchmove", "touchend", "touchcancel"]
    ) {
      body.addEventListener(type, (event) => this.touch(event), first);
    }
  }
  /** @param {WheelEvent} event */
  wheel(event) {
    if (event.ctrlKey || event.metaKey || this.clicked) {
      this.hint.hidden = true;
      return;
    }
    event.stopPropagation();
    this.hint.hidden = false;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => {
      this.hint.hidden = true;
    }, HINT_MS);
  }
  /** @param {PointerEvent} event */
  press(event) {
    const target = (
      /** @type {Element} */
      event.target
    );
    if (event.pointerType === "touch") {
      const button2 = target.closest?.(".modebar-btn");
      if (button2) this.tool = ["lasso", "select"].includes(button2.getAttribute("data-val") ?? "");
    } else this.clicked = true;
  }
  /**
   * The pointer goes. Plotly lays a cover over the page while a button is down, which is not that.
   *
   * @param {PointerEvent} event
   */
  leave({ relatedTarget }) {
    const covered2 = relatedTarget instanceof Element && relatedTarget.classList.contains("dragcover");
    if (!covered2) this.clicked = false;
  }
  /** A finger's lasso or box is done: the next one scrolls the page again. */
  selected() {
    this.tool = false;
  }
  /** @param {TouchEvent} event */
  touch(event) {
    if (
      /** @type {Element} */
      event.target.closest?.(".modebar, .legend")
    ) return;
    if (event.touches.length < 2) {
      this.pinch = null;
      if (!this.tool) event.stopPropagation();
      return;
    }
    event.stopPropagation();
    if (event.cancelable) event.preventDefault();
    if (!isDrawn(this.chart)) return;
    const now = between(event.touches);
    if (!this.pinch || event.type === "touchstart") {
      const { xaxis, yaxis } = this.chart._fullLayout;
      this.pinch = { ranges: { xaxis: { range: [...xaxis.range] }, yaxis: { range: [...yaxis.range] } }, ...now };
      return;
    }
    this.move(this.pinch.ranges, this.pinch.at, now.at, this.pinch.apart / now.apart);
  }
  /**
   * What the keys for zooming do: closer, farther, or the whole map.
   *
   * @param {string} key
   * @returns {boolean} whether it is one of them
   */
  key(key) {
    const { chart: chart3 } = this;
    const scale = { "+": 1 / STEP, "=": 1 / STEP, "-": STEP }[key];
    if (!scale && key !== "0" || !isDrawn(chart3)) return false;
    const { xaxis, yaxis } = chart3._fullLayout;
    if (scale) {
      const { left, top } = chart3.getBoundingClientRect();
      const middle = [left + xaxis._offset + xaxis._length / 2, top + yaxis._offset + yaxis._length / 2];
      this.move({ xaxis, yaxis }, middle, middle, scale);
    } else this.draw(this.home);
    return true;
  }
  /** @param {Layout} layout of the map as it is sent: its whole */
  take({ xaxis, yaxis }) {
    this.home = { "xaxis.range": xaxis?.range, "yaxis.range": yaxis?.range };
  }
  /**
   * @param {Ranged} ranges to begin from
   * @param {Place} from on the page, px
   * @param {Place} to
   * @param {number} scale
   */
  move(ranges, from, to, scale) {
    if (!isDrawn(this.chart)) return;
    const { xaxis, yaxis } = this.chart._fullLayout;
    const { left, top } = this.chart.getBoundingClientRect();
    const [x, y] = [left + xaxis._offset, top + yaxis._offset];
    const up = (at) => yaxis._length - (at - y);
    this.draw({
      "xaxis.range": zoomed(ranges.xaxis.range, xaxis._length, from[0] - x, to[0] - x, scale),
      "yaxis.range": zoomed(ranges.yaxis.range, yaxis._length, up(from[1]), up(to[1]), scale)
    });
  }
  /**
   * One drawing at a time, and of what is wanted meanwhile only the last.
   *
   * @param {object} ranges
   */
  async draw(ranges) {
    this.wanted = ranges;
    if (this.drawing) return;
    this.drawing = true;
    try {
      const plotly = await shared.ready;
      while (this.wanted && isDrawn(this.chart)) {
        const next = this.wanted;
        this.wanted = null;
        await plotly.relayout(this.chart, next);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    } finally {
      this.drawing = false;
    }
  }
};

// lada_explore/views/map/map_view.js
var BESIDE = 1.15;
var NAMES_PX = 190;
var NARROW_PX2 = 640;
var NARROW_FONT_PX = 10;
function buildMap({ root, chart: chart3, notes, message, caption }, onAnswer, onClear) {
  root.classList.add("lada-map");
  const bar = make("div", "lada-map-bar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Map");
  const about = make("details", "lada-map-about");
  const mark2 = make("summary", "", "i");
  mark2.setAttribute("aria-label", "What this map shows, and how well it keeps neighbours and earlier places");
  const [words, gauge] = [make("div", "lada-map-about-words"), make("p", "lada-map-gauge")];
  words.append(caption, gauge);
  about.append(mark2, words);
  const body = make("div", "lada-map-body");
  const detail = make("aside", "lada-map-detail");
  detail.setAttribute("aria-live", "polite");
  detail.setAttribute("aria-label", "The image at the pointer or the cursor");
  const strip = make("section", "lada-map-strip");
  const [stripTitle, stripList] = [make("p"), make("ol")];
  const says = "Take the marked images to the labeller, in the grid and selected, to be answered together";
  const stripAnswer = button("", says, onAnswer, "lada-map-answer");
  const stripClear = button("Clear marks", "Mark no image any more", onClear, "lada-map-clear");
  const stripSaid = announced("lada-map-said");
  const stripHead = make("div", "lada-map-strip-head");
  stripHead.append(stripTitle, stripAnswer, stripClear);
  strip.append(stripHead, stripSaid, stripList);
  chart3.before(bar, body);
  body.append(chart3, notes, message, detail);
  body.after(strip);
  return {
    root,
    chart: chart3,
    bar,
    body,
    about,
    gauge,
    detail,
    strip,
    stripTitle,
    stripAnswer,
    stripClear,
    stripSaid,
    stripList
  };
}
var MapAround = class {
  config = { modeBarButtonsToRemove: ["toImage", "autoScale2d"], displayModeBar: true, scrollZoom: true };
  barInside = true;
  // where no title is
  /**
   * @param {ChartParts} parts
   * @param {Model<MapTraits>} model
   */
  constructor(parts, model) {
    this.model = model;
    const ask = (type) => () => model.send({ type });
    this.parts = buildMap(parts, ask("answer"), ask("clear"));
    this.wired = false;
    const on = {
      pick: (key) => model.send({ type: "pick", key: Array.from(key) }),
      toggle: (key) => model.send({ type: "toggle", keys: [Array.from(key)] }),
      add: (keys) => model.send({ type: "add", keys: keys.map((key) => Array.from(key)) }),
      clear: ask("clear"),
      point: (key) => this.point(key),
      leave: () => this.point(null),
      key: (key) => this.zoom.key(key),
      first: () => this.strip.first
    };
    this.sprite = new Sprite();
    this.toolbar = new MapToolbar(this.parts.bar, model);
    this.numbers = new MapNumbers(this.parts.chart, this.parts.bar);
    this.parts.bar.append(this.parts.about);
    this.card = new ImageCard(this.parts, this.sprite, model);
    this.zoom = new MapZoom(this.parts.body, this.parts.chart);
    this.strip = new ImageStrip(this.parts, this.sprite, on);
    this.cursor = new MapCursor(this.parts.chart, on);
    this.gliding = new Gliding(this.parts.chart);
    this.density = new MapDensity(this.parts.chart);
    this.onPanel = () => this.showPanel();
    this.onAtlas = () => this.takeAtlas();
    this.onMessage = (message, buffers) => this.toolbar.receive(message, buffers);
    model.kernel.onGone(this.onPanel);
    model.on("change:panel", this.onPanel);
    model.on("change:atlas", this.onAtlas);
    model.on("msg:custom", this.onMessage);
    this.takeAtlas();
  }
  get panel() {
    return this.model.get("panel");
  }
  close() {
    this.model.off("change:panel", this.onPanel);
    this.model.off("change:atlas", this.onAtlas);
    this.model.off("msg:custom", this.onMessage);
    this.sprite.close();
    this.gliding.dots.close();
    this.density.close();
  }
  // What the kernel tells ---
  takeAtlas() {
    const atlas = this.model.get("atlas");
    this.sprite.take(atlas);
    this.parts.root.dataset.atlas = String(atlas.cycle ?? "");
    this.card.empty();
    this.showPanel();
  }
  showPanel() {
    const { panel } = this;
    this.parts.body.dataset.busy = String(Boolean(panel.busy) && !this.model.kernel.gone);
    if (!panel.methods) return;
    this.toolbar.show(panel, this.model.get("spec").message ?? "");
    setText(this.parts.gauge, panel.gauge);
    this.strip.show(panel.strip, this.model.get("atlas").cycle);
  }
  // What happens to the chart ---
  /**
   * @param {Trace[]} data
   * @param {ChartTheme} theme
   */
  prepare(data, theme) {
    this.numbers.take(data, this.model.get("spec").figure?.layout.meta?.pair);
    this.density.take(data, theme.ink);
    this.gliding.prepare(data, this.panel.cycle);
    for (const trace of data) {
      if (typeof trace.meta !== "object" || trace.meta.outline !== "ink") continue;
      trace.marker = { ...trace.marker, line: { ...trace.marker?.line, color: theme.ink } };
      if (String(trace.marker.symbol).endsWith("-open")) trace.marker.color = theme.ink;
    }
  }
  /**
   * The legend beside the axes where there is more room there than below.
   *
   * @param {Layout} layout
   * @param {boolean} filled whether the map is as high as its place
   * @returns {Layout}
   */
  arrange(layout, filled) {
    this.zoom.take(layout);
    const width = this.parts.body.clientWidth;
    if (!filled || width < BESIDE * layout.height) return layout;
    const font = width < NARROW_PX2 ? { font: { size: NARROW_FONT_PX } } : {};
    const legend = { x: 1.01, xanchor: "left", y: 1, yanchor: "top", tracegroupgap: 0, ...font };
    return (
      /** @type {Layout} */
      {
        ...layout,
        legend,
        meta: { ...layout.meta, names: NAMES_PX }
      }
    );
  }
  drawn() {
    const { cycle } = this.panel;
    this.showPanel();
    if (this.parts.root.dataset.cycle !== String(cycle)) this.cursor.hide();
    else this.cursor.follow();
    const { chart: chart3 } = this.parts;
    if (isDrawn(chart3)) {
      if (!this.wired) this.wire(chart3);
      const { b, r } = chart3._fullLayout._size;
      this.parts.root.style.setProperty("--lada-below", `${Math.round(b)}px`);
      this.parts.root.style.setProperty("--lada-beside", `${Math.round(r)}px`);
    }
    this.gliding.go(cycle);
    this.density.go();
    this.numbers.draw();
    this.parts.root.dataset.cycle = String(cycle);
  }
  /**
   * Shows the image at the pointer, with the numbers of its pair.
   *
   * @param {Key | null} key null where no point is
   */
  point(key) {
    if (key) this.card.show(key);
    else this.card.hide();
    this.numbers.point(key);
  }
  /** @param {DrawnPlot} chart */
  wire(chart3) {
    chart3.on("plotly_hover", (event) => {
      const key = event?.points?.[0]?.customdata;
      if (key) this.point(key);
    });
    chart3.on("plotly_unhover", () => this.point(null));
    for (const event of ["plotly_afterplot", "plotly_relayouting"]) {
      chart3.on(event, () => this.numbers.draw());
      chart3.on(event, () => this.density.draw());
    }
    for (const event of ["plotly_relayouting", "plotly_relayout"]) chart3.on(event, () => this.cursor.hide());
    chart3.on("plotly_selected", () => this.zoom.selected());
    this.gliding.dots.wire(chart3);
    this.wired = true;
  }
  /** @param {PlotEvent | undefined} event */
  selected(event) {
    return this.gliding.dots.selected(event);
  }
  emptied() {
    this.wired = false;
    this.showPanel();
    this.gliding.dots.close();
    this.density.close();
    this.card.empty();
  }
};
var around = (parts, model) => new MapAround(parts, model);
var map_view_default = withKernel(chartView(around));

// lada_explore/views/pair_mixer/class_chart.js
var LETTER_PX = 7;
function drawClasses({ classes: svg, legend, noClasses }, pair, width, height) {
  svg.toggleAttribute("hidden", !pair.probabilities.length);
  legend.hidden = !pair.probabilities.length;
  setText(noClasses, pair.classes.reason);
  noClasses.hidden = !pair.classes.reason;
  legend.replaceChildren();
  if (!pair.probabilities.length) return null;
  const axes = { width, height, xTitle: "λ", yTitle: "probability" };
  const plot = drawAxes(svg, { ...axes, x: [0, 1], y: [0, 1.02] });
  const guide = guideIn(plot);
  const labels = [];
  const entries = pair.probabilities.map((line, place) => {
    const name = pair.classes.names[place];
    const entry = classLine(plot, legend, pair.grid, line, name, place, String(place));
    labelPeak(plot, pair.grid, line, name, String(place), labels);
    return entry;
  });
  entries.push(classLine(plot, legend, pair.grid, pair.rest, "all others", entries.length, "rest"));
  return { ...plot, guide, entries };
}
function classLine(plot, legend, grid, line, name, place, look) {
  const d = linePath(Array.from(grid, plot.toX), Array.from(line, plot.toY));
  plot.layer.append(shape("path", { class: "lada-class", "data-look": look, d }));
  const dot = plot.layer.appendChild(shape("g"));
  const kind = MARKS[place % MARKS.length];
  return { line, dot, look, kind, amount: legendItem(legend, name, look, kind) };
}
function legendItem(legend, name, look, kind) {
  const item = make("li", "lada-mix-class");
  const sample = shape("svg", { width: 30, height: 12, "aria-hidden": "true" });
  sample.append(shape("path", { class: "lada-class", "data-look": look, d: "M0 6H30" }));
  sample.append(mark(kind, 15, 6, 3.5, `lada-class-mark lada-look-${look}`));
  const amount = make("span", "lada-mix-value");
  item.append(sample, make("span", "lada-mix-class-name", name), amount);
  legend.append(item);
  return amount;
}
function labelPeak(plot, grid, line, name, look, taken) {
  const { box } = plot;
  const peak = line.indexOf(Math.max(...line));
  if (line[peak] < 0.08) return;
  const room = Math.floor((box.right - box.left) / (2 * LETTER_PX));
  const short = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  const half = LETTER_PX * short.length / 2;
  const x = Math.min(box.right - half - 4, Math.max(box.left + half + 6, plot.toX(grid[peak])));
  const y = Math.max(box.top + 12, plot.toY(line[peak]) + (line[peak] > 0.85 ? 16 : -7));
  if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 14)) return;
  taken.push({ x, y, half });
  const className = `lada-class-label lada-look-${look}`;
  plot.layer.append(shape("text", { class: className, x, y, "text-anchor": "middle" }, short));
}
function moveClasses(chart3, pair, lam) {
  if (!chart3) return;
  const x = chart3.toX(lam);
  setAttributes(chart3.guide, { x1: x, x2: x });
  for (const { line, dot, look, kind, amount } of chart3.entries) {
    const share = interpolate(pair.grid, line, lam);
    dot.replaceChildren(mark(kind, x, chart3.toY(share), 4, `lada-class-mark lada-look-${look}`));
    setText(amount, `${(100 * share).toFixed(0)} %`);
  }
}

// lada_explore/views/pair_mixer/pair.js
function readPair(state) {
  const { table, classes } = state;
  return {
    ...state,
    grid: numbers(state.grid),
    profile: numbers(state.profile),
    nodes: numbers(state.nodes),
    table: {
      tau: numbers(table.tau),
      value: numbers(table.value),
      log_beta: numbers(table.log_beta),
      regret: table.regret
    },
    images: state.images.map((image) => ({
      ...image,
      pixels: image.pixels && new Uint8Array(bytesOf(image.pixels.bytes))
    })),
    shape: state.images.map(({ pixels: pixels2 }) => pixels2?.shape).find(Boolean) ?? null,
    probabilities: classes.probabilities.map(numbers),
    rest: classes.rest ? numbers(classes.rest) : new Float32Array(0)
  };
}
function termNames({ counted, sampled }, tau) {
  const value = `◆ V at τ* = ${tau}${sampled ? ", exact" : ""}`;
  return counted ? { score: "score of the pair", value } : { score: "score of the pair, A(1) + A(0)", value: `${value}, not counted` };
}
var tauText = (tau) => fixed(tau, tau < 0.1 ? 3 : 2);
var MIN_SHOWN = 0.01;
function factRows(pair) {
  const { table, images, terms, unit, tau_max: tauMax } = pair;
  const { tau, value, regret } = table;
  const [own, other] = images;
  const [star, best] = [tau.length - 2, tau.length - 1];
  const [ownScore, otherScore, ahead] = terms;
  const limit = Number(Math.max(tauMax, tau[star]).toPrecision(3));
  const names = termNames(pair, tauText(tau[star]));
  const row = (what, amount) => [what, fixed(amount, 3)];
  const themselves = [row(`A(1), id ${own.id} itself`, ownScore), row(`+ A(0), id ${other.id} itself`, otherScore)];
  const score = [`= ${names.score}`, `${fixed(ownScore + otherScore + ahead, 3)} ${unit}`];
  if (pair.drawn) return [...themselves, score, ["τ, the same for every pair", tauText(tau[star])]];
  const added = pair.sampled ? "V in the score, mean of random draws" : names.value;
  const at = `▲ V at τ = ${tauText(tau[best])}, the best up to ${limit}`;
  return [
    ...themselves,
    ...pair.counted ? [row(`+ ${added}`, ahead)] : [],
    score,
    ...pair.counted && !pair.sampled ? [] : [row(names.value, value[star])],
    ...pair.gain ? [
      /** @type {[string, string]} */
      ["gain of τ* over the τ before learning", pair.gain]
    ] : [],
    ...regret < MIN_SHOWN ? [
      /** @type {[string, string]} */
      [`${at}, is more by`, `less than ${MIN_SHOWN}`]
    ] : [row(at, value[best]), row("regret, best V less V at τ*", regret)]
  ];
}

// lada_explore/views/pair_mixer/parts.js
function build5(el, on) {
  const frame = pairView(el, "lada-mixer", "Pair mixer");
  const { chooser, ...inChooser } = buildChooser(on);
  const { left, ...inPath } = buildPath(on);
  const { side, controls, ...inTau } = buildTau(on);
  const columns = make("div", "lada-mix-columns");
  columns.dataset.alone = "";
  columns.append(left, side);
  const { switcher, sides } = buildSides(on);
  frame.root.dataset.side = "path";
  frame.body.append(chooser, switcher, columns);
  const ofCurves = [inPath.profile, inTau.value, ...controls];
  return { ...frame, ...inChooser, ...inPath, ...inTau, left, side, sides, columns, ofCurves };
}
function buildChooser(on) {
  const choice2 = make("select", "lada-field lada-mix-choice");
  choice2.setAttribute("aria-label", "Pair, best first; ● was asked about");
  choice2.addEventListener("change", () => on.choose(choice2.selectedIndex));
  const previous = button("‹", "The previous pair in the list", () => on.choose(choice2.selectedIndex - 1));
  const next = button("›", "The next pair in the list", () => on.choose(choice2.selectedIndex + 1));
  previous.append(make("span", "lada-mix-word", " Better"));
  next.prepend(make("span", "lada-mix-word", "Worse "));
  previous.setAttribute("aria-label", "‹ Better");
  next.setAttribute("aria-label", "Worse ›");
  const chooser = make("div", "lada-mix-chooser");
  chooser.append(previous, choice2, next);
  return { chooser, choice: choice2, previous, next };
}
function buildSides(on) {
  const switcher = make("div", "lada-mix-sides");
  switcher.dataset.alone = "";
  switcher.setAttribute("role", "group");
  switcher.setAttribute("aria-label", "Shown of the pair");
  const sides = (
    /** @type {const} */
    ["path", "tau"].map((side) => {
      const made = button(side === "path" ? "Mixing path" : "τ and score", "", () => on.turn(side));
      made.dataset.side = side;
      made.setAttribute("aria-pressed", String(side === "path"));
      return made;
    })
  );
  switcher.append(...sides);
  return { switcher, sides };
}
function buildPath(on) {
  const { row, figures } = buildImages();
  const lam = slider("λ, the share of the right image", { min: 0, max: 1, step: 0.01, value: 0.5 }, () => on.setLam());
  const play = button("▶ Play", "Let λ go from end to end and back", () => on.playOrHold());
  const lamText = make("output", "lada-mix-readout");
  const profile = chart2("Acquisition along the mixing path, with the density of λ");
  const classes = chart2("Class probabilities along the mixing path");
  const legend = make("ul", "lada-mix-legend");
  const noClasses = make("p", "lada-pair-message");
  const left = make("div", "lada-mix-path");
  left.append(row, inBox("lada-mix-slide", lam), inBox("lada-mix-foot", play, lamText));
  left.append(profile, classes, legend, noClasses);
  return { left, figures, lam, play, lamText, profile, classes, legend, noClasses };
}
function buildTau(on) {
  const value = chart2("Look-ahead value against τ");
  const tau = slider("τ of Beta(τ, τ)", { min: 0, max: 1, step: 1, value: 0 }, () => on.setTau(Number(tau.value)));
  const tauText2 = make("output", "lada-mix-readout");
  const star = button("τ*", "The τ this pair was given", () => on.setTauFromEnd(2));
  const best = button("best τ", "The best τ for this pair in the range searched", () => on.setTauFromEnd(1));
  const facts = make("dl", "lada-mix-facts");
  const side = make("div", "lada-mix-tau");
  const controls = [inBox("lada-mix-slide", tau), inBox("lada-mix-foot", star, best, tauText2)];
  side.append(value, ...controls, facts);
  return { side, value, tau, tauText: tauText2, star, best, facts, controls };
}
function chart2(label) {
  return shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
}
function inBox(className, ...children) {
  const box = make("div", className);
  box.append(...children);
  return box;
}

// lada_explore/views/pair_mixer/mixer.js
var SWEEP_MS = 4e3;
var TAU_MS = 250;
var LOWEST_PX = 132;
var AROUND_PX = 350;
var PairMixer = class {
  /**
   * @param {Model<{ state: MixerState | MessageOnly }>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.parts = build5(el, this);
    this.pair = null;
    this.plots = null;
    this.tauAt = 0;
    this.tauTimer = void 0;
    this.playing = 0;
    this.size = "";
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(this.parts.columns);
    this.resizer.observe(this.parts.root);
  }
  // What a person does
  /** @param {number} place of a pair in the list */
  choose(place) {
    const choice2 = this.pair?.choices[place];
    if (choice2) this.model.send({ type: "pair", ids: choice2.ids });
  }
  setLam() {
    this.hold();
    this.showLam();
  }
  /** @param {number} place in the table */
  setTau(place) {
    this.tauAt = place;
    this.showTau();
    this.tellTau();
  }
  /** @param {number} places counted from the end of the table */
  setTauFromEnd(places) {
    if (this.pair) this.setTau(this.pair.table.tau.length - places);
  }
  /** Tells the kernel which tau is tried, once it stays. */
  tellTau() {
    clearTimeout(this.tauTimer);
    this.tauTimer = setTimeout(() => {
      if (!this.pair) return;
      const { tau } = this.pair.table;
      this.model.send({ type: "tau", tau: this.tauAt === tau.length - 2 ? null : tau[this.tauAt] });
    }, TAU_MS);
  }
  playOrHold() {
    if (this.playing) this.hold();
    else this.play();
  }
  hold() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    setText(this.parts.play, "▶ Play");
  }
  play() {
    const { lam, play } = this.parts;
    const began = performance.now() - Math.acos(1 - 2 * Number(lam.value)) / Math.PI * SWEEP_MS;
    const move = (now) => {
      lam.value = String((1 - Math.cos((now - began) / SWEEP_MS * Math.PI)) / 2);
      this.showLam();
      this.playing = requestAnimationFrame(move);
    };
    this.playing = requestAnimationFrame(move);
    setText(play, "❚❚ Pause");
  }
  // Drawing
  draw() {
    const state = this.model.get("state");
    const before = this.pair;
    writeSentences(this.parts, state);
    this.pair = hasBody(state) ? readPair(state) : null;
    if (this.pair) this.drawPair(this.pair, before);
    else this.hold();
    this.parts.root.dataset.rev = String(state.revision);
  }
  /**
   * @param {Pair} pair
   * @param {Pair | null} before the one shown until now, which keeps its tau
   */
  drawPair(pair, before) {
    const { tau } = pair.table;
    const { length } = tau;
    this.parts.tau.max = String(length - 3);
    const shown = (one) => `${one?.cycle} ${one?.pair} ${one?.tau}`;
    if (shown(before) !== shown(pair)) this.tauAt = pair.tau == null ? length - 2 : nearest(tau, pair.tau);
    for (const part of this.parts.ofCurves) part.toggleAttribute("hidden", pair.drawn);
    fillChoices(this.parts, pair);
    writeFacts(this.parts.facts, pair);
    this.drawPlots();
  }
  /**
   * Shows the path or tau, where there is no room for both.
   *
   * @param {"path" | "tau"} side
   */
  turn(side) {
    const { root, sides } = this.parts;
    root.dataset.side = side;
    for (const one of sides) one.setAttribute("aria-pressed", String(one.dataset.side === side));
  }
  /** Draws anew when there is more room, or less. */
  fit() {
    const size = `${this.parts.columns.clientWidth} ${this.chartHeight()}`;
    if (size === this.size) return;
    this.size = size;
    this.drawPlots();
  }
  /** Lower in an explorer, whose height is that of its window. */
  chartHeight() {
    const { root } = this.parts;
    if (!root.closest(".lada-main") || getComputedStyle(root).overflowY === "visible") return CHART_PX;
    return Math.round(Math.max(LOWEST_PX, Math.min(CHART_PX, (root.clientHeight - AROUND_PX) / 1.9)));
  }
  drawPlots() {
    const { parts, pair } = this;
    const whole = parts.columns.clientWidth;
    if (!pair || !whole) return;
    const [left, right] = [parts.left.clientWidth || whole, parts.side.clientWidth || whole];
    const height = this.chartHeight();
    const curves = () => ({
      profile: drawProfile(parts, pair, left, height),
      value: drawValue(parts, pair, right, height)
    });
    this.plots = {
      classes: drawClasses(parts, pair, left, Math.round(0.9 * height)),
      curves: pair.drawn ? null : curves()
    };
    this.showLam();
    this.showTau();
  }
  showLam() {
    const { parts, pair, plots } = this;
    if (!pair || !plots) return;
    const lam = Number(parts.lam.value);
    const value = interpolate(pair.grid, pair.profile, lam);
    showImages(parts.figures, pair, lam);
    moveClasses(plots.classes, pair, lam);
    if (plots.curves) moveLam(plots.curves.profile, lam, value);
    const words = plots.curves ? `: A = ${fixed(value, 3)} ${pair.unit}` : "";
    say(parts.lam, parts.lamText, `λ = ${fixed(lam)}${words}`);
  }
  showTau() {
    const { parts, pair, plots, tauAt } = this;
    if (!pair || !plots?.curves) return;
    const { tau, value } = pair.table;
    const count = tau.length - 2;
    parts.root.dataset.tau = tauAt === count ? "" : tauText(tau[tauAt]);
    moveTau(plots.curves, pair.table, tauAt);
    parts.tau.value = String(stepOf(pair.table, tauAt));
    say(parts.tau, parts.tauText, `τ = ${tauText(tau[tauAt])}: V = ${fixed(value[tauAt], 3)} ${pair.unit}`);
    parts.star.setAttribute("aria-pressed", String(tauAt === count));
    parts.best.setAttribute("aria-pressed", String(tauAt === count + 1));
  }
  stop() {
    this.hold();
    clearTimeout(this.tauTimer);
    this.resizer.disconnect();
  }
};
function say(slider2, readout, words) {
  setText(readout, words);
  slider2.setAttribute("aria-valuetext", words);
}
function writeFacts(facts, pair) {
  const look = (what) => what.startsWith("=") ? "lada-mix-sum" : "";
  facts.replaceChildren(
    ...factRows(pair).flatMap(([what, amount]) => [make("dt", look(what), what), make("dd", look(what), amount)])
  );
}
function fillChoices({ choice: choice2, previous, next }, { choices, pair }) {
  refill(choice2, choices, () => choices.map(({ text }) => make("option", "", text)));
  const at = choices.findIndex(({ ids }) => ids[0] === pair[0] && ids[1] === pair[1]);
  choice2.selectedIndex = at;
  previous.setAttribute("aria-disabled", String(at <= 0));
  next.setAttribute("aria-disabled", String(at >= choices.length - 1));
}

// lada_explore/views/pair_mixer/pair_mixer.js
var pair_mixer_default = statePage(PairMixer);

// lada_explore/views/query_gallery/query_gallery.js
function pixels(src, alt) {
  return Object.assign(make("img", "lada-pixels lada-image"), { src, alt, draggable: false });
}
function withTransform(image) {
  const both = make("div", "lada-both");
  const named = [
    { name: "image", picture: pixels(image.url, image.alt) },
    { name: "its transform", picture: pixels(image.transform, `transform of ${image.alt}`) }
  ];
  for (const { name, picture } of named) {
    const one = make("div");
    one.append(make("span", "lada-detail", name), picture);
    both.append(one);
  }
  return both;
}
function card(image) {
  const figure = make("figure", image.transform ? "lada-card lada-wide" : "lada-card");
  figure.dataset.id = String(image.id);
  const caption = make("figcaption");
  const words = classWords({ known: image.answered ? image.label : "", guess: image.guess });
  if (!image.answered) words.prepend(make("span", "lada-open", image.label));
  caption.append(words, make("span", "lada-detail", image.detail));
  figure.append(image.transform ? withTransform(image) : pixels(image.url, image.alt), caption);
  return figure;
}
function groupItem(group, pick) {
  const item = make("li", "lada-query");
  const ids = group.images.map((image) => image.id);
  item.dataset.ids = ids.join(" ");
  const choose = button(ids.length > 1 ? "Choose this pair" : "Mark this image", "", () => {
  }, "lada-pick");
  choose.setAttribute("aria-label", `${choose.textContent}: ${group.images.map((image) => image.alt).join(" and ")}`);
  item.addEventListener("click", () => pick(ids));
  const images = make("div", "lada-cards");
  const cards = group.images.map(card);
  images.append(...cards);
  const head = make("div", "lada-query-head");
  head.append(make("span", "lada-rank", group.rank), choose);
  item.append(head, images);
  if (group.lines.length) {
    const facts = make("div", "lada-facts");
    facts.append(...group.lines.map((line) => make("span", "", line)));
    item.append(facts);
  }
  return { item, choose, ids, cards };
}
function showMarks({ item, choose, ids, cards }, marks) {
  const chosen = ids.length > 1 ? ids.every((id) => marks.pair.includes(id)) : marks.ids.includes(ids[0]);
  item.classList.toggle("lada-chosen", chosen);
  choose.setAttribute("aria-pressed", String(chosen));
  setText(choose, chosen ? "✓ chosen" : "choose");
  cards.forEach((figure, place) => {
    figure.classList.toggle("lada-marked", marks.ids.includes(ids[place]));
  });
}
function render3({ model, el }) {
  const root = viewRoot(el, "lada-gallery", "Images asked about");
  const title = make("p", "lada-gallery-title");
  const error = announced("lada-gallery-error", "alert");
  const list = make("ol", "lada-queries");
  const caption = make("p", "lada-gallery-caption");
  root.append(title, error, list, caption);
  let items = [];
  const mark2 = () => {
    for (const item of items) showMarks(item, model.get("marks"));
  };
  const draw = () => {
    const state = model.get("state");
    setText(title, state.title);
    showText(error, state.error);
    showText(caption, state.caption);
    title.title = state.caption;
    items = state.groups.map((group) => groupItem(group, (ids) => model.send({ type: "pick", ids })));
    list.replaceChildren(...items.map(({ item }) => item));
    mark2();
    root.dataset.rev = String(state.revision);
  };
  model.on("change:state", draw);
  model.on("change:marks", mark2);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("change:marks", mark2);
  };
}
var query_gallery_default = withKernel({ render: render3 });

// lada_explore/apps/lesson/static/shown_run.js
var NO_SPEC = { revision: 0, figure: null, caption: "", notes: [], message: "", label: "", error: "" };
var NO_PAIR = { revision: 0, error: "", title: "", note: "", caption: "", message: "" };
var NO_PANEL = { cycle: -1, busy: "" };
var STARS_AND_THREADS = { threads: "line to a parent image, chosen pair", marked: "marked", chosen: "chosen pair" };
var THREAD_TO_IMAGE = "line to its image, chosen";
var traceOf = (spec, name) => spec.figure?.data.find((trace) => trace.name === name);
function setPoints(trace, points) {
  if (!trace) return;
  trace.x = points.map((point) => point?.[0] ?? null);
  trace.y = points.map((point) => point?.[1] ?? null);
}
var ShownRun = class {
  /**
   * @param {LessonRun} values
   * @param {Restore} restore
   * @param {Record<Part, HTMLElement>} elements in which its views are
   * @param {Around} around
   */
  constructor(values, restore, elements, around2) {
    this.values = values;
    this.restore = restore;
    this.elements = elements;
    this.around = around2;
    this.images = new Images(restore(values.images));
    this.place = values.cycles.length - 1;
    this.pair = null;
    this.tau = null;
    this.marked = [];
    this.colour = "true class";
    this.revision = 1;
    this.views = this.startViews();
    for (const done of ["input", "click"]) elements.mixer.addEventListener(done, () => this.noteTau());
  }
  startViews() {
    const { elements } = this;
    if (!this.hasMap) elements.map.append(make("p", "lead", this.values.cycles.at(-1)?.map.message));
    const marks = { ids: [], pair: [] };
    const asked2 = { state: this.galleryState(), marks };
    const nowhere = { spec: NO_SPEC, panel: NO_PANEL, atlas: {} };
    const unmixed = { state: NO_PAIR };
    return {
      // A run that kept no features has a sentence there, and none of what stands around a map.
      map: this.hasMap ? start(map_view_default, elements.map, nowhere, (asked3) => this.handleMap(asked3)) : null,
      mixer: start(pair_mixer_default, elements.mixer, unmixed, ({ type, ids }) => type === "pair" && this.choosePair(ids)),
      gallery: start(query_gallery_default, elements.queries, asked2, ({ ids }) => this.pick(ids)),
      tau: start(plot_view_default, elements.tau, { spec: NO_SPEC }, (asked3) => this.handleTau(asked3)),
      accuracy: start(plot_view_default, elements.accuracy, { spec: NO_SPEC })
    };
  }
  get hasMap() {
    return this.values.cycles.some(({ map: { message } }) => !message);
  }
  get cycle() {
    return this.values.cycles[this.place];
  }
  /** The pair that is shown: the one chosen, where this cycle has it, or its best. */
  shownPair() {
    if (this.pair && this.stateOf(this.pair)) return this.pair;
    return this.cycle.mixer.choices?.[0]?.ids ?? null;
  }
  /** @param {[number, number]} pair */
  stateOf([first, second]) {
    const { pairs = {} } = this.cycle.mixer;
    return pairs[`${first},${second}`] ?? pairs[`${second},${first}`];
  }
  // Where it stands ---------------------------------------------------------------------------------------------------
  /**
   * Takes over a cycle, or the last one before it that the page holds of this run.
   *
   * @param {number} cycle
   */
  moveTo(cycle) {
    this.place = this.values.cycles.findLastIndex((held) => held.cycle <= cycle);
    this.tau = null;
  }
  /** @param {Chosen} chosen what the page does not hold is left as it is */
  choose({ pair, tau }) {
    const named = this.cycle.mixer.choices?.find(({ rank }) => rank === pair);
    if (named) [this.pair, this.marked] = [named.ids, [...named.ids]];
    this.tau = tau;
  }
  /** @returns {Chosen} */
  get chosen() {
    const shown = this.shownPair();
    const named = this.cycle.mixer.choices?.find(({ ids }) => shown?.every((id) => ids.includes(id)));
    return { pair: this.pair && named ? named.rank : null, tau: this.tau };
  }
  /** Takes over where the slider of tau stands. */
  noteTau() {
    const { tau = "" } = within(this.elements.mixer, ".lada-mixer").dataset;
    this.tau = tau ? Number(tau) : null;
    this.around.changed();
  }
  /**
   * What is said of the cycle that it shows, when the page shows one.
   *
   * @param {number} cycle
   * @returns {Told}
   */
  told(cycle) {
    const says = this.values.says[this.place];
    const ended = this.cycle.cycle < cycle;
    return { says: ended ? `ends with ${says}` : says, ended };
  }
  // What a person does --------------------------------------------------------------------------------------------------
  /** @param {number[]} ids of a pair, or of an image */
  pick(ids) {
    if (ids.length > 1) this.choosePair([ids[0], ids[1]]);
    else this.mark(ids);
  }
  /** @param {[number, number]} pair */
  choosePair(pair) {
    this.pair = pair;
    this.tau = null;
    this.marked = [...pair];
    this.draw(false);
  }
  /** @param {number[]} ids */
  mark(ids) {
    this.marked = ids;
    this.draw(false);
  }
  /** @param {{ type: string, value: string, key?: number[], keys?: number[][], points: Picked[] }} message */
  handleMap({ type, value, key, keys = [], points }) {
    if (["add", "toggle", "clear"].includes(type)) {
      const ids = keys.flatMap(([first2, second2]) => second2 < 0 ? [first2] : [first2, second2]);
      const drops = type === "clear" || type === "toggle" && ids.every((id) => this.marked.includes(id));
      const left = this.marked.filter((id) => type !== "clear" && !ids.includes(id));
      this.mark(drops ? left : [...left, ...ids]);
    }
    if (type === "colour") {
      this.colour = value;
      this.draw(true);
    }
    const chosen = type === "click" ? points[0]?.customdata : key;
    if (!["click", "pick"].includes(type) || !chosen) return;
    const [first, second] = chosen;
    if (second >= 0) this.choosePair([first, second]);
    else this.chooseImage(first);
  }
  /** @param {number} id */
  chooseImage(id) {
    const { map } = this.cycle;
    const other = "partner" in map ? map.partner[id] : void 0;
    if (other === void 0) return this.mark([id]);
    if (this.stateOf([id, other])) this.choosePair([id, other]);
    else this.mark([id, other]);
  }
  /** @param {{ type: string, points: Picked[] }} message */
  handleTau({ type, points }) {
    const key = type === "click" ? points[0]?.customdata : null;
    if (key?.length !== 3) return;
    const [cycle, first, second] = key;
    this.pair = [first, second];
    this.marked = [first, second];
    this.around.showCycle(cycle);
  }
  // What is shown -------------------------------------------------------------------------------------------------------
  /** @returns {GalleryState} */
  galleryState() {
    const state = this.cycle.gallery;
    const withUrl = (image) => ({ ...image, url: this.images.url(image.id) });
    const groups = state.groups.map((group) => ({ ...group, images: group.images.map(withUrl) }));
    return { ...state, groups, revision: this.revision };
  }
  /** @returns {MixerState | MessageOnly} */
  mixerState() {
    const { choices = [], message } = this.cycle.mixer;
    const pair = this.shownPair();
    if (!pair) return { ...NO_PAIR, message, revision: this.revision };
    const state = this.restore(this.stateOf(pair));
    const withPixels = (image) => ({ ...image, pixels: this.images.raw(image.id) });
    const [own, other] = state.images;
    const images = (
      /** @type {MixerState["images"]} */
      [withPixels(own), withPixels(other)]
    );
    return { ...state, error: "", images, choices, note: this.note(), tau: this.tau, revision: this.revision };
  }
  note() {
    if (!this.pair || this.stateOf(this.pair)) return "";
    return `Images ${this.pair.join(" and ")} are no pair of cycle ${this.cycle.cycle} in this page; its best pair is shown.`;
  }
  /**
   * The map's spec in the chosen colour, with rings around what is marked and the chosen pair's threads drawn strongly.
   *
   * @returns {ChartSpec}
   */
  mapSpec() {
    const { map } = this.cycle;
    if (!("specs" in map)) return { ...NO_SPEC, message: map.message, revision: this.revision };
    const spec = this.restore(map.specs[this.colour]);
    const places = this.placesOf(map);
    const rings = this.marked.map((id) => places.get(id)).filter((place) => place !== void 0);
    const marked = traceOf(spec, STARS_AND_THREADS.marked);
    if (marked) marked.showlegend = rings.length > 0;
    setPoints(marked, rings);
    const strong = traceOf(spec, STARS_AND_THREADS.threads) ?? traceOf(spec, THREAD_TO_IMAGE);
    setPoints(strong, this.threads(map, places));
    if (spec.figure) spec.figure.layout.meta = { pair: this.shownPair() ?? void 0 };
    return { ...spec, revision: this.revision };
  }
  /**
   * Where the images are, by id.
   *
   * @param {LessonMap} map
   * @returns {Map<number, Point>}
   */
  placesOf(map) {
    const packed = this.restore(map.where);
    const where = numbers(packed);
    return new Map(map.atlas.ids.map((id, place) => [id, [where[2 * place], where[2 * place + 1]]]));
  }
  /**
   * From one parent through each virtual instance to the other, with gaps between.
   *
   * @param {LessonMap} map
   * @param {Map<number, Point>} places
   * @returns {Gapped}
   */
  threads(map, places) {
    const virtual = this.restore(map.virtual);
    const at = virtual.pairs.findIndex((ids) => ids.every((id) => this.pair?.includes(id)));
    if (at < 0) return [];
    const [, instances] = virtual.where.shape;
    const where = numbers(virtual.where).subarray(2 * at * instances, 2 * (at + 1) * instances);
    const [first, second] = virtual.pairs[at].map((id) => places.get(id) ?? null);
    const line = [];
    for (let n = 0; n < instances; n += 1) line.push(first, [where[2 * n], where[2 * n + 1]], second, null);
    return line;
  }
  /**
   * tau* of the cycles; the line of the chosen pair is that of the pair in the mixer.
   *
   * @returns {ChartSpec}
   */
  tauSpec() {
    const spec = this.restore(this.cycle.tau);
    const pair = this.shownPair();
    const learned = pair && this.stateOf(pair)?.learned;
    const trace = traceOf(spec, STARS_AND_THREADS.chosen);
    if (trace && learned) trace.y = Array.from(numbers(this.restore(learned)));
    return { ...spec, revision: this.revision };
  }
  /** @param {boolean} all whether another cycle, or the map in another colour, is shown */
  draw(all) {
    this.revision += 1;
    const { gallery, accuracy, mixer, map, tau } = this.views;
    if (all) {
      this.drawStages();
      gallery.set("state", this.galleryState());
      accuracy.set("spec", { ...this.restore(this.cycle.accuracy), revision: this.revision });
      this.drawAroundMap();
    }
    gallery.set("marks", { ids: this.marked, pair: this.pair ?? [] });
    mixer.set("state", this.mixerState());
    map?.set("spec", this.mapSpec());
    tau.set("spec", this.tauSpec());
    this.around.changed();
  }
  drawStages() {
    const items = this.cycle.stages.map(([stage, said]) => {
      const item = make("li");
      item.append(make("span", "stage", stage), make("span", "", said));
      return item;
    });
    const list = make("ol");
    list.append(...items);
    this.elements.stages.replaceChildren(list);
  }
  drawAroundMap() {
    const { cycle, map } = this.cycle;
    const shown = this.views.map;
    if (!shown) return;
    if (!("panel" in map)) return shown.set("panel", { ...NO_PANEL, cycle });
    shown.set("panel", { ...map.panel, colour: this.colour });
    if (shown.get("atlas").cycle === map.atlas.cycle) return;
    const ids = map.atlas.ids.filter((id) => this.images.place.has(id));
    const columns = Math.ceil(Math.sqrt(ids.length));
    const sheet = ids.length ? this.images.sheet(ids, columns) : new Uint8Array(0);
    shown.set("atlas", { ...map.atlas, ids, columns, size: [this.images.width, this.images.height], png: sheet });
  }
};

// lada_explore/apps/lesson/static/sides.js
var PARTS = (
  /** @type {const} */
  ["stages", "map", "mixer", "queries", "tau", "accuracy"]
);
function layOut(names) {
  const sections = PARTS.map((part) => within(byId(part), ".view"));
  if (names.length === 1) return [{ elements: byPart(sections), tell() {
  } }];
  document.body.dataset.runs = String(names.length);
  for (const section of sections) section.classList.add("sides");
  return names.map((name) => {
    const [places, said] = [
      /** @type {HTMLElement[]} */
      [],
      /** @type {HTMLElement[]} */
      []
    ];
    for (const section of sections) {
      const [side, head, place] = [make("section", "side"), make("h3", "side-name", name), make("div", "side-view")];
      const told = make("span", "side-told");
      side.setAttribute("aria-label", `${byLabel(section)}, ${name}`);
      side.append(head, told, place);
      section.append(side);
      places.push(place);
      said.push(told);
    }
    const tell = ({ says, ended }) => {
      for (const told of said) {
        setText(told, says);
        told.toggleAttribute("data-ended", ended);
      }
    };
    return { elements: byPart(places), tell };
  });
}
function byPart(elements) {
  return (
    /** @type {Record<Part, HTMLElement>} */
    Object.fromEntries(PARTS.map((part, place) => [part, elements[place]]))
  );
}
function byLabel(view) {
  return view.parentElement?.querySelector("h2")?.textContent ?? "";
}

// lada_explore/apps/lesson/static/lesson.js
var Lesson = class {
  /**
   * @param {LessonValues} values
   * @param {Restore} restore
   */
  constructor(values, restore) {
    this.values = values;
    this.numbers = values.slider.numbers;
    this.place = this.numbers.length - 1;
    this.latest = true;
    this.revision = 1;
    this.sides = layOut(values.runs.map(({ name }) => name));
    const around2 = {
      showCycle: (cycle) => this.showCycle(cycle),
      changed: () => writeAddress(this.standsAt)
    };
    this.runs = values.runs.map((run, n) => new ShownRun(run, restore, this.sides[n].elements, around2));
    this.slider = start(time_slider_default, byId("steps"), { state: this.sliderState() }, ({ cycle }) => this.show(cycle));
    this.goTo(placeIn(location.hash));
    addEventListener("hashchange", () => this.goTo(placeIn(location.hash)));
  }
  get cycle() {
    return this.numbers[this.place];
  }
  /** @param {Place} place what the page does not hold is left as it is */
  goTo({ cycle, chosen }) {
    const at = this.numbers.indexOf(cycle ?? -1);
    if (at >= 0) [this.place, this.latest] = [at, false];
    this.runs.forEach((run, n) => {
      run.moveTo(this.cycle);
      run.choose(chosen[n]);
    });
    this.draw();
  }
  /** @returns {Place} */
  get standsAt() {
    return { cycle: this.cycle, chosen: this.runs.map((run) => run.chosen) };
  }
  /** @param {number} cycle one that the page does not hold changes nothing but what was chosen */
  showCycle(cycle) {
    const at = this.numbers.indexOf(cycle);
    this.show(at < 0 ? this.place : at);
  }
  /**
   * A cycle by its place on the slider; null for the last.
   *
   * @param {number | null} place
   */
  show(place) {
    this.place = place ?? this.numbers.length - 1;
    this.latest = place === null;
    for (const run of this.runs) run.moveTo(this.cycle);
    this.draw();
  }
  /** @returns {SliderState} */
  sliderState() {
    const last = this.place === this.numbers.length - 1;
    return { ...this.values.slider, cycle: this.place, latest: last && this.latest, revision: this.revision };
  }
  draw() {
    this.revision += 1;
    this.slider.set("state", this.sliderState());
    this.runs.forEach((run, n) => {
      run.draw(true);
      this.sides[n].tell(run.told(this.cycle));
    });
    document.body.dataset.cycle = String(this.cycle);
  }
};
function drawAbout({ about, runs }) {
  const lines = about.map((sentence) => make("p", "", sentence));
  for (const run of runs) {
    if (!run.name) {
      lines.push(...run.about.map((sentence) => make("p", "", sentence)));
      continue;
    }
    const line = make("p", "", ` ${run.about.join(" ")}`);
    line.prepend(make("strong", "", `${run.name}.`));
    lines.push(line);
  }
  byId("about").append(...lines);
}
async function open() {
  if (!("DecompressionStream" in globalThis)) {
    throw new Error("this browser is too old to unpack it; use one from 2023 or later");
  }
  offerPlotly();
  const { values, restore } = await unpack("content");
  drawAbout(values);
  byId("tau-title").textContent = values.tau_title;
  within(document, "main").hidden = false;
  drawFirst(values);
  new Questions(new Lesson(values, restore));
  drawStory(values);
  fitPaper();
  byId("waiting").hidden = true;
  document.body.dataset.ready = "";
}
open().catch((error) => {
  byId("waiting").hidden = true;
  byId("trouble").hidden = false;
  byId("trouble").textContent = `This page could not be drawn: ${error?.message ?? error}.`;
});
export {
  Lesson
};
