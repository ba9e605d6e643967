import { button, h, icon } from "./dom.js";
import { confirmSheet, openSheet } from "./sheet.js";
import { openTools } from "./tools.js";

const SIZES = [["", "标准"], ["text-large", "大"], ["text-huge", "特大"]];

/** Set the text size that was chosen last time. */
export function restoreTextSize() {
  setTextSize(localStorage.getItem("text-size") || "");
}

/** The sheet behind ···: text size, raw messages, test tools, unfollow. */
export function openMore({ chat, showRaw, showPeople }) {
  const option = (name, words, small, run, className = "option") =>
    button([icon(name), h("span", {}, words, small && h("small", {}, small))], run, className);
  const body = [
    h("h3", { id: "size-label" }, "文字大小"),
    sizes(),
    h("div", { class: "options" },
      option("people", "换人", "扮演另一个人", showPeople),
      option("code", "原始报文", "看每一步在线上传了什么", () => showRaw()),
      option("wrench", "测试工具", "时钟、重复送达、故障、清空", () => openTools(chat)),
      chat.person?.following && option("leave", "取消关注", null, () => leave(chat), "option danger"),
    ),
  ];
  openSheet({ title: "更多", body });
}

async function leave(chat) {
  const sure = await confirmSheet("取消关注？", "取消关注后，暖蜂就不能再给您发消息；关注时留下的资料会按规定处理。", "取消关注");
  if (sure) await chat.unfollow();
}

function sizes() {
  const group = h("div", { class: "choices", role: "radiogroup", "aria-labelledby": "size-label" });
  const draw = () => group.replaceChildren(...SIZES.map(([name, words]) => button(words, () => {
    setTextSize(name);
    draw();
    group.querySelector("[aria-checked=true]").focus();
  }, "choice", { role: "radio", "aria-checked": String(current() === name) })));
  draw();
  return group;
}

function current() {
  return SIZES.map(([name]) => name).find((name) => name && document.documentElement.classList.contains(name)) || "";
}

function setTextSize(name) {
  document.documentElement.classList.remove("text-large", "text-huge");
  if (name) document.documentElement.classList.add(name);
  localStorage.setItem("text-size", name);
}

