import { button, field, fill, h } from "../dom.js";
import { fullTime } from "../moment.js";
import { confirmSheet } from "../sheet.js";
import { box, plainDigits, submit } from "./page.js";

/** A guardian's word: the minor shows a code, the guardian types it, and may take it back. */
export class Family {
  constructor(page) {
    this.page = page;
    this.shown = h("div", { class: "own-code", "aria-live": "polite" });
    this.given = h("div", { class: "given" });
    this.code = h("input", { inputmode: "numeric", maxlength: "12", placeholder: "6 位数字", autocomplete: "off" });
    const show = button("我未满 18 岁，取验证码", () => page.deed(show, () => this.showCode()), "button secondary wide");
    const form = h("form", { class: "row" }, field("我是监护人，孩子的验证码", this.code), submit("同意"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      page.deed(event.submitter, () => this.agree());
    });
    this.root = box("people", "监护人同意", h("p", { class: "soft" }, "未满 18 岁报名，要监护人先同意；也可到社区当面办。"), this.shown, show, form, this.given);
  }

  clear() {
    this.code.value = "";
    fill(this.shown);
    fill(this.given);
  }

  draw(items) {
    fill(this.given, items.filter((one) => !one.withdrawn_at).map((one) => this.line(one)));
  }

  line(one) {
    const words = one.mine_as_guardian ? "我同意了孩子参加" : "监护人已同意我参加";
    const back = button("撤回", () => this.takeBack(one, back), "button secondary");
    return h("p", { class: "given-line" }, h("span", {}, words, h("small", {}, fullTime(one.agreed_at))), one.mine_as_guardian && back);
  }

  async showCode() {
    const { code, expires_at: until } = await this.page.api("POST", "/me/guardian-code");
    fill(this.shown, h("strong", {}, code), h("span", { class: "soft" }, `请监护人在 ${fullTime(until)} 前，用自己的微信填写`));
    return "";
  }

  async agree() {
    await this.page.api("POST", "/guardianships", { code: plainDigits(this.code.value) });
    this.code.value = "";
    return "好了，您已同意孩子参加志愿服务。";
  }

  async takeBack(one, control) {
    if (!(await confirmSheet("撤回同意？", "孩子还没开始的报名会取消，并通知孩子。", "撤回"))) return;
    await this.page.deed(control, async () => {
      await this.page.api("DELETE", `/guardianships/${one.id}`);
      return "已撤回。";
    });
  }
}
