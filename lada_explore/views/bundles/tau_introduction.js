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
function showText(element, text) {
  setWithCode(element, text);
  element.hidden = !text;
}
function refill(element, key, build2) {
  const text = JSON.stringify(key);
  if (element.dataset.key === text) return false;
  element.dataset.key = text;
  element.replaceChildren(...build2());
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
    const chart2 = keys.title === "chart" && root.querySelector(".lada-plot-chart")?.getAttribute("aria-label");
    own.push(chart2 ? { ...keys, title: chart2 } : keys);
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
  const chart2 = root.querySelector(".lada-plot-chart");
  if (bar) bar.append(shown);
  else if (chart2) {
    const place = make("div", "lada-keys-place");
    place.append(shown);
    chart2.before(place);
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
function withKernel({ initialize, render }, { says = true } = {}) {
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
      const close = render({ ...given, model: guardedModel(model, kernel) });
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

// lada_explore/views/base/state_page.js
function statePage(Page) {
  function render({ model, el }) {
    const page2 = new Page(model, el);
    const draw = () => page2.draw();
    model.on("change:state", draw);
    draw();
    return () => {
      page2.stop();
      model.off("change:state", draw);
    };
  }
  return withKernel({ render });
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
    const inside = mass[n + 1] - mass[n];
    const toRight = (moment[n + 1] - moment[n] - nodes[n] * inside) / (nodes[n + 1] - nodes[n]);
    weights[n] += inside - toRight;
    weights[n + 1] += toRight;
  }
  return weights;
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
function glyphPath(kind, x, y, half) {
  const corners = CORNERS[kind];
  if (!corners) return `M${x - half} ${y}a${half} ${half} 0 1 0 ${2 * half} 0a${half} ${half} 0 1 0 ${-2 * half} 0Z`;
  return `M${corners.map(([across, down]) => `${x + half * across} ${y + half * down}`).join("L")}Z`;
}

// lada_explore/views/base/pair_plot.js
var SVG_NS = "http://www.w3.org/2000/svg";
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

// lada_explore/views/pair_mixer/charts.js
var CHART_PX = 210;
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
function showDensity(profile, tau, logBeta2) {
  profile.density.setAttribute("d", densityPath(profile, profile.top, tau, logBeta2));
}
function moveTau({ profile, value }, table, place) {
  const tau = table.tau[place];
  showDensity(profile, tau, table.log_beta[place]);
  setAttributes(value.here, { cx: value.toX(tau), cy: value.toY(table.value[place]) });
}

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
function build(el, on) {
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
  const [tauText, slopeText] = [make("output", "lada-mix-readout"), make("output", "lada-mix-readout")];
  const words = make("div", "lada-mix-foot");
  words.append(tauText, slopeText);
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
  return { side, value, tau, tauText, slopeText, steps, run, result };
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
    this.parts = build(el, this);
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
export {
  tau_introduction_default as default
};
