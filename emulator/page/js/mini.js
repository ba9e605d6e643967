import { Account } from "./account.js";
import { Activities } from "./activities.js";
import { button, fill, h, icon } from "./dom.js";
import { Mine } from "./mine.js";
import { go } from "./place.js";

const PAGES = [["activities", "活动", "heart"], ["mine", "我的", "list"], ["account", "账号", "person"]];

/** The mini-program: three pages over the service's REST API. */
export class Mini {
  constructor(root, { reload }) {
    this.pages = { activities: new Activities(), mine: new Mine(), account: new Account(reload) };
    this.box = h("div", { class: "mini-page", tabindex: "0", role: "region", "aria-label": "小程序" });
    this.bar = h("nav", { class: "mini-bar", "aria-label": "小程序" });
    fill(root, this.box, this.bar);
  }

  /** Put a page of the mini-program on the screen, for this person. */
  show(person, page) {
    const key = `${person.id}/${page}`;
    fill(this.bar, PAGES.map(([name, words, picture]) =>
      button([icon(picture), h("span", {}, words)], () => go({ page: name }), "", { "aria-current": name === page ? "page" : null })));
    if (key === this.key) return;
    this.key = key;
    this.current = this.pages[page];
    this.box.scrollTop = 0;
    fill(this.box, this.current.root);
    this.current.show(person);
  }

  /** Read the page anew: something may have changed elsewhere. */
  refresh() {
    this.current?.refresh();
  }

  /** Leave the mini-program; coming back reads anew. */
  hide() {
    this.key = null;
  }
}
