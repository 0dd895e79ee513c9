// Measures the texts that a page draws; see looks.py.
(selector) => {
  const SLACK = 1.5; // px: a box of text is a little larger than its letters
  // Rows that go on to the side.
  const SIDEWAYS =
    ".lada-strip .lada-queries, .lada-map-strip ol, .lada-tabs-pages, .lada-tabs-parts, .lada-lab-strip, .lada-lab-grid";
  const found = [];
  const name = (text) => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 40));
  const apart = (a, b) =>
    a.right <= b.left + SLACK || b.right <= a.left + SLACK || a.bottom <= b.top + SLACK || b.bottom <= a.top + SLACK;
  const plain = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
  // A box of one pixel is for screen readers.
  const seen = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    getComputedStyle(element).clipPath !== "inset(50%)";

  // Each pair of texts, but those that `may` touch.
  const crowd = (texts, where, may = () => false) => {
    texts.sort((a, b) => a.box.top - b.box.top);
    for (let n = 0; n < texts.length; n += 1) {
      for (let m = n + 1; m < texts.length && texts[m].box.top < texts[n].box.bottom; m += 1) {
        if (apart(texts[n].box, texts[m].box) || may(texts[n], texts[m])) continue;
        found.push(`${where}: ${name(texts[n].text)} lies over ${name(texts[m].text)}`);
      }
    }
  };
  const within = (texts, frame, where) => {
    for (const { text, box } of texts) {
      const over = {
        left: frame.left - box.left,
        right: box.right - frame.right,
        top: frame.top - box.top,
        bottom: box.bottom - frame.bottom,
      };
      for (const [side, by] of Object.entries(over)) {
        if (by > SLACK) found.push(`${where}: ${name(text)} is cut by ${by.toFixed(0)} px at the ${side}`);
      }
    }
  };
  const textOf = (element, kind) => ({ text: element.textContent, box: plain(element.getBoundingClientRect()), kind });
  const drawn = (root, what, kind) =>
    [...root.querySelectorAll(what)]
      .filter((one) => one.textContent.trim() && seen(one))
      .map((one) => textOf(one, kind));

  // Boxes of what is drawn in a chart: its points and bars, and places along its lines.
  const marks = (chart) => {
    const boxes = [...chart.querySelectorAll(".points path, .point path")]
      .filter(seen)
      .map((mark) => plain(mark.getBoundingClientRect()));
    for (const line of chart.querySelectorAll("path.js-line")) {
      if (!seen(line)) continue;
      const place = line.getScreenCTM();
      const long = line.getTotalLength();
      for (let n = 0; n <= 60; n += 1) {
        const { x, y } = line.getPointAtLength((long * n) / 60).matrixTransform(place);
        boxes.push({ left: x - 1, right: x + 1, top: y - 1, bottom: y + 1 });
      }
    }
    const inside = chart.querySelector(".bglayer .bg, .plotclip rect, .gridlayer")?.getBoundingClientRect();
    return inside ? boxes.filter((box) => !apart(box, plain(inside))) : boxes;
  };

  // Cut with an ellipsis, and whole in its title.
  const toldWhole = (box) =>
    getComputedStyle(box).textOverflow === "ellipsis" && box.title.trim() === box.textContent.trim();

  const root = document.querySelector(selector);
  const frame = root.getBoundingClientRect();

  for (const chart of root.querySelectorAll(".lada-plot-chart")) {
    if (!seen(chart) || !chart.querySelector(".main-svg")) continue;
    const where = `chart ${name(chart.getAttribute("aria-label") ?? "")}`;
    const box = chart.getBoundingClientRect();
    const slanted = [...chart.querySelectorAll(".xtick text")].some((one) =>
      /rotate\((?!0)/.test(one.getAttribute("transform") ?? ""),
    );
    const texts = [
      ...drawn(chart, ".infolayer text", "word"),
      ...drawn(chart, ".xaxislayer-above text", "xtick"),
      ...drawn(chart, ".yaxislayer-above text", "ytick"),
      ...drawn(chart, ".scatterlayer text, .heatmap-label", "number"),
    ];
    within(texts, box, where);
    const bar = chart.querySelector(".modebar");
    if (bar?.querySelector("a")) {
      texts.push({ text: "the toolbar", box: plain(bar.getBoundingClientRect()), kind: "bar" });
    }
    crowd(texts, where, (a, b) => slanted && a.kind === "xtick" && b.kind === "xtick");
    for (const legend of chart.querySelectorAll(".legend")) {
      if (legend.querySelector(".scrollbar")?.getBoundingClientRect().height > 0)
        found.push(`${where}: its legend has to be scrolled`);
      const box = plain(legend.getBoundingClientRect());
      const covered = marks(chart).filter((mark) => !apart(box, mark)).length;
      if (covered) found.push(`${where}: its legend lies over ${covered} marks`);
    }
  }
  for (const plot of root.querySelectorAll(".lada-plot-svg")) {
    if (!seen(plot)) continue;
    const where = `plot ${name(plot.getAttribute("aria-label") ?? "")}`;
    const texts = drawn(plot, "text", "word");
    within(texts, plot.getBoundingClientRect(), where);
    within(texts, { ...plain(frame), top: -Infinity, bottom: Infinity }, where); // the page itself may scroll
    crowd(texts, where);
  }

  // Sentences, labels and buttons: what is not cut off by a box that scrolls, nor under the bar that stays in sight.
  const bar = root.querySelector(".lada-explorer-head");
  const words = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (
      !node.textContent.trim() ||
      parent.closest("svg, select, script, style, .modebar, .lada-map-cursor") ||
      !seen(parent)
    )
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((line) => line.width && line.height);
    if (!lines.length) continue;
    const rows = new Set(lines.map((line) => Math.round(line.top))).size;
    const letters = node.textContent.trim().length;
    if (rows > 3 && letters / rows < 7) found.push(`${name(node.textContent)} runs down the page in ${rows} lines`);
    for (const line of lines) {
      let box = plain(line);
      for (let above = parent; above && root.contains(above); above = above.parentElement) {
        const style = getComputedStyle(above);
        if (style.overflowX === "visible" && style.overflowY === "visible") continue;
        const clip = above.getBoundingClientRect();
        const goesOn = (above.matches(SIDEWAYS) && style.overflowX !== "hidden") || toldWhole(above);
        if (goesOn && !(box.left >= clip.left - SLACK && box.right <= clip.right + SLACK)) {
          box = null; // it may be brought into sight
          break;
        }
        if (box.left < clip.left - SLACK || box.right > clip.right + SLACK) {
          found.push(`${name(node.textContent)} is cut by its ${above.className || above.tagName}`);
        }
        box = {
          left: Math.max(box.left, clip.left),
          right: Math.min(box.right, clip.right),
          top: Math.max(box.top, clip.top),
          bottom: Math.min(box.bottom, clip.bottom),
        };
      }
      if (!box) continue;
      if (bar && !bar.contains(parent)) box.top = Math.max(box.top, bar.getBoundingClientRect().bottom);
      if (box.right > frame.right + SLACK || box.left < frame.left - SLACK)
        found.push(`${name(node.textContent)} is beside the page`);
      if (box.bottom - box.top > 3 && box.right > box.left) words.push({ text: node.textContent, box });
    }
  }
  crowd(words, "words");
  for (const control of root.querySelectorAll("button, select, input, canvas, img")) {
    const scrolls = control.parentElement.closest(`ol, ul, ${SIDEWAYS}`);
    if (!seen(control) || scrolls) continue;
    const box = control.getBoundingClientRect();
    if (box.width && (box.right > frame.right + SLACK || box.left < frame.left - SLACK)) {
      found.push(
        `${name(control.getAttribute("aria-label") || control.textContent || control.tagName)} reaches beside the page`,
      );
    }
  }
  for (const box of root.querySelectorAll("*")) {
    const { overflowX } = getComputedStyle(box);
    if (box.closest("svg, select, .js-plotly-plot") || overflowX === "visible" || !seen(box) || !box.clientWidth)
      continue;
    if (box.matches(`input, .lada-map-thumb, ${SIDEWAYS}`) || toldWhole(box)) continue;
    if (box.scrollWidth > box.clientWidth + 1)
      found.push(`${name(box.className || box.tagName)} is ${box.scrollWidth - box.clientWidth} px too wide`);
    const cut = /hidden|clip/.test(getComputedStyle(box).overflowY) && box.clientHeight > 3;
    if (cut && box.scrollHeight > box.clientHeight + 2)
      found.push(`${name(box.className || box.tagName)} is ${box.scrollHeight - box.clientHeight} px too tall`);
  }
  return [...new Set(found)];
};
