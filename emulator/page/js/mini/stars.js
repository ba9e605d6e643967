import { button, fill, h, icon } from "../dom.js";
import { fullTime } from "../moment.js";
import { Page, box, hours, nothing } from "./page.js";

const STATES = { applied: "社区审核中", reviewed: "街道审核中", awarded: "已获得", declined: "没有通过" };

/** Stars: where one stands, and applying for the next. */
export class Stars extends Page {
  constructor() {
    super("星级志愿者", { from: "mine" });
    this.standing = h("div", { class: "standing" });
    this.apply = button("申请星级", () => this.deed(this.apply, () => this.ask()), "button wide", { "data-key": "apply", disabled: true });
    const asking = box("star", "我的星级", this.standing, this.apply);
    this.root.replaceChildren(this.top, asking, h("h3", { class: "list-head" }, "我的申请"), this.list);
  }

  begin() {
    fill(this.standing);
  }

  read() {
    return this.api("GET", "/me/stars");
  }

  draw(told) {
    this.apply.disabled = !told.ready;
    fill(this.standing, row(told.level), h("p", {}, `已生效 ${hours(told.minutes)}`), h("p", { class: "soft" }, ahead(told)));
    fill(this.list, told.items.length > 0 ? told.items.map(card) : nothing("star", "还没有申请过。"));
  }

  async ask() {
    const { level } = await this.api("POST", "/stars");
    return `已申请 ${level} 星，审核后会告诉您。`;
  }
}

function row(level) {
  const stars = [1, 2, 3, 4, 5].map((each) => h("span", { class: each <= level ? "star held" : "star" }, icon("star")));
  return h("p", { class: "stars", role: "img", "aria-label": level ? `${level} 星` : "还没有星级" }, stars);
}

function ahead({ minutes, pending, ready, needed, next_level: next }) {
  if (pending) return `${pending} 星正在审核，不用重复申请。`;
  if (ready) return `时长够了，可以申请 ${next} 星。`;
  if (needed) return `再服务满 ${Math.ceil((needed * 60 - minutes) / 60)} 小时，可以申请 ${next} 星。`;
  return "已经是最高星级，谢谢您的付出。";
}

function card(one) {
  return h("article", { class: "activity" },
    h("div", { class: "activity-head" }, h("h3", {}, `${one.level} 星`), h("span", { class: `mine ${one.state === "awarded" ? "confirmed" : one.state === "declined" ? "over" : "waitlisted"}` }, STATES[one.state] || one.state)),
    h("p", { class: "fact" }, icon("clock"), h("span", {}, `${fullTime(one.applied_at)} 申请，当时 ${hours(one.minutes)}`)),
    one.note && h("p", { class: "fact risk" }, icon("warn"), h("span", {}, one.note)));
}
