// One shift of an activity: when, how many places, and what this person can do about it.

import { button, busy, h, icon } from "../dom.js";
import { fullTime, span } from "../moment.js";
import { confirmSheet } from "../sheet.js";
import { toast, toastError } from "../toast.js";
import { call } from "../wire.js";

const STATES = {
  confirmed: "已报名", waitlisted: "候补中", offered: "有名额，等您接受", cancelled: "已取消", late_cancelled: "已取消（临近开始）",
  declined: "已放弃", lapsed: "名额已过期", revoked: "已撤销",
};

/** Draw a shift with its buttons; `changed` is called after something was done. */
export function shiftRow(shift, title, hands) {
  const taken = Math.max(0, shift.capacity - shift.places_left);
  const row = h("div", { class: "shift", "data-shift": shift.id },
    h("div", {}, h("p", { class: "shift-when" }, span(shift.starts_at, shift.ends_at)), left(shift), badge(shift.my_state, shift)),
  );
  if (Number.isFinite(shift.capacity)) row.append(h("progress", { max: shift.capacity, value: taken, "aria-label": `已报 ${taken} 人，共 ${shift.capacity} 人` }));
  row.append(...actions(shift, title, hands));
  return row;
}

/** The coloured words that say where a person stands, or nothing. */
export function badge(state, { position, offer_ends_at: ends, offer_expires_at: expires = ends } = {}) {
  if (!state) return null;
  const words = state === "waitlisted" && position ? `候补第 ${position} 位` : STATES[state] || state;
  const until = state === "offered" && expires ? `（${fullTime(expires)} 前）` : "";
  return h("span", { class: `mine ${["confirmed", "waitlisted", "offered"].includes(state) ? state : "over"}` }, words + until);
}

/** The buttons that this state allows. */
export function actions(shift, title, hands) {
  const run = (method, tail, done) => (event) => change(event.currentTarget, hands, method, shift, tail, done);
  const cancel = async (event) => {
    const control = event.currentTarget;
    if (await confirmSheet("取消报名？", `“${title}”的报名会取消，名额让给候补的人。`, "取消报名")) await change(control, hands, "DELETE", shift, "", "已取消。");
  };
  if (shift.my_state === "offered") {
    return [h("div", { class: "offer" }, button("接受名额", run("POST", "/accept", "已接受，报名成功。")), button("放弃", run("POST", "/decline", "已放弃。"), "button secondary"))];
  }
  const one = { confirmed: () => button("取消", cancel, "button secondary"), waitlisted: () => button("退出候补", cancel, "button secondary") }[shift.my_state];
  const join = () => (shift.places_left > 0 ? button("报名", run("PUT", "")) : button("进候补", run("PUT", ""), "button honey"));
  return [h("div", { class: "shift-actions" }, (one || join)())];
}

function left(shift) {
  if (!Number.isFinite(shift.places_left)) return null;
  const none = shift.places_left <= 0;
  return h("p", { class: "shift-left" }, none ? h("strong", { class: "none" }, "已满") : ["剩 ", h("strong", {}, String(shift.places_left))],
    ` / ${shift.capacity} 名`, shift.waiting > 0 && ` · 候补 ${shift.waiting} 人`);
}

async function change(control, hands, method, shift, tail, done) {
  const path = `/api/v1/shifts/${encodeURIComponent(shift.id)}/signup${tail}`;
  await busy(control, async () => {
    const answer = await call(hands.person, method, path);
    toast(done || outcome(answer));
    await hands.changed();
    focusAgain(shift);
  }).catch(toastError);
}

function focusAgain(shift) {
  document.querySelector(`#mini [data-shift="${CSS.escape(shift.id)}"] button`)?.focus({ preventScroll: true });
}

function outcome({ state, position, near }) {
  const warning = near ? `离另一个报名很近：${near}` : "";
  if (state === "waitlisted") return position ? `名额已满，您是候补第 ${position} 位。` : "名额已满，已进候补。";
  return state === "confirmed" ? `报名成功。${warning}` : STATES[state] || "办好了。";
}

/** A line with a small picture before it. */
export function fact(name, words, className = "fact") {
  return words ? h("p", { class: className }, icon(name), h("span", {}, words)) : null;
}
