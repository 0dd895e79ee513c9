// Colours and font of the page for a chart.

import { channelsOf, isDark } from "./theme.js";

/**
 * @typedef {object} ChartTheme
 * @property {boolean} dark whether it is light on dark
 * @property {string} ink colour of the texts
 * @property {{ layout: object }} template for plotly: it gives way to whatever a figure says itself
 */

/**
 * Colours of a chart.
 *
 * @param {HTMLElement} probe
 * @param {boolean} printed
 */
function coloursOf(probe, printed) {
  const paper = printed ? "rgb(255, 255, 255)" : resolveColour(probe, "--jp-layout-color0", "rgb(255, 255, 255)");
  const dark = isDark(channelsOf(paper, [255, 255, 255]));
  const ink = printed
    ? "rgb(30, 30, 30)"
    : resolveColour(probe, "--jp-ui-font-color1", dark ? "rgb(230, 230, 230)" : "rgb(40, 40, 40)");
  const muted = printed ? "rgb(90, 90, 90)" : resolveColour(probe, "--jp-ui-font-color2", ink);
  const line = dark ? "rgba(255, 255, 255, 0.16)" : "rgba(0, 0, 0, 0.12)";
  const frame = dark ? "rgba(255, 255, 255, 0.45)" : "rgba(0, 0, 0, 0.45)";
  return { dark, paper, ink, muted, line, frame };
}

/**
 * A CSS colour as the page resolves it now, or the fallback where the page has no such variable.
 *
 * @param {HTMLElement} probe
 * @param {string} variable
 * @param {string} fallback
 */
function resolveColour(probe, variable, fallback) {
  probe.style.color = fallback;
  probe.style.color = `var(${variable}, ${fallback})`;
  const colour = getComputedStyle(probe).color;
  return /^rgba?\(/.test(colour) ? colour : fallback;
}

/**
 * What a chart is drawn with where it stands now.
 *
 * @param {Element} root of the view
 * @param {HTMLElement} probe an element in it that nobody sees
 * @param {boolean} printed whether it is drawn for paper, which is white
 * @returns {ChartTheme}
 */
export function themeOf(root, probe, printed) {
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
    title: { font: { color: muted, size: 12 }, standoff: 8 },
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
        annotationdefaults: { font: { color: ink } },
      },
    },
  };
}
