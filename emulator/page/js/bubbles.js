// One item of the chat becomes one line on the screen.

import { cardValues, noticeCard } from "./cards.js";
import { avatar, beeAvatar, button, h, icon } from "./dom.js";
import { cutLines, offeredWords } from "./quick.js";

const LINK = /<a\s[^>]*?href="(https?:\/\/[^"<>]+)"[^>]*>([^<]*)<\/a>|(https?:\/\/[^\s<>"，。；）]+)/g;

/** Draw one item. `hands` = {person, send(text, menuId), begin(text), peek(exchange), open(target)}. */
export function drawItem(item, hands) {
  if (item.kind === "event" || (item.kind === "menu" && item.side === "me")) return drawEvent(item, hands);
  if (item.data?.problem) return drawProblem(item, hands);
  const mine = item.side === "me";
  const body = h("div", { class: "line-body" }, bubbleRow(content(item, hands), item, hands));
  if (!mine) body.append(...chips(item, hands));
  return h("div", { class: `line ${mine ? "me" : "account"}`, "data-seq": item.seq },
    mine ? avatar(hands.person) : beeAvatar(),
    h("span", { class: "visually-hidden" }, mine ? "我说：" : "暖蜂说："),
    body,
  );
}

/** Draw what was just sent and has not come back yet. */
export function drawPending(text, person) {
  const bubble = h("div", { class: "bubble" }, h("p", {}, text));
  return h("div", { class: "line me pending" }, avatar(person), h("div", { class: "line-body" }, h("div", { class: "bubble-row" }, bubble)));
}

function drawEvent(item, hands) {
  return h("div", { class: "happening", "data-seq": item.seq }, h("span", {}, item.text || "事件"), peek(item, hands));
}

function drawProblem(item, hands) {
  const words = h("span", {}, item.text, h("small", {}, `（${item.data.problem}）`));
  return h("div", { class: "happening problem", "data-seq": item.seq }, words, peek(item, hands));
}

function bubbleRow(inside, item, hands) {
  return h("div", { class: "bubble-row" }, inside, peek(item, hands));
}

function peek(item, hands) {
  if (item.exchange === null || item.exchange === undefined) return null;
  return button(icon("code"), () => hands.peek(item.exchange), "peek", { "aria-label": "查看原始报文", title: "查看原始报文" });
}

function content(item, hands) {
  const draw = { image: picture, voice: sound, location: spot, subscription: card, template: card }[item.kind];
  return draw ? draw(item, hands) : words(item, hands);
}

function words(item, hands) {
  if (item.side === "me") return h("div", { class: "bubble" }, String(item.text ?? "").split("\n").map((line) => h("p", {}, line)));
  const list = item.data?.list;
  if (item.kind === "menu" && Array.isArray(list)) return menuBubble(item, list, hands);
  if (Array.isArray(item.data?.articles)) return h("div", { class: "bubble" }, item.data.articles.map(article));
  return h("div", { class: "bubble" }, cutLines(item.text ?? "").map((line) => (line.number ? pick(line, hands) : h("p", {}, linked(line.text)))));
}

function article({ title, description, url }) {
  const head = /^https?:\/\//.test(url || "") ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title) : title;
  return [h("p", {}, head), description && h("p", { class: "soft" }, description)];
}

function pick(line, hands) {
  return h("button", { type: "button", class: "pick", onclick: () => hands.send(line.number) },
    h("span", { class: "visually-hidden" }, "回复"), h("b", {}, line.number), h("span", {}, line.text, line.more.map((more) => h("small", {}, more))));
}

function menuBubble(item, list, hands) {
  const rows = list.map((choice) => button(choice.content, () => hands.send(choice.content, choice.id), "pick"));
  return h("div", { class: "bubble" }, h("p", {}, item.data.head_content || item.text || ""), rows, item.data.tail_content && h("p", {}, item.data.tail_content));
}

function chips(item, hands) {
  const offers = offeredWords([item.text ?? "", ...cardValues(item)].join("\n"));
  if (offers.length === 0 || item.kind === "menu") return [];
  const tap = (offer) => () => (offer.send ? hands.send(offer.send) : hands.begin(offer.begin));
  return [h("div", { class: "chips" }, offers.map((offer) => button(offer.label, tap(offer), "chip")))];
}

function linked(text) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(done, found.index));
    const address = found[1] || found[3];
    parts.push(h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, found[2] || address));
    done = found.index + found[0].length;
  }
  return [...parts, text.slice(done)];
}

function picture(item) {
  const address = ownPicture(item.data?.pic_url || item.data?.PicUrl);
  if (!address) return h("div", { class: "bubble" }, h("p", {}, item.text || "［照片］"));
  return h("div", { class: "bubble picture" }, h("img", { src: address, alt: item.text || "照片" }));
}

function ownPicture(address) {
  if (!address) return "";
  const full = new URL(address, location.href);
  return /^\/(page|_\/media)\//.test(full.pathname) ? full.pathname.slice(1) : "";
}

function sound(item) {
  const said = item.data?.recognition || (item.text === "[语音]" ? "" : item.text) || "";
  return h("div", { class: "bubble sounds" }, h("p", {}, icon("voice"), `${Math.min(60, 1 + Math.ceil([...said].length / 3))}″ 语音`), said && h("p", { class: "soft" }, `识别：${said}`));
}

function spot(item) {
  const { label, lat, lng } = item.data || {};
  const where = Number.isFinite(Number(lat)) && lat !== undefined ? `${Number(lat).toFixed(4)}, ${Number(lng).toFixed(4)}` : "";
  return h("div", { class: "bubble spot" }, h("div", { class: "spot-card" }, h("p", {}, label || item.text || "位置"), h("small", {}, where), h("div", { class: "spot-map" }, icon("place"))));
}

function card(item, hands) {
  return noticeCard(item, hands.open);
}
