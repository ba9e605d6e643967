import { button, fill, h, icon } from "./dom.js";
import { Menubar } from "./menubar.js";
import { Trays } from "./trays.js";

/** What stands below the messages: the line to write in, the + tray and the account's menu. */
export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.trays = new Trays(chat);
    this.menubar = new Menubar(chat);
    this.input = h("textarea", { rows: "1", "aria-label": "写消息", placeholder: "发消息", maxlength: "2000", enterkeyhint: "send" });
    this.sendButton = button("发送", () => this.send(), "button", { hidden: true });
    this.plus = button(icon("plus"), () => this.toggle(), "icon-button", { "aria-label": "语音、照片、位置、扫码", "aria-expanded": "false" });
    this.tray = this.drawTray();
    this.listen();
    const line = h("div", { class: "composer" }, this.input, this.sendButton, this.plus);
    this.root = h("div", {}, line, this.tray, this.menubar.root);
  }

  /** Ask for the account's menu anew. */
  loadMenu() {
    this.menubar.load();
  }

  /** Begin a message that the person is to complete. */
  begin(text) {
    this.input.value = text;
    this.input.focus();
    this.refresh();
  }

  listen() {
    this.input.addEventListener("input", () => this.refresh());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.refresh();
    this.chat.say(text);
  }

  refresh() {
    const empty = this.input.value.trim() === "";
    this.sendButton.hidden = empty;
    this.plus.hidden = !empty;
  }

  toggle(show = this.tray.hidden) {
    this.tray.hidden = !show;
    this.plus.setAttribute("aria-expanded", String(show));
    this.chat.toEnd();
  }

  drawTray() {
    const tool = (name, words, open) => button([h("span", {}, icon(name)), words], () => {
      this.toggle(false);
      open();
    }, "");
    const tray = h("div", { class: "tray", hidden: true });
    return fill(tray,
      tool("voice", "语音", () => this.trays.voice()),
      tool("photo", "照片", () => this.trays.photo()),
      tool("place", "位置", () => this.trays.location()),
      tool("scan", "扫码", () => this.trays.scan()),
    );
  }
}
