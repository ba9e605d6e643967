// Build elements without innerHTML: everything that a server says becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. `on…` attributes are listeners; null, undefined and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}

/** Put these children in the place of those that are there. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

/** Draw one symbol of icons.svg; it is decoration, the words beside it carry the meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A button with words. */
export function button(words, onclick, className = "button", more = {}) {
  return h("button", { type: "button", class: className, onclick, ...more }, words);
}

/** A labelled line to write in. */
export function field(label, input) {
  return h("label", { class: "field" }, h("span", {}, label), input);
}

/** The square with a person's last character, in a colour that stays theirs. */
export function avatar(person, className = "avatar") {
  const sum = [...String(person.id)].reduce((total, letter) => total + letter.codePointAt(0), 0);
  const letter = [...(person.name || "?")].at(-1);
  return h("span", { class: `${className} hue-${sum % 6}`, "aria-hidden": "true" }, letter);
}

/** The account's picture. */
export function beeAvatar() {
  return h("img", { class: "avatar", src: "page/bee.svg", alt: "" });
}

/** The button that shows the newest step's raw messages. */
export function peekButton() {
  const peek = () => document.dispatchEvent(new CustomEvent("peek"));
  return button(icon("code"), peek, "icon-button", { "aria-label": "查看原始报文", title: "查看原始报文" });
}

/** The dot beside what leads to messages that are not seen; nothing where there are none. */
export function unreadDot(unread) {
  return unread > 0 && h("span", { class: "dot" }, h("span", { class: "visually-hidden" }, `${unread} 条没看的消息`));
}

/** Run a task behind a button that cannot be pressed twice meanwhile. */
export async function busy(control, task) {
  control.disabled = true;
  control.setAttribute("aria-busy", "true");
  try {
    return await task();
  } finally {
    control.disabled = false;
    control.removeAttribute("aria-busy");
  }
}

function present(children) {
  return children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
}
