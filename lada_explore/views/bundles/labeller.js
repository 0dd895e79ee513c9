/* Written by `make page` from the files beside the views; change those instead. */
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
  const timer = setInterval(() => {
    if ([...document.querySelectorAll(".jupyter-widgets")].some((node) => node.textContent === GIVEN_UP))
      showMissed(manager);
    looks += 1;
    if (looks === LOOKS) clearInterval(timer);
  }, LOOK_MS);
}
async function showMissed(manager) {
  for (const { outputs } of manager.context?.model?.cells ?? []) {
    for (let place = 0; outputs && place < outputs.length; place++) {
      const output = outputs.get(place).toJSON();
      const id = widgetOf(output);
      if (!id || !manager.has_model?.(id)) continue;
      const model = await manager.get_model?.(id);
      const same = place < outputs.length && widgetOf(outputs.get(place).toJSON()) === id;
      if (same && !Object.keys(model?.views ?? {}).length) outputs.set(place, output);
    }
  }
}
function widgetOf(output) {
  const shown = output.data?.[VIEW_OF];
  return typeof shown === "object" && "model_id" in shown ? shown.model_id : void 0;
}

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
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser does not draw on a canvas");
  return pen;
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
function progressBar(label) {
  const bar = make("div", "lada-progress");
  setAttributes(bar, { role: "progressbar", "aria-label": label });
  return { bar, fill: bar.appendChild(make("div", "lada-fill")) };
}
function showProgress({ bar, fill }, done, total) {
  fill.style.width = `${total > 0 ? 100 * Math.min(1, done / total) : 0}%`;
  setAttributes(bar, { "aria-valuemin": 0, "aria-valuemax": total || 1, "aria-valuenow": done });
}
function showText(element, text) {
  setWithCode(element, text);
  element.hidden = !text;
}
function focusedIn(root) {
  const focused = document.activeElement;
  return focused instanceof HTMLElement && root.contains(focused) ? focused : null;
}
function refill(element, key, build) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build());
  return true;
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
  const held2 = new WeakRef(root);
  const mark = (event) => {
    const view = held2.deref();
    const { target } = event;
    if (!view) window.removeEventListener("keydown", mark, true);
    else if (target instanceof Element && view.contains(target)) {
      const own = (view.dataset.ownKeys ?? "").split(" ").includes(event.key.toLowerCase());
      target.toggleAttribute("data-lm-suppress-shortcuts", own || !event.ctrlKey && !event.metaKey);
    }
  };
  window.addEventListener("keydown", mark, true);
}
function keepFocus(root) {
  let held2 = null;
  const look = () => {
    if (held2 === null || held2 === root || usable(root, held2)) return;
    const at = document.activeElement;
    if (at === held2 || at === null || at === document.body) root.focus({ preventScroll: true });
    held2 = null;
  };
  root.addEventListener("focusin", ({ target }) => {
    held2 = /** @type {Element} */
    target;
  });
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget) held2 = null;
    else setTimeout(() => held2 = held2 === target && document.activeElement !== target ? null : held2, 0);
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
  pages.forEach((page2, place) => {
    page2.classList.add("lada-keys-page");
    setAttributes(page2, { role: "tabpanel", tabindex: 0, "aria-label": TABS[place] });
  });
  const label = tabList(row, "lada-keys-tab", (place) => show(place));
  const show = (chosen) => {
    if (chosen === 1 && !words.firstChild) words.append(glossaryList());
    label("What is listed", TABS, chosen);
    pages.forEach((page2, place) => {
      page2.hidden = place !== chosen;
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
  const open = () => {
    const shown = sections();
    refill(body, shown, () => shown.flatMap(sectionParts));
    pages.show(0);
    if (!dialog.open) dialog.showModal();
  };
  return { open };
}
var KEYS_LABEL = "What is shown here, and its keys";
function keysButton(open, className = "lada-button") {
  const made = button("?", "What is shown here, and its keys (key ?)", open, `${className} lada-keys-button`);
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
    const chart = keys.title === "chart" && root.querySelector(".lada-plot-chart")?.getAttribute("aria-label");
    own.push(chart ? { ...keys, title: chart } : keys);
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
  const chart = root.querySelector(".lada-plot-chart");
  if (bar) bar.append(shown);
  else if (chart) {
    const place = make("div", "lada-keys-place");
    place.append(shown);
    chart.before(place);
  } else root.append(shown);
}
function listenForKeys(el) {
  const open = (event) => {
    const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
    if (key !== "?" || ctrlKey || metaKey || altKey || isComposing || !(target instanceof Element)) return;
    const root = target.closest(".lada-view");
    if (!root || takesText(target) || target.closest("dialog") || !keysOfView(root)) return;
    event.preventDefault();
    event.stopPropagation();
    showKeys(root);
  };
  el.addEventListener("keydown", open, true);
  return () => el.removeEventListener("keydown", open, true);
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
    const held2 = el.contains(document.activeElement);
    const controls = el.querySelectorAll(CONTROLS);
    for (const control of controls) if (!control.closest("[data-alone]")) control.disabled = true;
    const instead = el.querySelector("[tabindex]");
    if (held2 && !el.contains(document.activeElement)) instead?.focus({ preventScroll: true });
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
function withKernel({ initialize, render: render2 }, { says = true } = {}) {
  return {
    initialize(given) {
      connectLate(given.model);
      lookForMissed(given.model.widget_manager);
      return initialize?.({ ...given, model: guardedModel(given.model, NEVER_GONE) });
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
      const close = render2({ ...given, model: guardedModel(model, kernel) });
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

// lada_explore/views/labeller/actions.js
var ZOOM = 1.5;
var NOTHING_ASKED = "Nothing is asked now, so there is no image to answer.";
var NO_IMAGE = "No image is chosen; choose one with the arrow keys or a click.";
var Actions = class {
  /** @param {Labeller} labeller on which they are done */
  constructor(labeller) {
    this.labeller = labeller;
  }
  /** @param {Deed} deed */
  act(deed) {
    const { queue, view } = this.labeller;
    queue.push({ annotator: view.annotator, at: view.at ?? -1, ms: Date.now(), ...deed });
  }
  // The image looked at
  /** The image looked at; null, and a sentence, where there is none. */
  here() {
    const { at } = this.labeller.view;
    if (at === null) this.labeller.say(this.labeller.situation().order.length ? NO_IMAGE : NOTHING_ASKED);
    return at;
  }
  /**
   * Leaves the images that are dealt with for the next open one.
   *
   * @param {Deed & ({ id: number } | { ids: number[] })} deed
   */
  advance(deed) {
    const { view } = this.labeller;
    const ids = "ids" in deed ? deed.ids : [deed.id];
    view.selection.clear();
    view.at = this.labeller.situation().nextOpen(ids);
    if (view.at === null && view.shelf) {
      view.shelf = 0;
      view.at = this.labeller.situation().nextOpen(ids);
    }
    this.act(deed);
  }
  /**
   * Answers the image looked at, or all that are selected.
   *
   * @param {number} place of a class
   */
  label(place) {
    const ids = this.chosen();
    if (ids.length) this.answer(ids, Array(ids.length).fill(place));
  }
  /** Answers what the model guesses. */
  accept() {
    const now = this.labeller.situation();
    const ids = this.chosen();
    const labels = ids.map((id) => now.asked.images[now.place(id)].guessed);
    const without = labels.filter((label) => label < 0).length;
    if (without) this.labeller.say(`There is no guess to accept: no model has looked at ${without} of the images.`);
    else if (ids.length) this.answer(ids, labels);
  }
  /** The images that a deed is about: those that are selected, or the one looked at. */
  chosen() {
    const { selection } = this.labeller.view;
    const ids = this.labeller.situation().order.filter((id2) => selection.has(id2));
    if (ids.length) return ids;
    const id = this.here();
    return id === null ? [] : [id];
  }
  /**
   * @param {number[]} ids
   * @param {number[]} labels place of a class for each
   */
  answer(ids, labels) {
    const { view } = this.labeller;
    const now = this.labeller.situation();
    view.last = labels[labels.length - 1];
    view.newKeys = false;
    view.recent.note(view.last, this.labeller.keys);
    this.clearFilter();
    const names = new Set(labels.map((label) => now.nameOf(label)));
    const as = names.size === 1 ? [...names][0] : `${names.size} classes, as guessed`;
    this.labeller.say(ids.length > 1 ? `${ids.length} images: ${as}.` : "");
    const unasked = ids.some((id) => now.unasked(id)) ? { unasked: true } : {};
    if (ids.length === 1) this.advance({ name: "label", id: ids[0], label: labels[0], ...unasked });
    else this.advance({ name: "label_many", ids, labels, ...unasked });
  }
  same() {
    const { last } = this.labeller.view;
    if (last === null) this.labeller.say("Nothing was answered yet.");
    else this.label(last);
  }
  /** Sets the image looked at aside, or all that are selected. */
  skip() {
    const ids = this.chosen();
    if (ids.length === 1) this.advance({ name: "skip", id: ids[0] });
    else if (ids.length) this.advance({ name: "skip_many", ids });
  }
  /** Flags the image looked at, or all that are selected; takes the flags away where all have one. */
  flag() {
    const ids = this.chosen();
    const now = this.labeller.situation();
    const on = ids.some((id) => !now.flagged(id));
    if (ids.length === 1) this.act({ name: "flag", id: ids[0], on });
    else if (ids.length) this.act({ name: "flag_many", ids, on });
  }
  /**
   * @param {number} id
   * @param {number} label
   */
  adjudicate(id, label) {
    this.labeller.say("");
    this.act({ name: "adjudicate", id, label });
    this.labeller.focus();
  }
  // The images like the one looked at
  /** Shows the images that are like the one looked at; leaves those that are shown already. */
  alike() {
    const { labeller } = this;
    const id = this.here();
    if (id === null) return;
    labeller.focus();
    if (labeller.shelf()?.of === id) return this.leaveShelf();
    labeller.say("Looking for images like this one …");
    labeller.send({ type: "alike", page: labeller.queue.page, id });
  }
  /** Goes back to the images that are asked. */
  leaveShelf() {
    const { view } = this.labeller;
    view.shelf = 0;
    view.selection.clear();
    this.labeller.draw();
    this.labeller.focus();
  }
  // What waits, and what was done
  again() {
    this.labeller.queue.again();
  }
  drop() {
    this.labeller.queue.drop();
  }
  undo() {
    this.act({ name: "undo" });
  }
  // The query and its classes
  unskip() {
    this.act({ name: "unskip", ids: this.labeller.model.get("marks").skipped });
  }
  goOn() {
    this.act({ name: "go_on" });
  }
  enough() {
    this.act({ name: "end_seed_round" });
  }
  /** @param {number} place of a class */
  noMore(place) {
    this.act({ name: "mark_class_absent", label: place });
  }
  addClass() {
    const { model, parts } = this.labeller;
    const text = parts.newClass.value.trim();
    if (!text) return this.labeller.say("Type the name of the further class first.");
    if (model.get("asked").class_names.includes(text)) return this.labeller.say(`The class ${text} is there already.`);
    this.act({ name: "add_class", text });
    parts.newClass.value = "";
  }
  rule() {
    this.act({ name: "rule", rule: this.labeller.parts.rule.value });
  }
  // What the page shows
  /** @param {number} step forward or back, as far as images go */
  move(step) {
    const to = this.stepFrom(this.labeller.view.at, step);
    if (to !== null) this.labeller.lookAt(to);
  }
  /**
   * The image so many steps from another, as far as images go; null where nothing is asked.
   *
   * @param {number | null} from
   * @param {number} step
   */
  stepFrom(from, step) {
    const now = this.labeller.situation();
    const last = now.order.length - 1;
    const place = now.place(from);
    const to = place < 0 ? step < 0 ? last : 0 : Math.max(0, Math.min(last, place + step));
    return now.order[to] ?? null;
  }
  // Selecting
  /**
   * A click on an image: it looks at it; with Shift it selects up to it, with Ctrl or Cmd, or on its tick, it selects it
   * or not.
   *
   * @param {number} id
   * @param {MouseEvent} event
   */
  pick(id, { shiftKey, ctrlKey, metaKey, target }) {
    const { view } = this.labeller;
    const ticks = ctrlKey || metaKey || target instanceof Element && target.matches(".lada-lab-tick");
    if (shiftKey) view.selection.reach(view.at, id, this.labeller.situation());
    else if (ticks) view.selection.toggle(id);
    else view.selection.clear(id);
    this.labeller.lookAt(id);
  }
  /** @param {number} step by which the selection reaches further, or less far */
  reach(step) {
    const { view } = this.labeller;
    const to = this.stepFrom(view.at, step);
    if (to === null) return;
    view.selection.reach(view.at, to, this.labeller.situation());
    this.labeller.lookAt(to);
  }
  /** Selects the image looked at, or not. */
  toggleSelected() {
    const id = this.here();
    if (id === null) return;
    this.labeller.view.selection.toggle(id);
    this.labeller.draw();
  }
  selectAll() {
    this.labeller.view.selection.all(this.labeller.situation());
    this.labeller.draw();
    this.labeller.focus();
  }
  clearSelection() {
    this.labeller.view.selection.clear();
    this.labeller.draw();
    this.labeller.focus();
  }
  smaller() {
    this.resize(-1);
  }
  larger() {
    this.resize(1);
  }
  /** @param {number} step */
  resize(step) {
    this.labeller.view.resize(step);
    this.labeller.draw();
  }
  zoomOut() {
    if (this.labeller.view.grid) this.smaller();
    else this.labeller.viewer.zoom(1 / ZOOM);
  }
  zoomIn() {
    if (this.labeller.view.grid) this.larger();
    else this.labeller.viewer.zoom(ZOOM);
  }
  showWhole() {
    this.labeller.viewer.whole();
    this.labeller.focus();
  }
  keepZoom() {
    this.toggle("keepZoom");
  }
  grid() {
    this.toggle("grid");
  }
  guess() {
    this.toggle("guess");
  }
  sort() {
    this.toggle("sorted");
    this.labeller.focus();
  }
  findImages() {
    if (!this.labeller.model.get("marks").looks) this.act({ name: "look_for_images" });
    this.labeller.focus();
  }
  counts() {
    this.toggle("counts");
  }
  /** @param {"grid" | "guess" | "sorted" | "counts" | "keepZoom"} name */
  toggle(name) {
    this.labeller.view.toggle(name);
    this.labeller.draw();
  }
  find() {
    this.labeller.parts.filter.focus();
  }
  keys() {
    const { root, keyDialog } = this.labeller.parts;
    if (!showKeys(root)) keyDialog.open();
  }
  filter() {
    const { parts, view } = this.labeller;
    view.filter = parts.filter.value;
    this.chooseFound(0);
  }
  /** @param {number} best place of the found class that Enter answers */
  chooseFound(best) {
    this.labeller.view.best = Math.max(0, best);
    this.labeller.draw();
  }
  leaveFilter() {
    this.clearFilter();
    this.labeller.focus();
  }
  clearFilter() {
    const { parts, view } = this.labeller;
    view.filter = parts.filter.value = "";
  }
  /** Somebody else answers. */
  rename() {
    const { parts, view } = this.labeller;
    view.annotator = parts.annotator.value.trim() || view.annotator;
    parts.annotator.value = view.annotator;
    view.keep();
    this.labeller.presence.leave();
    this.labeller.draw();
  }
};

// lada_explore/views/labeller/recent_keys.js
var DIGITS = [..."1234567890"];
var RecentKeys = class {
  constructor() {
    this.taken = /* @__PURE__ */ new Map();
    this.used = /* @__PURE__ */ new Map();
    this.answers = 0;
  }
  /**
   * Notes that a class was answered; one without a key takes the digit whose class was answered longest ago, the last of
   * those that never were.
   *
   * @param {number} place of the class
   * @param {Keys} keys
   */
  note(place, keys) {
    this.answers += 1;
    const free = DIGITS.filter((digit2) => !keys.named[keys.classes.indexOf(digit2)]);
    const age = (digit2) => this.used.get(digit2) ?? 0;
    const own = keys.classes[place];
    const digit = own || free.reduceRight((oldest, some) => age(some) < age(oldest) ? some : oldest, free.at(-1) ?? "");
    if (!digit) return;
    if (!own) this.taken.set(digit, place);
    this.used.set(digit, this.answers);
  }
  /** The classes that took a digit, in the order of the digits. */
  places() {
    return DIGITS.flatMap((digit) => this.taken.get(digit) ?? []);
  }
};

// lada_explore/views/labeller/selection.js
var Selection = class {
  constructor() {
    this.ids = /* @__PURE__ */ new Set();
    this.from = null;
  }
  get size() {
    return this.ids.size;
  }
  /** @param {number} id */
  has(id) {
    return this.ids.has(id);
  }
  /** @param {number} id */
  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.from = id;
  }
  /** @param {number | null} [from] id of the image from which the next range reaches */
  clear(from = null) {
    this.ids = /* @__PURE__ */ new Set();
    this.from = from;
  }
  /**
   * Selects what lies between two images, instead of what was selected.
   *
   * @param {number | null} from where no range has begun
   * @param {number} to
   * @param {Situation} now
   */
  reach(from, to, now) {
    this.from ??= from ?? to;
    const begin = now.place(this.from);
    const [first, last] = [begin < 0 ? now.place(to) : begin, now.place(to)].sort((a, b) => a - b);
    this.ids = new Set(toAnswer(now.order.slice(first, last + 1), now));
  }
  /**
   * Selects those that a frame holds.
   *
   * @param {number[]} ids
   * @param {Set<number>} before what was selected and stays so
   * @param {Situation} now
   */
  hold(ids, before, now) {
    this.ids = /* @__PURE__ */ new Set([...before, ...toAnswer(ids, now)]);
  }
  /**
   * Selects every open image.
   *
   * @param {Situation} now
   */
  all(now) {
    this.ids = new Set(now.order.filter((id) => now.stateOf(id).sign === "open"));
  }
  /**
   * Drops those that are not asked any more. Returns how many.
   *
   * @param {Situation} now
   */
  keep(now) {
    const gone = [...this.ids].filter((id) => now.place(id) < 0);
    for (const id of gone) this.ids.delete(id);
    return gone.length;
  }
};
function toAnswer(ids, now) {
  const open = ids.filter((id) => now.stateOf(id).sign === "open");
  return open.length ? open : ids;
}

// lada_explore/views/labeller/page_state.js
var SIZES = { one: [168, 252, 364, 448, 616, 840], grid: [64, 96, 128, 192, 288] };
var KEPT = (
  /** @type {const} */
  ["annotator", "grid", "guess", "sorted", "sizes", "keepZoom", "seenShelf"]
);
var PageState = class {
  /** @param {LabellerTraits["begin"]} begin what the kernel begins with; a page that was reloaded goes on with its own */
  constructor(begin) {
    this.key = `lada-labeller:${JSON.stringify(begin)}`;
    this.annotator = begin.annotator;
    this.grid = begin.grid;
    this.guess = begin.guess;
    this.sorted = false;
    this.sizes = { one: 2, grid: 2 };
    this.keepZoom = false;
    this.seenShelf = 0;
    Object.assign(this, this.read());
    this.at = null;
    this.done = [];
    this.selection = new Selection();
    this.shelf = 0;
    this.recent = new RecentKeys();
    this.last = null;
    this.filter = "";
    this.best = 0;
    this.counts = false;
    this.newKeys = false;
  }
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }
  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, this[name]]))));
    } catch {
    }
  }
  /** @param {number} step to the next size of images, larger or smaller */
  resize(step) {
    const which = this.grid ? "grid" : "one";
    this.sizes[which] = Math.max(0, Math.min(SIZES[which].length - 1, this.sizes[which] + step));
    this.keep();
  }
  /** @param {"grid" | "guess" | "sorted" | "counts" | "keepZoom"} name */
  toggle(name) {
    this[name] = !this[name];
    this.keep();
  }
};

// lada_explore/views/labeller/keys.js
var COMMAND_KEYS = {
  undo: ["z"],
  skip: ["s"],
  flag: ["f"],
  same: ["l"],
  alike: ["."],
  grid: ["v"],
  guess: ["g"],
  smaller: ["<"],
  larger: [">"],
  zoomOut: ["-"],
  zoomIn: ["+", "="],
  find: ["/"],
  keys: ["?"]
};
var COMMANDS = (
  /** @type {CommandName[]} */
  Object.keys(COMMAND_KEYS)
);
var PLACE_KEYS = [..."1234567890", ..."abcdehijkmnopqrtuwxy"];
var BY_CODE = {
  Minus: "-",
  Equal: "=",
  Slash: "/",
  Period: ".",
  NumpadSubtract: "-",
  NumpadAdd: "+",
  NumpadDivide: "/"
};
function keysOf(classNames, recent = /* @__PURE__ */ new Map()) {
  const characters = classNames.map((name) => name.toLowerCase());
  const isKey = (name, place) => [...name].length === 1 && [...characters[place]].length === 1 && name.trim() !== "" && characters.filter((other) => other === characters[place]).length === 1;
  const named = classNames.map(isKey);
  const own = new Set(characters.filter((_, place) => named[place]));
  const left = PLACE_KEYS.filter((key) => !own.has(key));
  const classes = characters.map((character, place) => named[place] ? character : left.shift() ?? "");
  for (const [digit, place] of recent) {
    const before = classes.indexOf(digit);
    if (place >= classes.length) continue;
    if (before >= 0) classes[before] = "";
    classes[place] = digit;
  }
  const taken = new Set(classes);
  const commands = { ...COMMAND_KEYS };
  for (const name of COMMANDS) {
    const keys = COMMAND_KEYS[name];
    const free = keys.filter((key) => !taken.has(key));
    commands[name] = [...free, ...keys.filter((key) => taken.has(key)).map((key) => `Alt+${key}`)];
  }
  const moved = COMMANDS.filter((name) => commands[name][0].startsWith("Alt+"));
  return { named, classes, commands, moved, recent: recent.size };
}
function meaningOf(event, keys) {
  const types = event.getModifierState?.("AltGraph") ?? false;
  if (!types && (event.ctrlKey || event.metaKey)) return null;
  const alt = event.altKey && !types;
  const plain = [...event.key].length === 1 ? event.key.toLowerCase() : "";
  const known = !alt || /^[ -~]$/.test(plain);
  const key = known ? plain : BY_CODE[event.code] ?? /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? "";
  if (!key) return null;
  const place = alt ? -1 : keys.classes.indexOf(key);
  if (place >= 0) return { place };
  const name = COMMANDS.find((some) => keys.commands[some].includes(alt ? `Alt+${key}` : key));
  return name ? { command: name } : null;
}
var DOES = {
  undo: "undo your last action",
  skip: "can't tell: set the image aside",
  flag: "flag the image, or take the flag away",
  same: "answer the same class as last",
  alike: "more images like this one, and back",
  grid: "all images beside each other, or one at a time",
  guess: "show the model's guess, or hide it",
  smaller: "smaller images",
  larger: "larger images",
  zoomOut: "show more of the picture",
  zoomIn: "magnify the picture",
  find: "find a class by typing",
  keys: "this list"
};
function keyLines(keys) {
  const commands = COMMANDS.map((name) => (
    /** @type {KeyLine} */
    [keys.commands[name], DOES[name]]
  ));
  return [
    [keys.classes.find((key) => key !== "") ?? "1", "answer the class whose button shows this key, and so on"],
    ["Enter", "accept the guess, where it is shown"],
    [["←", "→"], "the image before, the next one"],
    [["Home", "End"], "the first image, the last one"],
    ...commands,
    ["Space", "select the image, or not"],
    [["Shift+←", "Shift+→"], "select on the way; move a magnified picture"],
    [["Ctrl+A", "⌘A"], "select every open image"],
    ["Esc", "select none; show the whole picture; back to the query"]
  ];
}
function keyHelp(classNames, keys) {
  const n = classNames.length;
  if (n === 0) return "";
  const behind = keys.moved.map((name) => keys.commands[name][0].slice("Alt+".length));
  const alt = behind.length ? ` Together with Alt, as their buttons say: ${behind.join(" ")}` : "";
  if (keys.named.every(Boolean)) return `Keys: each class has its own character.${alt}`;
  if (keys.recent) {
    return `Keys: as the buttons say; a class without one takes the digit that was used longest ago, and ${keys.commands.find[0]} finds it.${alt}`;
  }
  const without = keys.classes.filter((key) => key === "").length;
  if (keys.named.some(Boolean)) {
    const rest2 = without ? `; ${without} have none, and ${keys.commands.find[0]} finds them` : "";
    return `Keys: a class of one character has that one, the others 1 to 9, 0, then letters, as their buttons say${rest2}.${alt}`;
  }
  const cut = (name) => name.length > 12 ? `${name.slice(0, 11)}…` : name;
  const examples = classNames.slice(0, 2).map((name, place) => `${PLACE_KEYS[place]} is ${cut(name)}`);
  const order = `1 to ${Math.min(9, n)}${n > 9 ? ", 0" : ""}${n > 10 ? ", then letters" : ""}`;
  const rest = without ? `; the first ${PLACE_KEYS.length} have one, and ${keys.commands.find[0]} finds the others` : "";
  return `Keys: they number the classes in order, ${order} (${examples.join(", ")})${rest}.`;
}

// lada_explore/views/labeller/parts.js
var RULES = [
  ["last", "the last one counts"],
  ["majority", "the majority decides"],
  ["adjudicate", "somebody decides"]
];
var DOES2 = "Here a person answers: the image that is asked about, its classes, and below it the images of the query.";
var SELECT_ALL = globalThis.navigator?.platform.startsWith("Mac") ? "⌘A" : "Ctrl+A";
function labButton(text, title, onClick, key = "") {
  const press = () => {
    if (made.getAttribute("aria-disabled") !== "true") onClick();
  };
  const made = button("", title, press, "lada-lab-button");
  made.append(make("span", "lada-lab-text", text));
  made.dataset.says = title;
  showKey(made, key);
  return made;
}
function labelOf(made) {
  return within(made, ".lada-lab-text");
}
function showKey(shown, key, title = shown.dataset.says ?? "") {
  shown.dataset.says = title;
  shown.title = key ? `${title} (key ${key})` : title;
  if (!key) return;
  setText(shown.querySelector("kbd") ?? shown.appendChild(make("kbd")), key);
  shown.setAttribute("aria-keyshortcuts", key);
}
function labInput(label, className, placeholder = "") {
  const made = make("input", `lada-field lada-lab-input ${className}`);
  made.type = "text";
  if (placeholder) made.placeholder = placeholder;
  made.setAttribute("aria-label", label);
  return made;
}
function labelled(className, role, label) {
  const made = make("div", className);
  made.setAttribute("role", role);
  made.setAttribute("aria-label", label);
  return made;
}
function buildHead(on) {
  const head = make("header", "lada-lab-head");
  const sentence = announced("lada-lab-sentence");
  const pace = make("span", "lada-lab-pace");
  const progress = make("span", "lada-lab-amount");
  const saved = announced("lada-lab-saved");
  const goOn = buildGoOn(on);
  const enough = buildEnough(on);
  const { bar, fill } = progressBar("Images answered");
  head.append(sentence, pace, progress, saved, enough, goOn, bar);
  return { head, sentence, saved, bar, fill, progress, pace, goOn, enough };
}
function buildTrouble(on) {
  const trouble = make("div", "lada-lab-trouble");
  trouble.setAttribute("role", "alert");
  const troubleText = make("span", "lada-lab-trouble-text");
  const again = labButton("Send again", "Try to save this answer once more", () => on.again());
  const drop = labButton("Drop it", "Drop this action and send the ones that wait behind it", () => on.drop());
  trouble.append(troubleText, again, drop);
  return { trouble, troubleText, again, drop };
}
function buildTools(on) {
  const tools = labelled("lada-lab-tools", "toolbar", "What to do with the image");
  const { act, steps, ...acting } = buildActing(on);
  const { look, sort, commands: looking } = buildLooking(on);
  tools.append(act, look);
  const { undo, ...aboutImages } = acting;
  const { keys, ...ofImages } = looking;
  const needImages = [...steps, ...Object.values(aboutImages), ...Object.values(ofImages), sort];
  return { tools, sort, needImages, commands: { ...acting, ...looking } };
}
function buildActing(on) {
  const act = make("div", "lada-lab-group");
  const same = labButton("Same as last", "Give it the class of the last answer", () => on.same());
  const aside = "Set the image aside, or all that are selected: it is not asked again, but the next best image is";
  const like = "Show the images without an answer that are most like this one, asked or not, to answer them together";
  const alike = labButton("More like this", like, () => on.alike());
  const skip = labButton("Can't tell", aside, () => on.skip());
  const flag = labButton("Flag", "Mark the image for a later look, or all that are selected", () => on.flag());
  const undo = labButton("Undo", "Undo your last action", () => on.undo());
  const back = labButton("◀", "The image before", () => on.move(-1), "←");
  const next = labButton("▶", "The next image", () => on.move(1), "→");
  act.append(back, next, same, alike, skip, flag, undo);
  return { act, steps: [back, next], same, alike, skip, flag, undo };
}
function buildLooking(on) {
  const look = make("div", "lada-lab-group lada-lab-look");
  const grid = labButton("Grid", "All images beside each other, or one at a time", () => on.grid());
  const hidden = "Show the model's guess; it influences people, so it is hidden at first";
  const guess = labButton("Model's guess", hidden, () => on.guess());
  const like = "Put the images in the order of the model's guesses, like beside like; the images of a pair stay together";
  const sort = labButton("Sort by guess", like, () => on.sort());
  const smaller = labButton("Smaller", "Smaller images", () => on.smaller());
  const larger = labButton("Larger", "Larger images", () => on.larger());
  const keys = labButton("", KEYS_LABEL, () => on.keys());
  keys.setAttribute("aria-label", KEYS_LABEL);
  keys.classList.add("lada-keys-button");
  smaller.classList.add("lada-lab-brief");
  larger.classList.add("lada-lab-brief");
  look.append(grid, guess, sort, smaller, larger, keys);
  return { look, sort, commands: { grid, guess, smaller, larger, keys } };
}
function buildFigure(on) {
  const figure = make("figure", "lada-lab-figure");
  const canvas = figure.appendChild(make("canvas", "lada-lab-picture lada-lab-view"));
  canvas.width = canvas.height = 1;
  canvas.setAttribute("role", "img");
  const row = figure.appendChild(labelled("lada-lab-zoom", "group", "Zoom"));
  const zoomOut = labButton("", "Show more of the picture", () => on.zoomOut());
  const zoomIn = labButton(
    "",
    "Magnify the picture, as the wheel and two fingers do; dragging moves it",
    () => on.zoomIn()
  );
  const wholly = labButton("Whole", "Show the whole picture (key Escape)", () => on.showWhole());
  const next = "Show the next images at this place and magnification too, such as a series of one microscope";
  const keep = labButton("Keep", next, () => on.keepZoom());
  const amount = make("span", "lada-lab-magnified");
  zoomOut.setAttribute("aria-label", "Zoom out");
  zoomIn.setAttribute("aria-label", "Zoom in");
  row.append(zoomOut, zoomIn, wholly, keep, amount);
  const note = announced("lada-lab-note");
  return { commands: { zoomOut, zoomIn }, zoom: { figure, canvas, keep, amount, note } };
}
function buildBody(on) {
  const body = make("div", "lada-lab-body");
  const stage = make("div", "lada-lab-stage");
  const { side, ...within2 } = buildSide(on);
  body.append(stage, side);
  return { body, stage, side, ...within2 };
}
function buildSide(on) {
  const side = make("div", "lada-lab-side");
  const find = make("div", "lada-lab-find");
  const filter = labInput("Find a class", "lada-lab-filter");
  const last = make("span", "lada-lab-last");
  find.append(filter, last);
  const open = "How many images of each class the start still looks for; say there if a class has no more";
  const counts = labButton("", open, () => on.counts());
  counts.classList.add("lada-lab-counts");
  const recent = labelled("lada-lab-recent", "group", "Classes used last");
  const list = make("div", "lada-lab-list");
  const classes = list.appendChild(labelled("lada-lab-classes", "group", "Classes"));
  const noClass = make("p", "lada-lab-none");
  const grow = make("div", "lada-lab-grow");
  const newClass = labInput("New class name", "lada-lab-new", "New class name");
  const add = labButton("Add class", "Add a class; possible before the first training", () => on.addClass());
  grow.append(newClass, add);
  side.append(find, counts, recent, list, noClass, grow);
  return { side, filter, last, counts, recent, list, classes, noClass, grow, newClass };
}
function buildSelectionBar(on) {
  const bar = labelled("lada-lab-selection", "group", "Selected images");
  const selectionText = announced("lada-lab-selection-text");
  const all = labButton("Select all open", "Select every image that is open", () => on.selectAll(), SELECT_ALL);
  const none = labButton("Select none", "Select no image any more", () => on.clearSelection(), "Esc");
  bar.append(selectionText, all, none);
  return { bar, selectionText, selectNone: none };
}
function buildShelfBar(on) {
  const shelfBar = labelled("lada-lab-shelf", "group", "Images beside the query");
  const shelfText = announced("lada-lab-shelf-text");
  shelfBar.append(
    shelfText,
    labButton("Back", "Back to the images that are asked", () => on.leaveShelf(), "Esc")
  );
  return { shelfBar, shelfText };
}
function buildFoot(on) {
  const foot = make("footer", "lada-lab-foot");
  const said = announced("lada-lab-said");
  const hint = make("span", "lada-lab-hint", "Click here to use the keyboard.");
  const who = make("label", "lada-lab-who", "You are ");
  const annotator = labInput("Who answers", "lada-lab-annotator");
  who.append(annotator);
  const ruleLabel = make("label", "lada-lab-rule", "If answers differ: ");
  const rule = make("select", "lada-field lada-lab-input");
  for (const [value, text] of RULES) rule.append(Object.assign(make("option", "", text), { value }));
  ruleLabel.append(rule);
  const aside = make("span", "lada-lab-aside");
  const asideText = make("span", "");
  const later = "Let the images that were set aside be asked again, from the next cycle on";
  aside.append(
    asideText,
    labButton("Ask these again", later, () => on.unskip())
  );
  const added = "Look for images that were added to the folder of the run; they are drawn from the next cycle on";
  const find = labButton("Look for new images", added, () => on.findImages());
  const found = announced("lada-lab-found");
  const changed = announced("lada-lab-changed");
  foot.append(said, hint, found, aside, find, who, ruleLabel, changed);
  return { foot, said, changed, annotator, rule, aside, asideText, find, found };
}
function buildGoOn(on) {
  const goOn = labButton(
    "Go on",
    "Train and choose the next images; the run waits for you again at its next query",
    () => on.goOn()
  );
  goOn.classList.add("lada-lab-primary");
  return goOn;
}
function buildEnough(on) {
  const says = "Look for no more images of any class: train on those that were found";
  const enough = labButton("Enough, start training", says, () => on.enough());
  enough.classList.add("lada-lab-enough");
  return enough;
}
function buildLabeller(el, on) {
  const root = viewRoot(el, "lada-labeller", "Labeller");
  const { head, ...inHead } = buildHead(on);
  const { trouble, ...inTrouble } = buildTrouble(on);
  const { tools, sort, needImages, commands: inTools } = buildTools(on);
  const { zoom, commands: inFigure } = buildFigure(on);
  const commands = { ...inTools, ...inFigure };
  const { body, ...inBody } = buildBody(on);
  const { foot, ...inFoot } = buildFoot(on);
  const error = announced("lada-lab-error", "alert");
  const strip = labelled("lada-lab-strip", "group", "Images asked");
  const { bar: selectionBar, ...inBar } = buildSelectionBar(on);
  const inShelf = buildShelfBar(on);
  root.append(head, trouble, error, tools, inShelf.shelfBar, body, strip, selectionBar, foot);
  root.tabIndex = 0;
  const help = make("p", "lada-lab-help");
  const lines = () => keyLines(on.labeller.keys);
  const keyDialog = keyList(root, "Keys: labeller", () => [{ title: "", does: "", lines: lines() }], help);
  root.addEventListener(ASKED_FOR_KEYS, (event) => {
    const { detail } = (
      /** @type {CustomEvent<KeySection[]>} */
      event
    );
    detail.push({ title: "labeller", does: `${DOES2} ${help.textContent}`.trimEnd(), lines: lines() });
  });
  root.dataset.ownKeys = "a";
  return {
    root,
    trouble,
    error,
    help,
    keyDialog,
    commands,
    body,
    strip,
    zoom,
    sort,
    needImages,
    selectionBar,
    ...inBar,
    ...inShelf,
    ...inHead,
    ...inTrouble,
    ...inBody,
    ...inFoot
  };
}

// lada_explore/views/labeller/pictures.js
var SMALL_PX = 96;
var KEPT2 = 160;
var PictureBook = class {
  /** @param {(ids: number[]) => void} ask asks the kernel for pictures */
  constructor(ask) {
    this.ask = ask;
    this.known = /* @__PURE__ */ new Map();
    this.asked = /* @__PURE__ */ new Set();
    this.drawn = {};
  }
  /** @param {number[]} ids of images that are shown now or soon */
  want(ids) {
    this.forget(new Set(ids));
    const missing = ids.filter((id) => !this.known.has(id) && !this.asked.has(id));
    for (const id of missing) this.asked.add(id);
    if (missing.length) this.ask(missing);
  }
  /**
   * @param {Pictures} message
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers all pixels of all of them
   */
  take({ ids, shape }, [buffer]) {
    const [channels, height, width] = shape;
    const bytes = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
    const size = channels * height * width;
    ids.forEach((id, place) => {
      this.asked.delete(id);
      this.known.set(id, pictureOf(bytes.subarray(place * size, (place + 1) * size), channels, height, width));
    });
  }
  /**
   * Forgets the pictures that came first and are not wanted.
   *
   * @param {Set<number>} wanted
   */
  forget(wanted) {
    for (const id of this.known.keys()) {
      if (this.known.size <= KEPT2) return;
      if (!wanted.has(id)) this.known.delete(id);
    }
  }
  /**
   * A picture as something that can be drawn; undefined until it has come.
   *
   * @param {number} id
   */
  canvasOf(id) {
    const image = this.known.get(id);
    if (this.drawn.image !== image) {
      const canvas = image && make("canvas");
      if (image && canvas) {
        canvas.width = image.width;
        canvas.height = image.height;
        penOf(canvas).putImageData(image, 0, 0);
      }
      this.drawn = { image, canvas };
    }
    return this.drawn.canvas;
  }
  /**
   * Paints a canvas, as soon as its picture has come; with what its file has, as soon as that has.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {Map<number, Part>} [wholes]
   */
  paint(canvas, wholes) {
    const id = Number(canvas.dataset.id);
    const small = this.known.get(id);
    const whole = wholes?.get(id)?.bitmap;
    const image = whole ?? small;
    const painted = `${id} ${whole ? "whole" : "small"} ${image?.width}`;
    if (!image || canvas.dataset.painted === painted) return;
    canvas.width = image.width;
    canvas.height = image.height;
    if (whole) penOf(canvas).drawImage(whole, 0, 0);
    else if (small) penOf(canvas).putImageData(small, 0, 0);
    canvas.dataset.painted = painted;
    canvas.classList.toggle("lada-lab-sharp", Math.max(image.width, image.height) <= SMALL_PX);
  }
};
function pictureOf(bytes, channels, height, width) {
  const area = height * width;
  const image = new ImageData(width, height);
  for (let i = 0; i < area; i += 1) {
    for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = bytes[(channels === 3 ? c : 0) * area + i];
    image.data[4 * i + 3] = 255;
  }
  return image;
}
function canvasFor(id, px, alt) {
  const canvas = make("canvas", "lada-lab-picture");
  canvas.width = canvas.height = 1;
  canvas.style.setProperty("--px", `${px}px`);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", alt);
  canvas.dataset.id = String(id);
  return canvas;
}

// lada_explore/views/labeller/images.js
var PER_PAGE = 60;
var STRIP = 15;
var STRIP_PX = 42;
var SHELF_PX = 72;
var PARTNER_PX = 112;
var ACCEPT = "Answer what the model guesses, for each image that is selected or for this one";
var SIGNS = { open: "○", saved: "✓", saving: "…", unsaved: "!", disputed: "≠", leaving: "…" };
function card(image, px, onPick) {
  const made = make("button", "lada-lab-card");
  made.type = "button";
  made.dataset.id = String(image.id);
  made.style.setProperty("--px", `${px}px`);
  const tick = make("span", "lada-lab-tick", "✓");
  tick.title = "Select the image, or not, to answer it with others";
  made.append(canvasFor(image.id, px, `image ${image.id}`), make("span", "lada-lab-state"), tick);
  made.addEventListener("click", (event) => onPick(image.id, event));
  return made;
}
function showCard(element, now, view, words) {
  const id = Number(element.dataset.id);
  const { sign, text } = now.stateOf(id);
  const image = now.asked.images[now.place(id)];
  element.dataset.state = sign;
  element.setAttribute("aria-pressed", String(id === view.at));
  const flag = now.flagged(id) ? " ⚑" : "";
  const guess = words && view.guess && image.guess ? `guess: ${image.guess}` : "";
  const caption = sign === "open" && guess ? guess : text;
  setText(within(element, ".lada-lab-state"), `${SIGNS[sign]}${words ? ` ${caption}` : ""}${flag}`);
  element.title = `image ${id}${image.name ? `, ${image.name}` : ""}: ${text}${guess ? `
${guess}` : ""}`;
}
function pairsOf(images) {
  const groups = [];
  for (const image of images) {
    const last = groups.at(-1);
    if (last && image.partner >= 0 && last[0].pair === image.pair) last.push(image);
    else groups.push([image]);
  }
  return groups;
}
function groupBox(group, px, onPick) {
  const paired = group[0].partner >= 0;
  const box = make("div", paired ? "lada-lab-pair" : "lada-lab-single");
  if (paired) box.append(make("span", "lada-lab-pair-name", `pair ${group[0].pair + 1}`));
  const cards = make("div", "lada-lab-cards");
  cards.append(...group.map((image) => card(image, px, onPick)));
  box.append(cards);
  return box;
}
function cardsIn({ stage }) {
  const found = stage.querySelectorAll(".lada-lab-card");
  return [...found];
}
function drawGrid(parts, now, view, onPick) {
  const { images } = now.asked;
  const px = SIZES.grid[view.sizes.grid];
  const page2 = Math.floor(Math.max(0, now.place(view.at)) / PER_PAGE);
  const from = page2 * PER_PAGE;
  const shown = images.slice(from, from + PER_PAGE);
  refill(parts.stage, ["grid", px, page2, shown], () => {
    const list = make("div", "lada-lab-grid");
    list.append(...pairsOf(shown).map((group) => groupBox(group, px, onPick)));
    const words = images.length > PER_PAGE ? `Images ${from + 1} to ${from + shown.length} of ${images.length}` : "";
    const sheet = make("div", "lada-lab-sheet");
    sheet.append(list, make("p", "lada-lab-pages", words));
    return [sheet, make("div", "lada-lab-about")];
  });
  for (const element of cardsIn(parts)) {
    const moved = Number(element.dataset.id) === view.at && element.getAttribute("aria-pressed") === "false";
    showCard(element, now, view, true);
    if (moved) element.scrollIntoView({ block: "nearest" });
  }
  return shown.map(({ id }) => id);
}
function drawOne(parts, now, view) {
  const { images, kind } = now.asked;
  const image = images[now.place(view.at)];
  if (!image) {
    const words = images.length ? "Every image is answered. The arrow keys lead back to them." : "Nothing is asked now.";
    refill(parts.stage, ["none", images.length, kind], () => [make("p", "lada-lab-nothing", words)]);
    return [];
  }
  const partner = images.find(({ id }) => id === image.partner);
  refill(parts.stage, ["one"], () => [parts.zoom.figure, besideBox(parts.zoom.note)]);
  refill(within(parts.stage, ".lada-lab-partner"), [partner?.id], () => partner ? partnerOf(partner) : []);
  if (!partner) return [image.id];
  const { sign, text } = now.stateOf(partner.id);
  setText(
    within(parts.stage, ".lada-lab-partner-text"),
    `Paired with (${sign === "open" ? "not labelled yet" : text})`
  );
  return [image.id, partner.id];
}
function besideBox(note) {
  const beside = make("div", "lada-lab-beside");
  beside.append(make("div", "lada-lab-about"), note, make("div", "lada-lab-partner"));
  return beside;
}
function partnerOf(partner) {
  const canvas = canvasFor(partner.id, PARTNER_PX, `the image it is paired with, image ${partner.id}`);
  return [make("span", "lada-lab-partner-text"), canvas];
}
function drawAbout(parts, now, view, adjudicate, accept) {
  const about = parts.stage.querySelector(".lada-lab-about");
  if (!about) return;
  const image = now.asked.images[now.place(view.at)];
  if (!image) {
    const words = now.asked.images.length ? "Every image is answered." : "";
    refill(about, ["none", words], () => [make("p", "lada-lab-nothing", words)]);
    return;
  }
  const mark = now.mark(image.id);
  const state = now.stateOf(image.id);
  const flagged = now.flagged(image.id);
  const { people } = now.marks;
  refill(about, [image, state, mark, view.guess, flagged, people, now.asked.class_names], () => {
    const said = [make("p", "lada-lab-name", image.name || `image ${image.id}`), standsLine(state, flagged)];
    if (mark?.disputed) said.push(disputeBox(image.id, mark, now, adjudicate));
    const guess = image.guess || "none, no model has looked at this image";
    if (view.guess) said.push(make("p", "lada-lab-guess", `guess: ${guess}`));
    if (view.guess && image.guessed >= 0) said.push(labButton("Accept the guess", ACCEPT, accept, "Enter"));
    return [...said, reasonsOf(image)];
  });
}
function standsLine({ sign, text }, flagged) {
  const line = make("p", "lada-lab-stands", `${SIGNS[sign]} ${text}${flagged ? " ⚑ flagged" : ""}`);
  line.dataset.state = sign;
  return line;
}
function reasonsOf(image) {
  const why = make("ul", "lada-lab-why");
  const lines = image.name ? [`image ${image.id}`, ...image.why] : image.why;
  why.append(...lines.map((line) => make("li", "", line)));
  return why;
}
function disputeBox(id, mark, now, adjudicate) {
  const box = make("div", "lada-lab-dispute");
  const says = mark.answers.map(([person, label]) => `${now.marks.people[person]}: ${now.nameOf(label)}`);
  box.append(make("p", "", says.join(" · ")));
  for (const label of new Set(mark.answers.map(([, given]) => given))) {
    const name = now.nameOf(label);
    const says2 = `Decide for all that it is ${name}; counts more than the rule`;
    box.append(labButton(`Decide: ${name}`, says2, () => adjudicate(id, label)));
  }
  return box;
}
function bringIntoSight(one, row) {
  const [box, frame] = [one.getBoundingClientRect(), row.getBoundingClientRect()];
  if (box.left < frame.left || box.right > frame.right)
    row.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
}
function drawStrip(parts, now, view, onPick) {
  const { images } = now.asked;
  parts.strip.hidden = view.grid && images.length > 0;
  if (parts.strip.hidden) return [];
  const shelved = parts.strip.classList.contains("lada-lab-shelved");
  const [length, px] = shelved ? [images.length, SHELF_PX] : [STRIP, STRIP_PX];
  const place = view.at === null ? images.length - 1 : now.place(view.at);
  const start = Math.max(0, Math.min(place - Math.floor(length / 2), images.length - length));
  const shown = images.slice(start, start + length);
  const ids = shown.map(({ id }) => id);
  refill(parts.strip, [px, ids], () => shown.map((image) => card(image, px, onPick)));
  for (const element of parts.strip.children) {
    const one = (
      /** @type {HTMLElement} */
      element
    );
    const moved = Number(one.dataset.id) === view.at && one.getAttribute("aria-pressed") !== "true";
    showCard(one, now, view, shelved);
    if (moved) bringIntoSight(one, parts.strip);
  }
  return ids;
}

// lada_explore/views/labeller/band.js
var DRAG_PX = 5;
var EDGE_PX = 8;
function watchBand(labeller) {
  const { stage } = labeller.parts;
  let band = null;
  let dragged = false;
  stage.addEventListener("pointerdown", (event) => {
    dragged = false;
    const on = (
      /** @type {Element} */
      event.target
    );
    if (event.button !== 0 || event.pointerType === "touch" || !on.closest(".lada-lab-grid")) return;
    band = new Band(labeller, within(stage, ".lada-lab-grid"), event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!band?.move(event) || dragged) return;
    dragged = true;
    stage.setPointerCapture(event.pointerId);
  });
  const end = (event) => {
    if (band && !dragged && event.type === "pointerup") band.click(event);
    if (band && dragged) {
      labeller.focus();
      labeller.draw();
    }
    band?.stop();
    band = null;
  };
  for (
    const name of
    /** @type {const} */
    ["pointerup", "pointercancel", "lostpointercapture"]
  ) {
    stage.addEventListener(name, end);
  }
  const swallow = (event) => {
    if (dragged) event.stopPropagation();
    dragged = false;
  };
  stage.addEventListener("click", swallow, true);
}
var Band = class {
  /**
   * @param {Labeller} labeller
   * @param {HTMLElement} grid
   * @param {PointerEvent} event at which it begins
   */
  constructor(labeller, grid, event) {
    this.labeller = labeller;
    this.grid = grid;
    this.start = this.at(event);
    this.last = event;
    this.moved = false;
    this.box = make("div", "lada-lab-band");
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    this.before = new Set(adds ? labeller.view.selection.ids : []);
    this.scrolled = () => this.hold();
    grid.addEventListener("scroll", this.scrolled, { passive: true });
    this.frame = void 0;
  }
  /**
   * A point of the grid's content.
   *
   * @param {MouseEvent} event
   */
  at({ clientX, clientY }) {
    const { left, top } = this.grid.getBoundingClientRect();
    return { x: clientX - left + this.grid.scrollLeft, y: clientY - top + this.grid.scrollTop };
  }
  /**
   * Follows the pointer. Returns whether it drags.
   *
   * @param {PointerEvent} event
   */
  move(event) {
    this.last = event;
    const { x, y } = this.at(event);
    this.moved ||= Math.hypot(x - this.start.x, y - this.start.y) > DRAG_PX;
    if (this.moved) this.hold();
    if (this.moved) this.frame ??= requestAnimationFrame(() => this.scroll());
    return this.moved;
  }
  /** Scrolls the grid while the pointer is at its edge. */
  scroll() {
    this.frame = void 0;
    const { top, bottom } = this.grid.getBoundingClientRect();
    const below = Math.max(0, this.last.clientY - (bottom - EDGE_PX));
    const above = Math.max(0, top + EDGE_PX - this.last.clientY);
    const before = this.grid.scrollTop;
    this.grid.scrollTop += Math.min(20, below) - Math.min(20, above);
    if (this.grid.scrollTop !== before) this.frame = requestAnimationFrame(() => this.scroll());
  }
  /** Selects the cards that the frame touches. */
  hold() {
    if (!this.moved) return;
    const end = this.at(this.last);
    const across = Math.min(Math.max(end.x, 0), this.grid.scrollWidth);
    const down = Math.min(Math.max(end.y, 0), this.grid.scrollHeight);
    const [left, right] = [this.start.x, across].sort((a, b) => a - b);
    const [top, bottom] = [this.start.y, down].sort((a, b) => a - b);
    if (!this.box.isConnected) this.grid.append(this.box);
    Object.assign(this.box.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`
    });
    const origin = this.grid.getBoundingClientRect();
    const held2 = cardsIn(this.labeller.parts).filter((card2) => {
      const box = card2.getBoundingClientRect();
      const x = box.left - origin.left + this.grid.scrollLeft;
      const y = box.top - origin.top + this.grid.scrollTop;
      return x < right && x + box.width > left && y < bottom && y + box.height > top;
    });
    const ids = held2.map(({ dataset }) => Number(dataset.id));
    this.labeller.view.selection.hold(ids, this.before, this.labeller.situation());
    this.labeller.drawSelection();
  }
  /**
   * A click beside the cards selects nothing any more.
   *
   * @param {PointerEvent} event
   */
  click(event) {
    if (
      /** @type {Element} */
      event.target.closest(".lada-lab-card")
    ) return;
    this.labeller.actions.clearSelection();
  }
  stop() {
    this.grid.removeEventListener("scroll", this.scrolled);
    if (this.frame !== void 0) cancelAnimationFrame(this.frame);
    this.box.remove();
  }
};

// lada_explore/views/labeller/classes.js
var FEW_CLASSES = 20;
var COLUMN = 10;
var HITS = 40;
var ROW_PX = { mouse: 34, finger: 46 };
var COLUMN_PX = { plain: 200, counted: 330 };
var ClassList = class {
  /**
   * @param {Parts} parts
   * @param {Actions} on answers, and says that there are no more images of a class
   */
  constructor(parts, on) {
    this.parts = parts;
    this.on = on;
    this.last = null;
    this.filter = "";
    this.rows = [];
    const again = () => this.drawAgain();
    parts.list.addEventListener("scroll", again, { passive: true });
    this.resized = new ResizeObserver(again);
    this.resized.observe(parts.list);
  }
  stop() {
    this.resized.disconnect();
  }
  drawAgain() {
    if (this.last && this.parts.classes.isConnected) this.draw(...this.last);
  }
  /**
   * Draws the classes that the filter leaves, and returns their places, best first.
   *
   * @param {Situation} now
   * @param {PageState} view
   * @param {Keys} keys
   */
  draw(now, view, keys) {
    this.last = [now, view, keys];
    const { list } = this.parts;
    const names = now.asked.class_names;
    const looked2 = view.filter.trim().toLocaleLowerCase();
    const found = matching(names, looked2);
    const many = names.length > FEW_CLASSES;
    const counted = now.asked.counts_classes && (!many || view.counts);
    const mode = looked2 ? "found" : many ? "many" : names.length > COLUMN ? "few" : "short";
    if (this.filter !== looked2) list.scrollTop = 0;
    this.filter = looked2;
    list.dataset.mode = mode;
    list.dataset.counted = String(counted);
    drawCounts(this.parts.counts, now, view, many);
    this.drawRecent(names, view, keys);
    const sight = inSight(list, found, mode, counted);
    this.fill(sight, now, keys, mode, counted);
    const stands = view.at === null ? -1 : now.stateOf(view.at).label;
    for (const row of this.rows) showClass(row, now, stands);
    view.best = Math.max(0, Math.min(view.best, sight.shown.length - 1));
    this.markBest(looked2 === "" ? -1 : view.best);
    this.sayWhatIsMissing(found.length - sight.shown.length, looked2, found.length === 0 && names.length > 0);
    return found;
  }
  /**
   * The classes that have a digit because they were used last, which may be far down in the list.
   *
   * @param {string[]} names
   * @param {PageState} view
   * @param {Keys} keys
   */
  drawRecent(names, view, keys) {
    const { recent } = this.parts;
    const shown = view.recent.places().filter((place) => place < names.length);
    recent.hidden = shown.length === 0;
    refill(
      recent,
      [shown, shown.map((place) => [names[place], keys.classes[place]])],
      () => shown.map(
        (place) => labButton(names[place], `Answer ${names[place]}`, () => this.on.label(place), keys.classes[place])
      )
    );
  }
  /**
   * Fills the list when other rows have come into sight, and leaves the room of those that are not.
   *
   * @param {Sight} sight
   * @param {Situation} now
   * @param {Keys} keys
   * @param {Mode} mode
   * @param {boolean} counted whether each row has its count
   */
  fill({ shown, above, below, columns }, now, keys, mode, counted) {
    const { classes: box } = this.parts;
    const names = now.asked.class_names;
    const focused = focusedIn(box);
    const held2 = focused && { ...focused.dataset };
    refill(box, [mode, counted, above, shown.map((place) => [place, names[place], keys.classes[place]])], () => {
      this.rows = shown.map((place) => classRow(names[place], place, keys.classes[place], counted, this.on));
      return this.rows.map(({ row }) => row);
    });
    box.style.gridTemplateColumns = columns ? `repeat(${columns}, minmax(0, 1fr))` : "";
    box.style.paddingTop = `${above}px`;
    box.style.paddingBottom = `${below}px`;
    if (held2 && !box.contains(document.activeElement)) this.focusAgain(held2);
  }
  /**
   * Whoever tabs through the list goes on where they were when it was filled anew.
   *
   * @param {DOMStringMap} held of the button that had the focus
   */
  focusAgain({ label, noMore }) {
    const found = this.rows.find(({ place }) => String(place) === (noMore ?? label));
    (noMore === void 0 ? found?.answer : found?.noMore)?.focus({ preventScroll: true });
  }
  /** @param {number} best place of the row that Enter answers, -1 for none */
  markBest(best) {
    this.rows.forEach(({ row }, i) => {
      if (i === best && !row.classList.contains("lada-lab-best")) row.scrollIntoView({ block: "nearest" });
      row.classList.toggle("lada-lab-best", i === best);
    });
  }
  /**
   * @param {number} beyond classes that were found and are not shown
   * @param {string} looked what was typed
   * @param {boolean} none whether nothing was found
   */
  sayWhatIsMissing(beyond, looked2, none) {
    const { noClass } = this.parts;
    const more = looked2 && beyond > 0 ? `${beyond.toLocaleString("en")} more have that in their name; type more of it.` : "";
    setText(noClass, none ? "No class has that in its name." : more);
    noClass.hidden = noClass.textContent === "";
  }
};
function inSight(list, places, mode, counted) {
  if (mode === "few" || mode === "short") return { shown: places, above: 0, below: 0, columns: 0 };
  if (mode === "found") return { shown: places.slice(0, HITS), above: 0, below: 0, columns: 1 };
  const columns = Math.max(1, Math.floor(list.clientWidth / COLUMN_PX[counted ? "counted" : "plain"]));
  const rows = Math.ceil(places.length / columns);
  const px = ROW_PX[matchMedia("(pointer: coarse)").matches ? "finger" : "mouse"];
  const fit = Math.ceil((list.clientHeight || 460) / px);
  const first = Math.max(0, Math.min(Math.floor(list.scrollTop / px), rows - fit) - 4);
  const end = Math.min(rows, first + fit + 8);
  return {
    shown: places.slice(first * columns, end * columns),
    above: first * px,
    below: (rows - end) * px,
    columns
  };
}
function classRow(name, place, key, counted, on) {
  const row = make("div", "lada-lab-class");
  const answer = labButton(name, `Answer ${name}`, () => on.label(place), key);
  answer.dataset.label = String(place);
  row.append(answer);
  if (!counted) return { place, row, answer };
  const wanted = make("span", "lada-lab-wanted");
  const says = `There are no more images of ${name}: do not look for any`;
  const noMore = labButton("no more", says, () => on.noMore(place));
  noMore.classList.add("lada-lab-no-more");
  noMore.dataset.noMore = String(place);
  const need = make("span", "lada-lab-need");
  need.append(wanted, noMore);
  row.append(need);
  return { place, row, answer, wanted, noMore };
}
function showClass({ place, answer, wanted, noMore }, now, stands) {
  answer.setAttribute("aria-pressed", String(place === stands));
  if (!wanted || !noMore) return;
  const count = now.wanted.get(place) ?? 0;
  const noneLeft = now.absentClasses.has(place);
  setText(wanted, noneLeft ? "no more" : count ? `${count.toLocaleString("en")} needed` : "✓ enough");
  noMore.style.visibility = noneLeft || !count ? "hidden" : "visible";
}
function drawCounts(opener, now, view, many) {
  const { wanted } = now.marks;
  opener.hidden = !many || !now.asked.counts_classes;
  const images = wanted.reduce((sum, [, count]) => sum + count, 0);
  const words = images ? `Still needed: ${images.toLocaleString("en")} of ${classCount(wanted.length)}` : "✓ enough of every class";
  setText(labelOf(opener), words);
  opener.setAttribute("aria-expanded", String(view.counts));
}
function matching(names, looked2) {
  const places = [...names.keys()];
  if (!looked2) return places;
  const where = names.map((name) => name.trim().toLocaleLowerCase());
  const rank = (place) => where[place] === looked2 ? 0 : where[place].startsWith(looked2) ? 1 : 2;
  return places.filter((place) => where[place].includes(looked2)).sort((a, b) => rank(a) - rank(b));
}
function classCount(n) {
  return n === 1 ? "1 class" : `${n.toLocaleString("en")} classes`;
}

// lada_explore/views/labeller/details.js
var WHOLE = [0, 0, 1, 1];
var MAX_BYTES = 64 * 2 ** 20;
var AGAIN_MS = 2e4;
var DetailBook = class {
  /**
   * @param {(request: Request) => void} ask asks the kernel
   * @param {() => void} onCome is called when something has come
   */
  constructor(ask, onCome) {
    this.ask = ask;
    this.onCome = onCome;
    this.wholes = /* @__PURE__ */ new Map();
    this.faults = /* @__PURE__ */ new Map();
    this.asked = /* @__PURE__ */ new Map();
    this.part = null;
    this.wanted = { id: -1, box: WHOLE, longest: 0, ask: 0 };
    this.wantedMs = 0;
  }
  /**
   * Whole pictures that are shown now or soon, the most urgent first.
   *
   * @param {number[]} ids
   * @param {number} longest length of their longer side in pixels
   */
  want(ids, longest) {
    for (const id of ids) {
      const known = this.wholes.get(id);
      const asked = this.asked.get(id);
      const waits = asked !== void 0 && asked.longest >= longest && Date.now() - asked.ms < AGAIN_MS;
      if (waits || this.faults.has(id) || known && isEnough(known, longest)) continue;
      this.asked.set(id, { longest, ms: Date.now() });
      this.ask({ id, box: WHOLE, longest, ask: 0 });
    }
    this.forget(new Set(ids));
  }
  /**
   * A part of a picture, at a resolution.
   *
   * @param {number} id
   * @param {Box} box
   * @param {number} longest
   */
  wantPart(id, box, longest) {
    this.wanted = { id, box, longest, ask: this.wanted.ask + 1 };
    this.wantedMs = Date.now();
    this.ask(this.wanted);
  }
  /** Whether the answer to the last request for a part may have been lost. */
  waitsLong() {
    return Date.now() - this.wantedMs > AGAIN_MS;
  }
  /** Forgets the part; one that is still to come is not shown any more. */
  leavePart() {
    this.part?.bitmap.close();
    this.part = null;
    this.wanted = { ...this.wanted, id: -1 };
  }
  /**
   * @param {Detail} message
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers
   */
  async take(message, [buffer]) {
    const { id, ask } = message;
    if (message.error) {
      this.faults.set(id, message.error);
      this.onCome();
      return;
    }
    const content = (
      /** @type {BlobPart} */
      buffer
    );
    const bitmap = await createImageBitmap(new Blob([content], { type: message.kind }));
    const { box, size, seen } = message;
    if (ask === 0) this.takeWhole(id, { bitmap, box, size, seen });
    else this.takePart(id, { bitmap, box, size, seen, ask });
    this.onCome();
  }
  /**
   * @param {number} id
   * @param {Part} part
   */
  takeWhole(id, part) {
    const known = this.wholes.get(id);
    const [kept, left] = known && known.bitmap.width > part.bitmap.width ? [known, part] : [part, known];
    left?.bitmap.close();
    this.wholes.set(id, kept);
  }
  /**
   * @param {number} id
   * @param {Part & { ask: number }} part
   */
  takePart(id, part) {
    if (this.wanted.id !== id || part.ask < (this.part?.ask ?? 0)) {
      part.bitmap.close();
      return;
    }
    this.part?.bitmap.close();
    this.part = part;
  }
  /**
   * Makes room, by the pictures that came first and are not wanted.
   *
   * @param {Set<number>} wanted
   */
  forget(wanted) {
    for (const told of [this.asked, this.faults]) for (const id of told.keys()) if (!wanted.has(id)) told.delete(id);
    let bytes = 0;
    for (const { bitmap } of this.wholes.values()) bytes += 4 * bitmap.width * bitmap.height;
    for (const [id, { bitmap }] of this.wholes) {
      if (bytes <= MAX_BYTES) return;
      if (wanted.has(id)) continue;
      bytes -= 4 * bitmap.width * bitmap.height;
      bitmap.close();
      this.wholes.delete(id);
    }
  }
};
function isEnough({ bitmap, size }, longest) {
  return Math.max(bitmap.width, bitmap.height) >= 0.8 * longest || bitmap.width >= size[0];
}

// lada_explore/views/labeller/gestures.js
var WHEEL = 16e-4;
var PINCH = 0.012;
var LINE_PX = 32;
var CLICK_PX = 4;
function watchGestures(canvas, viewer, focus, focused) {
  const down = /* @__PURE__ */ new Map();
  const at = ({ clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !focused()) return;
      const px = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE_PX;
      if (px > 0 && !viewer.zoomed && !event.ctrlKey) return;
      event.preventDefault();
      const { x, y } = at(event);
      viewer.zoom(Math.exp(-px * (event.ctrlKey ? PINCH : WHEEL)), x, y);
    },
    { passive: false }
  );
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    focus();
    down.set(event.pointerId, at(event));
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    if (!other && !viewer.zoomed) return;
    if (!other && event.pointerType === "mouse" && distance(before, now) < 1) return;
    down.set(event.pointerId, now);
    if (other) {
      const [was, is] = [distance(before, other), distance(now, other)];
      viewer.zoom(is / Math.max(CLICK_PX, was), (now.x + other.x) / 2, (now.y + other.y) / 2);
      viewer.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else viewer.pan(now.x - before.x, now.y - before.y);
  });
  const up = (event) => down.delete(event.pointerId);
  for (
    const name of
    /** @type {const} */
    ["pointerup", "pointercancel", "lostpointercapture"]
  ) {
    canvas.addEventListener(name, up);
  }
  canvas.addEventListener("dblclick", (event) => {
    const { x, y } = at(event);
    viewer.toggle(x, y);
  });
}
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

// lada_explore/views/labeller/held.js
var WENT_ON = "the run has gone on since this was asked; your answer is kept, and trained on with the next ones";
var HeldImage = class {
  constructor() {
    this.image = null;
    this.before = [];
  }
  /**
   * Notes what is asked now.
   *
   * @param {Asked} asked by the run
   * @param {number | null} at image that is looked at
   * @param {boolean} open whether it was without an answer, and somebody is there to give it
   */
  follow({ images }, at, open) {
    const known = this.image ? [this.image, ...this.before] : this.before;
    const asks = images.some(({ id }) => id === at);
    const gone = asks || !open ? void 0 : known.find(({ id }) => id === at);
    this.image = gone ? { ...gone, pair: -1, partner: -1, why: [WENT_ON] } : null;
    this.before = images;
  }
  /**
   * What is shown: the image that is held, and what is asked.
   *
   * @param {Asked} asked
   * @returns {Asked}
   */
  inFrontOf(asked) {
    return this.image ? { ...asked, images: [this.image, ...asked.images] } : asked;
  }
};

// lada_explore/views/labeller/input.js
var ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function listen(labeller, on) {
  const { parts } = labeller;
  parts.root.addEventListener("keydown", (event) => handleKey(event, labeller, on));
  parts.filter.addEventListener("input", () => on.filter());
  parts.filter.addEventListener("keydown", (event) => handleFilterKey(event, labeller, on));
  parts.annotator.addEventListener("change", () => on.rename());
  for (const input of [parts.annotator, parts.newClass]) {
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && input === parts.newClass) on.addClass();
      if (event.key === "Enter" || event.key === "Escape") labeller.focus();
    });
  }
  parts.rule.addEventListener("change", () => on.rule());
}
function handleKey(event, labeller, on) {
  const target = (
    /** @type {Element} */
    event.target
  );
  if (target.matches("input, select")) return;
  if (selectByKey(event, labeller, on)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.key === "Enter" && acceptsGuess(event, labeller)) {
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) on.accept();
    return;
  }
  if (["Enter", " "].includes(event.key) && target.matches("button")) return;
  if (moveInPicture(event, labeller)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Escape" && !modified && labeller.shelf()) {
    event.preventDefault();
    event.stopPropagation();
    on.leaveShelf();
    return;
  }
  const step = modified ? 0 : stepOf(event.key, labeller);
  const meant = step ? null : meaningOf(event, labeller.keys);
  if (!step && !meant) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.repeat && !step) return;
  if (!meant) on.move(step);
  else if ("command" in meant) on[meant.command]();
  else on.label(meant.place);
}
function acceptsGuess({ target, shiftKey, ctrlKey, metaKey, altKey }, { view }) {
  if (!view.guess || view.at === null || shiftKey || ctrlKey || metaKey || altKey) return false;
  const on = (
    /** @type {HTMLElement} */
    target
  );
  return on.matches(".lada-labeller") || on.matches(".lada-lab-card") && Number(on.dataset.id) === view.at;
}
function selectByKey({ key, target, shiftKey, ctrlKey, metaKey, altKey }, labeller, on) {
  const { view, viewer } = labeller;
  const some = labeller.situation().order.length > 0;
  if (altKey || !some) return false;
  if (ctrlKey || metaKey) {
    if (shiftKey || key.toLowerCase() !== "a") return false;
    on.selectAll();
    return true;
  }
  if (key === "Escape" && view.selection.size) {
    on.clearSelection();
    return true;
  }
  if (key === " " && /** @type {Element} */
  target.matches(".lada-labeller, .lada-lab-card")) {
    on.toggleSelected();
    return true;
  }
  const step = shiftKey && (view.grid || !viewer.zoomed) ? stepOf(key, labeller) : 0;
  if (step) on.reach(step);
  return step !== 0;
}
function moveInPicture({ key, shiftKey, ctrlKey, metaKey, altKey }, { viewer, view }) {
  if (view.grid || !viewer.zoomed || ctrlKey || metaKey || altKey) return false;
  if (key === "Escape") {
    viewer.whole();
    return true;
  }
  const way = shiftKey ? ARROWS[key] : void 0;
  if (!way) return false;
  const { width, height } = viewer.viewport.frame;
  viewer.pan(-way[0] * width / 4, -way[1] * height / 4);
  return true;
}
function stepOf(key, { parts, view }) {
  const row = () => view.grid ? rowLength(parts) : 1;
  switch (key) {
    case "ArrowLeft":
      return -1;
    case "ArrowRight":
      return 1;
    case "ArrowUp":
      return -row();
    case "ArrowDown":
      return row();
    case "Home":
      return -Infinity;
    case "End":
      return Infinity;
    default:
      return 0;
  }
}
function rowLength(parts) {
  const tops = cardsIn(parts).map((card2) => card2.getBoundingClientRect().top);
  return Math.max(1, tops.filter((top) => Math.abs(top - tops[0]) < 4).length);
}
function handleFilterKey(event, labeller, on) {
  if (event.isComposing) return;
  const found = labeller.drawClasses();
  const { best, filter } = labeller.view;
  if (event.key === "Enter" && filter && found.length) {
    on.leaveFilter();
    on.label(found[best]);
  } else if (event.key === "Escape") {
    on.leaveFilter();
    labeller.draw();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    on.chooseFound(best + (event.key === "ArrowDown" ? 1 : -1));
  }
}

// lada_explore/views/labeller/order.js
var LAST = Number.MAX_SAFE_INTEGER;
function byGuess(images) {
  const rank = ({ guessed }) => guessed < 0 ? LAST : guessed;
  const groups = pairsOf(images);
  groups.sort((a, b) => rank(a[0]) - rank(b[0]) || rank(a[a.length - 1]) - rank(b[b.length - 1]));
  return groups.flat();
}
var ImageOrder = class {
  constructor() {
    this.of = [];
    this.sorted = [];
  }
  /**
   * @param {Asked} asked
   * @param {boolean} sort whether by guess
   * @returns {Asked}
   */
  arranged(asked, sort) {
    if (!sort) return asked;
    if (this.of !== asked.images) {
      this.of = asked.images;
      this.sorted = byGuess(asked.images);
    }
    return { ...asked, images: this.sorted };
  }
};

// lada_explore/views/labeller/presence.js
var REST_MS = 250;
var NONE = -1;
var Presence = class {
  /**
   * @param {(message: object) => void} send posts a message to the kernel
   * @param {string} page stands for this page where several show the same labeller
   */
  constructor(send, page2) {
    this.send = send;
    this.page = page2;
    this.told = null;
    this.timer = void 0;
  }
  /**
   * Tells of what is looked at in a moment, unless it was told of already.
   *
   * @param {{ annotator: string, at: number | null }} view who looks at which image
   */
  tell(view) {
    if ((this.told?.at ?? NONE) === (view.at ?? NONE)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.told = { type: "at", page: this.page, annotator: view.annotator, at: view.at ?? NONE };
      this.send(this.told);
    }, REST_MS);
  }
  /** Tells again, because the kernel asks which pages are still there. */
  tellAgain() {
    if (this.told) this.send(this.told);
  }
  /** Tells that nobody looks any more, at once: the page goes, or somebody else looks, who is told of next. */
  leave() {
    clearTimeout(this.timer);
    this.told = null;
    this.send({ type: "leave", page: this.page });
  }
};

// lada_explore/views/labeller/queue.js
var AGAIN_MS2 = 4e3;
var LeftBehind = class {
  /** @param {string} run */
  constructor(run) {
    this.run = run;
    this.key = `lada-unsaved:${run}`;
  }
  /**
   * Returns how many are kept. What was under way may have been done, so of that only what bears repeating is.
   *
   * @param {Action[]} actions
   * @param {Action[]} underWay
   */
  keep(actions, underWay = []) {
    const repeated = underWay.filter(({ name }) => !["undo", "add_class", "end_seed_round"].includes(name));
    const kept = [...repeated, ...actions].filter(({ name }) => name !== "go_on");
    return this.guarded(() => {
      if (kept.length) localStorage.setItem(this.key, JSON.stringify([...this.read(), ...kept]));
      return kept.length;
    }, 0);
  }
  /**
   * The actions that were kept, which nobody gets a second time.
   *
   * @returns {Action[]}
   */
  take() {
    return this.guarded(() => {
      const kept = this.read();
      localStorage.removeItem(this.key);
      return Array.isArray(kept) ? kept : [];
    }, []);
  }
  read() {
    return JSON.parse(localStorage.getItem(this.key) ?? "null") ?? [];
  }
  /**
   * @template T
   * @param {() => T} call
   * @param {T} otherwise for a run without a name, and where there is no storage, or a full one
   */
  guarded(call, otherwise) {
    try {
      return this.run ? call() : otherwise;
    } catch {
      return otherwise;
    }
  }
};
var ActionQueue = class {
  /**
   * @param {(message: object) => void} send posts a message to the kernel
   * @param {() => void} changed is called whenever what waits has changed
   */
  constructor(send, changed) {
    this.send = send;
    this.changed = changed;
    this.page = crypto.randomUUID?.() ?? `${Math.random()}-${Date.now()}`;
    this.waiting = [];
    this.lost = "";
    this.seq = 0;
    this.since = 0;
    this.ended = false;
    this.timer = void 0;
  }
  /** The sentence of a refused action; everything behind it waits, since it may build on it. */
  get failed() {
    return this.waiting[0]?.failed ?? "";
  }
  /** How long the kernel has been silent. */
  get silentMs() {
    return this.since ? Date.now() - this.since : 0;
  }
  /** @param {Action} action */
  push(action) {
    this.seq += 1;
    this.waiting.push({ seq: this.seq, action, failed: "" });
    if (this.waiting.length === 1) this.post();
    this.changed();
  }
  /** Sends what is under way, now and until it is acknowledged. */
  post() {
    clearTimeout(this.timer);
    const first = this.waiting[0];
    if (this.ended || !first || first.failed) return;
    this.since ||= Date.now();
    this.send({ type: "act", page: this.page, seq: first.seq, ...first.action });
    this.timer = setTimeout(() => {
      this.post();
      this.changed();
    }, AGAIN_MS2);
  }
  /**
   * Returns the acknowledged action, null for one that was acknowledged before.
   *
   * @param {Pick<Acknowledgement, "page" | "seq" | "ok" | "say">} message
   */
  acknowledge({ page: page2, seq, ok, say }) {
    const first = this.waiting[0];
    if (page2 !== this.page || !first || seq !== first.seq) return null;
    clearTimeout(this.timer);
    this.since = 0;
    if (ok) this.waiting = this.waiting.slice(1);
    else first.failed = say;
    this.post();
    this.changed();
    return ok ? first.action : null;
  }
  /** Sends a refused action once more; the kernel deals with each number once, so all that wait get new ones. */
  again() {
    if (!this.waiting.length) return;
    this.waiting[0].failed = "";
    for (const one of this.waiting) {
      this.seq += 1;
      one.seq = this.seq;
    }
    this.post();
    this.changed();
  }
  /** Gives a refused action up. */
  drop() {
    this.waiting = this.waiting.slice(1);
    this.post();
    this.changed();
  }
  /**
   * The kernel has ended: nothing is sent any more.
   *
   * @param {LeftBehind} kept keeps what waits
   */
  lose(kept) {
    this.ended = true;
    clearTimeout(this.timer);
    const [first, ...others] = this.waiting.map(({ action }) => action);
    const sent = kept.keep(others, first ? [first] : []) ? "kept in this browser, and sent when this cell has been run again" : "answer again when this cell has been run";
    if (first) this.lost = `${this.waiting.length} not saved: ${sent}.`;
    this.changed();
  }
  /**
   * The view goes: the first has been sent to a kernel that answers.
   *
   * @param {LeftBehind} kept keeps those behind it
   */
  leave(kept) {
    clearTimeout(this.timer);
    if (!this.ended) kept.keep(this.waiting.slice(1).map(({ action }) => action));
    this.ended = true;
  }
};

// lada_explore/views/labeller/room.js
var MARGIN = 10;
var LEAST = 480;
var STACKED = 510;
var SCROLLS = ".jp-WindowedPanel-outer, .jp-Notebook";
function watchRoom(root) {
  let shows = null;
  const tell = () => {
    const found = root.closest(SCROLLS);
    if (found && found !== shows) seen.observe(found);
    shows = found;
    const height = shows?.clientHeight || window.innerHeight;
    const stacked = root.clientWidth > 0 && root.clientWidth < STACKED;
    root.style.setProperty("--room", stacked ? "none" : `${Math.max(LEAST, height - MARGIN)}px`);
  };
  const seen = new ResizeObserver(tell);
  seen.observe(root);
  window.addEventListener("resize", tell);
  return () => {
    seen.disconnect();
    window.removeEventListener("resize", tell);
  };
}

// lada_explore/views/labeller/selection_bar.js
var HOW = "To answer several at once, select them: drag over them, or click with Shift or Ctrl; by keyboard, Shift with the arrows, or Space.";
function drawSelection(parts, now, { selection, grid, guess }) {
  const { root, selectionBar: bar } = parts;
  let shown = 0;
  const cards = root.querySelectorAll(".lada-lab-card");
  for (const card2 of cards) {
    const selected = selection.has(Number(card2.dataset.id));
    shown += Number(selected && card2.checkVisibility());
    card2.dataset.selected = String(selected);
    const tick = card2.lastElementChild;
    tick?.setAttribute("aria-label", selected ? "selected" : "");
    tick?.setAttribute("aria-hidden", String(!selected));
  }
  const n = selection.size;
  bar.hidden = now.order.length === 0 || !grid && n === 0;
  parts.selectNone.style.visibility = n ? "visible" : "hidden";
  bar.dataset.selected = String(n);
  setText(parts.selectionText, n ? wordsOf(n, n - shown, guess) : HOW);
}
function wordsOf(n, elsewhere, guess) {
  const enter = guess ? ", Enter as the model guesses each" : "";
  const hidden = elsewhere > 0 ? `, ${elsewhere} of them not in sight` : "";
  if (n === 1) return `1 image selected${hidden}: a class key or button answers it${enter}.`;
  return `${n} images selected${hidden}: a class key or button answers all ${n}${enter}, and one Undo takes them back.`;
}

// lada_explore/views/labeller/shelf.js
function onShelf(asked, shelf) {
  const known = new Map(asked.images.map((image) => [image.id, image]));
  const images = shelf.images.map((image, pair) => {
    const now = known.get(image.id);
    return { ...now ?? image, pair, partner: -1, unasked: !now };
  });
  return { ...asked, images };
}
function needShelf(ids, asked, shelf) {
  const isAsked = new Set(asked.images.map(({ id }) => id));
  const there = new Set(shelf.images.map(({ id }) => id));
  return ids.every((id) => there.has(id)) && !ids.every((id) => isAsked.has(id));
}
function drawShelf({ shelfBar, shelfText, strip }, shelf) {
  shelfBar.hidden = shelf === null;
  strip.classList.toggle("lada-lab-shelved", shelf !== null);
  if (!shelf) return;
  setText(shelfText, shelf.sentence);
  shelfBar.dataset.like = String(shelf.of >= 0);
}

// lada_explore/views/labeller/situation.js
var Situation = class {
  /**
   * @param {Asked} asked
   * @param {Marks} marks
   * @param {Pick<ActionQueue, "waiting" | "failed">} queue
   * @param {Pick<PageState, "annotator" | "done">} view
   */
  constructor(asked, marks, queue, view) {
    this.asked = asked;
    this.marks = marks;
    this.done = view.done;
    this.wanted = new Map(marks.wanted);
    this.absentClasses = new Set(marks.absent_classes);
    this.me = marks.people.indexOf(view.annotator);
    this.order = asked.images.map(({ id }) => id);
    this.places = new Map(this.order.map((id, place) => [id, place]));
    this.marked = new Map(marks.images.map((mark) => [mark.id, mark]));
    this.taken = new Set(marks.at.filter(([name]) => name !== view.annotator).map(([, id]) => id));
    this.coming = /* @__PURE__ */ new Map();
    this.flags = /* @__PURE__ */ new Map();
    queue.waiting.forEach(({ action }, place) => {
      const { name } = action;
      if (name === "flag") this.flags.set(action.id, action.on);
      if (name === "flag_many") for (const id of action.ids) this.flags.set(id, action.on);
      const failed = place === 0 && queue.failed !== "";
      if (name === "label" || name === "adjudicate") this.coming.set(action.id, { name, label: action.label, failed });
      if (name === "label_many") {
        action.ids.forEach((id, i) => {
          this.coming.set(id, { name, label: action.labels[i], failed });
        });
      }
      const aside = name === "skip" ? [action.id] : name === "skip_many" ? action.ids : [];
      for (const id of aside) this.coming.set(id, { name: "skip", label: -1, failed });
    });
  }
  /** @param {number} label */
  nameOf(label) {
    return this.asked.class_names[label] ?? String(label);
  }
  /** @param {number} id */
  mark(id) {
    return this.marked.get(id);
  }
  /**
   * How an image stands: what is on its way goes before what is recorded.
   *
   * @param {number} id
   * @returns {ImageState}
   */
  stateOf(id) {
    const coming = this.coming.get(id);
    if (coming) return this.stateOnItsWay(coming);
    const state = this.recordedState(this.marked.get(id));
    return state.sign === "open" && this.unasked(id) ? { ...state, text: "not asked" } : state;
  }
  /**
   * Whether an image is shown although nobody asks about it.
   *
   * @param {number} id
   */
  unasked(id) {
    return this.asked.images[this.place(id)]?.unasked ?? false;
  }
  /**
   * @param {Coming} coming
   * @returns {ImageState}
   */
  stateOnItsWay({ name, label, failed }) {
    if (failed) return { sign: "unsaved", label, text: label >= 0 ? `${this.nameOf(label)}, not saved` : "not saved" };
    if (name === "skip") return { sign: "leaving", label: -1, text: "being set aside" };
    return { sign: "saving", label, text: `${this.nameOf(label)}, being saved` };
  }
  /**
   * @param {Mark | undefined} mark
   * @returns {ImageState}
   */
  recordedState(mark) {
    const mine = mark?.answers.find(([person]) => person === this.me)?.[1] ?? -1;
    if (mark?.disputed && mark.label < 0) return { sign: "disputed", label: mine, text: "disputed" };
    if (mark && mark.label >= 0) {
      const differ = mark.disputed ? ", answers differ" : "";
      return { sign: "saved", label: mark.label, text: `${this.nameOf(mark.label)}${differ}` };
    }
    if (mine >= 0) return { sign: "saved", label: mine, text: `${this.nameOf(mine)}, yours` };
    return { sign: "open", label: -1, text: "open" };
  }
  /** @param {number | null} id */
  flagged(id) {
    if (id === null) return false;
    return this.flags.get(id) ?? this.marked.get(id)?.flagged ?? false;
  }
  /**
   * Its place among those that are asked, -1 for one that is not.
   *
   * @param {number | null} id
   */
  place(id) {
    return id === null ? -1 : this.places.get(id) ?? -1;
  }
  /**
   * The image to look at: the one that was chosen as long as it is asked, else the first open one.
   *
   * @param {number | null} chosen
   */
  lookedAt(chosen) {
    return chosen !== null && this.place(chosen) >= 0 ? chosen : this.firstOpen();
  }
  /**
   * The next open image after the last of these; those that somebody else looks at come last.
   *
   * @param {number[]} from
   */
  nextOpen(from) {
    const next = this.place(from.at(-1) ?? null) + 1;
    const left = new Set(from);
    return this.firstOpenOf([...this.order.slice(next), ...this.order.slice(0, next)].filter((id) => !left.has(id)));
  }
  /** The first open image; what was acknowledged is answered, also where the marks that say so are still to come. */
  firstOpen() {
    return this.firstOpenOf(this.order.filter((id) => !this.done.includes(id)));
  }
  /** @param {number[]} ids in the order in which they would be looked at */
  firstOpenOf(ids) {
    const open = ids.filter((id) => this.stateOf(id).sign === "open");
    return open.find((id) => !this.taken.has(id)) ?? open[0] ?? null;
  }
};

// lada_explore/views/labeller/viewport.js
var MOST = 8;
var PIXEL = 16;
var Viewport = class {
  constructor() {
    this.frame = { width: 1, height: 1 };
    this.picture = { width: 1, height: 1 };
    this.scale = 1;
    this.x = this.y = 0.5;
  }
  /** The whole picture. */
  reset() {
    this.scale = 1;
    this.x = this.y = 0.5;
  }
  get zoomed() {
    return this.scale > 1;
  }
  /** Pixels of the frame that a pixel of the whole picture has where it just fits. */
  get fit() {
    return Math.min(this.frame.width / this.picture.width, this.frame.height / this.picture.height);
  }
  /** The same at the scale of now. */
  get magnification() {
    return this.fit * this.scale;
  }
  get most() {
    return Math.max(MOST, PIXEL / this.fit);
  }
  /** Where the whole picture lies, mostly outside of the frame. @returns {Place} */
  place() {
    const width = this.picture.width * this.magnification;
    const height = this.picture.height * this.magnification;
    return { left: this.frame.width / 2 - this.x * width, top: this.frame.height / 2 - this.y * height, width, height };
  }
  /**
   * Magnifies around a point of the frame, which keeps showing what it shows.
   *
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  zoom(factor, x = this.frame.width / 2, y = this.frame.height / 2) {
    const { left, top, width, height } = this.place();
    const before = this.scale;
    this.scale = Math.max(1, Math.min(this.most, before * factor));
    const grown = this.scale / before;
    this.x = (this.frame.width / 2 - x + grown * (x - left)) / (width * grown);
    this.y = (this.frame.height / 2 - y + grown * (y - top)) / (height * grown);
    this.hold();
  }
  /**
   * Moves the picture by pixels of the frame.
   *
   * @param {number} right
   * @param {number} down
   */
  pan(right, down) {
    const { width, height } = this.place();
    this.x -= right / width;
    this.y -= down / height;
    this.hold();
  }
  /** Keeps the frame full, as far as the picture fills it. */
  hold() {
    this.scale = Math.min(this.scale, this.most);
    const { width, height } = this.place();
    this.x = held(this.x, this.frame.width / width);
    this.y = held(this.y, this.frame.height / height);
  }
  /**
   * The part of the picture that the frame shows.
   *
   * @param {number} [more] share of it that is added on each side
   * @returns {Box}
   */
  box(more = 0) {
    const { left, top, width, height } = this.place();
    const across = more * this.frame.width;
    const down = more * this.frame.height;
    return [
      clamped((-left - across) / width),
      clamped((-top - down) / height),
      clamped((this.frame.width - left + across) / width),
      clamped((this.frame.height - top + down) / height)
    ];
  }
};
function held(middle, share) {
  return share >= 1 ? 0.5 : Math.max(share / 2, Math.min(1 - share / 2, middle));
}
function clamped(fraction) {
  return Math.max(0, Math.min(1, fraction));
}
function covers(outer, inner) {
  const slack = 1e-6;
  return outer[0] <= inner[0] + slack && outer[1] <= inner[1] + slack && outer[2] >= inner[2] - slack && outer[3] >= inner[3] - slack;
}

// lada_explore/views/labeller/viewer.js
var WAIT_MS = 30;
var AROUND = 0.15;
var LONGEST = 2048;
var ENOUGH = 0.95;
var SQUARES = 2;
var Viewer = class {
  /**
   * @param {ZoomParts} parts
   * @param {PictureBook} thumbs
   * @param {DetailBook} details
   * @param {PageState} view
   */
  constructor(parts, thumbs, details, view) {
    this.parts = parts;
    this.thumbs = thumbs;
    this.details = details;
    this.view = view;
    this.viewport = new Viewport();
    this.id = null;
    this.timer = void 0;
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(parts.canvas);
  }
  stop() {
    this.resized.disconnect();
    clearTimeout(this.timer);
  }
  /**
   * Shows a picture; the next one begins whole, unless the person keeps the place.
   *
   * @param {number} id
   */
  show(id) {
    if (id !== this.id) {
      this.id = id;
      if (!this.view.keepZoom) this.viewport.reset();
      this.details.leavePart();
      const { canvas } = this.parts;
      canvas.dataset.id = String(id);
      canvas.setAttribute("aria-label", `image ${id}`);
    }
    this.draw();
  }
  get zoomed() {
    return this.viewport.zoomed;
  }
  /**
   * @param {number} factor
   * @param {number} [x] point of the frame that stays where it is
   * @param {number} [y]
   */
  zoom(factor, x, y) {
    this.viewport.zoom(factor, x, y);
    this.draw();
  }
  /** @param {number} right @param {number} down pixels of the frame */
  pan(right, down) {
    this.viewport.pan(right, down);
    this.draw();
  }
  whole() {
    this.viewport.reset();
    this.draw();
  }
  /**
   * The whole picture, or its own pixels where the pointer is.
   *
   * @param {number} x
   * @param {number} y
   */
  toggle(x, y) {
    if (this.zoomed) this.whole();
    else this.zoom(Math.max(3, 1 / this.viewport.magnification), x, y);
  }
  // Drawing
  /** Pixels of the screen in the frame, at most two for a pixel of the page. */
  get ratio() {
    return Math.min(2, window.devicePixelRatio || 1);
  }
  draw() {
    const { canvas } = this.parts;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (this.id === null || width === 0 || height === 0) return;
    const thumb = this.thumbs.canvasOf(this.id);
    const whole = this.details.wholes.get(this.id);
    this.viewport.frame = { width, height };
    const [across, down] = whole?.size ?? [thumb?.width ?? 1, thumb?.height ?? 1];
    this.viewport.picture = { width: across, height: down };
    this.viewport.hold();
    this.paint(thumb, whole, width, height);
    this.tell(whole);
    clearTimeout(this.timer);
    const missing = this.missing();
    canvas.dataset.sharp = String(missing === null);
    if (missing) this.timer = setTimeout(() => this.ask(missing), WAIT_MS);
  }
  /**
   * @param {HTMLCanvasElement | undefined} thumb
   * @param {Part | undefined} whole
   * @param {number} width
   * @param {number} height
   */
  paint(thumb, whole, width, height) {
    const { canvas } = this.parts;
    const { ratio } = this;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const pen = penOf(canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const part = this.zoomed ? this.details.part : null;
    if (whole) this.lay(pen, whole.bitmap, whole.box);
    else if (thumb) this.lay(pen, thumb, [0, 0, 1, 1]);
    if (part) this.lay(pen, part.bitmap, part.box);
    if (whole) this.frame(pen, whole.seen);
    if (!whole && !thumb) return;
    canvas.dataset.painted = `${this.id} ${part ? `part ${part.ask}` : whole ? "whole" : "thumb"}`;
  }
  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ImageBitmap | HTMLCanvasElement} image
   * @param {[number, number, number, number]} box where it lies in the whole picture
   */
  lay(pen, image, [left, top, right, bottom]) {
    const place = this.viewport.place();
    const width = (right - left) * place.width;
    pen.imageSmoothingEnabled = width < SQUARES * image.width;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(
      image,
      place.left + left * place.width,
      place.top + top * place.height,
      width,
      (bottom - top) * place.height
    );
  }
  /**
   * Frames what the classifier sees, if that is not the whole picture.
   *
   * @param {CanvasRenderingContext2D} pen
   * @param {[number, number, number, number]} seen
   */
  frame(pen, [left, top, right, bottom]) {
    if (isWhole([left, top, right, bottom])) return;
    const place = this.viewport.place();
    const corner = [Math.round(place.left + left * place.width), Math.round(place.top + top * place.height)];
    const size = [Math.round((right - left) * place.width), Math.round((bottom - top) * place.height)];
    pen.lineWidth = 1;
    for (
      const [colour, inset] of
      /** @type {const} */
      [
        ["#000", 0.5],
        ["#fff", 1.5]
      ]
    ) {
      pen.strokeStyle = colour;
      pen.strokeRect(corner[0] + inset, corner[1] + inset, size[0] - 2 * inset, size[1] - 2 * inset);
    }
  }
  /**
   * Says how large the picture is shown, and what is not as it should be.
   *
   * @param {Part | undefined} whole
   */
  tell(whole) {
    const { figure, amount, note, keep } = this.parts;
    const { width, height } = this.viewport.picture;
    const percent = Math.round(100 * this.viewport.magnification);
    const number = (n) => n.toLocaleString("en");
    const share = `${number(percent)} %`;
    amount.title = `${share} of ${number(width)} × ${number(height)} pixels`;
    setText(amount, `${share} of ${number(width)} × ${number(height)}`);
    if (amount.offsetTop > keep.offsetTop + keep.offsetHeight / 2) setText(amount, share);
    const fault = this.details.faults.get(this.id ?? -1);
    const framed = whole && !isWhole(whole.seen) ? "The frame is what the classifier sees." : "";
    setText(note, fault ?? framed);
    keep.setAttribute("aria-pressed", String(this.view.keepZoom));
    figure.dataset.zoomed = String(this.zoomed);
  }
  // What the kernel is asked
  /**
   * The part that is to be asked for; null if what is in the frame is there in the resolution that it needs.
   *
   * @returns {{ id: number, box: Box, longest: number } | null}
   */
  missing() {
    if (this.id === null || !this.zoomed) return null;
    const { viewport, ratio, details } = this;
    const whole = details.wholes.get(this.id);
    if (!whole || details.faults.has(this.id)) return null;
    const needed = Math.min(viewport.place().width * ratio, whole.size[0]);
    if (whole.bitmap.width >= ENOUGH * needed) return null;
    const box = viewport.box();
    const { part } = details;
    const has = part ? part.bitmap.width / (part.box[2] - part.box[0]) : 0;
    if (part && covers(part.box, box) && has >= ENOUGH * needed) return null;
    const side = Math.max(viewport.frame.width, viewport.frame.height);
    const longest = Math.min(LONGEST, Math.ceil((1 + 2 * AROUND) * ratio * side));
    return { id: this.id, box: viewport.box(AROUND), longest };
  }
  /** @param {{ id: number, box: Box, longest: number }} request */
  ask({ id, box, longest }) {
    const { wanted } = this.details;
    const same = wanted.id === id && String(wanted.box) === String(box) && wanted.longest === longest;
    if (!same || this.details.waitsLong()) this.details.wantPart(id, box, longest);
  }
};
function isWhole([left, top, right, bottom]) {
  const least = 5e-3;
  return left < least && top < least && right > 1 - least && bottom > 1 - least;
}

// lada_explore/views/labeller/words.js
var SILENT_MS = 3e3;
var SKIPPED_NAMED = 8;
function drawWords(parts, now, view, queue, error, keys) {
  drawProgress(parts, now, view);
  drawSaving(parts, now.marks.answered > 0, queue);
  showText(parts.error, error);
  drawControls(parts, now, view, queue);
  drawFoot(parts, now);
  drawKeys(parts, now.asked.class_names, view, keys);
  const { root } = parts;
  root.dataset.kind = now.asked.kind;
  root.dataset.cycle = String(now.asked.cycle);
  root.dataset.waiting = String(queue.waiting.length);
  root.dataset.idle = String(!now.asked.images.length);
  root.dataset.at = String(view.at ?? "");
}
function drawProgress(parts, { marks }, view) {
  setText(parts.sentence, marks.sentence);
  setText(parts.progress, marks.progress);
  setText(parts.pace, marks.pace.find(([name]) => name === view.annotator)?.[1] ?? "");
  showProgress(parts, marks.answered, marks.total);
}
function drawSaving(parts, some, queue) {
  const { failed, lost, silentMs } = queue;
  const waits = queue.waiting.length;
  const silent = waits > 0 && !failed && silentMs > SILENT_MS;
  const stuck = Boolean(lost || failed || silent);
  const well = waits ? `${waits} being saved …` : some ? "✓ all saved" : "";
  setText(parts.saved, stuck ? `${waits} not saved` : well);
  const left = waits > 1 ? `; ${waits - 1} more wait behind it` : "";
  const busy = `The kernel has been silent for ${Math.round(silentMs / 1e3)} s: ${waits} not saved yet. They are sent again until it answers; keep this page open.`;
  setWithCode(parts.troubleText, lost || (failed ? `Not saved: ${failed}${left}` : silent ? busy : ""));
  parts.trouble.hidden = !stuck;
  parts.again.hidden = parts.drop.hidden = !failed;
}
function drawControls(parts, now, view, queue) {
  const { asked, marks } = now;
  const { undo, grid, guess, alike } = parts.commands;
  const steps = marks.undo.find(([person]) => marks.people[person] === view.annotator)?.[1] ?? 0;
  for (const one of parts.needImages) one.setAttribute("aria-disabled", String(!asked.images.length));
  undo.setAttribute("aria-disabled", String(!steps && !queue.waiting.length));
  undo.dataset.says = `Undo your last action; ${steps} can be taken back before one that a training has used`;
  grid.setAttribute("aria-pressed", String(view.grid));
  alike.setAttribute("aria-pressed", String(!parts.shelfBar.hidden && parts.shelfBar.dataset.like === "true"));
  guess.setAttribute("aria-pressed", String(view.guess));
  parts.sort.setAttribute("aria-pressed", String(view.sorted));
  parts.sort.hidden = !view.sorted && asked.images.every(({ guessed }) => guessed < 0);
  setText(parts.last, view.last === null ? "" : `last: ${now.nameOf(view.last)}`);
  parts.goOn.hidden = !marks.go_on;
  parts.enough.hidden = !marks.may_end_start;
  parts.grow.hidden = !asked.may_grow;
  parts.side.hidden = asked.images.length === 0 && !asked.may_grow;
  parts.body.classList.toggle("lada-lab-many", asked.class_names.length > FEW_CLASSES);
}
function drawFoot(parts, { marks: { rule, skipped, looks, found } }) {
  parts.find.setAttribute("aria-disabled", String(looks));
  showText(parts.found, found);
  if (document.activeElement !== parts.rule) parts.rule.value = rule;
  parts.aside.hidden = skipped.length === 0;
  const named = skipped.slice(0, SKIPPED_NAMED).join(", ");
  setText(parts.asideText, `${skipped.length} set aside: ${named}${skipped.length > SKIPPED_NAMED ? " …" : ""} `);
}
function drawKeys(parts, classNames, view, keys) {
  for (const name of COMMANDS) if (name !== "find") showKey(parts.commands[name], keys.commands[name][0]);
  parts.filter.placeholder = `Find a class: ${keys.commands.find[0]}`;
  setText(parts.changed, view.newKeys ? `The keys have changed; ${keys.commands.keys[0]} lists them.` : "");
  setText(parts.help, `${view.newKeys ? "The keys have changed. " : ""}${keyHelp(classNames, keys)}`);
}

// lada_explore/views/labeller/page.js
var AHEAD = 12;
var ROW = 420;
var BELOW = 34;
var GRID_ROW = 640;
var FITS = 2;
var REFUSED_MS = 1e4;
var AHEAD_WHOLE = 2;
var Labeller = class {
  /**
   * @param {Model<LabellerTraits>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    const send = (message) => this.send(message);
    this.model = model;
    this.saidUntil = 0;
    this.view = new PageState(model.get("begin"));
    this.keys = keysOf(model.get("asked").class_names);
    this.queue = new ActionQueue(send, () => this.draw());
    this.held = new HeldImage();
    this.order = new ImageOrder();
    this.shown = void 0;
    this.kept = new LeftBehind(model.get("run_name"));
    this.presence = new Presence(send, this.queue.page);
    this.book = new PictureBook((ids) => send({ type: "pictures", page: this.queue.page, ids }));
    this.details = new DetailBook(
      (request) => send({ type: "detail", page: this.queue.page, ...request }),
      () => this.paint()
    );
    this.actions = new Actions(this);
    this.parts = buildLabeller(el, this.actions);
    this.viewer = new Viewer(this.parts.zoom, this.book, this.details, this.view);
    const { canvas } = this.parts.zoom;
    watchGestures(
      canvas,
      this.viewer,
      () => this.focus(),
      () => this.parts.root.matches(":focus-within")
    );
    this.parts.annotator.value = this.view.annotator;
    this.classes = new ClassList(this.parts, this.actions);
    watchBand(this);
    this.leaveRoom = watchRoom(this.parts.root);
    listen(this, this.actions);
  }
  /** @param {object} message */
  send(message) {
    try {
      this.model.send(message);
    } catch {
    }
  }
  /** What is known now. */
  situation() {
    const asked = this.model.get("asked");
    const shelf = this.shelf();
    const shown = shelf ? onShelf(asked, shelf) : this.held.inFrontOf(this.order.arranged(asked, this.view.sorted));
    return new Situation(shown, this.model.get("marks"), this.queue, this.view);
  }
  /** The shelf that is open, null for none; another page may have put something else on it. */
  shelf() {
    const shelf = this.model.get("shelf");
    return this.view.shelf > 0 && shelf.number === this.view.shelf ? shelf : null;
  }
  /**
   * @param {string} text
   * @param {number} keepMs how long it stays although there is nothing to say any more
   */
  say(text, keepMs = 0) {
    if (!text && Date.now() < this.saidUntil) return;
    this.saidUntil = Date.now() + keepMs;
    setText(this.parts.said, text);
  }
  focus() {
    this.parts.root.focus({ preventScroll: true });
  }
  /** @param {number} id */
  lookAt(id) {
    this.view.at = id;
    this.draw();
  }
  // Drawing
  draw() {
    const { at, done } = this.view;
    const open = at !== null && !done.includes(at) && this.shown?.stateOf(at).sign === "open";
    this.held.follow(this.model.get("asked"), at, open && this.parts.root.matches(":focus-within, :hover"));
    const now = this.situation();
    this.view.at = now.lookedAt(this.view.at);
    const gone = this.view.selection.keep(now);
    if (gone) this.say(`${gone} of the selected images are not asked any more.`, REFUSED_MS);
    if (this.view.at !== null && [NO_IMAGE, NOTHING_ASKED].includes(this.parts.said.textContent)) this.say("");
    this.learnKeys(now.asked.class_names);
    const shown = this.drawImages(now);
    this.shown = now;
    drawSelection(this.parts, now, this.view);
    drawWords(this.parts, now, this.view, this.queue, this.model.get("error"), this.keys);
    const place = Math.max(0, now.place(this.view.at));
    const soon = now.asked.images.slice(place, place + AHEAD).map(({ id }) => id);
    this.book.want([.../* @__PURE__ */ new Set([...shown, ...soon])]);
    this.wantDetails(now, place);
    this.paint();
    if (now.asked.images.length && !this.queue.waiting.length) this.presence.tell(this.view);
  }
  /**
   * Draws the images and the classes to choose from; returns the ids of the images.
   *
   * @param {Situation} now
   */
  drawImages(now) {
    const { parts, view } = this;
    drawShelf(parts, this.shelf());
    const look = (id, event) => this.actions.pick(id, event);
    const grid = view.grid && now.asked.images.length > 0;
    showRow(parts, grid, SIZES.one[view.sizes.one]);
    const shown = grid ? drawGrid(parts, now, view, look) : drawOne(parts, now, view);
    const { actions } = this;
    const adjudicate = (id, label) => actions.adjudicate(id, label);
    drawAbout(parts, now, view, adjudicate, () => actions.accept());
    parts.find.hidden = !this.model.get("may_find");
    this.drawClasses(now);
    return [...shown, ...drawStrip(parts, now, view, look)];
  }
  drawSelection() {
    drawSelection(this.parts, this.situation(), this.view);
  }
  /** The places of the classes that the filter leaves, which are drawn. */
  drawClasses(now = this.situation()) {
    return this.classes.draw(now, this.view, this.keys);
  }
  /**
   * Asks for the pictures of the files that are shown, as large as they are shown, and for those that come next.
   *
   * @param {Situation} now
   * @param {number} place of the image looked at
   */
  wantDetails({ asked: { images } }, place) {
    const { grid, sizes, at } = this.view;
    const px = grid ? SIZES.grid[sizes.grid] : SIZES.one[sizes.one];
    const one = at === null ? [] : images.slice(place, place + 1 + AHEAD_WHOLE).map(({ id }) => id);
    const ids = grid ? cardsIn(this.parts).map(({ dataset }) => Number(dataset.id)) : one;
    this.details.want(ids, Math.round(px * this.viewer.ratio));
  }
  paint() {
    const { grid, at } = this.view;
    const canvases = this.parts.root.querySelectorAll("canvas.lada-lab-picture:not(.lada-lab-view)");
    for (const canvas of canvases) this.book.paint(canvas, grid ? this.details.wholes : void 0);
    if (!grid && at !== null) this.viewer.show(at);
  }
  /**
   * A class that was added may change the keys of the others.
   *
   * @param {string[]} names
   */
  learnKeys(names) {
    const before = this.keys;
    this.keys = keysOf(names, this.view.recent.taken);
    this.view.newKeys ||= before.classes.some((key, place) => key !== this.keys.classes[place]);
  }
  // What the kernel tells
  /**
   * @param {Pictures | Detail | Acknowledgement | SayAgain} message
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers
   */
  handle(message, buffers) {
    if (message.type === "ack") this.handleAcknowledgement(message);
    if (message.type === "say_again") this.presence.tellAgain();
    if (message.type === "detail" && message.page === this.queue.page) this.details.take(message, buffers);
    if (message.type !== "pictures") return;
    this.book.take(message, buffers);
    this.paint();
  }
  /** Opens a shelf that is for this page, or says why there is nothing on it. */
  takeShelf() {
    const { number, page: page2, of, sentence, images } = this.model.get("shelf");
    const { view } = this;
    if (page2 && page2 !== this.queue.page) return this.draw();
    view.selection.clear();
    view.seenShelf = number;
    view.shelf = images.length ? number : 0;
    this.say(images.length ? "" : sentence, images.length ? 0 : REFUSED_MS);
    if (images.length) view.at = of;
    if (images.length && of < 0) this.showChosen();
    view.keep();
    this.draw();
  }
  /** What was chosen elsewhere to be answered is selected, and seen at once. */
  showChosen() {
    const { view } = this;
    const now = this.situation();
    view.grid = true;
    view.selection.all(now);
    view.at = now.firstOpen();
    this.parts.root.scrollIntoView({ block: "nearest" });
    this.focus();
  }
  /** Opens what was chosen elsewhere before this page was there. */
  takeWaiting() {
    const { number, page: page2 } = this.model.get("shelf");
    if (number > this.view.seenShelf && !page2) this.takeShelf();
  }
  /** @param {Acknowledgement} message */
  handleAcknowledgement(message) {
    if (message.page !== this.queue.page) return;
    const first = this.queue.waiting[0];
    if (message.ok && first?.seq === message.seq) this.view.done = imagesOf(first.action);
    if (!this.queue.acknowledge(message)) return;
    if (message.say) this.say(message.say, message.kept === false ? REFUSED_MS : 0);
    const back = message.ids ?? (message.show >= 0 ? [message.show] : []);
    const shelf = this.model.get("shelf");
    const own = !shelf.page || shelf.page === this.queue.page;
    if (own && back.length && needShelf(back, this.model.get("asked"), shelf)) this.view.shelf = shelf.number;
    if (message.ids && message.ids.length > 1) this.view.selection.ids = new Set(message.ids);
    if (message.show >= 0 && this.situation().place(message.show) >= 0) this.lookAt(message.show);
  }
  handleMarks() {
    this.view.done = [];
    this.draw();
  }
  // Beginning and end
  /** What an ended kernel or a page that was left has kept goes to the kernel that answers now. */
  takeOver() {
    const actions = this.kept.take();
    if (!actions.length) return;
    for (const action of actions) this.queue.push(action);
    this.view.at = this.situation().firstOpen();
    const what = actions.length === 1 ? "1 answer that was not saved is" : `${actions.length} answers that were not saved are`;
    this.say(`${what} sent now: the page or the kernel ended before that.`);
    this.draw();
  }
  /** Keeps what was not sent, and tells that nobody looks here any more. */
  leave() {
    this.queue.leave(this.kept);
    this.presence.leave();
  }
  stop() {
    this.leave();
    this.viewer.stop();
    this.classes.stop();
    this.leaveRoom();
  }
};
function showRow({ root, body }, grid, px) {
  const large = !grid && px > SIZES.one[FITS];
  body.dataset.grid = String(grid);
  body.style.setProperty("--px", `${px}px`);
  body.style.setProperty("--row", `${grid ? GRID_ROW : large ? px + BELOW : ROW}px`);
  root.classList.toggle("lada-lab-large", large);
}
function imagesOf(action) {
  if (action.name === "label_many" || action.name === "skip_many") return action.ids;
  return action.name === "label" || action.name === "adjudicate" || action.name === "skip" ? [action.id] : [];
}

// lada_explore/views/labeller/labeller.js
function render({ model, el }) {
  const labeller = new Labeller(model, el);
  const heard = {
    "change:asked": () => labeller.draw(),
    "change:shelf": () => labeller.takeShelf(),
    "change:marks": () => labeller.handleMarks(),
    "change:error": () => labeller.draw(),
    "msg:custom": (message, buffers) => labeller.handle(message, buffers)
  };
  for (const [event, call] of Object.entries(heard)) model.on(event, call);
  model.kernel.onGone(() => labeller.queue.lose(labeller.kept));
  const leave = () => labeller.leave();
  window.addEventListener("pagehide", leave);
  labeller.draw();
  labeller.takeWaiting();
  if (!model.kernel.gone) labeller.takeOver();
  return () => {
    labeller.stop();
    window.removeEventListener("pagehide", leave);
    for (const [event, call] of Object.entries(heard)) model.off(event, call);
  };
}
var labeller_default = withKernel({ render });
export {
  labeller_default as default
};
