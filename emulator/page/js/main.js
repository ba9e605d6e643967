// Put the parts together: who, which tab, and what is on the screen.

import { Chat } from "./chat.js";
import { avatar, fill, h } from "./dom.js";
import { Mini } from "./mini/mini.js";
import { clockTime } from "./moment.js";
import { openMore, restoreTextSize } from "./more.js";
import { People } from "./people.js";
import { go, readPlace } from "./place.js";
import { Raw } from "./raw.js";
import { closeSheet, openSheet } from "./sheet.js";
import { clearToasts, toastError } from "./toast.js";
import { openTools } from "./tools.js";
import { ask } from "./wire.js";

const PEOPLE_EVERY_MS = 10000;
const wide = matchMedia("(min-width: 1140px)");
const by = (id) => document.getElementById(id);

const people = new People(by("people"));
const raw = new Raw(by("raw"), () => wide.matches || by("raw").closest(".sheet") !== null);
const chat = new Chat(by("chat"), { reload, arrived, peek: showRaw });
const mini = new Mini(by("mini"), { reload });

/** Read the people anew and bring the screen up to date. */
async function reload() {
  await people.load(readPlace().person).catch(toastError);
  await arrive();
}

async function arrive() {
  const place = readPlace();
  const person = people.find(place.person) || people.items[0];
  if (!person) return;
  if (String(person.id) !== place.person) {
    go({ person: person.id }, { quietly: true });
    return;
  }
  people.mark(place.person);
  const aside = (words) => h("span", { class: "visually-hidden" }, words);
  fill(by("people-button"), avatar(person), aside("现在是"), h("span", { class: "name" }, person.name), aside("，换人"));
  drawTabs(place.tab);
  chat.show(person);
  if (place.tab === "mini") mini.show(person, place.page);
  else mini.hide();
}

function drawTabs(tab) {
  for (const name of ["chat", "mini"]) {
    const chosen = name === tab;
    by(`tab-${name}`).setAttribute("aria-selected", String(chosen));
    by(`tab-${name}`).tabIndex = chosen ? 0 : -1;
    by(name).hidden = !chosen;
    if (chosen) by(`tab-${name}`).querySelector(".dot")?.remove();
  }
  if (tab === "chat") chat.toEnd();
}

/** Something came from the account: mark the chat's tab, and look anew at what may have changed. */
function arrived() {
  if (readPlace().tab !== "mini") return;
  const tab = by("tab-chat");
  if (!tab.querySelector(".dot")) tab.append(h("span", { class: "dot" }, h("span", { class: "visually-hidden" }, "有新消息")));
  mini.refresh();
}

/** Show an exchange: in the panel at the right, or in a sheet where there is no room for it. */
function showRaw(exchange) {
  if (wide.matches) closeSheet();
  else lend("raw", "原始报文", "full");
  if (exchange !== undefined) raw.open(exchange);
  else raw.openNewest();
}

function showPeople() {
  if (!wide.matches) {
    lend("people", "人物", "side");
    return;
  }
  closeSheet();
  by("people").querySelector("[aria-current]")?.focus();
}

function lend(id, title, kind) {
  const box = by(id);
  openSheet({ title, kind, body: box, onclose: () => by(`${id}-slot`).append(box) });
}

function listen() {
  addEventListener("hashchange", () => {
    clearToasts();
    arrive();
  });
  document.addEventListener("peek", (event) => showRaw(event.detail ?? undefined));
  wide.addEventListener("change", closeSheet);
  by("people-button").addEventListener("click", showPeople);
  by("more-button").addEventListener("click", () => openMore({ chat, showRaw, showPeople }));
  by("tools-button-wide").addEventListener("click", () => openTools(chat));
  for (const name of ["chat", "mini"]) by(`tab-${name}`).addEventListener("click", () => go({ tab: name }));
  document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = readPlace().tab === "chat" ? "mini" : "chat";
    go({ tab: other });
    by(`tab-${other}`).focus();
  });
}

function tick() {
  if (document.hidden) return;
  ask("GET", "/_/clock").then((clock) => (by("status-time").textContent = clockTime(clock.now))).catch(() => null);
  people.load(readPlace().person).then(arrive).catch(() => null);
}

restoreTextSize();
listen();
await reload();
tick();
setInterval(tick, PEOPLE_EVERY_MS);
