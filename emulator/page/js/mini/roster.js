import { button, busy, field, fill, h } from "../dom.js";
import { clockTime, span } from "../moment.js";
import { openSheet } from "../sheet.js";
import { toast, toastError } from "../toast.js";
import { submit } from "./page.js";

const STATES = { confirmed: "没到", checked_in: "在场", checked_out: "已离开", credited: "已记时长", waitlisted: "候补", offered: "等答复", no_show: "没来" };
const ASKED = "asked";
/** Codes live 30 s and are good for one step more, so asking this often shows no dead one. */
const EVERY_MS = 5000;

/** The codes of a shift, large, with the link for a screen; drawn anew when the next is due. */
export function openCodes(page, shift) {
  const shown = h("div", { class: "codes", "aria-live": "polite" });
  const link = h("a", { class: "button secondary wide", target: "_blank", rel: "noopener" }, "打开投屏页面");
  let timer = null;
  const draw = async () => {
    const told = await page.api("GET", `/shifts/${shift.shift_id}/code`);
    link.href = told.screen_url;
    fill(shown, code("来时签到", told.check_in), code("走时签退", told.check_out));
    timer = setTimeout(() => draw().catch(toastError), EVERY_MS);
  };
  openSheet({ title: "现场码", body: [h("p", {}, shift.title), shown, h("p", { class: "soft" }, "每 30 秒换一次，以最新的为准。"), link], onclose: () => clearTimeout(timer) });
  draw().catch(toastError);
}

function code(words, { digits }) {
  return h("p", {}, h("span", {}, words), h("strong", {}, `${digits.slice(0, 4)} ${digits.slice(4)}`));
}

/** The roster of a shift: mark who came and left, add who stands there, look again at whom the lot drew. */
export function openRoster(page, shift) {
  const list = h("ol", { class: "roster" });
  const who = h("input", { maxlength: "60", autocomplete: "off" });
  const path = `/shifts/${shift.shift_id}`;
  const draw = async () => fill(list, (await page.api("GET", `${path}/roster`)).items.map(line));
  const run = (control, task) => busy(control, async () => {
    const said = await task();
    await draw();
    if (said) toast(said);
  }).catch(toastError);
  const mark = (entries, did) => async () => {
    const { items } = await page.api("POST", `${path}/roster`, { marks: entries.map((each) => ({ signup_id: each.signup_id, did })) });
    const refused = items.find((each) => !each.taken);
    return refused ? refused.message : `已记 ${items.length} 人。`;
  };
  const line = (one) => h("li", { "data-signup": one.signup_id },
    h("span", {}, h("b", {}, one.name || "未填姓名"), h("small", {}, [STATES[one.state] || one.state, one.in_at && clockTime(one.in_at)].filter(Boolean).join(" "))),
    one.state === "confirmed" && button("到场", (event) => run(event.currentTarget, mark([one], "came"))),
    one.state === "checked_in" && button("离开", (event) => run(event.currentTarget, mark([one], "left")), "button secondary"),
    one.recheck === ASKED && h("span", { class: "recheck" }, "请看一眼本人：", look(one, true, "在"), look(one, false, "没看到")));
  const look = (one, seen, words) => button(words, (event) => run(event.currentTarget, async () => {
    await page.api("POST", `${path}/roster/${one.signup_id}/recheck`, { seen });
    return "已记下。";
  }), "button secondary");
  const all = button("没到的全部记到场", () => run(all, async () => {
    const missing = (await page.api("GET", `${path}/roster`)).items.filter((one) => one.state === "confirmed");
    return missing.length > 0 ? mark(missing, "whole")() : "没有还没到的人。";
  }), "button secondary wide");
  const form = h("form", { class: "row" }, field("加上没报名的人：手机号、志愿者编号或一次性码", who), submit("加上"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(event.submitter, async () => {
      await page.api("POST", `${path}/people`, { who: who.value.trim() });
      who.value = "";
      return "已记到场 1 人。";
    });
  });
  const body = [h("p", {}, shift.title, h("br"), h("span", { class: "soft" }, span(shift.starts_at, shift.ends_at))), list, all, form];
  openSheet({ title: "名单", body, kind: "full", onclose: () => page.refresh() });
  draw().catch(toastError);
}
