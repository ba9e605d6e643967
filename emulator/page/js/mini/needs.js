import { button, field, fill, h, icon } from "../dom.js";
import { fullTime } from "../moment.js";
import { confirmSheet } from "../sheet.js";
import { NeedForm } from "./need_form.js";
import { Page, nothing } from "./page.js";
import { fact } from "./shifts.js";

const STATES = {
  submitted: "待受理", verified: "已受理，待派单", rejected: "没有受理", dispatched: "等队伍接单", accepted: "队伍已接单",
  in_service: "正在服务", done: "已办结，待评价", rated: "已评价", closed: "已结束", withdrawn: "已撤回",
};
const STEPS = {
  submitted: "提出求助", verified: "受理", rejected: "驳回", dispatched: "派单", opened: "向各队公开", recalled: "收回改派", accepted: "接单",
  turned_back: "退单", planned: "安排活动", in_service: "开始服务", done: "办结", rated: "评价", closed: "结束", withdrawn: "撤回",
};
const OPEN = ["submitted", "verified", "dispatched", "accepted"];
const OVER = ["rejected", "closed", "withdrawn", "rated"];

/** Asking for help, following what becomes of it, rating it. */
export class Needs extends Page {
  constructor() {
    super("求助");
    this.asking = new NeedForm(this);
    this.root.replaceChildren(this.top, this.asking.root, h("h3", { class: "list-head" }, "我的求助"), this.list);
  }

  begin() {
    this.asking.clear();
  }

  read() {
    return this.api("GET", "/me/needs");
  }

  draw({ items }) {
    fill(this.list, items.length > 0 ? items.map((need) => this.card(need)) : nothing("help", "您还没有提过求助。"));
  }

  card(need) {
    const inside = h("div", { class: "more-box" });
    const look = button("进展", () => this.open(need, look, inside), "button secondary", { "aria-expanded": "false", "data-key": `need${need.id}` });
    const back = button("撤回", () => this.withdraw(need, back), "button secondary");
    const colour = OVER.includes(need.state) ? "over" : need.state === "done" ? "offered" : "waitlisted";
    return h("article", { class: "activity", "data-need": need.id },
      h("div", { class: "activity-head" }, h("h3", {}, need.title), h("span", { class: "number" }, `${need.number} 号`)),
      h("span", { class: `mine ${colour}` }, STATES[need.state] || need.state), h("p", { class: "about" }, need.words),
      fact("place", need.place), fact("people", need.team && `队伍：${need.team}`),
      fact("clock", need.state === "submitted" && need.due_at && `社区最晚 ${fullTime(need.due_at)} 前答复`),
      fact("warn", need.reason && `没有受理：${need.reason}`, "fact risk"), fact("check", need.closing_note && `办理结果：${need.closing_note}`),
      need.rating && h("p", { class: "fact" }, icon("star"), h("span", {}, `您评了 ${need.rating} 分`)),
      need.state === "done" && this.rating(need),
      h("div", { class: "row-buttons" }, look, OPEN.includes(need.state) && back), inside);
  }

  rating(need) {
    const words = h("input", { maxlength: "200", placeholder: "可不写" });
    const stars = [1, 2, 3, 4, 5].map((each) => button([icon("star"), String(each)], (event) => this.deed(event.currentTarget, () => this.rate(need, each, words.value)), "choice", { "aria-label": `${each} 分` }));
    return h("div", { class: "inner-form", role: "group", "aria-label": `给 ${need.number} 号求助打分` }, field("想说的话", words),
      h("p", { class: "soft" }, "点几分就评几分，5 分最满意："), h("div", { class: "choices ratings" }, stars));
  }

  async rate(need, stars, words) {
    await this.api("POST", `/me/needs/${need.id}/rating`, { stars, words: words.trim() });
    return `谢谢，您评了 ${stars} 分。`;
  }

  async open(need, control, inside) {
    const closed = control.getAttribute("aria-expanded") === "true";
    control.setAttribute("aria-expanded", String(!closed));
    if (closed) return fill(inside);
    const told = await this.api("GET", `/me/needs/${need.id}`).catch((error) => ({ steps: [], message: error.message }));
    return fill(inside, told.message && h("p", {}, told.message),
      h("ol", { class: "steps" }, told.steps.map((one) => h("li", {}, h("time", {}, fullTime(one.at)), h("span", {}, STEPS[one.action] || one.action)))));
  }

  async withdraw(need, control) {
    if (!(await confirmSheet("撤回求助？", `${need.number} 号求助不再办理，接单的队伍也会知道。`, "撤回"))) return;
    await this.deed(control, async () => {
      await this.api("POST", `/me/needs/${need.id}/withdrawal`);
      return `已撤回 ${need.number} 号求助。`;
    });
  }
}
