import { Account } from "./account.js";
import { Activities } from "./activities.js";
import { Certificates } from "./certificates.js";
import { CheckIn } from "./checkin.js";
import { button, fill, h, icon, unreadDot } from "../dom.js";
import { Inbox } from "./inbox.js";
import { Leading } from "./leading.js";
import { Mine } from "./mine.js";
import { Needs } from "./needs.js";
import { go } from "../place.js";
import { Records } from "./records.js";
import { Stars } from "./stars.js";
import { Teams } from "./teams.js";
import { ask } from "../wire.js";

const PAGES = [["activities", "活动", "heart"], ["checkin", "签到", "scan"], ["needs", "求助", "help"], ["mine", "我的", "list"], ["account", "账号", "person"]];
/** Pages behind “我的”. */
const BEHIND = ["inbox", "records", "certificates", "stars", "teams", "leading"];

/** The mini-program: its pages over the service's REST API. */
export class Mini {
  constructor(root, { reload }) {
    this.unread = this.round = 0;
    this.pages = {
      inbox: new Inbox((unread) => this.mark(unread, ++this.round)),
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
    if (key === this.key) return;
    const unread = person.id === this.person?.id ? this.unread : 0;
    Object.assign(this, { key, person, page, current: this.pages[page] });
    this.mark(unread, ++this.round);
    this.count();
    this.box.scrollTop = 0;
    this.box.dataset.shown = key;
    fill(this.box, this.current.root);
    this.current.show(person);
  }

  drawBar() {
    const lit = BEHIND.includes(this.page) ? "mine" : this.page;
    fill(this.bar, PAGES.map(([name, words, picture]) =>
      button([icon(picture), h("span", {}, words), name === "mine" && unreadDot(this.unread)], () => go({ page: name }), "", { "aria-current": name === lit ? "page" : null })));
  }

  /** Ask how many messages are not seen, without a word in the panel of raw messages; their own page tells it by itself. */
  async count() {
    if (this.page === "inbox") return;
    const round = ++this.round;
    const asked = { method: "GET", path: "/api/v1/inbox?limit=1" };
    const answer = await ask("POST", `/_/people/${encodeURIComponent(this.person.id)}/call`, asked).catch(() => null);
    this.mark(answer?.body?.unread ?? 0, round);
  }

  /** Show that so many messages are not seen, unless somebody has told it anew meanwhile. */
  mark(unread, round) {
    if (round !== this.round) return;
    this.unread = unread;
    this.drawBar();
    this.pages.mine.mark(unread);
  }

  /** Read the page anew: something may have changed elsewhere. */
  refresh() {
    this.count();
    if (this.current?.look) this.current.look();
    else this.current?.refresh();
  }

  /** Leave the mini-program; coming back reads anew. */
  hide() {
    this.key = null;
  }
}
