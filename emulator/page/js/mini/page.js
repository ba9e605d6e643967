import { button, busy, fill, h, icon, peekButton } from "../dom.js";
import { go } from "../place.js";
import { toast, toastError } from "../toast.js";
import { call } from "../wire.js";

/** A page of the mini-program: a title, and parts that are read anew while forms keep what was typed. */
export class Page {
  /** `from` is the page to which a button leads back. */
  constructor(title, { from = null, back = "返回我的" } = {}) {
    const again = button(icon("refresh"), () => this.refresh(), "icon-button", { "aria-label": "刷新" });
    const home = from && button(icon("back"), () => go({ page: from }), "icon-button back", { "aria-label": back });
    this.top = h("div", { class: "mini-top" }, h("h2", {}, h("span", { class: "named" }, home, title), h("span", {}, peekButton(), again)));
    this.list = h("div", { class: "cards", "aria-live": "polite" });
    this.root = h("div", {}, this.top, this.list);
    this.round = 0;
  }

  /** Begin anew for this person. */
  show(person) {
    this.person = person;
    this.begin();
    fill(this.list, h("p", { class: "empty" }, "正在读取…"));
    return this.refresh();
  }

  /** Empty the forms: another person is on the phone. */
  begin() {}

  /**
   * Read the page again, by `read`, and put it on the screen, by `draw`. Given a control (or null), leave
   * the screen as it is where somebody began to write elsewhere while it was read.
   */
  async refresh(control) {
    const round = ++this.round;
    try {
      const told = await this.read();
      const yields = control !== undefined && this.isWritten(control);
      if (round === this.round && !yields) this.draw(told);
    } catch (error) {
      if (round !== this.round) return;
      fill(this.list, h("div", { class: "empty" }, h("p", {}, error.message), button("再试一次", () => this.refresh(), "button secondary")));
      toastError(error);
    }
  }

  /** Read the page again because something happened elsewhere, unless that would take away what one writes or reads. */
  look() {
    if (!this.root.querySelector("[aria-expanded=true]") && !this.isWritten(null)) this.refresh(null);
  }

  /** Whether somebody writes in a card, elsewhere than where this button stands. */
  isWritten(control) {
    return [...this.root.querySelectorAll(".inner-form")].some((form) => {
      const fields = [...form.querySelectorAll("input, textarea")];
      return !form.contains(control) && fields.some((each) => each.value !== "" || each === document.activeElement);
    });
  }

  /** Call the REST API as this person. */
  api(method, path, body) {
    return call(this.person, method, `/api/v1${path}`, body);
  }

  /** Do something behind a button; say the sentence that the task returns; read the page anew. */
  async deed(control, task) {
    const key = control.dataset.key;
    await busy(control, async () => {
      const said = await task();
      if (said) toast(said);
      await this.refresh(control);
      if (key) this.root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
    }).catch(toastError);
  }

  /** A form in a box of its own; what its task returns is said. */
  form(picture, title, hint, inside, task) {
    const form = h("form", { class: "sheetlike" }, title && h("h3", {}, icon(picture), title), hint && h("p", { class: "soft" }, hint), inside);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.deed(event.submitter ?? form.querySelector("[type=submit]"), () => task(event.submitter?.value));
    });
    return form;
  }
}

/** A box with a heading. */
export function box(picture, title, ...inside) {
  return h("section", { class: "sheetlike" }, h("h3", {}, icon(picture), title), ...inside);
}

/** What stands where a list has nothing. */
export function nothing(picture, words, ...more) {
  return h("div", { class: "empty" }, icon(picture), h("p", {}, words), ...more);
}

/** The button that sends a form. */
export function submit(words, className = "button", more = {}) {
  return h("button", { type: "submit", class: className, ...more }, words);
}

/** Full-width and spaced digits as they are meant: "１２ 34" is "1234". */
export function plainDigits(text) {
  return text.normalize("NFKC").replace(/[\s-]/g, "");
}

/** Minutes as hours, down to the half hour; the record keeps the minutes. */
export function hours(minutes) {
  return `${Math.floor(minutes / 30) / 2} 小时`;
}
