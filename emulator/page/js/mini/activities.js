import { button, fill, h, icon, peekButton } from "../dom.js";
import { fact, shiftRow } from "./shifts.js";
import { toastError } from "../toast.js";
import { call } from "../wire.js";

const FIELDS = {
  elderly_and_children: "一老一小", medical_and_health: "医疗健康", emergency_rescue: "应急救援", environment: "环境保护",
  culture: "文化文艺", convenience: "便民服务", other: "其他",
};
const TEAMS = { party: "党员队", youth: "青年队", women: "巾帼队", veterans: "老兵队", seniors: "银龄队" };
const PAUSE_MS = 350;
const PAGE = 10;

/** The open activities: search, filter by field, sign up; ten at a time. */
export class Activities {
  constructor() {
    this.field = "";
    this.round = 0;
    this.search = h("input", { type: "search", maxlength: "40", "aria-label": "找活动", placeholder: "找活动：名称或地点", enterkeyhint: "search" });
    this.filters = h("div", { class: "filters", role: "group", "aria-label": "活动类别" });
    this.cards = h("div", { class: "cards", "aria-live": "polite" });
    this.more = button("再看几个", () => this.next(), "button secondary wide", { hidden: true });
    const again = button(icon("refresh"), () => this.refresh(), "icon-button", { "aria-label": "刷新" });
    const top = h("div", { class: "mini-top" }, h("h2", {}, "志愿活动", h("span", {}, peekButton(), again)),
      h("div", { class: "searchbox" }, icon("search"), this.search), this.filters);
    this.root = h("div", {}, top, this.cards, h("div", { class: "cards" }, this.more));
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.refresh(), PAUSE_MS);
    });
    this.drawFilters();
  }

  /** Begin anew for this person. */
  show(person) {
    this.person = person;
    fill(this.cards, h("p", { class: "empty" }, "正在登录小程序…"));
    return this.refresh();
  }

  /** Read the first page again, keeping search and filter. */
  async refresh() {
    this.cursor = null;
    await this.read((cards) => fill(this.cards, cards.length > 0 ? cards : this.nothing()));
  }

  async next() {
    await this.read((cards) => this.cards.append(...cards));
  }

  async read(put) {
    const round = ++this.round;
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (this.search.value.trim()) query.set("q", this.search.value.trim());
    if (this.field) query.set("field", this.field);
    if (this.cursor) query.set("cursor", this.cursor);
    try {
      const { items = [], next_cursor: cursor = null } = await call(this.person, "GET", `/api/v1/activities?${query}`);
      if (round !== this.round) return;
      this.cursor = cursor;
      put(items.map((activity) => this.card(activity)));
    } catch (error) {
      if (round !== this.round) return;
      put([h("p", { class: "empty" }, error.message)]);
      toastError(error);
    }
    this.more.hidden = !this.cursor;
  }

  card(activity) {
    const tags = [FIELDS[activity.field] || activity.field, TEAMS[activity.team]].filter(Boolean);
    const hands = { person: this.person, changed: () => this.refresh() };
    const where = [activity.place, typeof activity.area === "string" ? activity.area : activity.area?.name].filter(Boolean);
    return h("article", { class: "activity", "data-activity": activity.id },
      h("div", { class: "activity-head" }, h("h3", {}, activity.title), h("span", { class: "number" }, `编号 ${activity.number}`)),
      h("div", { class: "tags" }, tags.map((tag) => h("span", { class: "tag" }, tag))),
      fact("place", where.join(" · ")),
      fact("warn", activity.risk_note, "fact risk"),
      (activity.shifts || []).map((shift) => shiftRow(shift, activity.title, hands)),
    );
  }

  nothing() {
    return h("div", { class: "empty" }, icon("heart"), h("p", {}, this.search.value || this.field ? "没有找到这样的活动，换个词试试。" : "近期没有开放的活动。"));
  }

  drawFilters() {
    const choose = (field) => () => {
      this.field = field;
      this.drawFilters();
      this.refresh();
    };
    fill(this.filters, [["", "全部"], ...Object.entries(FIELDS)].map(([field, words]) =>
      button(words, choose(field), "choice", { "aria-pressed": String(this.field === field), "data-field": field })));
  }
}
