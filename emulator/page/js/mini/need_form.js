import { button, field, fill, h, icon } from "../dom.js";
import { fullTime } from "../moment.js";
import { openSheet, closeSheet } from "../sheet.js";
import { Refused } from "../wire.js";
import { plainDigits, submit } from "./page.js";

const TICKS = ["需要搬抬", "需要陪同", "需要上门", "需要代买代送", "需要打扫", "需要维修", "需要代读代写", "需要教用手机", "需要照看", "需要理发"];
const WITHIN = [["", "时间都行"], ["3", "三天内"], ["7", "一周内"], ["30", "一个月内"]];
const LONGEST = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What is needed, where, when: a form that keeps what was typed until it was sent. */
export class NeedForm {
  constructor(page) {
    this.page = page;
    this.words = h("textarea", { rows: "3", maxlength: String(LONGEST), required: true, placeholder: "例如：帮三楼的老人搬两个柜子。请不要写病情和身份证号。" });
    this.where = h("input", { maxlength: "120", placeholder: "例如：柳北社区3号楼2单元501", autocomplete: "off" });
    this.within = h("select", {}, WITHIN.map(([days, words]) => h("option", { value: days }, words)));
    this.people = h("input", { type: "number", min: "1", max: "100", value: "1", inputmode: "numeric" });
    this.phone = h("input", { type: "tel", maxlength: "20", placeholder: "可不填", autocomplete: "off" });
    this.ticks = new Set();
    this.choices = h("div", { class: "choices", role: "group", "aria-label": "特别需要（可不选）" });
    const more = h("details", {}, h("summary", {}, "更多（可不填）"),
      h("div", { class: "two" }, field("什么时候", this.within), field("要几个人", this.people)), field("联系电话，只给工作人员看", this.phone), this.choices);
    this.root = page.form("help", "需要什么帮助？", "紧急情况请打 110、119 或 120。",
      [field("写清楚要帮什么", this.words), field("在哪里（社区和门牌，门牌加密保存）", this.where), more, submit("提交求助", "button wide")], () => this.send());
    this.drawTicks();
  }

  /** Forget what was typed. */
  clear() {
    this.root.reset();
    this.ticks.clear();
    this.drawTicks();
  }

  drawTicks() {
    const toggle = (tick) => () => {
      if (!this.ticks.delete(tick)) this.ticks.add(tick);
      this.drawTicks();
      this.choices.querySelector(`[data-tick="${tick}"]`).focus();
    };
    fill(this.choices, TICKS.map((tick) => button(tick, toggle(tick), "choice", { "aria-pressed": String(this.ticks.has(tick)), "data-tick": tick })));
  }

  async send() {
    const place = await this.place();
    if (place === null) return "";
    const need = { words: this.words.value, ticks: [...this.ticks], people_wanted: Number(this.people.value) || 1, ...place };
    if (this.within.value) need.wanted_until = new Date(Date.now() + Number(this.within.value) * DAY_MS).toISOString();
    if (this.phone.value.trim()) need.phone = plainDigits(this.phone.value);
    const told = await this.page.api("POST", "/needs", need);
    this.clear();
    return `已收到，编号 ${told.number}。社区最晚 ${fullTime(told.due_at)} 前答复。`;
  }

  /** Find the area that is meant; of several let the person choose. Null when they do not. */
  async place() {
    const said = this.where.value.trim();
    if (said === "") return {};
    const { items, rest } = await this.page.api("GET", `/areas?${new URLSearchParams({ q: said })}`);
    if (items.length === 0) throw new Refused("没有找到这个地方，请写上社区的名字，例如“柳北社区3号楼”。", 0);
    const area = items.length === 1 ? items[0] : await choose(items);
    return area && { area: area.code, address: rest };
  }
}

function choose(areas) {
  return new Promise((resolve) => {
    let chosen = null;
    const take = (area) => () => {
      chosen = area;
      closeSheet();
    };
    const options = areas.map((area) => button([icon("place"), h("span", {}, area.name, area.within && h("small", {}, area.within))], take(area), "option"));
    openSheet({ title: "是哪一个？", body: h("div", { class: "options" }, options), onclose: () => resolve(chosen) });
  });
}
