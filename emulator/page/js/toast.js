import { button, h } from "./dom.js";

const STAYS_MS = 2800;

/** Say one sentence over the phone for a moment; `exchange` adds a way to its raw message. */
export function toast(message, { exchange = null } = {}) {
  const note = h("div", { class: "toast" }, h("span", {}, message));
  if (exchange) {
    note.append(button("查看原始报文", () => document.dispatchEvent(new CustomEvent("peek", { detail: exchange })), ""));
  }
  const shelf = document.getElementById("toasts");
  shelf.replaceChildren(note);
  setTimeout(() => note.remove(), exchange ? STAYS_MS * 2 : STAYS_MS);
}

/** Take the note away: people have moved on. */
export function clearToasts() {
  document.getElementById("toasts").replaceChildren();
}

/** Show the sentence of an error. A mistake of this page goes on to the console as well. */
export function toastError(error) {
  toast(error.message || "出错了。", { exchange: error.exchange ?? null });
  if (!("status" in error)) throw error;
}
