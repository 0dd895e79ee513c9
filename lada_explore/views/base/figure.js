// A plotly figure as the kernel sends it, as far as the page reads it: plotly takes it with all that stands in it besides.

/** @typedef {[number, number]} Span from left to right, or from below, as shares of the whole */

/** @typedef {{ text?: string, font?: { size?: number } }} Title */

/**
 * @typedef {object} Axis
 * @property {[number, number]} [range] of its values
 * @property {Span} [domain]
 * @property {Title} [title]
 * @property {string} [anchor]
 * @property {string[]} [ticktext]
 * @property {unknown} [dtick]
 * @property {unknown} [ticklabelstep]
 * @property {unknown} [tickangle]
 */

/** @typedef {`xaxis${string}` | `yaxis${string}`} AxisName */

/** @typedef {{ x: number, y: number, xref?: string, yref?: string, text: string, font?: { size?: number } }} Annotation */

/**
 * @typedef {object} LayoutParts
 * @property {number} height
 * @property {{ l?: number, r?: number, t?: number }} [margin]
 * @property {Title} [title]
 * @property {unknown} [template]
 * @property {Annotation[]} [annotations]
 * @property {{ panels?: Span[], names?: number, pair?: Key }} [meta] shares of the width that panels take; px for names
 *   in the legend; the pair that is chosen
 */

/** @typedef {LayoutParts & { [name: AxisName]: Axis }} Layout */

/**
 * Marks of points.
 *
 * @typedef {object} Marker
 * @property {string} [symbol]
 * @property {string | ArrayLike<number>} [color] of all, or values on the colour scale
 * @property {number | ArrayLike<number>} [size] px
 * @property {number} [opacity]
 * @property {number} [cmin] value of the lower end of the colour scale
 * @property {number} [cmax]
 * @property {[number, string][]} [colorscale] places from 0 to 1, and "#rrggbb"
 * @property {object} [line] around each
 */

/**
 * @typedef {object} Trace
 * @property {string} [name]
 * @property {ArrayLike<number | null>} [x]
 * @property {ArrayLike<number | null>} [y]
 * @property {string} [type]
 * @property {ArrayLike<ArrayLike<number>>} [z] values of a heat map, row by row from below
 * @property {Key[]} [customdata] what each point stands for
 * @property {string | { outline?: string }} [meta]
 * @property {string[]} [text]
 * @property {string[]} [ids]
 * @property {{ color?: string }} [textfont]
 * @property {Marker} [marker]
 * @property {string} [mode]
 * @property {boolean} [showlegend]
 * @property {boolean | "legendonly"} [visible]
 */

/** @typedef {number[]} Key what a point stands for: ids, never places */

/** @typedef {{ data: Trace[], layout: Partial<LayoutParts> & { [name: AxisName]: Axis }, config?: object }} Figure */

/**
 * What a chart shows: a figure, or a message in its place.
 *
 * @typedef {object} ChartSpec
 * @property {number} revision
 * @property {Figure | null} figure with its arrays as they come over the wire
 * @property {string} [caption]
 * @property {string[]} [notes]
 * @property {string} [message]
 * @property {string} [label]
 * @property {string} [error]
 */

/** @typedef {{ curveNumber: number, pointIndex?: number, pointNumber?: number, customdata?: Key }} PlotPoint */

/**
 * What plotly tells of a click, a pointer or a lasso.
 *
 * @typedef {object} PlotEvent
 * @property {PlotPoint[]} [points]
 * @property {{ x: number[], y: number[] }} [lassoPoints]
 * @property {{ x: [number, number], y: [number, number] }} [range] of a box
 */

/** @typedef {{ trace: number, point: number, customdata: Key | null }} PickedPoint as it is told to the kernel */

/**
 * An axis as plotly has drawn it, in px.
 *
 * @typedef {object} DrawnAxis
 * @property {number} _offset
 * @property {number} _length
 * @property {[number, number]} range of its values
 * @property {(value: number) => number} d2p place of a value
 */

/**
 * The part of a page that plotly draws in.
 *
 * @typedef {object} PlotParts
 * @property {Trace[]} data
 * @property {{ xaxis: DrawnAxis, yaxis: DrawnAxis, _size: { h: number, b: number, r: number } }} _fullLayout
 * @property {(event: string, listener: (event: PlotEvent | undefined) => void) => void} on
 */

/** @typedef {HTMLElement & Partial<PlotParts>} PlotElement plotly's parts are missing before it has drawn */

/** @typedef {HTMLElement & PlotParts} DrawnPlot */

/**
 * plotly.js, as far as it is used here.
 *
 * @typedef {object} Plotly
 * @property {(chart: HTMLElement, data: Trace[], layout: object, config: object) => Promise<DrawnPlot>} react
 * @property {(chart: HTMLElement, changes: object) => Promise<DrawnPlot>} relayout
 * @property {(chart: HTMLElement) => void} purge
 */

/**
 * The points of a trace that stand for something, in the order of their places.
 *
 * @param {Trace} trace
 */
export function pointsOf({ customdata, x, y }) {
  return Array.from(customdata ?? [], (key, n) => ({ key, x: Number(x?.[n]), y: Number(y?.[n]) }));
}

/**
 * Whether plotly has drawn.
 *
 * @param {PlotElement} chart
 * @returns {chart is DrawnPlot}
 */
export function isDrawn(chart) {
  return chart._fullLayout !== undefined;
}
