import { avatar, button, busy, field, fill, h, peekButton } from "../dom.js";
import { toast, toastError } from "../toast.js";
import { Refused, announce, ask } from "../wire.js";
import { Family } from "./family.js";
import { Page, box, plainDigits, submit } from "./page.js";
import { Privacy } from "./privacy.js";

const MOST = 5;
const CONSENTS = { service: "服务须知和隐私说明", notices: "接收活动提醒" };
const NAMES = { name: "姓名", phone: "手机号", birth_year: "出生年份" };

/** The person's account: profile, joining with the official account, phone, reminders, privacy. */
export class Account extends Page {
  constructor(reload) {
    super("账号");
    this.reload = reload;
    this.head = h("div", { class: "mini-top" });
    this.facts = h("dl", { class: "facts" });
    this.consents = h("div", {});
    this.employment = h("div", {});
    this.family = new Family(this);
    this.privacy = new Privacy(this);
    this.root.replaceChildren(this.head, box("person", "我的资料", this.facts), this.profileForm(), this.linkForm(), this.phoneForm(), this.reminders(), this.employment,
      box("check", "同意", this.consents), this.family.root, this.privacy.root);
  }

  begin() {
    this.me = null;
    this.root.querySelectorAll("form").forEach((form) => form.reset());
    this.family.clear();
    this.privacy.clear();
    this.drawHead();
  }

  async read() {
    const [me, guardians, privacy] = await Promise.all(["/me", "/guardianships", "/me/privacy"].map((path) => this.api("GET", path)));
    // only staff are asked, and a service without 用工关系 has no such page
    const employment = await this.api("GET", "/me/employment").catch(() => null);
    return { me, guardians, privacy, employment };
  }

  draw({ me, guardians, privacy, employment }) {
    this.me = me;
    this.drawHead();
    const known = Object.entries(NAMES).filter(([key]) => me[key] ?? "");
    fill(this.facts, known.map(([key, words]) => [h("dt", {}, words), h("dd", {}, String(me[key]))]), h("dt", {}, "公众号"), h("dd", {}, isLinked(me) ? "已关联" : "未关联"));
    fill(this.consents, Object.entries(me.consents || {}).map(([purpose, standing]) => this.consent(purpose, standing)));
    fill(this.employment, this.employmentBox(employment || {}));
    this.family.draw(guardians.items);
    this.privacy.draw(privacy);
  }

  drawHead() {
    const words = this.me ? "已登录小程序" : "正在登录…";
    fill(this.head, h("div", { class: "profile" }, avatar(this.person), h("div", { class: "grow" }, h("h2", {}, this.me?.name || this.person.name), h("p", { class: "soft" }, words)), peekButton()));
  }

  profileForm() {
    this.name = h("input", { maxlength: "40", autocomplete: "off", placeholder: "证明上写的姓名" });
    this.year = h("input", { inputmode: "numeric", maxlength: "6", autocomplete: "off", placeholder: "例如 1990" });
    return this.form("person", "改资料", "姓名写在证明上，出生年份只用来核对年龄要求。", [h("div", { class: "two" }, field("姓名", this.name), field("出生年份", this.year)), submit("保存", "button secondary wide")], async () => {
      const changes = {};
      if (this.name.value.trim()) changes.name = this.name.value.trim();
      if (this.year.value.trim()) changes.birth_year = yearOf(this.year.value);
      if (Object.keys(changes).length === 0) throw new Refused("请先填写姓名或出生年份。", 0);
      await this.api("PATCH", "/me", changes);
      this.name.value = this.year.value = "";
      return "已保存。";
    });
  }

  linkForm() {
    const code = h("input", { inputmode: "numeric", maxlength: "12", autocomplete: "one-time-code", placeholder: "6 位数字" });
    return this.form("link", "关联公众号", "在聊天里发“绑定”，把得到的 6 位数字填在这里。", [h("div", { class: "row" }, field("绑定码", code), submit("关联"))], async () => {
      await this.api("POST", "/me/link", { code: plainDigits(code.value) });
      code.value = "";
      return "已关联公众号。";
    });
  }

  phoneForm() {
    return this.form("handset", "手机号", "模拟的手机号是编的。", [submit("用微信手机号一键验证", "button honey wide")], async () => {
      const { code } = await ask("POST", `/_/people/${encodeURIComponent(this.person.id)}/phone_code`, {});
      await this.api("POST", "/me/phone", { code });
      return "手机号已验证。";
    });
  }

  reminders() {
    const answer = (choice, said) => async (event) => busy(event.currentTarget, () => this.subscribe(choice, said)).catch(toastError);
    return box("bell", "订阅提醒", h("p", { class: "soft" }, "小程序问“要不要提醒您？”，允许一次，能收到一条。"),
      h("div", { class: "choices" },
        button("允许一次", answer("accept", "已允许一次提醒。"), "choice"), button("拒绝", answer("reject", "已拒绝。"), "choice"),
        button("在设置里关掉", answer("turn_off", "已关掉提醒。"), "choice")));
  }

  async subscribe(choice, said) {
    const { templates = [] } = await ask("GET", "/_/settings");
    const ids = templates.filter((each) => !each.employee && (!each.apps || each.apps.includes("miniprogram"))).map((each) => each.id).slice(0, MOST);
    if (ids.length === 0) throw new Refused("还没有可以订阅的提醒模板。", 0);
    const path = `/_/people/${encodeURIComponent(this.person.id)}/subscription`;
    const answers = ids.map((id) => ({ template_id: id, answer: choice }));
    const bodies = choice === "turn_off" ? answers : [{ answers }]; // one pop-up, but one switch each in the settings
    for (const body of bodies) {
      const step = await ask("POST", path, { app: "miniprogram", ...body });
      announce(step.exchange, "订阅提醒", "小程序");
    }
    toast(said);
  }

  employmentBox({ bound = false, templates = [] }) {
    if (!bound && templates.length === 0) return [];
    const answer = (binding) => (event) => this.deed(event.currentTarget, () => this.bind(binding, templates));
    return [box("bell", "用工关系", h("p", { class: "soft" }, bound ? "已绑定，工作通知会发到“小程序助手”。" : "您是工作人员。绑定后，工作通知会发到“小程序助手”，不用每次订阅。"),
      h("div", { class: "choices" }, bound ? button("解除绑定", answer("end"), "choice") : button("绑定并允许", answer("accept"), "choice")))];
  }

  async bind(binding, templates) {
    const allowed = binding === "accept" ? Object.fromEntries(templates.map((each) => [each.id, "accept"])) : {};
    const { bindingStatus, ...said } = await ask("POST", `/_/people/${encodeURIComponent(this.person.id)}/employee_relation`, { binding, answers: allowed });
    const answers = Object.entries(said).map(([template, answer]) => ({ template, answer }));
    await this.api("PUT", "/me/employment", { binding: bindingStatus, answers });
    return bindingStatus === "accept" ? "已绑定用工关系。" : "已解除用工关系。";
  }

  consent(purpose, { granted: said, changed_at: at }) {
    const granted = said || (purpose === "notices" && !at); // reminders come until somebody stops them
    const change = (event) => this.deed(event.currentTarget, () => this.api("PATCH", "/me", { consents: { [purpose]: !granted } }).then(() => ""));
    return h("button", { type: "button", class: "switch", role: "switch", "aria-checked": String(granted), onclick: change, "data-key": `consent-${purpose}` }, h("span", {}, CONSENTS[purpose] || purpose), h("i", {}));
  }
}

function yearOf(text) {
  const year = plainDigits(text).replace(/年$/, "");
  if (!/^(?:19|20)[0-9]{2}$/.test(year)) throw new Refused("出生年份请写四位数字，例如 1990。", 0);
  return Number(year);
}

function isLinked(me) {
  return Boolean(me.linked) || (me.accounts || []).some((account) => account.app === "official");
}
