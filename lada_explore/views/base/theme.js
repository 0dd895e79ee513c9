// The colours of the page: light or dark, and when that changes.

/**
 * "rgb(1, 2, 3)" as numbers; `otherwise` for what is no such colour.
 *
 * @param {string} text
 * @param {number[]} otherwise
 */
export function channelsOf(text, otherwise) {
  const found = text.match(/[\d.]+/g);
  return found && found.length >= 3 ? found.slice(0, 3).map(Number) : otherwise;
}

/**
 * Whether a colour, as numbers from 0 to 255, is nearer to black than to white.
 *
 * @param {number[]} colour
 */
export function isDark([red, green, blue]) {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

/**
 * Calls back when the page's theme, or the system's where the page has none, changes; returns the call that ends it.
 *
 * @param {() => void} callback
 */
export function onThemeChange(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"] });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", callback);
  };
}
