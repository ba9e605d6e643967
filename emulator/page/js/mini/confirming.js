import { button, busy, fill, h } from "../dom.js";
import { clockTime, span } from "../moment.js";
import { closeSheet, openSheet } from "../sheet.js";
import { toast, toastError } from "../toast.js";

/** The hours of a shift that wait: all are ticked, whoever is left out stays as they are. */
export function openHours(page, shift) {
  const list = h("ul", { class: "roster" });
  const send = button("核定勾选的时长", () => busy(send, () => confirm(page, shift, list)).catch(toastError), "button wide");
  const hint = h("p", { class: "soft" }, "没勾的这次不核定。要改分钟数，请社区在管理台办。自己的时长由另一位核定。");
  openSheet({ title: "核定时长", body: [h("p", {}, shift.title, h("br"), h("span", { class: "soft" }, span(shift.starts_at, shift.ends_at))), list, hint, send], kind: "full", onclose: () => page.refresh() });
  page.api("GET", `/shifts/${shift.shift_id}/hours`).then(({ items }) => fill(list, items.map(line))).catch((error) => {
    closeSheet();
    toastError(error);
  });
}

function line(one) {
  const tick = h("input", { type: "checkbox", checked: true, "data-record": one.record_id, "data-version": one.version });
  return h("li", {}, h("label", { class: "tick" }, tick, h("span", {}, h("b", {}, one.name), h("small", {}, `${clockTime(one.starts_at)}–${clockTime(one.ends_at)}`)), h("strong", {}, `${one.minutes} 分钟`)));
}

async function confirm(page, shift, list) {
  const ticked = [...list.querySelectorAll("input:checked")];
  if (ticked.length === 0) return toast("一个都没勾，没有核定。");
  const seen = ticked.map(({ dataset }) => ({ record_id: dataset.record, version: Number(dataset.version) }));
  const { confirmed, waiting } = await page.api("POST", `/shifts/${shift.shift_id}/hours/confirmation`, { seen });
  closeSheet();
  return toast(`已核定 ${confirmed} 人的时长。${waiting > 0 ? `还有 ${waiting} 人的没有核定。` : ""}`);
}
