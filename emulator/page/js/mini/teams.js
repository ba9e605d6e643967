import { button, fill, h, icon } from "../dom.js";
import { confirmSheet } from "../sheet.js";
import { Page, nothing } from "./page.js";
import { fact } from "./shifts.js";

const KINDS = { party: "党员", youth: "青年", women: "巾帼", veterans: "退役军人", seniors: "老年", other: "其他" };
const STATES = { asked: "等待通过", member: "已加入" };
const PAGE = 20;

/** Volunteer teams: one's own in front, then all others; joined and left of one's own will. */
export class Teams extends Page {
  constructor() {
    super("志愿队伍", { from: "mine" });
    this.search = h("input", { type: "search", maxlength: "40", "aria-label": "找队伍", placeholder: "找队伍：名称", enterkeyhint: "search" });
    this.top.append(h("form", { class: "searchbox", role: "search", onsubmit: (event) => (event.preventDefault(), this.refresh()) }, icon("search"), this.search));
    this.search.addEventListener("search", () => this.refresh());
    this.more = button("再看几支", () => this.deed(this.more, () => this.further()), "button secondary wide", { hidden: true });
    this.root.append(h("div", { class: "cards" }, this.more));
  }

  begin() {
    this.search.value = "";
    this.shown = PAGE;
  }

  async further() {
    this.shown += PAGE;
    return "";
  }

  async read() {
    const query = new URLSearchParams({ limit: String(Math.min(this.shown, 100)) });
    if (this.search.value.trim()) query.set("q", this.search.value.trim());
    const [mine, all] = await Promise.all([this.api("GET", "/me/teams"), this.api("GET", `/teams?${query}`)]);
    const own = new Set(mine.items.map((team) => team.id));
    return { mine: mine.items, others: all.items.filter((team) => !own.has(team.id)), more: all.next_cursor };
  }

  draw({ mine, others, more }) {
    fill(this.list,
      mine.length > 0 && h("h3", { class: "list-head" }, "我的队伍"), mine.map((team) => this.card(team)),
      h("h3", { class: "list-head" }, "可以加入的队伍"),
      others.length > 0 ? others.map((team) => this.card(team)) : nothing("people", this.search.value ? "没有找到这样的队伍，换个词试试。" : "没有别的队伍了。"));
    this.more.hidden = !more || this.shown >= 100;
  }

  card(team) {
    const key = `team${team.id}`;
    const join = button("申请加入", () => this.deed(join, () => this.join(team)), "button", { "data-key": key });
    const leave = button(team.my_state === "asked" ? "撤回申请" : "退出", () => this.leave(team, leave), "button secondary", { "data-key": key });
    const state = team.leads ? "我带队" : STATES[team.my_state];
    return h("article", { class: "activity", "data-team": team.id },
      h("div", { class: "activity-head" }, h("h3", {}, team.name), h("span", { class: "number" }, `编号 ${team.number}`)),
      h("div", { class: "tags" }, h("span", { class: "tag" }, KINDS[team.kind] || team.kind), h("span", { class: "tag" }, `${team.members} 人`),
        state && h("span", { class: `mine ${team.my_state === "asked" ? "waitlisted" : "confirmed"}` }, state)),
      fact("place", team.area), team.about && h("p", { class: "about" }, team.about),
      h("div", { class: "row-buttons" }, team.my_state ? leave : join));
  }

  async join(team) {
    const { state } = await this.api("PUT", `/teams/${team.id}/membership`);
    return state === "member" ? `您已经在“${team.name}”里了。` : "已申请，负责人答复后会告诉您。";
  }

  async leave(team, control) {
    const words = team.my_state === "asked" ? "负责人就不用再答复了。" : "随时可以再申请加入。";
    if (!(await confirmSheet(`退出“${team.name}”？`, words, "退出"))) return;
    await this.deed(control, async () => {
      await this.api("DELETE", `/teams/${team.id}/membership`);
      return `已退出“${team.name}”。`;
    });
  }
}
