import { button, fill, h, icon } from "./dom.js";

const layer = document.getElementById("sheet-layer");
const app = document.getElementById("app");
const open = { close: null };

/** Slide a sheet over the phone's screen and return what closes it. `kind`: "", "full", "side". */
export function openSheet({ title, body, kind = "", onclose = null }) {
  closeSheet();
  const before = document.activeElement;
  const close = () => {
    if (open.close !== close) return;
    open.close = null;
    layer.hidden = true;
    app.inert = false;
    onclose?.();
    fill(layer);
    before?.focus?.({ preventScroll: true });
  };
  open.close = close;
  fill(layer, frame(title, body, kind, close));
  layer.hidden = false;
  app.inert = true;
  firstIn(layer)?.focus({ preventScroll: true });
  return close;
}

/** Close the sheet that is open, if any. */
export function closeSheet() {
  open.close?.();
}

/** Ask before something that cannot be taken back; resolves to true or false. */
export function confirmSheet(title, words, yes) {
  return new Promise((resolve) => {
    let answer = false;
    const settle = (value) => () => {
      answer = value;
      closeSheet();
    };
    const body = [
      h("p", {}, words),
      button(yes, settle(true), "button danger wide"),
      button("不，返回", settle(false), "button secondary wide"),
    ];
    openSheet({ title, body, onclose: () => resolve(answer) });
  });
}

function firstIn(box) {
  return box.querySelector("[data-first]") ?? box.querySelector(".sheet-body button, .sheet-body input") ?? box.querySelector("button");
}

function frame(title, body, kind, close) {
  const shut = button(icon("close"), close, "icon-button", { "aria-label": "关闭" });
  const head = h("header", { class: "sheet-head" }, h("h2", {}, title), shut);
  const label = typeof title === "string" ? title : title.textContent;
  return h(
    "div",
    { class: `sheet ${kind}`.trim(), role: "dialog", "aria-modal": "true", "aria-label": label },
    head,
    h("div", { class: "sheet-body" }, body),
  );
}

layer.addEventListener("click", (event) => {
  if (event.target === layer) closeSheet();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeSheet();
});
