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
var groupName = () => `lada-group-${Math.random().toString(36).slice(2)}`;
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

// lada_explore/views/playground/accuracy.js
var SAMPLE_PX = 30;
function drawAccuracy(svg, runs, width, height) {
  const shown = runs.filter(({ accuracy }) => accuracy.labels.length);
  if (svg.parentElement) svg.parentElement.hidden = !shown.length;
  if (!shown.length || width < 160) return;
  const labels = shown.flatMap(({ accuracy }) => accuracy.labels);
  const shares = shown.flatMap(({ accuracy }) => accuracy.share.map((share) => 100 * share));
  const low = Math.min(50, ...shares);
  const plot = drawAxes(svg, {
    width,
    height,
    x: [Math.min(...labels) - 2, Math.max(...labels, Math.min(...labels) + 16) + 2],
    y: [low, 102],
    xTitle: "labels",
    yTitle: "right (%)"
  });
  shown.forEach(({ method, accuracy }, place) => {
    const [xs, ys] = [accuracy.labels.map(plot.toX), accuracy.share.map((share) => plot.toY(100 * share))];
    plot.layer.append(shape("path", { class: "lada-class", "data-look": place, d: linePath(xs, ys) }));
    xs.forEach((x, n) => plot.layer.append(mark(MARKS[place], x, ys[n], 3.5, `lada-class-mark lada-look-${place}`)));
    if (shown.length > 1) nameLine(plot, method, place);
  });
}
function nameLine({ layer, box }, name, place) {
  const y = box.bottom - 12 - 16 * place;
  const text = shape("text", { class: "lada-class-label", x: box.right - 4, y: y + 4, "text-anchor": "end" }, name);
  layer.append(text);
  const right = box.right - 12 - text.getComputedTextLength();
  const sample = { class: "lada-class", "data-look": place, d: `M${right - SAMPLE_PX} ${y}H${right}` };
  layer.append(shape("path", sample));
  layer.append(mark(MARKS[place], right - SAMPLE_PX / 2, y, 3.5, `lada-class-mark lada-look-${place}`));
}

// lada_explore/views/playground/asking.js
var SLOW_MS = 1500;
var FORGET_MS = 3e3;
var Asking = class {
  /**
   * @param {Pick<PlaygroundModel, "get" | "send">} model of the view
   * @param {HTMLElement} root of the view
   * @param {HTMLElement} place for the words
   */
  constructor(model, root, place) {
    this.model = model;
    this.root = root;
    this.place = place;
    this.revision = -1;
    this.at = 0;
    this.slow = void 0;
  }
  /**
   * @param {object} message
   * @param {HTMLElement | null} pressed the button that asks, if one does
   */
  ask(message, pressed = null) {
    this.revision = this.model.get("state").revision;
    this.at = performance.now();
    this.mark(pressed);
    this.model.send(message);
  }
  /** Whether the last question has changed the state, or is too old to be waited for. */
  get answered() {
    return this.model.get("state").revision !== this.revision || this.since > FORGET_MS;
  }
  /** ms since the last question. */
  get since() {
    return performance.now() - this.at;
  }
  /**
   * Says that a button was pressed.
   *
   * @param {HTMLElement | null} pressed
   */
  mark(pressed) {
    this.unmark();
    if (!pressed) return;
    pressed.classList.add("lada-asked");
    this.root.setAttribute("aria-busy", "true");
    setText(this.place, `${(pressed.textContent ?? "").replace(/[^\p{L} ]/gu, "").trim()}: waiting for the kernel …`);
    const late = "The kernel is busy; it will answer when its cell is done.";
    this.slow = setTimeout(() => setText(this.place, late), SLOW_MS);
  }
  unmark() {
    clearTimeout(this.slow);
    for (const made of this.root.querySelectorAll(".lada-asked")) made.classList.remove("lada-asked");
    this.root.removeAttribute("aria-busy");
  }
};

// lada_explore/views/base/motion.js
var between = (from, to, share) => to.map((end, axis) => from[axis] + share * (end - from[axis]));
var onTheWay = ([x0, y0], [x1, y1], share) => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];

// lada_explore/views/playground/plane_colours.js
var CLASS_COLOURS = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [214, 180, 0]
];
var CLASS_SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
var BITS = [
  [252, 228, 140],
  [249, 174, 50],
  [229, 92, 48],
  [164, 44, 96],
  [88, 16, 110],
  [18, 6, 36]
];
var css = (rgb, alpha = 1) => `rgba(${rgb[0]}, ${rgb[1]}, ${rgb[2]}, ${alpha})`;
var classColour = (label) => CLASS_COLOURS[label % CLASS_COLOURS.length];
function pageColours(element) {
  const { color } = getComputedStyle(element);
  const dark = !isDark(channelsOf(color, [0, 0, 0]));
  return {
    dark,
    ink: channelsOf(color, dark ? [240, 240, 240] : [20, 20, 20]),
    paper: dark ? [17, 17, 17] : [255, 255, 255]
  };
}
function bitsColour(share, dark) {
  const at = Math.min(1, Math.max(0, dark ? 1 - share : share)) * (BITS.length - 1);
  const low = Math.min(BITS.length - 2, Math.floor(at));
  return between(BITS[low], BITS[low + 1], at - low).map(Math.round);
}
function classPath(label, x, y, half) {
  const path = new Path2D();
  addGlyph(path, CLASS_SHAPES[label % CLASS_SHAPES.length], x, y, half);
  return path;
}
function classIcon(label, size = 14) {
  const canvas = make("canvas", "lada-pg-icon");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = size * ratio;
  canvas.style.width = canvas.style.height = `${size}px`;
  canvas.setAttribute("aria-hidden", "true");
  const pen = penOf(canvas);
  pen.scale(ratio, ratio);
  pen.fillStyle = css(classColour(label));
  pen.fill(classPath(label, size / 2, size / 2, size * 0.36));
  return canvas;
}

// lada_explore/views/playground/backgrounds.js
var shareAt = (field2, at) => field2.entropy[at] / field2.highest;
var BACKGROUNDS = {
  classes: {
    title: "Classes, paler where less sure",
    sample: "lada-pg-tint",
    legend: "background: predicted class, paler where less sure",
    colourAt: (field2, at, { paper }) => {
      const strength = 0.5 * (1 - shareAt(field2, at)) ** 0.7;
      return between(paper, classColour(field2.winner[at]), strength).map(Math.round);
    }
  },
  entropy: {
    title: "Predictive entropy",
    sample: "lada-pg-bits",
    legend: "background: predictive entropy",
    colourAt: (field2, at, { dark }) => bitsColour(shareAt(field2, at), dark)
  }
};

// lada_explore/views/playground/controls.js
var PACES = [
  ["step 1500", "a stage in 1.5 s"],
  ["step 400", "a stage in 0.4 s"],
  ["cycle 700", "a cycle in 0.7 s"]
];
var ANSWERERS = [
  ["truth", "The truth"],
  ["person", "I do"]
];
function field(label, control) {
  const made = make("label", "lada-pg-field");
  made.append(make("span", "", label), control);
  return made;
}
function chooser(label, on) {
  const made = make("select", "lada-pg-select");
  made.setAttribute("aria-label", label);
  made.addEventListener("change", on);
  return made;
}
function chooserOf(label, entries, on = () => {
}) {
  const made = chooser(label, on);
  fillSelect(made, entries, entries[0][0]);
  return made;
}
function buildChoices(on) {
  const made = {
    dataset: chooser("Data set", on.begin),
    method: chooser("Method", on.begin),
    compare_method: chooser("Compare with", on.begin),
    seed: Object.assign(make("input", "lada-pg-seed"), { type: "number", min: "0", step: "1" }),
    reset: button("Reset", "Start new runs with these choices; the earlier ones stay on disk", on.begin),
    draw: button("Draw points", "Put points of your own on the plane", on.draw)
  };
  made.seed.setAttribute("aria-label", "Seed");
  made.seed.addEventListener("change", on.begin);
  const row = make("div", "lada-pg-row");
  const beside = field("Beside it", made.compare_method);
  const seed = field("Seed", made.seed);
  beside.dataset.not = "duel";
  for (const part of [seed, made.reset, made.draw]) part.dataset.not = "duel seeds";
  row.append(field("Data", made.dataset), field("Method", made.method), beside, seed, made.reset, made.draw);
  return { row, made };
}
function buildSteps(on) {
  const backgrounds = Object.entries(BACKGROUNDS).map(([name, { title }]) => [name, title]);
  const made = {
    back: button("◀ Back", "The previous stage; nothing is undone", on.back),
    step: button("Step ▶", "The next stage", on.step),
    cycle: button("Cycle ▶▶", "To the end of the cycle", on.cycle),
    play: button("▶ Play", "Step by itself", on.play),
    pace: chooserOf("Pace", PACES),
    mode: chooserOf("Background", backgrounds, on.mode),
    truth: chooserOf("Who answers", ANSWERERS, on.truth),
    place: make("output", "lada-pg-place")
  };
  const row = make("div", "lada-pg-row");
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", "Step through the run");
  const fields = [field("Background", made.mode), field("Who answers", made.truth)];
  row.append(made.back, made.step, made.cycle, made.play, made.pace, ...fields);
  return { row, made };
}
var MODES = [
  ["step", "Step through it"],
  ["duel", "Play against the method"],
  ["seeds", "Run 20 seeds"]
];
function buildModes(on) {
  const bar = make("div", "lada-pg-modes");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "What to do with the plane");
  const modes = MODES.map(([mode, text]) => {
    const made = button(text, "", () => on.turn(mode));
    made.dataset.mode = mode;
    return made;
  });
  bar.append(...modes);
  return { bar, modes };
}
function buildControls(parts, on) {
  const [choices, steps] = [buildChoices(on), buildSteps(on)];
  const sketch = make("div", "lada-pg-row lada-pg-sketch");
  sketch.setAttribute("role", "group");
  sketch.setAttribute("aria-label", "Draw points");
  const top = make("div", "lada-pg-top");
  parts.title.before(top);
  const { bar, modes } = buildModes(on);
  top.append(parts.title, bar, steps.made.place);
  choices.row.classList.add("lada-pg-choices");
  steps.row.classList.add("lada-pg-steps");
  parts.body.append(choices.row, steps.row, sketch);
  return { ...parts, ...choices.made, ...steps.made, modes, sketch };
}
function fillChoices(parts, { datasets, methods, choice }) {
  const sets = datasets.map(({ name, text }) => [name, text]);
  const offered = methods.map((name) => [name, name]);
  fillSelect(parts.dataset, sets, choice.dataset);
  fillSelect(parts.method, offered, choice.method);
  fillSelect(parts.compare_method, [["", "nothing"], ...offered], choice.compare_method);
  if (document.activeElement !== parts.seed) parts.seed.value = String(choice.seed);
  parts.truth.value = choice.by_truth ? "truth" : "person";
}

// lada_explore/views/duel/board.js
function fillBoard(table, method, lines) {
  const head = ["cycle", "labels", "you", method, "you ahead by", "both asked"];
  refill(table, JSON.stringify([head, lines]), () => {
    const names = make("tr");
    names.append(...head.map((name) => make("th", "", name)));
    const rows = lines.map((line) => {
      const row = make("tr");
      const lead = line.lead ? `${line.lead} points` : "";
      const texts = [line.cycle, line.labels, line.you, line.theirs, lead, line.shared];
      row.append(...texts.map((text) => make("td", "", text)));
      return row;
    });
    return [names, ...rows];
  });
}

// lada_explore/views/playground/plane_geometry.js
var PICK_PX = 12;
function toPixel(size, x, y) {
  return [(x + 1) / 2 * size, (1 - y) / 2 * size];
}
function toPoint(size, [right, down]) {
  return [2 * right / size - 1, 1 - 2 * down / size];
}
function endsOf({ x, y }, pairs, row, size) {
  const [first, second] = [pairs.ids[2 * row], pairs.ids[2 * row + 1]];
  return [toPixel(size, x[first], y[first]), toPixel(size, x[second], y[second])];
}
function distance([x, y], [[x1, y1], [x0, y0]]) {
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
  const along = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared));
  return Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
}
function pairAt(scene, pixel, size) {
  const { pairs } = scene;
  if (!pairs?.known) return -1;
  let [nearest2, least] = [-1, PICK_PX];
  for (let row = 0; row < pairs.queried.length; row += 1) {
    const away = distance(pixel, endsOf(scene, pairs, row, size));
    if (away < least) [nearest2, least] = [row, away];
  }
  return nearest2;
}

// lada_explore/views/playground/candidates.js
function placesOf({ x, y }, items, size) {
  return items.map((ids) => {
    const [first, last] = [ids[0], ids[ids.length - 1]];
    return [toPixel(size, x[first], y[first]), toPixel(size, x[last], y[last])];
  });
}
function nearestTo(places, pixel, reach) {
  let [nearest2, least] = [-1, reach];
  places.forEach((ends, row) => {
    const away = distance(pixel, ends);
    if (away < least) [nearest2, least] = [row, away];
  });
  return nearest2;
}
var WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
var middleOf = ([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
function towards(places, row, key) {
  const way = WAYS[key];
  if (!way || !places[row]) return row;
  const [x, y] = middleOf(places[row]);
  let [nearest2, least] = [row, Number.POSITIVE_INFINITY];
  places.forEach((ends, other) => {
    const [right, down] = [middleOf(ends)[0] - x, middleOf(ends)[1] - y];
    const ahead = right * way[0] + down * way[1];
    const aside = Math.abs(right * way[1] + down * way[0]);
    if (other !== row && ahead > aside && ahead + aside < least) [nearest2, least] = [other, ahead + aside];
  });
  return nearest2;
}

// lada_explore/views/playground/picker.js
var REACH_PX = 14;
var TOUCH_PX = 26;
var Picker = class {
  /**
   * @param {Plane} plane over which it lies
   * @param {(ids: number[]) => void} onToggle
   */
  constructor(plane, onToggle) {
    this.plane = plane;
    this.onToggle = onToggle;
    this.svg = shape("svg", { class: "lada-pg-picker", role: "group" });
    this.svg.addEventListener("click", (event) => this.click(event));
    this.svg.addEventListener("pointermove", (event) => this.hover(event));
    this.svg.addEventListener("pointerleave", () => this.mark(-1));
    this.svg.addEventListener("keydown", (event) => this.press(event));
    this.onTop = shape("g", { class: "lada-pg-picked", "aria-hidden": "true" });
    plane.frame.append(this.svg);
    this.items = [];
    this.places = [];
    this.made = [];
    this.at = 0;
    this.key = "";
  }
  /**
   * Shows what can be picked; nothing for an empty list.
   *
   * @param {Points} points
   * @param {number[][]} items ids of each candidate
   * @param {number[]} picked ids
   */
  show(points, items, picked) {
    const { size, canvas } = this.plane;
    this.svg.toggleAttribute("hidden", !items.length);
    const key = JSON.stringify([size, items]);
    if (key !== this.key) this.build(points, items, size, key);
    const { left, top, width, height } = canvas.style;
    Object.assign(this.svg.style, { left, top, width, height });
    items.forEach((ids, row) => {
      const is = ids.every((id) => picked.includes(id));
      this.made[row].setAttribute("aria-pressed", String(is));
      this.made[row].classList.toggle("lada-picked", is);
    });
    const chosen = this.made.filter((made) => made.classList.contains("lada-picked"));
    this.onTop.replaceChildren(...chosen.flatMap((made) => [...made.children].map((part) => part.cloneNode())));
  }
  /**
   * @param {Points} points
   * @param {number[][]} items
   * @param {number} size
   * @param {string} key
   */
  build(points, items, size, key) {
    const held = this.svg.contains(document.activeElement);
    const what = items[0]?.length === 2 ? "pairs" : "points";
    if (JSON.stringify(items) !== JSON.stringify(this.items)) this.at = 0;
    this.key = key;
    this.items = items;
    this.places = placesOf(points, items, size);
    const label = `${items.length} candidate ${what}: arrows move, Enter or Space picks`;
    setAttributes(this.svg, { viewBox: `0 0 ${size} ${size}`, "aria-label": label });
    this.made = items.map((ids, row) => {
      const name = ids.length === 2 ? `pair ${row + 1}: points ${ids[0]} and ${ids[1]}` : `point ${ids[0]}`;
      const tab = row === this.at ? 0 : -1;
      const made = shape("g", { class: "lada-pg-pick", role: "button", tabindex: tab, "aria-label": name });
      const [[x1, y1], [x2, y2]] = this.places[row];
      for (const part of ["lada-pg-rim", "lada-pg-mark"]) {
        if (ids.length === 2) made.append(shape("line", { class: part, x1, y1, x2, y2 }));
        made.append(shape("circle", { class: part, cx: x1, cy: y1, r: 5 }));
        if (ids.length === 2) made.append(shape("circle", { class: part, cx: x2, cy: y2, r: 5 }));
      }
      return made;
    });
    this.svg.replaceChildren(...this.made, this.onTop);
    if (held) this.made[this.at]?.focus();
  }
  /** @param {MouseEvent} event */
  rowAt(event) {
    const corner = this.svg.getBoundingClientRect();
    const reach = (
      /** @type {PointerEvent} */
      event.pointerType === "touch" ? TOUCH_PX : REACH_PX
    );
    return nearestTo(this.places, [event.clientX - corner.left, event.clientY - corner.top], reach);
  }
  /** @param {MouseEvent} event */
  click(event) {
    const row = this.rowAt(event);
    if (row < 0) return;
    this.go(row);
    this.onToggle(this.items[row]);
  }
  /** @param {PointerEvent} event */
  hover(event) {
    this.mark(event.pointerType === "touch" ? -1 : this.rowAt(event));
  }
  /** @param {number} near row of the candidate that a click would mean */
  mark(near) {
    this.svg.style.cursor = near < 0 ? "" : "pointer";
    this.made.forEach((made, row) => made.classList.toggle("lada-near", row === near));
  }
  /** @param {KeyboardEvent} event */
  press(event) {
    const { key } = event;
    const held = this.made.findIndex((made) => made === event.target);
    if (held >= 0 && held !== this.at) this.go(held);
    if (key.startsWith("Arrow")) this.go(towards(this.places, this.at, key));
    else if (key === "Enter" || key === " ") this.onToggle(this.items[this.at]);
    else return;
    event.preventDefault();
  }
  /** @param {number} row that gets the focus, and that Tab comes to from now on */
  go(row) {
    this.made[this.at]?.setAttribute("tabindex", "-1");
    this.at = row;
    this.made[row].setAttribute("tabindex", "0");
    this.made[row].focus();
  }
};

// lada_explore/views/playground/plane_layers.js
var FALL_PX = 34;
var PIECES = 32;
var WIDTHS = { other: 1.4, asked: 4, chosen: 5.5 };
function drawField({ pen, size, colours }, { field: field2, mode }) {
  if (!field2) return;
  const cell = size / (field2.side - 1);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(fieldImage(field2, mode, colours), -cell / 2, -cell / 2, size + cell, size + cell);
}
function fieldImage(field2, mode, colours) {
  const { colourAt } = BACKGROUNDS[mode];
  const image = new ImageData(field2.side, field2.side);
  for (let row = 0; row < field2.side; row += 1) {
    for (let column = 0; column < field2.side; column += 1) {
      const at = row * field2.side + column;
      image.data.set([...colourAt(field2, at, colours), 255], 4 * ((field2.side - 1 - row) * field2.side + column));
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = field2.side;
  penOf(canvas).putImageData(image, 0, 0);
  return canvas;
}
function drawSegments(surface, scene) {
  const { pairs, chosen } = scene;
  if (!pairs) return;
  const { queried } = pairs;
  const backwards = [...queried.keys()].filter((row) => row !== chosen).reverse();
  for (const row of backwards) if (!queried[row]) drawSegment(surface, scene, pairs, row, WIDTHS.other);
  for (const row of backwards) if (queried[row]) drawSegment(surface, scene, pairs, row, WIDTHS.asked);
  if (chosen >= 0 && chosen < queried.length) drawSegment(surface, scene, pairs, chosen, WIDTHS.chosen);
}
function drawSegment({ pen, size, colours }, scene, pairs, row, width) {
  const ends = endsOf(scene, pairs, row, size);
  const line = new Path2D(`M${ends[1].join(" ")}L${ends[0].join(" ")}`);
  pen.lineCap = "round";
  if (!pairs.known) {
    Object.assign(pen, { strokeStyle: css(colours.ink, 0.35), lineWidth: 1 });
    pen.setLineDash([4, 3]);
    pen.stroke(line);
    pen.setLineDash([]);
    return;
  }
  Object.assign(pen, {
    strokeStyle: css(colours.dark ? [0, 0, 0] : [255, 255, 255], 0.9),
    lineWidth: width + (width > 2 ? 2.4 : 1.2)
  });
  pen.stroke(line);
  pen.lineWidth = width;
  drawProfileAlong(pen, ends, profileOf(pairs, row), (value) => bitsColour(value / scene.highest, colours.dark));
}
var profileOf = ({ profile, grid }, row) => profile.subarray(row * grid.length, (row + 1) * grid.length);
function drawProfileAlong(pen, [one, zero], profile, colourOf) {
  for (let piece = 0; piece < PIECES; piece += 1) {
    const [from, to] = [piece / PIECES, (piece + 1) / PIECES];
    pen.strokeStyle = css(colourOf(profile[Math.round((from + to) / 2 * (profile.length - 1))]));
    pen.beginPath();
    pen.moveTo(...onTheWay(zero, one, from));
    pen.lineTo(...onTheWay(zero, one, to));
    pen.stroke();
  }
}
function drawPoints(surface, scene) {
  const { pen, size, colours } = surface;
  const { labels, ids, fresh } = scene.labelled;
  const labelled = new Set(ids);
  const candidates = new Set(scene.candidates);
  for (let id = 0; id < scene.x.length; id += 1) {
    if (labelled.has(id)) continue;
    const candidate = candidates.has(id);
    pen.beginPath();
    pen.arc(...toPixel(size, scene.x[id], scene.y[id]), candidate ? 2.6 : 1.5, 0, 2 * Math.PI);
    pen.fillStyle = css(colours.ink, candidate ? 0.85 : 0.3);
    pen.fill();
  }
  ids.forEach((id, place) => {
    drawLabelled(surface, toPixel(size, scene.x[id], scene.y[id]), labels[place], place >= ids.length - fresh);
  });
}
function drawLabelled({ pen, colours }, [x, y], label, fresh) {
  const path = classPath(label, x, y, fresh ? 6.5 : 5);
  pen.fillStyle = css(classColour(label));
  Object.assign(pen, { strokeStyle: css(fresh ? colours.ink : colours.paper), lineWidth: fresh ? 1.8 : 1.3 });
  pen.fill(path);
  pen.stroke(path);
}
function drawVirtual(surface, scene, share) {
  const { pairs } = scene;
  if (!pairs) return;
  for (const row of pairs.queried.keys()) {
    const lams = scene.lamOf(row);
    if (lams) drawFalling(surface, endsOf(scene, pairs, row, surface.size), lams, share);
  }
}
function drawFalling({ pen, colours }, [one, zero], lams, share) {
  const [wide, high] = [one[0] - zero[0], one[1] - zero[1]];
  const length = Math.hypot(wide, high) || 1;
  const side = wide >= 0 ? 1 : -1;
  lams.forEach((lam, place) => {
    const own = Math.min(1, Math.max(0, share * 1.8 - 0.8 * place / lams.length));
    const away = side * FALL_PX * (1 - own * own) / length;
    const [x, y] = onTheWay(zero, one, lam);
    const shown = Math.min(1, 3 * own);
    pen.beginPath();
    pen.arc(x + away * high, y - away * wide, 2.7, 0, 2 * Math.PI);
    pen.fillStyle = css(colours.dark ? [20, 20, 20] : [255, 255, 255], 0.85 * shown);
    Object.assign(pen, { strokeStyle: css(colours.ink, 0.95 * shown), lineWidth: 1.1 });
    pen.fill();
    pen.stroke();
  });
}
function nameEnds(surface, scene) {
  const { pairs, chosen, current } = scene;
  if (!pairs?.known || chosen < 0 || chosen >= pairs.queried.length || current >= 0) return;
  endsOf(scene, pairs, chosen, surface.size).forEach(([x, y], end) => write(surface, `λ = ${1 - end}`, [x + 9, y - 8]));
}
function drawAsked(surface, scene) {
  const { pen, size, colours } = surface;
  for (const id of scene.asked) {
    if (scene.labelled.ids.includes(id)) continue;
    const [x, y] = toPixel(size, scene.x[id], scene.y[id]);
    const now = id === scene.current;
    pen.beginPath();
    pen.arc(x, y, now ? 12 : 8, 0, 2 * Math.PI);
    Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: now ? 3 : 1.6 });
    pen.stroke();
    if (now) write(surface, "?", [x + 15, y - 9], 18);
  }
}
function drawCross({ pen, size, colours }, { cross }) {
  if (!cross) return;
  const [x, y] = toPixel(size, ...cross);
  Object.assign(pen, { strokeStyle: css(colours.ink), lineWidth: 1.5 });
  pen.stroke(new Path2D(`M${x - 10} ${y}h20M${x} ${y - 10}v20`));
}
function write({ pen, size, colours, family }, text, [x, y], height = 12) {
  pen.font = `600 ${height}px ${family}`;
  const wide = pen.measureText(text).width;
  const [left, base] = [Math.min(size - wide - 3, Math.max(3, x)), Math.min(size - 4, Math.max(height, y))];
  Object.assign(pen, {
    strokeStyle: css(colours.paper),
    lineWidth: 4,
    lineJoin: "round",
    fillStyle: css(colours.ink)
  });
  pen.strokeText(text, left, base);
  pen.fillText(text, left, base);
}

// lada_explore/views/playground/plane.js
var MIN_PX = 120;
var MAX_PX = 640;
var FALL_MS = 700;
var BAR_STEPS = 24;
var Plane = class {
  /**
   * @param {HTMLElement} parent
   * @param {{ pick: (row: number) => void, place: (x: number, y: number) => void }} on hears clicks: on a pair, or
   *   anywhere while points are drawn by hand
   */
  constructor(parent, on) {
    this.parent = parent;
    this.on = on;
    this.frame = make("div", "lada-pg-plane");
    this.axes = shape("svg", { class: "lada-plot-svg", "aria-hidden": "true" });
    this.canvas = make("canvas", "lada-pg-canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.frame.append(this.axes, this.canvas);
    parent.append(this.frame);
    this.pen = penOf(this.canvas);
    this.scene = null;
    this.size = 0;
    this.width = -1;
    this.fell = { key: "", at: 0 };
    this.frameRequest = 0;
  }
  /** @param {PlaneScene} scene */
  draw(scene) {
    if (scene.fallKey !== this.fell.key) this.fell = { key: scene.fallKey, at: performance.now() };
    const barAgain = this.scene?.highest !== scene.highest;
    this.scene = scene;
    if ((barAgain || this.width !== this.parent.clientWidth) && !this.fit(scene)) return;
    this.canvas.setAttribute("aria-label", scene.label);
    cancelAnimationFrame(this.frameRequest);
    this.paint(scene);
  }
  /** Lets the next drawing draw the axes too. */
  again() {
    this.width = -1;
  }
  stop() {
    cancelAnimationFrame(this.frameRequest);
  }
  /**
   * Draws axes and bar for the width there is, and lays the canvas over them. Returns whether there is room.
   *
   * @param {PlaneScene} scene
   */
  fit({ highest }) {
    const width = Math.min(this.parent.clientWidth, MAX_PX);
    if (width < MIN_PX) return false;
    this.width = this.parent.clientWidth;
    const height = width - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom;
    const titles = { xTitle: "first coordinate", yTitle: "second coordinate", yTicks: 4 };
    const { box } = drawAxes(this.axes, { width, height, x: [-1, 1], y: [-1, 1], ...titles });
    this.size = box.right - box.left;
    const { canvas, size, pen } = this;
    canvas.width = canvas.height = Math.round(size * (window.devicePixelRatio || 1));
    const [left, top, side] = [box.left, box.top, size].map((length) => `${length}px`);
    Object.assign(canvas.style, { left, top, width: side, height: side });
    pen.scale(canvas.width / size, canvas.width / size);
    if (highest) this.drawBar(box, highest);
    return true;
  }
  /**
   * The colours of the entropy beside the axes.
   *
   * @param {Box} box
   * @param {number} highest
   */
  drawBar(box, highest) {
    const { dark } = pageColours(this.frame);
    const [left, top, height] = [box.right + 6, box.top + 14, Math.min(150, box.bottom - box.top - 40)];
    const each = height / BAR_STEPS;
    for (let n = 0; n < BAR_STEPS; n += 1) {
      const fill = css(bitsColour(1 - (n + 0.5) / BAR_STEPS, dark));
      this.axes.append(shape("rect", { x: left, y: top + n * each, width: 9, height: each + 0.6, fill }));
    }
    const write2 = (text, x, y) => this.axes.append(shape("text", { class: "lada-tick", x, y }, text));
    write2("bits", left - 2, top - 4);
    write2(fixed(highest, 1), left + 12, top + 8);
    write2("0", left + 12, top + height);
  }
  /**
   * Draws the canvas, and again until the virtual instances have fallen.
   *
   * @param {PlaneScene} scene
   */
  paint(scene) {
    const { pen, size } = this;
    const colours = pageColours(this.frame);
    const surface = { pen, size, colours, family: getComputedStyle(this.frame).fontFamily };
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const share = still ? 1 : Math.min(1, (performance.now() - this.fell.at) / FALL_MS);
    pen.clearRect(0, 0, size, size);
    pen.fillStyle = css(colours.paper);
    pen.fillRect(0, 0, size, size);
    drawField(surface, scene);
    drawSegments(surface, scene);
    drawPoints(surface, scene);
    drawVirtual(surface, scene, share);
    nameEnds(surface, scene);
    drawAsked(surface, scene);
    drawCross(surface, scene);
    if (share < 1 && scene.pairs) this.frameRequest = requestAnimationFrame(() => this.paint(scene));
  }
  /** @param {MouseEvent} event */
  click(event) {
    if (!this.scene) return;
    const corner = this.canvas.getBoundingClientRect();
    const pixel = [event.clientX - corner.left, event.clientY - corner.top];
    if (this.scene.cross) {
      this.on.place(...toPoint(this.size, pixel));
      return;
    }
    const row = pairAt(this.scene, pixel, this.size);
    if (row >= 0) this.on.pick(row);
  }
};

// lada_explore/views/playground/room.js
var FRAMED_PX = 800;
var ROOM = "--lada-pg-room";
var roomOf = (within) => Number.parseFloat(getComputedStyle(within).getPropertyValue(ROOM)) || FRAMED_PX;
function heightOf(within, share, least, most) {
  return Math.round(Math.max(least, Math.min(most, share * roomOf(within))));
}
function watchRoom(root, changed) {
  const tell = () => {
    const height = window.parent === window ? window.innerHeight : FRAMED_PX;
    root.style.setProperty(ROOM, `${height}px`);
  };
  const onResize = () => {
    tell();
    changed();
  };
  window.addEventListener("resize", onResize);
  tell();
  return () => window.removeEventListener("resize", onResize);
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

// lada_explore/views/playground/run_state.js
function withArrays(value) {
  if (!value || typeof value !== "object" || Array.isArray(value)) return value;
  if ("bytes" in value) return numbers(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withArrays(inner)]));
}
var readRun = (sent) => withArrays(sent);
var readDraws = (sent) => withArrays(sent);
function chartPair(pairs, row) {
  const [steps, points] = [pairs.tau.length, pairs.grid.length];
  const joined = (grid, own) => Float32Array.from([...grid, ...own.subarray(2 * row, 2 * row + 2)]);
  return {
    grid: pairs.grid,
    nodes: pairs.nodes.filter((_, place) => place % 4 === 0),
    profile: pairs.profile.subarray(row * points, (row + 1) * points),
    terms: pairs.terms.subarray(3 * row, 3 * row + 3),
    unit: pairs.unit,
    tau_max: pairs.tau_max,
    table: {
      tau: joined(pairs.tau, pairs.own_tau),
      value: pairs.value.subarray(row * (steps + 2), (row + 1) * (steps + 2)),
      log_beta: joined(pairs.log_beta, pairs.own_log_beta)
    }
  };
}
var rowOf = (values, row, count) => Array.from(values.subarray(row * count, (row + 1) * count));
var drawsEach = ({ lam, queried }) => lam.length / queried.length;
var ownLam = (pairs, row) => rowOf(pairs.lam, row, drawsEach(pairs));
function lamAt(draws, tau, pairs) {
  const steps = draws.tau.length;
  const step = Math.min(steps - 1, Math.max(0, Math.round(tau / draws.tau[steps - 1] * steps) - 1));
  return rowOf(draws.lam, step, drawsEach(pairs));
}
function pairLines({ queried, ids, scores, unit }) {
  return Array.from(queried, (asked, row) => {
    const points = `points ${ids[2 * row]} and ${ids[2 * row + 1]}`;
    return `${row + 1}${asked ? " ●" : ""}  ${points}, score ${fixed(scores[row])} ${unit}`;
  });
}
function waitsFor({ where, pairs }) {
  if (!where.startsWith("Cycle"))
    return "The start labels a few points of each class. Pairs come with cycle 1: press Step.";
  if (pairs) return "The dashed lines are the candidate pairs. What lies on them is known after the stage Look ahead.";
  return "This method scores single points, not pairs: there are no segments and no τ.";
}
function accuracyWords({ share, measured }) {
  const last = share.at(-1);
  if (last !== void 0) return `${fixed(100 * last, 1)} % of the test points right`;
  return measured ? "" : "drawn by hand: no test points";
}

// lada_explore/views/playground/duel_panel.js
var CHART_PX = 560;
var [LOW_PX, HIGH_PX] = [120, 180];
var LOOKS2 = [
  ["trained", "after training"],
  ["chosen", "what each asked"]
];
function buildBar(ask) {
  const bar = make("div", "lada-pg-row lada-pg-duel-bar");
  const made = {
    bar,
    title: make("strong", "lada-pg-duel-title"),
    count: make("span", "lada-pg-duel-count"),
    play: button("That is my choice", "Then the method picks, and both train", () => ask("play"), "lada-button"),
    clear: button("Put all back", "", () => ask("clear"), "lada-button"),
    next: button("Next round ▶", "Both go on from what they have", () => ask("next"), "lada-button"),
    restart: button(
      "Restart",
      "The same start again; you know what was asked there",
      () => ask("restart"),
      "lada-button"
    ),
    reseed: button("Another seed", "A start whose choices were not shown", () => ask("reseed"), "lada-button"),
    look: chooserOf("What to look at", LOOKS2, () => ask("look", { at: made.look.value })),
    mode: chooserOf(
      "Background of both",
      Object.entries(BACKGROUNDS).map(([name, { title }]) => [name, title])
    )
  };
  const looks = make("span", "lada-pg-duel-looks");
  looks.append(field("Look at", made.look), field("Background", made.mode));
  bar.append(made.title, made.count, made.play, made.clear, made.next, looks, made.restart, made.reseed);
  return { ...made, looks };
}
function buildSide(parent) {
  const root = parent.appendChild(make("section", "lada-pg-duel-side"));
  const head = root.appendChild(make("h4", "lada-pg-duel-name"));
  const nothing = () => {
  };
  return { root, head, plane: new Plane(root, { pick: nothing, place: nothing }) };
}
var DuelPanel = class {
  /**
   * @param {HTMLElement} parent
   * @param {{ ask: (message: object, pressed?: HTMLElement) => void }} on
   */
  constructor(parent, on) {
    const ask = (what, more = {}) => {
      const pressed = { play: this.bar.play, next: this.bar.next, restart: this.bar.restart, reseed: this.bar.reseed };
      const made = (
        /** @type {Record<string, HTMLElement>} */
        pressed[what]
      );
      if (made?.getAttribute("aria-disabled") !== "true") on.ask({ type: "duel", do: what, ...more }, made);
    };
    this.root = parent.appendChild(make("div", "lada-pg-duel"));
    this.bar = buildBar(ask);
    this.task = make("p", "lada-pg-duel-task");
    this.says = announced("lada-pg-duel-says");
    this.note = make("p", "lada-pg-duel-note");
    this.error = announced("lada-pair-error", "alert");
    const columns = make("div", "lada-pg-duel-columns");
    this.sidesRow = columns.appendChild(make("div", "lada-pg-duel-sides"));
    this.sides = [buildSide(this.sidesRow), buildSide(this.sidesRow)];
    this.picker = new Picker(this.sides[0].plane, (ids) => ask("toggle", { ids }));
    const scores = columns.appendChild(make("div", "lada-pg-duel-scores"));
    const label = "Share of the test points right of both, against labels";
    this.chart = shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
    this.chartFrame = scores.appendChild(make("div", "lada-pg-duel-chart"));
    this.chartFrame.append(this.chart);
    const frame = scores.appendChild(make("div", "lada-duel-scores"));
    setAttributes(frame, { tabindex: 0, role: "group", "aria-label": "Scoreboard" });
    this.board = frame.appendChild(make("table", "lada-duel-board"));
    this.root.append(this.bar.bar, this.error, this.task, this.says, this.note, columns);
    this.state = null;
    this.picked = [];
    this.shown = [];
    this.bar.mode.addEventListener("change", () => this.draw());
  }
  /**
   * Takes what the kernel shows.
   *
   * @param {DuelState | {}} state empty before there is a duel
   * @param {number[]} picked
   */
  show(state, picked) {
    this.picked = picked;
    if (!("phase" in state)) {
      this.root.dataset.phase = "";
      return;
    }
    this.state = state;
    this.root.dataset.phase = state.phase;
    this.root.dataset.rev = String(state.revision);
    showText(this.error, state.error);
    showText(this.says, state.says);
    showText(this.task, state.task ?? "");
    showText(this.note, state.note ?? "");
    this.showBar(state);
    if (state.phase === "opening") {
      this.shown = [];
    } else {
      this.shown = state.runs.length ? state.runs.map(readRun) : state.plane ? [withArrays(state.plane)] : [];
      fillBoard(this.board, state.method, state.board);
    }
    this.draw();
  }
  /** @param {number[]} picked ids */
  showPicked(picked) {
    this.picked = picked;
    if (!this.state) return;
    this.showBar(this.state);
    this.drawPicker();
  }
  /** @param {DuelState} state */
  showBar(state) {
    const { bar } = this;
    const { phase } = state;
    const picking = phase === "picking";
    const ended = phase === "shown" || phase === "over";
    const n = this.picked.length / (state.pairs ? 2 : 1);
    const seed = state.seed === void 0 ? "" : `, seed ${state.seed}`;
    setText(bar.title, phase === "opening" ? "The duel begins …" : `${state.title}${seed}`);
    showText(bar.count, picking ? `${n} of ${state.wanted} picked` : "");
    setText(bar.play, phase === "stopped" ? "Go on with the round" : "That is my choice");
    bar.play.hidden = !picking && phase !== "stopped";
    bar.play.setAttribute("aria-disabled", String(picking && n !== state.wanted));
    bar.clear.hidden = !picking;
    bar.clear.setAttribute("aria-disabled", String(!n));
    bar.next.hidden = phase !== "shown";
    bar.looks.hidden = !ended;
    bar.restart.hidden = bar.reseed.hidden = phase === "opening" || phase === "training";
    if (ended) bar.look.value = state.look;
  }
  /** Draws what depends on the width or on the theme. */
  draw() {
    const { state, shown } = this;
    const { clientWidth } = this.sidesRow;
    if (!state || !clientWidth) return;
    this.sidesRow.dataset.sides = String(shown.length);
    this.sides.forEach(({ root, head, plane }, row) => {
      root.hidden = row >= shown.length;
      setText(head, shown.length < 2 ? "" : row === 0 ? "You" : state.method);
      head.hidden = shown.length < 2;
      if (row < shown.length) plane.draw(this.sceneOf(state, shown[row]));
    });
    this.drawPicker();
    const names = ["you", state.method];
    const runs = (state.accuracy ?? []).map((accuracy, row) => ({ method: names[row], accuracy }));
    this.chartFrame.hidden = false;
    const width = Math.min(CHART_PX, this.chartFrame.clientWidth);
    drawAccuracy(this.chart, runs, width, heightOf(this.root, 0.19, LOW_PX, HIGH_PX));
  }
  drawPicker() {
    const { state, shown, picker } = this;
    if (!state || !shown.length) return;
    picker.show(shown[0], state.phase === "picking" || state.phase === "training" ? state.items : [], this.picked);
    picker.svg.classList.toggle("lada-full", this.picked.length >= state.wanted * (state.pairs ? 2 : 1));
  }
  /**
   * @param {DuelState} state
   * @param {Board | RunState} run
   * @returns {import("./plane.js").PlaneScene}
   */
  sceneOf(state, run) {
    const pairs = "pairs" in run ? run.pairs : null;
    const known = "pairs" in run;
    return {
      ...run,
      pairs,
      mode: known ? this.bar.mode.value : "classes",
      chosen: -1,
      current: -1,
      highest: known ? Math.log2(state.classes.length) : 0,
      lamOf: (row) => pairs?.known && pairs.queried[row] ? ownLam(pairs, row) : null,
      fallKey: `${run.where} ${state.look}`,
      label: `${run.where}: ${run.labelled.ids.length} labelled points`
    };
  }
  /** Draws anew what is drawn for a width or in the colours of a theme. */
  again() {
    for (const { plane } of this.sides) plane.again();
    this.draw();
  }
  stop() {
    for (const { plane } of this.sides) plane.stop();
  }
};

// lada_explore/views/playground/player.js
var TICK_MS = 60;
var Player = class {
  /**
   * @param {{ play: HTMLElement, pace: HTMLSelectElement }} parts the button, and what to ask for how often
   * @param {Asking} asking
   * @param {{ ended: () => boolean, resting: () => boolean }} runs whether there is nothing more to show, and whether
   *   no run is at work or waits for a person
   */
  constructor({ play, pace }, asking, runs) {
    this.button = play;
    this.pace = pace;
    this.asking = asking;
    this.runs = runs;
    this.timer = 0;
  }
  toggle() {
    if (this.timer) this.hold();
    else this.play();
  }
  play() {
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.say("❚❚ Pause", true);
    this.asking.at = 0;
  }
  hold() {
    clearInterval(this.timer);
    this.timer = 0;
    this.say("▶ Play", false);
  }
  /**
   * @param {string} text
   * @param {boolean} pressed
   */
  say(text, pressed) {
    setText(this.button, text);
    this.button.setAttribute("aria-pressed", String(pressed));
  }
  /** Asks for the next step once the last one was answered, is done and was shown for its time. */
  tick() {
    if (this.runs.ended()) {
      this.hold();
      return;
    }
    const [what, ms] = this.pace.value.split(" ");
    if (this.asking.answered && this.runs.resting() && this.asking.since >= Number(ms)) this.asking.ask({ type: what });
  }
};

// lada_explore/views/pair_mixer/charts.js
var CHART_PX2 = 210;
var NAME_PX = 12;
var DENSITY_TOP = 3;
var DENSITY_STEPS = 160;
function drawProfile({ profile: svg }, pair, width, height = CHART_PX2) {
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
function drawValue({ value: svg }, pair, width, height = CHART_PX2) {
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

// lada_explore/views/playground/pair_panel.js
var MIN_PX2 = 120;
var MAX_PX2 = 640;
var SHARE = "--lada-pg-share";
var LOW_PX2 = 96;
var TITLED_PX = 280;
var STAR = -2;
var BEST = -1;
var cycleOf = (where) => where.split("·")[0];
function buildCharts() {
  const chart = (label) => shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
  return {
    profile: chart("Entropy along the segment, with the density of λ"),
    value: chart("Look-ahead value against τ")
  };
}
function buildTau(on) {
  const tau = slider("τ of Beta(τ, τ)", { min: 0, max: 1, step: 1, value: 0 }, () => on.tau(Number(tau.value)));
  const slide = make("div", "lada-mix-slide");
  slide.append(tau);
  const star = button("◆ τ*", "The τ that the policy gave this pair", () => on.tau(STAR));
  const best = button("▲ best τ", "The τ whose look-ahead value is highest", () => on.tau(BEST));
  const tauText = make("output", "lada-mix-readout");
  const foot = make("div", "lada-mix-foot");
  foot.append(star, best, tauText);
  return { tau, star, best, tauText, rows: [slide, foot] };
}
function buildPair(parent, on) {
  const choice = make("select", "lada-field lada-mix-choice");
  choice.setAttribute("aria-label", "Pair, best first; ● is asked about");
  choice.addEventListener("change", () => on.pick(choice.selectedIndex));
  const charts = buildCharts();
  const { rows, ...tau } = buildTau(on);
  const body = make("div", "lada-pg-pair");
  body.dataset.alone = "";
  body.append(choice, charts.profile, charts.value, ...rows);
  const waits = make("p", "lada-pair-message");
  parent.append(body, waits);
  return { body, waits, choice, ...charts, ...tau };
}
var PairPanel = class {
  /**
   * @param {HTMLElement} parent
   * @param {() => void} onChange hears that another pair or tau is shown, or the same anew
   */
  constructor(parent, onChange) {
    this.parent = parent;
    this.onChange = onChange;
    this.parts = buildPair(parent, {
      pick: (row) => this.pick(row),
      tau: (place) => this.tryTau(place)
    });
    this.run = null;
    this.draws = null;
    this.row = 0;
    this.pair = null;
    this.plots = null;
    this.tauAt = STAR;
  }
  /** Row of the pair that is shown; -1 for none. */
  get chosen() {
    return this.run?.pairs?.known ? this.row : -1;
  }
  /**
   * Takes a new state: the choice stays within a cycle, the tau within a moment.
   *
   * @param {RunState} run
   * @param {Draws} draws
   */
  show(run, draws) {
    const before = this.run?.where ?? "";
    if (cycleOf(before) !== cycleOf(run.where) || !run.pairs?.known) this.row = 0;
    if (before !== run.where) this.tauAt = STAR;
    this.run = run;
    this.draws = draws;
    if (run.pairs?.known) {
      const lines = pairLines(run.pairs);
      refill(this.parts.choice, lines, () => lines.map((text) => make("option", "", text)));
    }
    this.draw();
  }
  /**
   * Chooses a pair.
   *
   * @param {number} row
   */
  pick(row) {
    this.row = row;
    this.tauAt = STAR;
    this.draw();
  }
  /**
   * Shows another tau of the chosen pair's table.
   *
   * @param {number} place
   */
  tryTau(place) {
    this.tauAt = place;
    this.drawTau();
  }
  /** The rank of the pair that is shown and the tau that is tried, for the kernel; null for none, and for its own tau*. */
  get told() {
    const own = this.tauAt === STAR || !this.pair;
    const tau = own || !this.pair ? null : this.pair.table.tau[this.tauPlace(this.pair)];
    return { pair: this.chosen < 0 ? null : this.chosen + 1, tau };
  }
  /**
   * Shows what the kernel was asked to begin with.
   *
   * @param {{ pair: number | null, tau: number | null }} begins
   */
  begin({ pair, tau }) {
    if (!this.run?.pairs?.known) return;
    if (pair !== null) this.pick(pair - 1);
    if (tau !== null && this.pair) this.tryTau(nearest(this.pair.table.tau, tau));
  }
  /** Draws the charts for the width there is. */
  draw() {
    const { parts, run } = this;
    if (!run) return;
    const { pairs } = run;
    const known = Boolean(pairs?.known);
    parts.body.hidden = !known;
    parts.waits.hidden = known;
    if (!pairs?.known) {
      this.pair = null;
      setText(parts.waits, waitsFor(run));
      this.onChange();
      return;
    }
    this.row = Math.min(this.row, pairs.queried.length - 1);
    parts.choice.selectedIndex = this.row;
    this.pair = chartPair(pairs, this.row);
    parts.tau.max = String(this.pair.table.tau.length - 3);
    const width = Math.min(MAX_PX2, this.parent.clientWidth);
    if (width <= MIN_PX2) return;
    const share = Number(getComputedStyle(this.parent).getPropertyValue(SHARE));
    const height = heightOf(this.parent, share, LOW_PX2, CHART_PX2);
    const { pair } = this;
    this.plots = { profile: drawProfile(parts, pair, width, height), value: drawValue(parts, pair, width, height) };
    const title = parts.profile.querySelector(".lada-axis-title");
    if (title) setText(title, width < TITLED_PX ? "λ" : "λ, the weight of the end marked λ = 1");
    this.plots.profile.guide.remove();
    this.plots.profile.here.remove();
    this.drawTau();
  }
  /** Moves what follows tau. */
  drawTau() {
    const { parts, pair, plots, tauAt } = this;
    if (!pair || !plots) return;
    const { tau, value } = pair.table;
    const at = this.tauPlace(pair);
    moveTau(plots, pair.table, at);
    parts.tau.value = String(stepOf(pair.table, at));
    const words = `τ ${fixed(tau[at], 3)}: V = ${fixed(value[at], 3)} ${pair.unit}`;
    setText(parts.tauText, words);
    parts.tau.setAttribute("aria-valuetext", words);
    parts.star.setAttribute("aria-pressed", String(tauAt === STAR));
    parts.best.setAttribute("aria-pressed", String(tauAt === BEST));
    this.onChange();
  }
  /** @param {ChartPair} pair */
  tauPlace({ table }) {
    return this.tauAt < 0 ? table.tau.length + this.tauAt : this.tauAt;
  }
  /**
   * lam of the virtual instances of a pair: at the tau that is shown of the chosen one, at tau* of others asked about.
   *
   * @param {number} row
   */
  lamOf(row) {
    const { draws, pair } = this;
    const pairs = this.run?.pairs;
    if (!pairs?.known) return null;
    if (row !== this.row) return pairs.queried[row] ? ownLam(pairs, row) : null;
    if (this.tauAt === STAR || !draws || !pair) return ownLam(pairs, row);
    return lamAt(draws, pair.table.tau[this.tauPlace(pair)], pairs);
  }
};

// lada_explore/views/playground/run_panel.js
function buildPanel(parent) {
  const root = parent.appendChild(make("section", "lada-pg-run"));
  const head = make("header", "lada-pg-head");
  const columns = make("div", "lada-pg-columns");
  const parts = {
    root,
    method: make("span", "lada-pg-method"),
    accuracy: make("span", "lada-pg-accuracy"),
    where: make("p", "lada-pg-where"),
    says: make("p", "lada-pg-says"),
    answer: make("div", "lada-pg-answer"),
    left: make("div", "lada-pg-left"),
    square: make("div", "lada-pg-square"),
    side: make("div", "lada-pg-side"),
    legend: make("ul", "lada-pg-legend"),
    note: make("p", "lada-pg-note")
  };
  parts.answer.setAttribute("role", "group");
  head.append(parts.method, parts.accuracy);
  columns.append(parts.left, parts.side);
  root.append(head, parts.where, parts.says, parts.answer, columns);
  return parts;
}
function fillAnswer(place, classes, [current = -1, ...others], onAnswer) {
  const left = others.length + 1;
  const key = `${current} ${left} ${classes}`;
  if (place.dataset.key === key) return;
  const held = place.contains(document.activeElement);
  place.dataset.key = key;
  place.hidden = current < 0;
  if (current < 0) {
    place.replaceChildren();
    return;
  }
  const buttons = classes.map((name, label) => {
    const made = button(name, `Answer ${name} (key ${label + 1})`, () => onAnswer(label));
    made.prepend(classIcon(label));
    return made;
  });
  const question = `Which class is the point with the ring? (${left} to answer)`;
  place.replaceChildren(make("span", "lada-pg-ask", question), ...buttons);
  if (held) buttons[0].focus();
}
function legendRows(run, { classes, mode }) {
  const dot = (className) => make("span", `lada-pg-sample ${className}`);
  const rows = classes.map((name, label) => [classIcon(label), `labelled ${name}`]);
  rows.push([dot("lada-pg-dot"), "not labelled"]);
  if (run.candidates.length) rows.push([dot("lada-pg-candidate"), "candidate"]);
  if (run.asked.length) rows.push([dot("lada-pg-ring"), "asked about"]);
  if (run.pairs?.known) {
    rows.push([dot("lada-pg-thick"), "pair, coloured by A(λ)"]);
    rows.push([dot("lada-pg-virtual"), "virtual instance"]);
  }
  const { sample, legend } = BACKGROUNDS[mode];
  if (run.field) rows.push([dot(sample), legend]);
  return rows;
}
function fillLegend(list, rows) {
  const words = rows.map(([, text]) => text);
  refill(
    list,
    words,
    () => rows.map(([icon, text]) => {
      const made = make("li");
      made.append(icon, make("span", "", text));
      return made;
    })
  );
}
var RunPanel = class {
  /**
   * @param {HTMLElement} parent
   * @param {number} row place of the run among those that are shown
   * @param {RunDeeds} on
   */
  constructor(parent, row, on) {
    this.row = row;
    this.ask = on.ask;
    this.run = null;
    this.shared = null;
    this.parts = buildPanel(parent);
    this.plane = new Plane(this.parts.square, { pick: (pair) => this.pair.pick(pair), place: on.place });
    this.parts.left.append(this.parts.square, this.parts.legend, this.parts.note);
    this.pair = new PairPanel(this.parts.side, () => {
      this.drawPlane();
      on.looked?.();
    });
  }
  /** Whether it waits for a person. */
  get waiting() {
    return Boolean(this.run?.to_answer.length);
  }
  /** Whether it is at work. */
  get busy() {
    return Boolean(this.run?.busy);
  }
  /**
   * Answers for the point that waits.
   *
   * @param {number} label
   */
  answer(label) {
    const point = this.run?.to_answer[0];
    if (point === void 0 || !this.shared || label >= this.shared.classes.length) return;
    this.ask({ type: "answer", run: this.row, point, label });
  }
  /**
   * Takes a new state of this run, and returns it as it is read.
   *
   * @param {Sent<RunState>} state
   * @param {Shared} shared
   */
  show(state, shared) {
    const run = readRun(state);
    this.run = run;
    this.shared = shared;
    const { parts } = this;
    setText(parts.method, run.method);
    setText(parts.where, run.where);
    setText(parts.says, run.says);
    setText(parts.accuracy, accuracyWords(run.accuracy));
    showText(parts.note, run.note);
    fillAnswer(parts.answer, shared.classes, run.to_answer, (label) => this.answer(label));
    fillLegend(parts.legend, legendRows(run, shared));
    this.pair.show(run, shared.draws);
    parts.root.dataset.where = run.where;
    return run;
  }
  /**
   * Shows another background.
   *
   * @param {string} mode
   */
  look(mode) {
    if (!this.shared || !this.run) return;
    this.shared = { ...this.shared, mode };
    fillLegend(this.parts.legend, legendRows(this.run, this.shared));
    this.drawPlane();
  }
  drawPlane() {
    const { run, pair, shared } = this;
    if (!run || !shared) return;
    this.plane.draw({
      ...run,
      mode: shared.mode,
      chosen: pair.chosen,
      current: run.to_answer[0] ?? -1,
      highest: Math.log2(shared.classes.length),
      lamOf: (row) => pair.lamOf(row),
      fallKey: pair.chosen < 0 ? "" : `${run.where} ${pair.chosen}`,
      label: `${run.where}: ${run.labelled.ids.length} labelled points, ${run.asked.length} asked about`
    });
  }
  /** Draws again what depends on the width or on the theme. */
  again() {
    this.plane.again();
    if (this.run) this.pair.draw();
  }
  /**
   * Shows a chart below the pair.
   *
   * @param {HTMLElement} frame
   */
  take(frame) {
    if (frame.parentElement !== this.parts.side) this.parts.side.append(frame);
  }
  /** Takes it off the page. */
  remove() {
    this.stop();
    this.parts.root.remove();
  }
  stop() {
    this.plane.stop();
  }
};

// lada_explore/views/playground/interval.js
var LEAST = 1;
var ROOM2 = 1.15;
function rangeOf(own, lower, upper) {
  const reach = 2 * Math.max(LEAST, ...own.map(Math.abs));
  const ends = [...lower, ...upper].filter((end) => end !== null).map((end) => Math.max(-reach, Math.min(reach, end)));
  const values = [...own, ...ends];
  return [ROOM2 * Math.min(-LEAST, ...values), ROOM2 * Math.max(LEAST, ...values)];
}
function bandPath(xs, lower, upper, toY) {
  const at = (ends) => xs.flatMap((x, n) => {
    const end = ends[n];
    return end === null || end === void 0 ? [] : [`${x.toFixed(1)} ${toY(end).toFixed(1)}`];
  });
  const [under, over] = [at(lower), at(upper)];
  return under.length ? `M${over.join("L")}L${under.reverse().join("L")}Z` : "";
}

// lada_explore/views/playground/seeds_panel.js
var MAX_PX3 = 900;
var [LOW_PX3, HIGH_PX2] = [220, 420];
var SeedsPanel = class {
  /**
   * @param {HTMLElement} parent
   * @param {{ ask: (message: object, pressed?: HTMLElement) => void }} on
   */
  constructor(parent, on) {
    this.root = parent.appendChild(make("div", "lada-pg-seeds"));
    const bar = make("div", "lada-pg-row");
    const run = () => on.ask({ type: "seeds", on: !this.state?.running }, this.run);
    this.run = button("Run 20 seeds", "In the background; the page can be used meanwhile", run, "lada-button");
    this.count = make("span", "lada-pg-duel-count");
    this.progress = progressBar("Seeds that are done");
    bar.append(this.run, this.count, this.progress.bar);
    this.what = make("p", "lada-pg-seeds-what");
    this.says = announced("lada-pg-seeds-says");
    this.error = announced("lada-pair-error", "alert");
    const frame = make("div", "lada-pg-seeds-chart");
    const label = "Difference of accuracy, seed by seed, with the 95 % interval of its mean";
    this.chart = shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
    frame.append(this.chart);
    this.frame = frame;
    this.root.append(bar, this.error, this.what, this.says, frame);
    this.clip = groupName();
    this.state = null;
  }
  /** @param {SeedsState | {}} state empty before the first */
  show(state) {
    if (!("wanted" in state)) return;
    this.state = state;
    const { done, wanted, running, begun, method, against } = state;
    this.root.dataset.running = String(running);
    this.root.dataset.done = String(done);
    const rest = begun && done < wanted ? "Go on" : `Run ${wanted} seeds`;
    setText(this.run, running ? "Stop" : rest);
    this.run.hidden = done >= wanted;
    setText(this.count, begun ? `${done} of ${wanted} seeds` : "");
    this.progress.bar.hidden = !begun;
    showProgress(this.progress, done, wanted);
    setText(
      this.what,
      `${method} minus ${against}, both from the same start with the same seed: the mean share of test points right over 5 cycles after the start, in points. A dot is one seed, the line is their mean so far, the band its 95 % interval (Student's t, paired by seed).`
    );
    showText(this.says, state.says);
    showText(this.error, state.error);
    this.draw();
  }
  draw() {
    const { state } = this;
    const width = Math.min(MAX_PX3, this.frame.clientWidth);
    if (!state || width < 160) return;
    const { own, mean, lower, upper, wanted, method, against } = state;
    const seeds = own.map((_, n) => n + 1);
    const y = rangeOf(own, lower, upper);
    const height = heightOf(this.root, 0.42, LOW_PX3, HIGH_PX2);
    const axes = { width, height, xTitle: "seeds", yTitle: "difference (points)" };
    const { toX, toY, layer, box } = drawAxes(this.chart, { ...axes, x: [0.5, wanted + 0.5], y });
    const clip = shape("clipPath", { id: this.clip });
    clip.append(shape("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }));
    layer.append(clip);
    const band = bandPath(seeds.map(toX), lower, upper, toY);
    layer.append(shape("path", { class: "lada-pg-band", d: band, "clip-path": `url(#${this.clip})` }));
    layer.append(shape("line", { class: "lada-pg-zero", x1: box.left, x2: box.right, y1: toY(0), y2: toY(0) }));
    if (mean.length) layer.append(shape("path", { class: "lada-pg-mean", d: linePath(seeds.map(toX), mean.map(toY)) }));
    own.forEach(
      (value, n) => layer.append(shape("circle", { class: "lada-pg-seed", cx: toX(n + 1), cy: toY(value), r: 3.5 }))
    );
    const side = (text, at) => layer.append(shape("text", { class: "lada-tick", x: box.right - 4, y: at, "text-anchor": "end" }, text));
    side(`${method} ahead ↑`, box.top + 12);
    side(`${against} ahead ↓`, box.bottom - 6);
  }
};

// lada_explore/views/playground/sketch.js
var SPRAY = 0.09;
var BRUSH = 12;
var STEP = 0.05;
var ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
var clamped = (value) => Math.min(1, Math.max(-1, value));
var gaussian = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
var Sketch = class {
  constructor() {
    this.points = [];
    this.strokes = [];
    this.label = 0;
    this.brush = BRUSH;
    this.cross = [0, 0];
  }
  /**
   * Puts points of the class that is drawn down around a place.
   *
   * @param {number} x
   * @param {number} y
   */
  stroke(x, y) {
    this.cross = [x, y];
    const put = (value) => Math.round(1e4 * clamped(value + (this.brush > 1 ? SPRAY * gaussian() : 0))) / 1e4;
    for (let n = 0; n < this.brush; n += 1) this.points.push([put(x), put(y), this.label]);
    this.strokes.push(this.brush);
  }
  /** Takes the last click back. */
  undo() {
    this.points.splice(this.points.length - (this.strokes.pop() ?? 0));
  }
  clear() {
    this.points = [];
    this.strokes = [];
  }
  /** One point a click, or several. */
  changeBrush() {
    this.brush = this.brush > 1 ? 1 : BRUSH;
  }
  /**
   * Moves the cross where a key is an arrow; returns whether it is.
   *
   * @param {string} key
   */
  move(key) {
    const by = ARROWS[key];
    if (!by) return false;
    this.cross = [clamped(this.cross[0] + by[0]), clamped(this.cross[1] + by[1])];
    return true;
  }
  /**
   * What the plane shows of it.
   *
   * @returns {PlaneScene}
   */
  scene() {
    return {
      x: this.points.map(([x]) => x),
      y: this.points.map(([, y]) => y),
      field: null,
      mode: "classes",
      pairs: null,
      lamOf: () => null,
      chosen: -1,
      asked: [],
      candidates: [],
      labelled: { ids: this.points.map((_, id) => id), labels: this.points.map(([, , label]) => label), fresh: 0 },
      cross: this.cross,
      current: -1,
      highest: 0,
      fallKey: "",
      label: `${this.points.length} points drawn`
    };
  }
};

// lada_explore/views/playground/sketch_tool.js
var SketchTool = class {
  /**
   * @param {HTMLElement} bar
   * @param {SketchActions} on
   */
  constructor(bar, on) {
    this.bar = bar;
    this.on = on;
    this.sketch = null;
  }
  get active() {
    return this.sketch !== null;
  }
  toggle() {
    if (this.active) this.end();
    else this.begin();
  }
  begin() {
    this.sketch = new Sketch();
    this.on.begun();
    this.draw();
    this.bar.querySelector("button")?.focus();
  }
  end() {
    this.forget();
    this.on.ended();
  }
  /** Lets go of what was drawn. */
  forget() {
    this.sketch = null;
  }
  /** Draws bar and plane, if anything is drawn. */
  draw() {
    if (!this.sketch) return;
    this.fillBar(this.sketch);
    this.on.show(this.sketch.scene());
  }
  /**
   * Changes the drawing, if there is one, and shows it.
   *
   * @param {(sketch: Sketch) => void} how
   */
  change(how) {
    if (this.sketch) how(this.sketch);
    this.draw();
  }
  /**
   * @param {number} x
   * @param {number} y
   */
  stroke(x, y) {
    this.change((sketch) => sketch.stroke(x, y));
  }
  use() {
    if (!this.sketch) return;
    const { points } = this.sketch;
    this.end();
    this.on.use(points);
  }
  /**
   * A key while something is drawn.
   *
   * @param {KeyboardEvent} event
   * @param {HTMLElement} root gets the focus when a number chose a class
   */
  press(event, root) {
    const label = Number(event.key) - 1;
    const onButton = event.target instanceof Element && event.target.matches("button");
    if (!this.sketch) return;
    if (this.sketch.move(event.key)) {
      this.draw();
      event.preventDefault();
    } else if (event.key === "Enter" && !onButton) {
      this.stroke(...this.sketch.cross);
    } else if (label >= 0 && label < this.on.classes().length) {
      this.choose(label);
      root.focus();
    }
  }
  /** @param {number} label class that is drawn from now on */
  choose(label) {
    this.change((sketch) => {
      sketch.label = label;
    });
  }
  /** @param {Sketch} sketch */
  fillBar({ points, brush, label: drawn }) {
    const held = focusedIn(this.bar)?.textContent;
    const change = (text, title, how) => button(text, title, () => this.change(how));
    const made = [
      ...this.on.classes().map((name, label) => this.classButton(name, label, label === drawn)),
      change(`${brush} a click`, "How many points a click puts down", (sketch) => sketch.changeBrush()),
      change("Undo", "Undo your last click", (sketch) => sketch.undo()),
      change("Clear", "Take all points away", (sketch) => sketch.clear()),
      button("Use these points", "Begin a run on them", () => this.use()),
      button("Cancel", "Back to the run", () => this.end())
    ];
    const words = `${points.length} points. Click the plane, or move the cross with the arrow keys and press Enter.`;
    this.bar.replaceChildren(...made, make("span", "lada-pg-count", words));
    if (held) made.find((one) => one.textContent === held)?.focus();
  }
  /**
   * @param {string} name
   * @param {number} label
   * @param {boolean} drawn whether it is the class that is drawn
   */
  classButton(name, label, drawn) {
    const made = button(name, `Draw ${name} points (key ${label + 1})`, () => this.choose(label));
    made.prepend(classIcon(label));
    made.setAttribute("aria-pressed", String(drawn));
    return made;
  }
};

// lada_explore/views/playground/playground.js
var THEME_MS = 400;
var CHOSEN_MS = 250;
var CHART_PX3 = 720;
var [LOW_PX4, HIGH_PX3] = [110, 170];
var DRAWN = "points:drawn";
var PARTS = (
  /** @type {const} */
  ["mode", "duel", "seeds"]
);
function buildRuns(body) {
  const runRow = make("div", "lada-pg-runs");
  const frame = make("div", "lada-pg-chart");
  const label = "Share of the test points right, against labels";
  const chart = shape("svg", { class: "lada-plot-svg", role: "img", "aria-label": label });
  frame.append(chart);
  body.append(runRow, frame);
  return { runRow, frame, chart };
}
var atEnd = ({ shown, count }) => shown >= count;
var PlaygroundPage = class {
  /**
   * @param {PlaygroundModel} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    const frame = pairView(el, "lada-playground", "Playground");
    const controls = buildControls(frame, this.actions());
    const runs = buildRuns(frame.body);
    const parts = { ...controls, runRow: runs.runRow, chart: runs.chart, chartFrame: runs.frame };
    this.parts = parts;
    this.panels = [];
    this.draws = null;
    this.size = "";
    this.begun = false;
    this.chosenTimer = void 0;
    this.themeTimer = void 0;
    this.asking = new Asking(model, this.parts.root, this.parts.place);
    this.player = new Player(this.parts, this.asking, {
      ended: () => Boolean(this.state?.complete && atEnd(this.state)),
      resting: () => !this.panels.some((panel) => panel.busy || panel.waiting)
    });
    this.sketching = new SketchTool(this.parts.sketch, {
      classes: () => this.state?.palette ?? [],
      begun: () => this.makeRoom(),
      show: (scene) => this.panels[0]?.plane.draw(scene),
      use: (points) => this.begin({ dataset: DRAWN, points }),
      ended: () => this.backToRun()
    });
    const ask = (message, pressed) => this.asking.ask(message, pressed);
    this.duel = new DuelPanel(frame.body, { ask });
    this.seeds = new SeedsPanel(frame.body, { ask });
    parts.root.addEventListener("keydown", (event) => this.press(event));
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(parts.runRow);
    this.forgetRoom = watchRoom(parts.root, () => this.fit());
    this.forgetTheme = onThemeChange(() => this.followTheme());
    this.onState = () => this.show();
    this.onDraws = () => this.readDraws();
    this.onModes = () => this.showModes();
    this.onPicked = () => this.duel.showPicked(this.model.get("picked"));
    model.on("change:state", this.onState);
    model.on("change:draws", this.onDraws);
    for (const part of PARTS) model.on(`change:${part}`, this.onModes);
    model.on("change:picked", this.onPicked);
    model.kernel.onGone(() => this.asking.unmark());
    this.show();
  }
  /** What the kernel shows; null before the first run is open. */
  get state() {
    const state = this.model.get("state");
    return "runs" in state ? state : null;
  }
  /**
   * What the controls do.
   *
   * @returns {Actions}
   */
  actions() {
    const go = (type) => {
      this.player.hold();
      this.asking.ask({ type }, this.parts[type]);
    };
    return {
      begin: () => {
        if (this.parts.dataset.value === DRAWN && !this.state?.drawn) this.sketching.begin();
        else this.begin();
      },
      draw: () => this.sketching.toggle(),
      back: () => go("back"),
      step: () => go("step"),
      cycle: () => go("cycle"),
      play: () => this.player.toggle(),
      mode: () => this.panels.forEach((panel) => panel.look(this.parts.mode.value)),
      turn: (mode) => {
        this.player.hold();
        this.asking.ask({ type: "mode", mode });
      },
      truth: () => this.asking.ask({ type: "truth", on: this.parts.truth.value === "truth" })
    };
  }
  close() {
    this.player.hold();
    this.asking.unmark();
    this.resizer.disconnect();
    this.forgetRoom();
    this.forgetTheme();
    clearTimeout(this.themeTimer);
    clearTimeout(this.chosenTimer);
    for (const panel of this.panels) panel.stop();
    this.duel.stop();
    this.model.off("change:state", this.onState);
    this.model.off("change:draws", this.onDraws);
    for (const part of PARTS) this.model.off(`change:${part}`, this.onModes);
    this.model.off("change:picked", this.onPicked);
  }
  // What a person does ---
  /** Asks for a run of what is chosen. */
  begin(drawn = {}) {
    this.player.hold();
    this.sketching.forget();
    const { dataset, method, compare_method, seed, reset } = this.parts;
    const chosen = {
      dataset: dataset.value,
      method: method.value,
      compare_method: compare_method.value,
      seed: seed.value
    };
    this.asking.ask({ type: "begin", ...chosen, ...drawn }, reset);
  }
  /**
   * Keys answer, or draw.
   *
   * @param {KeyboardEvent} event
   */
  press(event) {
    if (event.target instanceof Element && event.target.matches("select, input")) return;
    if (this.model.get("mode") !== "step") return;
    const label = Number(event.key) - 1;
    if (this.sketching.active) this.sketching.press(event, this.parts.root);
    else if (label >= 0) this.panels.find((panel) => panel.waiting)?.answer(label);
  }
  /** For points that are drawn by hand. */
  makeRoom() {
    this.player.hold();
    this.show();
  }
  /** After points were drawn by hand, or not. */
  backToRun() {
    if (this.state) this.parts.dataset.value = this.state.choice.dataset;
    for (const panel of this.panels) panel.plane.again();
    this.show();
  }
  // What is shown ---
  show() {
    const { state, parts } = this;
    const sentences = this.model.get("state");
    const [title, message] = state ? ["Playground", ""] : ["", "The playground is opening."];
    writeSentences(parts, { ...sentences, title, message });
    parts.root.dataset.rev = String(sentences.revision);
    if (!state) return;
    fillChoices(parts, state);
    this.matchPanels(state.runs.length);
    parts.root.dataset.sketching = String(this.sketching.active);
    parts.sketch.hidden = !this.sketching.active;
    if (this.sketching.active) return;
    this.showRuns(state);
    this.showBeginning(state);
    this.showPlace(state);
    this.showModes();
  }
  /**
   * The pair and the tau that the run begins with, once it has come there.
   *
   * @param {PlaygroundState} state
   */
  showBeginning({ arriving, begins }) {
    if (this.begun || arriving) return;
    this.begun = true;
    if (begins) this.panels[0].pair.begin(begins);
  }
  /** Tells the kernel which pair of the first run is shown, and with which tau, once both stay. */
  tellChosen() {
    clearTimeout(this.chosenTimer);
    this.chosenTimer = setTimeout(() => {
      const told = this.panels[0]?.pair.told;
      const { pair = null, tau = null } = this.model.get("chosen");
      if (!this.begun || !told || told.pair === pair && told.tau === tau) return;
      this.model.set("chosen", told);
      this.model.save_changes();
    }, CHOSEN_MS);
  }
  /** What is done with the plane, and what there is of it. */
  showModes() {
    const { parts, model } = this;
    const mode = model.get("mode");
    const turned = parts.root.dataset.mode !== mode;
    parts.root.dataset.mode = mode;
    for (const made of parts.modes) made.setAttribute("aria-pressed", String(made.dataset.mode === mode));
    this.asking.unmark();
    if (mode === "duel") this.duel.show(model.get("duel"), model.get("picked"));
    if (mode === "seeds") this.seeds.show(model.get("seeds"));
    if (turned && mode === "step" && this.state) this.redrawRuns();
    const { running = false, done = 0, wanted = 0 } = (
      /** @type {Partial<SeedsState>} */
      model.get("seeds")
    );
    setText(parts.modes[2], running ? `Run 20 seeds (${done} of ${wanted})` : "Run 20 seeds");
  }
  redrawRuns() {
    this.redraw();
    if (this.state) this.showRuns(this.state);
  }
  /**
   * As many panels as there are runs.
   *
   * @param {number} count
   */
  matchPanels(count) {
    const on = {
      ask: (message) => this.asking.ask(message),
      place: (x, y) => this.sketching.stroke(x, y),
      looked: () => this.tellChosen()
    };
    for (const gone of this.panels.splice(count)) gone.remove();
    while (this.panels.length < count) this.panels.push(new RunPanel(this.parts.runRow, this.panels.length, on));
    const { runRow, chartFrame } = this.parts;
    runRow.dataset.runs = String(count);
    if (count === 1) this.panels[0].take(chartFrame);
    else if (runRow.nextElementSibling !== chartFrame) runRow.after(chartFrame);
  }
  readDraws() {
    this.draws = readDraws(this.model.get("draws"));
    return this.draws;
  }
  /** @param {PlaygroundState} state */
  showRuns({ runs, classes }) {
    const { parts, panels } = this;
    const shared = { classes, draws: this.draws ?? this.readDraws(), mode: parts.mode.value };
    const shown = runs.map((run, row) => panels[row].show(run, shared));
    parts.chartFrame.hidden = false;
    const width = Math.min(CHART_PX3, parts.chartFrame.clientWidth);
    drawAccuracy(parts.chart, shown, width, heightOf(parts.root, runs.length > 1 ? 0.12 : 0.15, LOW_PX4, HIGH_PX3));
  }
  /**
   * How far one is, and where one can go from there.
   *
   * @param {PlaygroundState} state
   */
  showPlace(state) {
    const { parts } = this;
    const last = atEnd(state);
    const ended = state.complete && last;
    const waiting = last && this.panels.some((panel) => panel.waiting);
    parts.back.setAttribute("aria-disabled", String(state.shown === 0));
    for (const made of [parts.step, parts.cycle]) made.setAttribute("aria-disabled", String(ended || waiting));
    const words = last ? `stage ${state.shown}` : `stage ${state.shown} of ${state.count}, looking back`;
    this.asking.unmark();
    setText(parts.place, ended ? `${words}, the last one` : words);
    parts.root.dataset.shown = String(state.shown);
    parts.root.dataset.count = String(state.count);
  }
  /** Draws for the width there is. */
  fit() {
    const { root, runRow } = this.parts;
    const size = `${runRow.clientWidth} ${roomOf(root)}`;
    if (size === this.size) return;
    this.size = size;
    this.redraw();
    this.show();
    this.sketching.draw();
  }
  /** Draws in the colours of the page: at once, and when its style sheets are there. */
  followTheme() {
    const repaint = () => {
      this.redraw();
      this.sketching.draw();
    };
    clearTimeout(this.themeTimer);
    repaint();
    this.themeTimer = setTimeout(repaint, THEME_MS);
  }
  redraw() {
    for (const panel of this.panels) panel.again();
    const mode = this.model.get("mode");
    if (mode === "duel") this.duel.again();
    if (mode === "seeds") this.seeds.draw();
  }
};
function render({ model, el }) {
  const page2 = new PlaygroundPage(model, el);
  return () => page2.close();
}
var playground_default = withKernel({ render });
export {
  playground_default as default
};
