// Which key does what: each class has a key, and a command whose key a class needs moves behind Alt.

/** @import { KeyLine } from "../base/key_list.js" */

/** @typedef {keyof typeof COMMAND_KEYS} CommandName */

/**
 * @typedef {object} Keys
 * @property {boolean[]} named of each class, whether its name is its key
 * @property {string[]} classes the key of each class, "" for none
 * @property {Record<CommandName, string[]>} commands the keys of each, such as "z" or "Alt+z", the one that its button
 *   shows first
 * @property {CommandName[]} moved commands behind Alt
 * @property {number} recent how many classes have a digit because they were used last
 */

const COMMAND_KEYS = {
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
  keys: ["?"],
};
export const COMMANDS = /** @type {CommandName[]} */ (Object.keys(COMMAND_KEYS));
const PLACE_KEYS = [..."1234567890", ..."abcdehijkmnopqrtuwxy"]; // in order of place; no letter of a command
// Where Alt makes another character of a key (macOS), the key itself still says which one it is.
/** @type {Record<string, string>} */
const BY_CODE = {
  Minus: "-",
  Equal: "=",
  Slash: "/",
  Period: ".",
  NumpadSubtract: "-",
  NumpadAdd: "+",
  NumpadDivide: "/",
};

/**
 * The keys of these classes. A name of one character is its own key, whatever its case, so that "3" is never another
 * class; the others take what is left of 1 to 9, 0, then letters, by place, and classes beyond those have none.
 *
 * @param {string[]} classNames
 * @param {Map<string, number>} [recent] digits that classes without a key of their own have taken, by place
 * @returns {Keys}
 */
export function keysOf(classNames, recent = new Map()) {
  const characters = classNames.map((name) => name.toLowerCase());
  const isKey = (/** @type {string} */ name, /** @type {number} */ place) =>
    [...name].length === 1 &&
    [...characters[place]].length === 1 &&
    name.trim() !== "" &&
    characters.filter((other) => other === characters[place]).length === 1;
  const named = classNames.map(isKey);
  const own = new Set(characters.filter((_, place) => named[place]));
  const left = PLACE_KEYS.filter((key) => !own.has(key));
  const classes = characters.map((character, place) => (named[place] ? character : (left.shift() ?? "")));
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

/**
 * What a key press means: a class by its place, a command, or nothing.
 *
 * @param {Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey"> & Partial<KeyboardEvent>} event
 * @param {Keys} keys
 * @returns {{ place: number } | { command: CommandName } | null}
 */
export function meaningOf(event, keys) {
  // AltGr types characters such as @ and is told as Ctrl and Alt.
  const types = event.getModifierState?.("AltGraph") ?? false;
  if (!types && (event.ctrlKey || event.metaKey)) return null;
  const alt = event.altKey && !types;
  const plain = [...event.key].length === 1 ? event.key.toLowerCase() : "";
  const known = !alt || /^[ -~]$/.test(plain);
  const key = known ? plain : (BY_CODE[event.code] ?? /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? "");
  if (!key) return null;
  const place = alt ? -1 : keys.classes.indexOf(key);
  if (place >= 0) return { place };
  const name = COMMANDS.find((some) => keys.commands[some].includes(alt ? `Alt+${key}` : key));
  return name ? { command: name } : null;
}

/** @type {Record<CommandName, string>} */
const DOES = {
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
  keys: "this list",
};

/**
 * What each key does, a line for each.
 *
 * @param {Keys} keys
 * @returns {KeyLine[]}
 */
export function keyLines(keys) {
  const commands = COMMANDS.map((name) => /** @type {KeyLine} */ ([keys.commands[name], DOES[name]]));
  return [
    [keys.classes.find((key) => key !== "") ?? "1", "answer the class whose button shows this key, and so on"],
    ["Enter", "accept the guess, where it is shown"],
    [["←", "→"], "the image before, the next one"],
    [["Home", "End"], "the first image, the last one"],
    ...commands,
    ["Space", "select the image, or not"],
    [["Shift+←", "Shift+→"], "select on the way; move a magnified picture"],
    [["Ctrl+A", "⌘A"], "select every open image"],
    ["Esc", "select none; show the whole picture; back to the query"],
  ];
}

/**
 * The choice of keys in a sentence.
 *
 * @param {string[]} classNames
 * @param {Keys} keys
 */
export function keyHelp(classNames, keys) {
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
    const rest = without ? `; ${without} have none, and ${keys.commands.find[0]} finds them` : "";
    return `Keys: a class of one character has that one, the others 1 to 9, 0, then letters, as their buttons say${rest}.${alt}`;
  }
  const cut = (/** @type {string} */ name) => (name.length > 12 ? `${name.slice(0, 11)}…` : name);
  const examples = classNames.slice(0, 2).map((name, place) => `${PLACE_KEYS[place]} is ${cut(name)}`);
  const order = `1 to ${Math.min(9, n)}${n > 9 ? ", 0" : ""}${n > 10 ? ", then letters" : ""}`;
  const rest = without
    ? `; the first ${PLACE_KEYS.length} have one, and ${keys.commands.find[0]} finds the others`
    : "";
  return `Keys: they number the classes in order, ${order} (${examples.join(", ")})${rest}.`;
}
