import { drawItem, drawPending } from "./bubbles.js";
import { Composer } from "./composer.js";
import { button, busy, fill, h } from "./dom.js";
import { chatTime } from "./moment.js";
import { go } from "./place.js";
import { toast, toastError } from "./toast.js";
import { act, announce, ask } from "./wire.js";

const EVERY_MS = 1500;
const GAP_MS = 5 * 60 * 1000;

/** The chat of one person with the official account; reads what is new every 1.5 s. */
export class Chat {
  /** `reload` is called when the follow state changes, `arrived(item)` for each new item of the account. */
  constructor(root, { reload, arrived, peek }) {
    this.reload = reload;
    this.arrived = arrived;
    this.peek = peek;
    this.person = null;
    this.round = 0;
    this.log = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "聊天记录", tabindex: "0" });
    this.foot = h("div", { class: "foot" });
    this.newest = button("有新消息 ↓", () => this.toEnd(), "newest", { hidden: true });
    fill(root, h("div", { class: "messages-box" }, this.log, this.newest), this.foot);
    this.log.addEventListener("scroll", () => this.nearEnd() && (this.newest.hidden = true));
    this.composer = new Composer(this);
    document.addEventListener("visibilitychange", () => document.hidden || this.poll());
    setInterval(() => document.hidden || this.poll(), EVERY_MS);
  }

  /** Put a person's chat on the screen, or bring their follow state up to date. */
  show(person) {
    const other = String(person.id) !== String(this.person?.id);
    const changed = other || person.following !== this.person.following;
    this.person = person;
    if (other) this.restart();
    if (changed) this.drawFoot();
    if (other) this.poll();
  }

  /** Forget what is shown and read the chat from its beginning. */
  restart() {
    this.round += 1;
    this.after = 0;
    this.lastAt = null;
    this.started = false;
    this.reading = null;
    fill(this.log);
  }

  /** Read what is new; a second call while one runs waits for the same answer. */
  async poll() {
    if (!this.person) return;
    this.reading ??= this.read().catch(() => null);
    await this.reading;
    this.reading = null;
  }

  async read() {
    const round = this.round;
    const { items = [] } = await ask("GET", `/_/people/${encodeURIComponent(this.person.id)}/chat?after=${this.after}`);
    if (round !== this.round) return;
    const first = !this.started;
    this.started = true;
    if (first && items.length === 0) this.welcome();
    const stay = !first && !this.nearEnd();
    for (const item of items) this.add(item, first);
    if (items.length === 0) return;
    if (stay) this.newest.hidden = false;
    else this.toEnd();
  }

  add(item, first) {
    if (item.seq <= this.after) return;
    this.after = item.seq;
    this.log.querySelector(".welcome")?.remove();
    if (item.side === "me") this.log.querySelector(".pending")?.remove();
    const at = Date.parse(item.at);
    if (this.lastAt === null || at - this.lastAt > GAP_MS) this.log.append(h("p", { class: "moment" }, chatTime(item.at)));
    this.lastAt = at;
    const line = drawItem(item, this.hands());
    if (!first) line.classList.add("fresh");
    this.retire(line);
    this.log.append(line);
    if (item.side === "me" || first) return;
    announce(item.exchange, (item.text || "推送").split("\n")[0].slice(0, 14), "收到");
    this.arrived(item);
  }

  /** A bare number answers the last list only: older lists and chips can no longer be tapped. */
  retire(line) {
    if (line.querySelector(".pick")) this.log.querySelectorAll(".pick").forEach((pick) => (pick.disabled = true));
    if (line.querySelector(".chips")) this.log.querySelectorAll(".chips").forEach((chips) => chips.remove());
  }

  hands() {
    return {
      person: this.person,
      send: (text, menuId) => this.say(text, menuId),
      begin: (text) => this.composer.begin(text),
      peek: (exchange) => this.peek(exchange),
      open: (target) => this.open(target),
    };
  }

  open(target) {
    if (/^https?:\/\//.test(target)) window.open(target, "_blank", "noopener");
    else go({ tab: "mini", page: "mine" });
  }

  /** Send a text as this person. */
  async say(text, bizmsgmenuid) {
    const body = bizmsgmenuid === undefined ? { content: text } : { content: text, bizmsgmenuid: String(bizmsgmenuid) };
    await this.step("text", body, text, text);
  }

  /** Do one thing in the chat; `shown` stands on the screen until the real item comes back. */
  async step(verb, body, title, shown = null) {
    const { person, round } = this;
    const pending = shown === null ? null : drawPending(shown, person);
    if (pending) this.log.append(pending);
    this.toEnd();
    this.typing(1);
    try {
      const step = await act(person, verb, body, title);
      if (step.outcome === "failed") toast("暖蜂没有正常应答。", { exchange: step.exchange });
    } catch (error) {
      toastError(error);
    } finally {
      this.typing(-1);
      if (round === this.round) await this.poll();
      pending?.remove();
    }
  }

  /** Follow the account; `scene` is that of a scanned code. */
  async follow(control, scene) {
    await busy(control, () => this.step("follow", scene ? { scene } : {}, "关注"));
    await this.reload();
  }

  /** Stop following the account. */
  async unfollow() {
    await this.step("unfollow", {}, "取消关注");
    await this.reload();
  }

  typing(change) {
    this.waiting = (this.waiting || 0) + change;
    document.getElementById("title").textContent = this.waiting > 0 ? "对方正在输入…" : "暖蜂";
  }

  welcome() {
    fill(this.log, h("div", { class: "welcome" }, h("img", { src: "page/bee.svg", alt: "" }), h("h2", {}, "暖蜂"),
      h("p", {}, "社区志愿服务，回复就能办。"), h("p", { class: "soft" }, "关注后发“活动”看看最近的志愿活动。")));
  }

  drawFoot() {
    if (this.person.following) {
      fill(this.foot, this.composer.root);
      this.composer.loadMenu();
      return;
    }
    const follow = button("关注「暖蜂」", () => this.follow(follow), "button wide");
    const scan = button("扫码关注（带场景值）", () => this.composer.trays.scan(), "quiet-button");
    fill(this.foot, h("div", { class: "follow-bar" }, follow, scan));
  }

  nearEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 120;
  }

  toEnd() {
    this.newest.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
  }
}
