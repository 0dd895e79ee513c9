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
  const mark = (event) => {
    const view = held.deref();
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
  const label = tabList(row, "lada-keys-tab", (place) => show2(place));
  const show2 = (chosen) => {
    if (chosen === 1 && !words.firstChild) words.append(glossaryList());
    label("What is listed", TABS, chosen);
    pages.forEach((page2, place) => {
      page2.hidden = place !== chosen;
    });
  };
  return { parts: [row, ...pages], show: show2 };
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

// lada_explore/views/stepper/stepper.js
var HOLD = { command: "pause", text: "Pause", icon: "❚❚", title: "Pause the running stage; nothing is lost" };
var RESUME = { command: "resume", text: "Continue", icon: "▶", title: "Go on where it was paused" };
var ASKING = {
  step: "Asking for the next stage …",
  cycle: "Asking for the next cycle …",
  run: "Asking for these cycles …",
  all: "Asking for all cycles that are left …",
  pause: "Asking for a pause …",
  resume: "Asking to continue …",
  stop: "Asking to stop …"
};
var SLOW_MS = 1500;
var CYCLES = 5;
function buildButtons(onPress) {
  const command = (command2, icon, text, title, className = "lada-button") => {
    const made = button(text, title, () => onPress(made), className);
    setAttributes(made, { "data-command": command2, "data-icon": icon, "aria-label": text });
    return made;
  };
  const primary = "lada-button lada-primary";
  return {
    step: command("step", "▸❘", "Next stage", "Run one stage", primary),
    cycle: command("cycle", "▸▸❘", "Next cycle", "Run to the end of the next acquisition cycle", primary),
    run: command("run", "▶", "Run", "Run this many acquisition cycles"),
    all: command("all", "▶❘", "Run to the end", "Run every cycle that is left"),
    pause: command(HOLD.command, HOLD.icon, HOLD.text, HOLD.title),
    stop: command("stop", "■", "Stop", "Stop the running stage; nothing of it is kept, and it can be run again")
  };
}
function buildControls(onPress) {
  const controls = make("div", "lada-controls");
  setAttributes(controls, { role: "toolbar", "aria-label": "Run" });
  const buttons = buildButtons(onPress);
  const cycles = make("input", "lada-field lada-cycles");
  Object.assign(cycles, { type: "number", min: "1", step: "1", value: String(CYCLES) });
  cycles.setAttribute("aria-label", "Cycles to run");
  cycles.addEventListener("input", () => setAttributes(cycles, { "data-typed": "" }));
  const { step, cycle, run, all, pause, stop } = buttons;
  for (const together of [
    [step, cycle],
    [run, cycles, make("span", "lada-unit", "cycles"), all],
    [pause, stop]
  ]) {
    controls.appendChild(make("div", "lada-group")).append(...together);
  }
  return { controls, buttons, cycles };
}
function folded(className) {
  const box = make("details", `lada-folded ${className}`);
  const [title, list] = [make("summary"), make("ul")];
  box.append(title, list);
  const show2 = (text, sentences) => {
    setText(title, text);
    refill(list, sentences, () => sentences.map(withCode));
    box.hidden = sentences.length === 0;
  };
  return { box, show: show2 };
}
function buildHead(root) {
  const head = make("header", "lada-head");
  const [about, labels] = [make("span", "lada-about"), make("span", "lada-labels")];
  const [notes, images] = [folded("lada-notes"), folded("lada-images")];
  head.append(about, labels, notes.box, images.box);
  root.append(head);
  return { about, labels, notes, images };
}
function buildProgress(root) {
  const { bar, fill } = progressBar("Progress of the stage");
  const now = announced("lada-now");
  const [amount, left] = [make("span", "lada-amount"), make("span", "lada-left")];
  const saying = make("div", "lada-saying");
  saying.append(now, amount, left);
  root.append(bar, saying);
  return { bar, fill, now, amount, left };
}
function build(el, onPress) {
  const root = viewRoot(el, "lada-stepper", "Step through the run");
  const { controls, buttons, cycles } = buildControls(onPress);
  const top = make("div", "lada-top");
  top.append(controls);
  const head = buildHead(top);
  const track = make("ol", "lada-track");
  track.setAttribute("aria-label", "Stages of the cycle");
  root.append(top, track);
  const progress = buildProgress(root);
  const error = announced("lada-error", "alert");
  const log = make("ol", "lada-log");
  log.setAttribute("aria-label", "What the last stages did, newest first");
  root.append(error, log);
  return { root, ...head, buttons, cycles, track, ...progress, error, log };
}
function stageItem(stage) {
  const item = make("li", "lada-stage");
  item.dataset.stage = stage.key;
  item.dataset.status = stage.status;
  if (stage.status === "running" || stage.status === "next") item.setAttribute("aria-current", "step");
  item.title = stage.time ? `${stage.title}, ${stage.time}` : stage.title;
  item.append(
    make("span", "lada-mark", stage.mark),
    make("span", "lada-name", stage.name),
    make("span", "lada-time", stage.time)
  );
  return item;
}
function logItem(entry) {
  const item = make("li", "lada-entry");
  item.append(make("span", "lada-where", entry.where), make("span", "lada-what", entry.text));
  return item;
}
function currentOf(stages) {
  const going = stages.findIndex(({ status }) => !["done", "todo", "skipped"].includes(status));
  return going >= 0 ? going : stages.findLastIndex(({ status }) => status === "done");
}
function stageItems(stages) {
  const items = stages.map(stageItem);
  items[Math.max(0, currentOf(stages))].dataset.current = "";
  return items;
}
function show(parts, state) {
  setText(parts.about, state.about);
  setText(parts.labels, state.labels);
  const { cycles } = parts;
  if (!("typed" in cycles.dataset)) cycles.value = String(Math.min(CYCLES, state.cycles_left || CYCLES));
  setWithCode(parts.now, state.now);
  showText(parts.error, state.error);
  const hold = state.run_state === "paused" ? RESUME : HOLD;
  const { pause } = parts.buttons;
  pause.dataset.command = hold.command;
  setText(pause, hold.text);
  setAttributes(pause, { "data-icon": hold.icon, "aria-label": hold.text, title: hold.title });
  for (const one of Object.values(parts.buttons)) {
    one.setAttribute("aria-disabled", String(!state.can[one.dataset.command ?? ""]));
    one.classList.remove("lada-asked");
  }
  refill(parts.track, state.stages, () => stageItems(state.stages));
  parts.notes.show(
    state.notes.length > 1 ? `${state.notes.length} notes on this run` : "1 note on this run",
    state.notes
  );
  parts.images.show(state.images.title, state.images.notes);
  refill(parts.log, state.log, () => state.log.map(logItem));
  showProgress(parts, state.progress?.done ?? 0, state.progress?.total ?? 0);
  setText(parts.amount, state.amount);
  setText(parts.left, state.left);
  parts.root.dataset.state = state.run_state;
  parts.root.dataset.rev = String(state.revision);
  delete parts.root.dataset.asked;
}
function render({ model, el }) {
  const parts = build(el, (pressed) => ask(pressed));
  parts.log.hidden = !model.get("log_shown");
  let slow;
  const draw = () => {
    clearTimeout(slow);
    show(parts, model.get("state"));
  };
  const ask = (pressed) => {
    if (pressed.getAttribute("aria-disabled") === "true") return;
    const name = (
      /** @type {keyof typeof ASKING} */
      pressed.dataset.command
    );
    pressed.classList.add("lada-asked");
    parts.root.dataset.asked = name;
    setText(parts.now, ASKING[name]);
    clearTimeout(slow);
    slow = setTimeout(() => setText(parts.now, "The kernel is busy; it will answer when its cell is done."), SLOW_MS);
    model.send(name === "run" ? { type: "command", name, cycles: parts.cycles.value } : { type: "command", name });
  };
  parts.cycles.addEventListener("keydown", (event) => {
    if (event.key === "Enter") ask(parts.buttons.run);
  });
  model.on("change:state", draw);
  model.kernel.onGone(draw);
  draw();
  return () => {
    clearTimeout(slow);
    model.off("change:state", draw);
  };
}
var stepper_default = withKernel({ render });
export {
  stepper_default as default
};
