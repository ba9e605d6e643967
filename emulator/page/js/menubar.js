import { button, fill, h } from "./dom.js";
import { go } from "./place.js";
import { toast } from "./toast.js";
import { ask } from "./wire.js";

/** The menu that the service has given its account; nothing is shown when there is none. */
export class Menubar {
  constructor(chat) {
    this.chat = chat;
    this.root = h("nav", { class: "menubar", "aria-label": "公众号菜单", hidden: true });
    document.addEventListener("click", (event) => this.root.contains(event.target) || this.shut());
  }

  /** Read the menu from the emulator and draw it. */
  async load() {
    const answer = await ask("GET", "/_/menu").catch(() => null);
    const menu = answer?.menu ?? answer;
    const entries = Array.isArray(menu?.button) ? menu.button : [];
    this.root.hidden = entries.length === 0;
    fill(this.root, entries.map((entry) => this.column(entry)));
  }

  column(entry) {
    const children = Array.isArray(entry.sub_button) ? entry.sub_button : entry.sub_button?.list ?? [];
    if (children.length === 0) return h("div", {}, button(entry.name, () => this.press(entry), ""));
    const box = h("div", { class: "submenu", hidden: true }, children.map((child) => button(child.name, () => this.press(child), "")));
    const head = button(entry.name, () => {
      const show = box.hidden;
      this.shut();
      box.hidden = !show;
      head.setAttribute("aria-expanded", String(show));
    }, "has-more", { "aria-expanded": "false" });
    return h("div", {}, box, head);
  }

  press(entry) {
    this.shut();
    if (entry.type === "miniprogram") return go({ tab: "mini" });
    if (entry.type !== "view") return this.chat.step("menu", { key: entry.key ?? entry.name }, `菜单：${entry.name}`);
    if (/^https?:\/\//.test(entry.url)) return window.open(entry.url, "_blank", "noopener");
    return toast("这个菜单没有可以打开的网址。");
  }

  shut() {
    this.root.querySelectorAll(".submenu").forEach((box) => (box.hidden = true));
    this.root.querySelectorAll(".has-more").forEach((head) => head.setAttribute("aria-expanded", "false"));
  }
}
