import { button, fill, h, icon, peekButton, unreadDot } from "../dom.js";
import { span } from "../moment.js";
import { go } from "../place.js";
import { actions, badge, fact } from "./shifts.js";
import { toastError } from "../toast.js";
import { call } from "../wire.js";

const TILES = [["inbox", "消息", "bell"], ["records", "时长", "clock"], ["certificates", "证书", "paper"], ["stars", "星级", "star"], ["teams", "队伍", "people"]];

/** What this person has signed up for. */
export class Mine {
  constructor() {
    this.cards = h("div", { class: "cards", "aria-live": "polite" });
    const again = button(icon("refresh"), () => this.refresh(), "icon-button", { "aria-label": "刷新" });
    this.tiles = h("nav", { class: "tiles", "aria-label": "我的" });
    this.root = h("div", {}, h("div", { class: "mini-top" }, h("h2", {}, "我的", h("span", {}, peekButton(), again)), this.tiles), h("h3", { class: "list-head" }, "我的报名"), this.cards);
    this.unread = 0;
    this.drawTiles(false);
  }

  /** Begin anew for this person. */
  show(person) {
    this.person = person;
    fill(this.cards, h("p", { class: "empty" }, "正在读取…"));
    return this.refresh();
  }

  /** Read the list again. */
  async refresh() {
    const { person } = this;
    try {
      const { items = [] } = await call(person, "GET", "/api/v1/me/signups");
      const { leads = false } = await call(person, "GET", "/api/v1/me");
      if (person !== this.person) return;
      this.drawTiles(leads);
      fill(this.cards, items.length > 0 ? items.map((item) => this.card(item)) : this.nothing());
    } catch (error) {
      fill(this.cards, h("p", { class: "empty" }, error.message));
      toastError(error);
    }
  }

  /** Show that so many messages are not seen. */
  mark(unread) {
    this.unread = unread;
    this.drawTiles(this.leads);
  }

  /** Ways to the pages behind this one; whoever leads has one more. */
  drawTiles(leads) {
    this.leads = leads;
    const tiles = leads ? [...TILES, ["leading", "带队", "flag"]] : TILES;
    fill(this.tiles, tiles.map(([page, words, picture]) => button([icon(picture), h("span", {}, words), page === "inbox" && unreadDot(this.unread)], () => go({ page }), "tile")));
  }

  card(item) {
    const activity = item.activity || item;
    const shift = item.shift || { ...item, id: item.shift_id };
    const title = activity.title || "活动";
    const state = item.state || shift.my_state;
    const hands = { person: this.person, changed: () => this.refresh() };
    const live = ["confirmed", "waitlisted", "offered"].includes(state) && shift.id !== undefined;
    return h("article", { class: "activity", "data-shift": shift.id },
      h("div", { class: "activity-head" }, h("h3", {}, title), activity.number !== undefined && h("span", { class: "number" }, `编号 ${activity.number}`)),
      fact("clock", span(shift.starts_at, shift.ends_at)),
      fact("place", activity.place),
      fact("person", activity.leader_name && `带队：${activity.leader_name}`),
      fact("warn", activity.risk_note, "fact risk"),
      fact("clock", item.near && `离另一个报名很近：${item.near}`, "fact risk"),
      h("div", { class: "shift" }, badge(state, item), live && actions({ ...shift, my_state: state }, title, hands)),
    );
  }

  nothing() {
    return h("div", { class: "empty" }, icon("list"), h("p", {}, "您还没有报名。"), button("去看看活动", () => go({ page: "activities" }), "button honey"));
  }
}
