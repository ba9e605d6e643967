import { button, fill, h } from "../dom.js";
import { fullTime } from "../moment.js";
import { confirmSheet, openSheet } from "../sheet.js";
import { box } from "./page.js";

/** One's own data: what is kept and why, a copy, a calendar, and leaving. */
export class Privacy {
  constructor(page) {
    this.page = page;
    this.words = h("details", {}, h("summary", {}, "保存什么、为什么、多久"));
    this.leaving = h("div", {});
    this.calendar = h("p", { class: "address", "aria-live": "polite" });
    const copy = button("导出我的数据", () => this.copy(copy), "button secondary wide");
    const feed = button("取日历地址", () => page.deed(feed, () => this.feed()), "button secondary");
    const stop = button("停用日历", () => page.deed(stop, () => this.stop()), "button secondary");
    this.root = h("div", {},
      box("calendar", "报名日历", h("p", { class: "soft" }, "在手机日历里“订阅日历”，粘贴地址。只给自己用，不要转发。"), this.calendar, h("div", { class: "two" }, feed, stop)),
      box("shield", "隐私", this.words, copy, this.leaving));
  }

  clear() {
    fill(this.calendar);
  }

  draw({ words, leaving_at: due }) {
    const [, ...lines] = words.split("\n");
    fill(this.words, this.words.firstChild, lines.map((line) => h("p", { class: "soft" }, line)));
    const leave = button("注销账号", () => this.leave(leave), "button danger wide");
    const stay = button("撤销注销", () => this.page.deed(stay, () => this.stay()), "button wide");
    fill(this.leaving, due ? [h("p", { class: "fact risk" }, `已登记注销，${fullTime(due)} 之后删除您的信息。`), stay] : leave);
  }

  async copy(control) {
    await this.page.deed(control, async () => {
      const { made_at: at, parts } = await this.page.api("GET", "/me/export");
      openSheet({ title: "我的数据", kind: "full", body: [h("p", { class: "soft" }, `${at} 的全部内容`), parts.filter(({ rows }) => rows.length > 0).map(part), h("p", { class: "soft" }, "其余的没有内容。")] });
      return "";
    });
  }

  async feed() {
    const { url } = await this.page.api("POST", "/me/calendar");
    fill(this.calendar, url);
    return "";
  }

  async stop() {
    await this.page.api("DELETE", "/me/calendar");
    fill(this.calendar);
    return "日历地址已停用。";
  }

  async leave(control) {
    const words = "会删除称呼、电话、微信编号和求助内容，没开始的报名会取消；服务时长只留数字。提醒马上停，7 天内可以反悔。";
    if (!(await confirmSheet("注销账号？", words, "注销"))) return;
    await this.page.deed(control, async () => {
      const { due_at: due } = await this.page.api("DELETE", "/me");
      return `已登记注销，${fullTime(due)} 之后删除。`;
    });
  }

  async stay() {
    await this.page.api("DELETE", "/me/erasure");
    return "已撤销注销，一切照旧。";
  }
}

function part({ title, rows }) {
  const shown = rows.map((row) => h("dl", { class: "facts" }, Object.entries(row).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])));
  return h("details", { class: "copy-part" }, h("summary", {}, `${title}（${rows.length}）`), shown);
}
