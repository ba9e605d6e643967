import { button, fill, h, icon } from "../dom.js";
import { fullTime } from "../moment.js";
import { go } from "../place.js";
import { Page, box, hours, nothing } from "./page.js";

/** Certificates of hours: asked for, opened as PDF, verified by anybody. */
export class Certificates extends Page {
  constructor() {
    super("志愿服务证明", { from: "mine" });
    const ask = button("领取证明", () => this.deed(ask, () => this.ask()), "button wide", { "data-key": "ask" });
    this.name = h("p", {});
    const rename = button("改姓名", () => go({ page: "account" }), "button secondary wide");
    const asking = box("paper", "开一份证明", h("p", { class: "soft" }, "写已生效的全部时长，马上开好，不收费。记录没有变化，还是同一份。"), this.name, ask, rename);
    this.root.replaceChildren(this.top, asking, h("h3", { class: "list-head" }, "开过的证明"), this.list);
  }

  begin() {
    fill(this.name);
  }

  async read() {
    const [me, mine] = await Promise.all([this.api("GET", "/me"), this.api("GET", "/me/certificates")]);
    return { name: me.name, items: mine.items };
  }

  draw({ name, items }) {
    fill(this.name, name ? `证明上的姓名：${name}` : "还不知道您的姓名，请先在“账号”里填写。");
    fill(this.list, items.length > 0 ? items.map(card) : nothing("paper", "还没有开过证明。"));
  }

  async ask() {
    const { number } = await this.api("POST", "/certificates");
    return `证明开好了：${spaced(number)}`;
  }
}

function card(one) {
  const valid = one.state === "valid";
  return h("article", { class: "activity" },
    h("div", { class: "activity-head" }, h("h3", { class: "paper-number" }, spaced(one.number)), h("span", { class: `mine ${valid ? "confirmed" : "over"}` }, valid ? "有效" : "已失效")),
    h("p", { class: "record-line" }, h("strong", {}, hours(one.minutes)), h("span", {}, `共 ${one.records} 次`)),
    h("p", { class: "fact" }, icon("clock"), h("span", {}, `${fullTime(one.issued_at)} 开具`)),
    h("div", { class: "row-buttons" }, one.url && link(one.url, "打开 PDF", "button"), link(one.verify_url, "核验页面", "button secondary")));
}

function link(address, words, className) {
  return h("a", { class: className, href: address, target: "_blank", rel: "noopener" }, words);
}

function spaced(number) {
  return number.replace(/(.{4})(?=.)/g, "$1 ");
}
