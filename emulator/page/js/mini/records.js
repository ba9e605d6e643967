import { button, fill, h } from "../dom.js";
import { fullTime, span } from "../moment.js";
import { Page, hours, nothing, submit } from "./page.js";
import { fact } from "./shifts.js";

const STATES = { approval: "等第二人批准", pending: "待确认", confirmed: "公示中", final: "已生效", void: "已作废" };
const COLOURS = { final: "confirmed", confirmed: "waitlisted", pending: "offered" };
const PARTS = { system: "系统", self: "本人", leader: "带队人", staff: "工作人员" };
const DISPUTES = { open: "办理中", amended: "已更正", upheld: "维持原记录", withdrawn: "已撤回" };
const PAGE = 10;
const LONGEST = 400;

/** One's own hours: the sums, every record with who said what of it, and disputes. */
export class Records extends Page {
  constructor() {
    super("我的时长", { from: "mine" });
    this.sums = h("div", { class: "sums" });
    this.top.append(this.sums);
    this.more = button("更早的记录", () => this.deed(this.more, () => this.older()), "button secondary wide", { hidden: true });
    this.root.append(h("div", { class: "cards" }, this.more));
  }

  begin() {
    this.shown = PAGE;
    fill(this.sums);
  }

  async older() {
    this.shown += PAGE;
    return "";
  }

  /** Read as many records as are shown, page by page. */
  async read() {
    const items = [];
    let page = { next_cursor: null };
    do {
      const cursor = page.next_cursor ? `&cursor=${page.next_cursor}` : "";
      page = await this.api("GET", `/me/records?limit=${PAGE}${cursor}`);
      items.push(...page.items);
    } while (page.next_cursor && items.length < this.shown);
    return { ...page, items };
  }

  draw({ items, next_cursor: more, final_minutes: final, pending_minutes: pending }) {
    fill(this.sums, sum("已生效", final), sum("待生效", pending));
    fill(this.list, items.length > 0 ? items.map((one) => this.card(one)) : nothing("clock", "还没有服务记录。参加活动签退后，这里会有时长。"));
    this.more.hidden = !more;
  }

  card(one) {
    const inside = h("div", { class: "more-box" });
    const disputed = one.disputed && one.state !== "void";
    const state = disputed ? "异议办理中" : STATES[one.state] || one.state;
    const due = one.state === "pending" && !disputed ? `，最晚 ${one.due}` : "";
    const look = button("明细", () => this.open(one, look, inside), "button secondary", { "aria-expanded": "false", "data-key": `look${one.id}` });
    const takeBack = button("撤回异议", () => this.deed(takeBack, () => this.takeBack(one)), "button secondary");
    const object = button("有异议", () => this.write(one, inside), "button secondary");
    return h("article", { class: "activity", "data-record": one.id },
      h("div", { class: "activity-head" }, h("h3", {}, one.title), h("span", { class: "number" }, `第 ${one.number} 条`)),
      fact("clock", span(one.starts_at, one.ends_at)),
      h("p", { class: "record-line" }, h("strong", {}, `${one.minutes} 分钟`), h("span", { class: `mine ${disputed ? "offered" : COLOURS[one.state] || "over"}` }, state + due)),
      h("div", { class: "row-buttons" }, look, disputed ? takeBack : one.state !== "void" && object), inside);
  }

  async open(one, control, inside) {
    const closed = control.getAttribute("aria-expanded") === "true";
    control.setAttribute("aria-expanded", String(!closed));
    if (closed) return fill(inside);
    const told = await this.api("GET", `/me/records/${one.id}`).catch((error) => ({ versions: [], disputes: [], message: error.message }));
    return fill(inside, told.message && h("p", {}, told.message),
      h("ol", { class: "steps" }, told.versions.map(step), told.disputes.map(objection)));
  }

  write(one, inside) {
    const words = h("textarea", { rows: "3", maxlength: String(LONGEST), required: true, "aria-label": "哪里不对", placeholder: "例如：我 14 点就到了，少记了半小时。" });
    const form = h("form", { class: "inner-form" }, h("label", { class: "field" }, h("span", {}, "哪里不对？由另一位工作人员核查并答复。"), words),
      h("div", { class: "two" }, submit("提交异议"), button("不提了", () => fill(inside), "button secondary")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.deed(event.submitter, () => this.object(one, words.value));
    });
    fill(inside, form);
    words.focus();
  }

  async object(one, words) {
    const { due } = await this.api("POST", `/me/records/${one.id}/disputes`, { words });
    return `收到您的异议，${due} 前答复您。`;
  }

  async takeBack(one) {
    await this.api("DELETE", `/me/records/${one.id}/disputes`);
    return "已撤回异议。";
  }
}

function sum(words, minutes) {
  return h("p", {}, h("strong", {}, hours(minutes)), h("span", {}, words));
}

function step(one) {
  const who = `${PARTS[one.part] || ""}${one.who || ""}${one.approved_by ? `（${one.approved_by}批准）` : ""}`;
  return h("li", {}, h("time", {}, fullTime(one.made_at)), h("span", {}, `${who}：${one.minutes} 分钟，${one.reason}`));
}

function objection(one) {
  const answered = one.answer ? `：${one.answer}` : one.state === "open" ? `，${one.due} 前答复` : "";
  return h("li", {}, h("time", {}, fullTime(one.raised_at)), h("span", {}, `我的异议 · ${DISPUTES[one.state] || one.state}${answered}`));
}
