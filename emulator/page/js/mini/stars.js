import { button, fill, h, icon } from "../dom.js";
import { fullTime } from "../moment.js";
import { Page, box, hours, nothing, submit } from "./page.js";
import { fact } from "./shifts.js";

const LONGEST = 400;
const STATES = { applied: "社区审核中", reviewed: "街道审核中", published: "公示中", awarded: "已获得", declined: "没有通过" };

/** Stars: where one stands, applying for the next, and those that are published before they are awarded. */
export class Stars extends Page {
  constructor() {
    super("星级志愿者", { from: "mine" });
    this.standing = h("div", { class: "standing" });
    this.published = h("div", { class: "cards", "aria-live": "polite" });
    this.apply = button("申请星级", () => this.deed(this.apply, () => this.ask()), "button wide", { "data-key": "apply", disabled: true });
    const asking = box("star", "我的星级", this.standing, this.apply);
    this.root.replaceChildren(this.top, asking, h("h3", { class: "list-head" }, "我的申请"), this.list,
      h("h3", { class: "list-head" }, "正在公示"), this.published);
  }

  begin() {
    fill(this.standing);
    fill(this.published);
  }

  async read() {
    const [mine, published] = await Promise.all([this.api("GET", "/me/stars"), this.api("GET", "/stars/published")]);
    return { ...mine, published: published.items };
  }

  draw(told) {
    this.apply.disabled = !told.ready;
    fill(this.standing, row(told.level), h("p", {}, `已生效 ${hours(told.minutes)}`), h("p", { class: "soft" }, ahead(told)));
    fill(this.list, told.items.length > 0 ? told.items.map(application) : nothing("star", "还没有申请过。"));
    fill(this.published, told.published.length > 0 ? told.published.map((one) => this.card(one)) : h("p", { class: "soft note" }, "现在没有正在公示的星级。"));
  }

  card(one) {
    const inside = h("div", { class: "more-box" });
    return h("article", { class: "activity", "data-star": one.id },
      h("div", { class: "activity-head" }, h("h3", {}, one.name), h("span", { class: "number" }, `${one.level} 星`)),
      fact("place", one.area), fact("clock", `${hours(one.minutes)}，公示到 ${one.until}`),
      h("div", { class: "row-buttons" }, button("有异议", () => this.write(one, inside), "button secondary")), inside);
  }

  write(one, inside) {
    const words = h("textarea", { rows: "3", maxlength: String(LONGEST), required: true, placeholder: "例如：那天的活动他没有参加。" });
    const form = h("form", { class: "inner-form" }, h("label", { class: "field" }, h("span", {}, "哪里不对？只有核查的工作人员能看到，不告诉对方是谁提的。"), words),
      h("div", { class: "two" }, submit("提交异议"), button("不提了", () => fill(inside), "button secondary")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.deed(event.submitter, async () => {
        const { state, due, answer } = await this.api("POST", `/stars/${one.id}/objections`, { words: words.value });
        return state === "open" ? `收到您的异议，${due} 前答复您。` : `您提过的异议已经有结果。${answer || ""}`;
      });
    });
    fill(inside, form);
    words.focus();
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

function ahead({ minutes, pending, ready, needed, next_level: next, published_until: until }) {
  if (until) return `${pending} 星正在公示，到 ${until}。`;
  if (pending) return `${pending} 星正在审核，不用重复申请。`;
  if (ready) return `时长够了，可以申请 ${next} 星。`;
  if (needed) return `再服务满 ${Math.ceil((needed * 60 - minutes) / 60)} 小时，可以申请 ${next} 星。`;
  return "已经是最高星级，谢谢您的付出。";
}

function application(one) {
  return h("article", { class: "activity" },
    h("div", { class: "activity-head" }, h("h3", {}, `${one.level} 星`), h("span", { class: `mine ${one.state === "awarded" ? "confirmed" : one.state === "declined" ? "over" : "waitlisted"}` }, STATES[one.state] || one.state)),
    h("p", { class: "fact" }, icon("clock"), h("span", {}, `${fullTime(one.applied_at)} 申请，当时 ${hours(one.minutes)}`)),
    one.note && h("p", { class: "fact risk" }, icon("warn"), h("span", {}, one.note)));
}
