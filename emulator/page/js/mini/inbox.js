import { button, fill, h } from "../dom.js";
import { fullTime } from "../moment.js";
import { Page, nothing } from "./page.js";
import { fact } from "./shifts.js";

const PAGE = 10;

/** Everything one was told, the newest first; what is on the screen counts as seen. */
export class Inbox extends Page {
  /** `counted` is told how many messages are not seen. */
  constructor(counted) {
    super("消息", { from: "mine" });
    this.counted = counted;
    this.more = button("更早的消息", () => this.deed(this.more, () => this.older()), "button secondary wide", { hidden: true });
    this.root.append(h("div", { class: "cards" }, this.more));
  }

  begin() {
    this.shown = PAGE;
    this.fresh = new Set();
  }

  async older() {
    this.shown += PAGE;
    return "";
  }

  /** Read as many messages as are shown, page by page, and say that they were seen. */
  async read() {
    const items = [];
    let page = { next_cursor: null };
    do {
      const cursor = page.next_cursor ? `&cursor=${page.next_cursor}` : "";
      page = await this.api("GET", `/inbox?limit=${PAGE}${cursor}`);
      items.push(...page.items);
    } while (page.next_cursor && items.length < this.shown);
    items.filter((one) => !one.read).forEach((one) => this.fresh.add(one.id));
    const { unread } = page.unread ? await this.api("POST", "/inbox/read", { up_to: items[0].id }) : page;
    return { items, unread, more: page.next_cursor };
  }

  draw({ items, unread, more }) {
    fill(this.list, items.length > 0 ? items.map((one) => this.card(one)) : nothing("bell", "还没有给您的消息，有了会放在这里。"));
    this.more.hidden = !more;
    this.counted(unread);
  }

  card(one) {
    return h("article", { class: "activity", "data-message": one.id },
      h("div", { class: "activity-head" }, h("h3", {}, one.title), this.fresh.has(one.id) && h("span", { class: "mine offered" }, "新")),
      fact("clock", fullTime(one.at)),
      h("p", { class: "told" }, one.text),
      fact("warn", !one.reached && "可能没有发到微信", "fact risk"));
  }
}
