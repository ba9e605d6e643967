import { avatar, busy, field, fill, h } from "./dom.js";
import { go } from "./place.js";
import { closeSheet } from "./sheet.js";
import { toast, toastError } from "./toast.js";
import { ask } from "./wire.js";

/** The list of invented people: who is there, who follows, and a form for one more. */
export class People {
  constructor(root) {
    this.items = [];
    this.list = h("ul", { class: "person-list" });
    this.count = h("span", { class: "soft" });
    const head = h("div", { class: "people-head" }, h("h2", {}, "扮演谁？"), this.count);
    fill(root, head, this.list, this.form());
  }

  /** Read the people anew; `current` is the id of the one on the phone. */
  async load(current) {
    const { items = [] } = await ask("GET", "/_/people");
    const same = JSON.stringify(items) === JSON.stringify(this.items) && current === this.current;
    this.items = items;
    this.current = current;
    if (!same) this.draw();
    return items;
  }

  /** The person of this id, or nothing. */
  find(id) {
    return this.items.find((person) => String(person.id) === String(id));
  }

  /** Mark another person as the one on the phone. */
  mark(current) {
    if (this.current === current) return;
    this.current = current;
    this.draw();
  }

  draw() {
    this.count.textContent = `${this.items.length} 人`;
    fill(this.list, this.items.map((person) => h("li", {}, this.row(person))));
  }

  row(person) {
    const current = String(person.id) === String(this.current);
    return h(
      "button",
      {
        type: "button", class: "person", "data-person": person.id, "aria-current": current ? "true" : null,
        onclick: () => this.choose(person),
      },
      avatar(person),
      h("span", {}, h("b", {}, person.name), h("small", {}, person.phone || "")),
      h("span", { class: person.following ? "state on" : "state" }, person.following ? "已关注" : "未关注"),
    );
  }

  choose(person) {
    closeSheet();
    go({ person: person.id });
  }

  form() {
    const name = h("input", { name: "name", maxlength: "20", autocomplete: "off", required: true });
    const add = h("button", { class: "button honey", type: "submit" }, "添加");
    const form = h("form", { class: "new-person" }, h("div", { class: "row" }, field("新的人物（起个名字）", name), add),
      h("p", { class: "soft" }, "手机号会自动编一个，不是真的。"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!name.value.trim()) return;
      await busy(add, () => this.create(name)).catch(toastError);
    });
    return form;
  }

  async create(name) {
    const person = await ask("POST", "/_/people", { name: name.value.trim() });
    name.value = "";
    await this.load(this.current);
    this.choose(person);
    toast(`${person.name}来了。`);
  }
}
