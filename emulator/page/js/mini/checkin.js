import { button, field, fill, h, icon } from "../dom.js";
import { clockTime, fullTime, span } from "../moment.js";
import { confirmSheet } from "../sheet.js";
import { Page, box, plainDigits, submit } from "./page.js";
import { fact } from "./shifts.js";

const STATES = { confirmed: "还没签到", checked_in: "已签到", checked_out: "已签退", credited: "已记时长" };
const MOST = 5;

/** Checking in and out: by the code on the leader's screen, by one's own code, by one's own word. */
export class CheckIn extends Page {
  constructor() {
    super("签到签退");
    this.now = h("div", { class: "cards", "aria-live": "polite" });
    this.code = h("input", { inputmode: "numeric", maxlength: "20", autocomplete: "one-time-code", placeholder: "8 位数字", class: "code-input" });
    this.own = h("div", { class: "own-code", "aria-live": "polite" });
    const hint = "看带队人屏幕上的码，来时签到，走时签退。看不到屏幕，请带队人在名单上记，一样有效。";
    const typed = this.form("scan", "输入现场码", hint, [
      field("现场码", this.code),
      h("div", { class: "two" }, submit("签到", "button", { value: "in" }), submit("签退", "button secondary", { value: "out" })),
    ], (way) => (way === "out" ? this.leave() : this.come()));
    const show = button("出示我的码", () => this.deed(show, () => this.showOwn()), "button honey wide");
    const own = box("person", "给带队人看我的码", h("p", { class: "soft" }, "带队人输入它，就记下您到场。5 分钟内有效，只能用一次。"), this.own, show);
    this.root.replaceChildren(this.top, this.now, typed, own, h("h3", { class: "list-head" }, "最近到场"), this.list);
  }

  begin() {
    this.code.value = "";
    fill(this.own);
    fill(this.now);
  }

  async read() {
    const [now, past] = await Promise.all([this.api("GET", "/me/attendance/now"), this.api("GET", `/me/attendance?limit=${MOST}`)]);
    return { now: now.items, past: past.items };
  }

  draw({ now, past }) {
    this.around = now;
    const later = h("p", { class: "soft note" }, "现在没有您的班次要签到。开始前半小时左右，这里会出现。");
    fill(this.now, now.length > 0 ? now.map(card) : later);
    fill(this.list, past.length > 0 ? past.map(card) : h("p", { class: "soft note" }, "还没有到场记录。"));
  }

  async come() {
    const come = await this.api("POST", "/attendance/check-in", { code: plainDigits(this.code.value) });
    this.code.value = "";
    return `已签到：${come.title}（${clockTime(come.in_at)}）`;
  }

  async leave() {
    const code = plainDigits(this.code.value);
    const present = this.around?.some((one) => one.state === "checked_in");
    const sure = code !== "" || !present || (await confirmSheet("不输码签退？", "按现在的时间记，最晚记到活动结束。", "签退"));
    if (!sure) return "";
    const gone = await this.api("POST", "/attendance/check-out", code === "" ? {} : { code });
    this.code.value = "";
    return `已签退：${gone.title}。时长等带队人确认后计入。`;
  }

  async showOwn() {
    const { code, expires_at: until } = await this.api("POST", "/me/code");
    fill(this.own, h("strong", { "aria-label": `我的码 ${code}` }, `${code.slice(0, 4)} ${code.slice(4)}`), h("span", { class: "soft" }, `${clockTime(until)} 前有效`));
    return "";
  }
}

function card(one) {
  const times = [one.in_at && `${fullTime(one.in_at)} 到场`, one.out_at && `${clockTime(one.out_at)} 离开`].filter(Boolean);
  return h("article", { class: "activity" },
    h("div", { class: "activity-head" }, h("h3", {}, one.title), h("span", { class: `mine ${one.state === "checked_in" ? "confirmed" : "over"}` }, STATES[one.state] || one.state)),
    fact("clock", span(one.starts_at, one.ends_at)), fact("place", one.place),
    times.length > 0 && h("p", { class: "fact" }, icon("check"), h("span", {}, times.join("，"))));
}
