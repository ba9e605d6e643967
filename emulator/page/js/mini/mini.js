import { Account } from "./account.js";
import { Activities } from "./activities.js";
import { Certificates } from "./certificates.js";
import { CheckIn } from "./checkin.js";
import { button, fill, h, icon } from "../dom.js";
import { Leading } from "./leading.js";
import { Mine } from "./mine.js";
import { Needs } from "./needs.js";
import { go } from "../place.js";
import { Records } from "./records.js";
import { Stars } from "./stars.js";
import { Teams } from "./teams.js";

const PAGES = [["activities", "活动", "heart"], ["checkin", "签到", "scan"], ["needs", "求助", "help"], ["mine", "我的", "list"], ["account", "账号", "person"]];
/** Pages behind “我的”. */
const BEHIND = ["records", "certificates", "stars", "teams", "leading"];

/** The mini-program: its pages over the service's REST API. */
export class Mini {
  constructor(root, { reload }) {
    this.pages = {
      activities: new Activities(), checkin: new CheckIn(), needs: new Needs(), mine: new Mine(), account: new Account(reload),
      records: new Records(), certificates: new Certificates(), stars: new Stars(), teams: new Teams(), leading: new Leading(),
    };
    this.box = h("div", { class: "mini-page", tabindex: "0", role: "region", "aria-label": "小程序" });
    this.bar = h("nav", { class: "mini-bar", "aria-label": "小程序" });
    fill(root, this.box, this.bar);
  }

  /** Put a page of the mini-program on the screen, for this person. */
  show(person, page) {
    const key = `${person.id}/${page}`;
    const lit = BEHIND.includes(page) ? "mine" : page;
    fill(this.bar, PAGES.map(([name, words, picture]) =>
      button([icon(picture), h("span", {}, words)], () => go({ page: name }), "", { "aria-current": name === lit ? "page" : null })));
    if (key === this.key) return;
    this.key = key;
    this.current = this.pages[page];
    this.box.scrollTop = 0;
    this.box.dataset.shown = key;
    fill(this.box, this.current.root);
    this.current.show(person);
  }

  /** Read the page anew: something may have changed elsewhere. */
  refresh() {
    if (this.current?.look) this.current.look();
    else this.current?.refresh();
  }

  /** Leave the mini-program; coming back reads anew. */
  hide() {
    this.key = null;
  }
}
