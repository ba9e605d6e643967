import { avatar, button, busy, field, fill, h, icon, peekButton } from "./dom.js";
import { toast, toastError } from "./toast.js";
import { Refused, announce, ask, call } from "./wire.js";

const MOST = 5;
const CONSENTS = { service: "服务须知和隐私说明", notices: "接收活动提醒" };
const NAMES = { name: "称呼", display_name: "称呼", phone: "手机号", area: "所在", role: "身份", volunteer_number: "志愿者编号" };

/** The person's account: profile, joining with the official account, phone, reminders. */
export class Account {
  constructor(reload) {
    this.reload = reload;
    this.root = h("div", {});
  }

  /** Begin anew for this person. */
  show(person) {
    this.person = person;
    this.me = null;
    this.employment = null;
    this.draw();
    return this.refresh();
  }

  /** Read the profile again. */
  async refresh() {
    const { person } = this;
    try {
      const me = await call(person, "GET", "/api/v1/me");
      // only staff are asked, and a service without 用工关系 has no such page
      const employment = await call(person, "GET", "/api/v1/me/employment").catch(() => null);
      if (person !== this.person) return;
      this.me = me;
      this.employment = employment;
      this.draw();
    } catch (error) {
      toastError(error);
    }
  }

  draw() {
    fill(this.root, this.profile(), this.linkBox(), [this.phoneBox(), this.reminderBox(), this.employmentBox(), this.consentBox()].filter(Boolean));
  }

  profile() {
    const me = this.me?.person || this.me || {};
    const rows = Object.entries(NAMES).filter(([key]) => me[key] !== undefined && me[key] !== null && me[key] !== "");
    const linked = readLinked(me);
    return [
      h("div", { class: "mini-top" }, h("div", { class: "profile" }, avatar(this.person), h("div", { class: "grow" }, h("h2", {}, me.name || this.person.name), h("p", { class: "soft" }, this.me ? "已登录小程序" : "正在登录…")), peekButton())),
      h("div", { class: "sheetlike" }, h("h3", {}, icon("person"), "我的资料"),
        h("dl", { class: "facts" }, rows.map(([key, words]) => [h("dt", {}, words), h("dd", {}, spell(me[key]))]),
          linked !== null && [h("dt", {}, "公众号"), h("dd", {}, linked ? "已关联" : "未关联")])),
    ];
  }

  linkBox() {
    const code = h("input", { inputmode: "numeric", maxlength: "6", autocomplete: "one-time-code", placeholder: "6 位数字" });
    const send = h("button", { type: "submit", class: "button" }, "关联");
    return this.form("link", "关联公众号", "在聊天里发“绑定”，把得到的 6 位数字填在这里。", [h("div", { class: "row" }, field("绑定码", code), send)], send, async () => {
      await call(this.person, "POST", "/api/v1/me/link", { code: code.value.trim() });
      toast("已关联公众号。");
    });
  }

  phoneBox() {
    const send = h("button", { type: "submit", class: "button honey wide" }, "用微信手机号一键验证");
    return this.form("handset", "手机号", "模拟的手机号是编的。", [send], send, async () => {
      const { code } = await ask("POST", `/_/people/${encodeURIComponent(this.person.id)}/phone_code`, {});
      await call(this.person, "POST", "/api/v1/me/phone", { code });
      toast("手机号已验证。");
    });
  }

  reminderBox() {
    const answer = (choice, said) => async (event) => busy(event.currentTarget, () => this.subscribe(choice, said)).catch(toastError);
    return h("div", { class: "sheetlike" }, h("h3", {}, icon("bell"), "订阅提醒"),
      h("p", { class: "soft" }, "小程序问“要不要提醒您？”，允许一次，能收到一条。"),
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

  employmentBox() {
    const { bound = false, templates = [] } = this.employment || {};
    if (!bound && templates.length === 0) return null;
    const answer = (binding) => (event) => busy(event.currentTarget, () => this.bind(binding, templates)).catch(toastError);
    return h("div", { class: "sheetlike" }, h("h3", {}, icon("bell"), "用工关系"),
      h("p", { class: "soft" }, bound ? "已绑定，工作通知会发到“小程序助手”。" : "您是工作人员。绑定后，工作通知会发到“小程序助手”，不用每次订阅。"),
      h("div", { class: "choices" }, bound ? button("解除", answer("end"), "choice") : button("绑定并允许", answer("accept"), "choice")));
  }

  async bind(binding, templates) {
    const answers = binding === "accept" ? Object.fromEntries(templates.map((each) => [each.id, "accept"])) : {};
    const { bindingStatus, ...said } = await ask("POST", `/_/people/${encodeURIComponent(this.person.id)}/employee_relation`, { binding, answers });
    await call(this.person, "PUT", "/api/v1/me/employment", { binding: bindingStatus, answers: Object.entries(said).map(([template, answer]) => ({ template, answer })) });
    toast(bindingStatus === "accept" ? "已绑定用工关系。" : "已解除用工关系。");
    await this.refresh();
  }

  consentBox() {
    const consents = Object.entries(this.me?.consents || {});
    if (consents.length === 0) return null;
    return h("div", { class: "sheetlike" }, h("h3", {}, icon("check"), "同意"), consents.map(([purpose, standing]) => this.consent(purpose, standing)));
  }

  consent(purpose, { granted }) {
    const change = (event) => busy(event.currentTarget, async () => {
      await call(this.person, "PATCH", "/api/v1/me", { consents: { [purpose]: !granted } });
      await this.refresh();
    }).catch(toastError);
    return h("button", { type: "button", class: "switch", role: "switch", "aria-checked": String(granted), onclick: change }, h("span", {}, CONSENTS[purpose] || purpose), h("i", {}));
  }

  form(picture, title, hint, inside, send, task) {
    const form = h("form", { class: "sheetlike" }, h("h3", {}, icon(picture), title), h("p", { class: "soft" }, hint), inside);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      busy(send, async () => {
        await task();
        await this.refresh();
      }).catch(toastError);
    });
    return form;
  }
}

function readLinked(me) {
  if (typeof me.linked === "boolean") return me.linked;
  const accounts = me.accounts ?? me.linked;
  if (Array.isArray(accounts)) return accounts.some((account) => (account.app ?? account) === "official");
  return accounts && typeof accounts === "object" ? Boolean(accounts.official) : null;
}

function spell(value) {
  return typeof value === "object" ? value.name ?? value.title ?? "" : String(value);
}
