// The time slider: layout and input only. Every word comes from the kernel in `state`.

import { withKernel } from "../base/kernel.js";
import { announced, button, make, setText, showText, viewRoot } from "../base/page.js";

const STEP_MS = 1000;
const SEND_MS = 100; // at most ten cycles a second while dragging
const ANSWER_MS = 1500; // so long the thumb stays where it was put, whatever older answers say

function build(el, on) {
  const root = viewRoot(el, "lada-slider", "Cycle shown");
  const parts = { root };
  parts.play = button("▶ Play", "Show one cycle a second", on.play, "lada-button");
  parts.range = Object.assign(make("input", "lada-range"), { type: "range", min: "0", step: "1" });
  parts.range.setAttribute("aria-label", "Cycle");
  parts.latest = button("Latest", "Follow the run: show its latest cycle", on.latest, "lada-button");
  parts.says = make("output", "lada-says");
  parts.message = make("p", "lada-slider-message");
  parts.error = announced("lada-error", "alert");
  const row = make("div", "lada-slider-row");
  row.append(parts.play, parts.range, parts.latest, parts.says);
  root.append(row, parts.message, parts.error);
  return parts;
}

/** Sends the last value given, at most once in SEND_MS. */
function sender(model) {
  let timer = null;
  let waiting;
  const send = () => {
    timer = null;
    if (waiting === undefined) return;
    model.send({ type: "show", cycle: waiting });
    waiting = undefined;
    timer = setTimeout(send, SEND_MS);
  };
  const ask = (cycle) => {
    waiting = cycle;
    if (timer === null) send();
  };
  return { ask, stop: () => clearTimeout(timer) };
}

function render({ model, el }) {
  const parts = build(el, {
    play: () => (playing === null ? play() : hold()),
    latest: () => {
      hold();
      put = { cycle: null, at: -Infinity };
      if (parts.latest.getAttribute("aria-disabled") !== "true")
        ask(model.get("state").latest ? Number(parts.range.value) : null);
    },
  });
  const { ask, stop: stopSending } = sender(model);
  let playing = null;
  let put = { cycle: null, at: -Infinity };

  const say = (cycle) => {
    const sentence = model.get("state").cycles[cycle] ?? "";
    setText(parts.says, sentence);
    parts.range.setAttribute("aria-valuetext", sentence);
  };
  const show = () => {
    const state = model.get("state");
    parts.range.max = String(Math.max(0, state.cycles.length - 1));
    const answered = state.cycle === put.cycle || performance.now() - put.at > ANSWER_MS;
    const cycle = answered ? state.cycle : put.cycle;
    if (answered) put = { cycle: null, at: -Infinity };
    parts.range.value = String(cycle);
    const single = state.cycles.length < 2;
    parts.range.setAttribute("aria-disabled", String(single));
    for (const one of [parts.play, parts.latest]) one.setAttribute("aria-disabled", String(single));
    parts.latest.setAttribute("aria-pressed", String(state.latest));
    say(cycle);
    showText(parts.message, state.message);
    showText(parts.error, state.error);
    parts.root.dataset.cycle = state.cycle;
    parts.root.dataset.rev = state.revision;
  };
  const go = (cycle) => {
    put = { cycle, at: performance.now() };
    parts.range.value = String(cycle);
    say(cycle);
    ask(cycle);
  };
  const hold = () => {
    clearInterval(playing);
    playing = null;
    setText(parts.play, "▶ Play");
    parts.play.setAttribute("aria-pressed", "false");
  };
  const play = () => {
    const last = Number(parts.range.max);
    if (last < 1) return;
    if (Number(parts.range.value) >= last) go(0);
    setText(parts.play, "❚❚ Hold");
    parts.play.setAttribute("aria-pressed", "true");
    playing = setInterval(() => {
      const next = Number(parts.range.value) + 1;
      go(next);
      if (next >= Number(parts.range.max)) hold();
    }, STEP_MS);
  };

  parts.range.addEventListener("input", () => {
    hold();
    go(Number(parts.range.value));
  });
  model.on("change:state", show);
  hold();
  show();
  return () => {
    hold();
    stopSending();
    model.off("change:state", show);
  };
}

export default withKernel({ render });
