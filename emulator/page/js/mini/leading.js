import { button, fill, h } from "../dom.js";
import { fullTime, span } from "../moment.js";
import { openHours } from "./confirming.js";
import { Page, nothing, submit } from "./page.js";
import { openCodes, openRoster } from "./roster.js";
import { fact } from "./shifts.js";

const REASON = 400;

/** What waits for somebody who leads: shifts of these days, hours, who asks to join, needs. */
export class Leading extends Page {
  constructor() {
    super("我带队", { from: "mine" });
  }

  async read() {
    const paths = ["/me/led-shifts", "/me/hours-to-confirm", "/me/team-requests", "/me/team-needs"];
    const [shifts, hours, requests, needs] = await Promise.all(paths.map((path) => this.api("GET", path)));
    return { shifts: shifts.items, hours: hours.items, requests: requests.items, needs: needs.items };
  }

  draw({ shifts, hours, requests, needs }) {
    const part = (title, items, card) => items.length > 0 && [h("h3", { class: "list-head" }, title), items.map((one) => card.call(this, one))];
    const empty = [shifts, hours, requests, needs].every((items) => items.length === 0);
    fill(this.list, part("这两天的班次", shifts, this.shift), part("等您核定的时长", hours, this.hours),
      part("想加入您的队伍", requests, this.request), part("派给您队伍的求助", needs, this.need),
      empty && nothing("flag", "现在没有等您办的。您带的活动、队伍有事，这里会出现。"));
  }

  shift(one) {
    return h("article", { class: "activity", "data-shift": one.shift_id },
      h("div", { class: "activity-head" }, h("h3", {}, one.title), h("span", { class: "number" }, `编号 ${one.number}`)),
      fact("clock", span(one.starts_at, one.ends_at)), fact("place", one.place), fact("people", `已报 ${one.taken} 人，共 ${one.capacity} 个名额`),
      h("div", { class: "row-buttons" },
        button("名单", () => openRoster(this, one), "button"), button("现场码", () => openCodes(this, one), "button secondary")));
  }

  hours(one) {
    return h("article", { class: "activity" },
      h("div", { class: "activity-head" }, h("h3", {}, one.title), h("span", { class: "number" }, `编号 ${one.number}`)),
      fact("clock", span(one.starts_at, one.ends_at)),
      h("div", { class: "row-buttons" }, button("去核定", () => openHours(this, one), "button")));
  }

  request(one) {
    const answer = (verb, said) => (event) => this.deed(event.currentTarget, async () => {
      await this.api("POST", `/team-requests/${one.id}/${verb}`);
      return said;
    });
    return h("article", { class: "activity", "data-request": one.id },
      h("h3", {}, one.name || "未填姓名"), fact("people", `想加入“${one.team}”`),
      h("div", { class: "row-buttons" }, button("通过", answer("allow", "已通过，已告诉本人。")), button("婉拒", answer("decline", "已婉拒，已告诉本人。"), "button secondary")));
  }

  need(one) {
    const inside = h("div", { class: "more-box" });
    const waits = one.state === "dispatched";
    const take = button("接单", () => this.deed(take, () => this.take(one)));
    return h("article", { class: "activity", "data-need": one.id },
      h("div", { class: "activity-head" }, h("h3", {}, one.title), h("span", { class: "number" }, `${one.number} 号`)),
      h("span", { class: `mine ${waits ? "offered" : "confirmed"}` }, waits ? "等您接单" : "已接单，等社区安排"),
      fact("place", one.area), fact("people", `要 ${one.people_wanted} 人${one.team ? ` · ${one.team}` : " · 向各队公开，先接先办"}`),
      fact("clock", one.wanted_until && `希望 ${fullTime(one.wanted_until)} 前`),
      waits && h("div", { class: "row-buttons" }, take, one.team && button("做不了", () => this.refuse(one, inside), "button secondary")), inside);
  }

  async take(one) {
    await this.api("POST", `/needs/${one.id}/accept`);
    return `已接单：${one.number} 号。请和社区商量时间。`;
  }

  refuse(one, inside) {
    const words = h("textarea", { rows: "2", maxlength: String(REASON), required: true, placeholder: "例如：这周人手不够。" });
    const form = h("form", { class: "inner-form" }, h("label", { class: "field" }, h("span", {}, "为什么做不了？社区会改派。"), words),
      h("div", { class: "two" }, submit("退单"), button("再想想", () => fill(inside), "button secondary")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.deed(event.submitter, async () => {
        await this.api("POST", `/needs/${one.id}/turn-back`, { reason: words.value });
        return `已退单：${one.number} 号，社区会改派别的队伍。`;
      });
    });
    fill(inside, form);
    words.focus();
  }
}
