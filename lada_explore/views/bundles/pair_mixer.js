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
function classWords({ known = "", guess = "" }) {
  const words = make("span", "lada-class-words");
  if (known) words.append(make("span", "lada-known", known));
  if (guess) words.append(make("span", "lada-guess", `guess: ${guess}`));
  return words;
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
  const step = [1, 2, 2.5, 5].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? 10 * power;
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
function densityTop({ tau, log_beta: logBeta }) {
  let top = DENSITY_TOP;
  for (let n = 0; n < tau.length; n += 1) top = Math.max(top, Math.exp((tau[n] - 1) * Math.log(0.25) - logBeta[n]));
  return top;
}
function densityPath({ toX, box }, top, tau, logBeta) {
  const xs = [];
  const ys = [];
  for (let n = 0; n <= DENSITY_STEPS; n += 1) {
    const lam = 2e-3 + 0.996 * n / DENSITY_STEPS;
    const density = Math.exp((tau - 1) * Math.log(lam * (1 - lam)) - logBeta);
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
  const inside = Math.min(box.right - 14, Math.max(box.left + 16, x));
  const look = { class: `lada-mark-text lada-mark-${kind}-text` };
  const place = y + shift < NAME_PX ? { x: x + 8, y: y + 4, "text-anchor": "start" } : { x: inside, y: y + shift, "text-anchor": "middle" };
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
function showDensity(profile, tau, logBeta) {
  profile.density.setAttribute("d", densityPath(profile, profile.top, tau, logBeta));
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
function moveClasses(chart2, pair, lam) {
  if (!chart2) return;
  const x = chart2.toX(lam);
  setAttributes(chart2.guide, { x1: x, x2: x });
  for (const { line, dot, look, kind, amount } of chart2.entries) {
    const share = interpolate(pair.grid, line, lam);
    dot.replaceChildren(mark(kind, x, chart2.toY(share), 4, `lada-class-mark lada-look-${look}`));
    setText(amount, `${(100 * share).toFixed(0)} %`);
  }
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
function paint(canvas, [channels, height, width], own, other, lam) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  const size = height * width;
  for (let at = 0; at < size; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = (channels === 3 ? channel : 0) * size + at;
      image.data[4 * at + channel] = Math.round(lam * own[from] + (1 - lam) * other[from]);
    }
    image.data[4 * at + 3] = 255;
  }
  penOf(canvas).putImageData(image, 0, 0);
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
    shape: state.images.map(({ pixels }) => pixels?.shape).find(Boolean) ?? null,
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
function build(el, on) {
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
  const choice = make("select", "lada-field lada-mix-choice");
  choice.setAttribute("aria-label", "Pair, best first; ● was asked about");
  choice.addEventListener("change", () => on.choose(choice.selectedIndex));
  const previous = button("‹", "The previous pair in the list", () => on.choose(choice.selectedIndex - 1));
  const next = button("›", "The next pair in the list", () => on.choose(choice.selectedIndex + 1));
  previous.append(make("span", "lada-mix-word", " Better"));
  next.prepend(make("span", "lada-mix-word", "Worse "));
  previous.setAttribute("aria-label", "‹ Better");
  next.setAttribute("aria-label", "Worse ›");
  const chooser = make("div", "lada-mix-chooser");
  chooser.append(previous, choice, next);
  return { chooser, choice, previous, next };
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
  const profile = chart("Acquisition along the mixing path, with the density of λ");
  const classes = chart("Class probabilities along the mixing path");
  const legend = make("ul", "lada-mix-legend");
  const noClasses = make("p", "lada-pair-message");
  const left = make("div", "lada-mix-path");
  left.append(row, inBox("lada-mix-slide", lam), inBox("lada-mix-foot", play, lamText));
  left.append(profile, classes, legend, noClasses);
  return { left, figures, lam, play, lamText, profile, classes, legend, noClasses };
}
function buildTau(on) {
  const value = chart("Look-ahead value against τ");
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
function chart(label) {
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
    this.parts = build(el, this);
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
    const choice = this.pair?.choices[place];
    if (choice) this.model.send({ type: "pair", ids: choice.ids });
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
function fillChoices({ choice, previous, next }, { choices, pair }) {
  refill(choice, choices, () => choices.map(({ text }) => make("option", "", text)));
  const at = choices.findIndex(({ ids }) => ids[0] === pair[0] && ids[1] === pair[1]);
  choice.selectedIndex = at;
  previous.setAttribute("aria-disabled", String(at <= 0));
  next.setAttribute("aria-disabled", String(at >= choices.length - 1));
}

// lada_explore/views/pair_mixer/pair_mixer.js
var pair_mixer_default = statePage(PairMixer);
export {
  pair_mixer_default as default
};
