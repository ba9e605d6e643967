import { button, busy, field, h } from "./dom.js";
import { fullTime } from "./moment.js";
import { closeSheet, confirmSheet, openSheet } from "./sheet.js";
import { toast, toastError } from "./toast.js";
import { ask } from "./wire.js";

const LEAPS = [["10 分钟", 600], ["2 小时 5 分", 7500], ["1 天", 86400], ["49 小时", 176400]];
const SEND = "/cgi-bin/message/custom/send";
/** Ready-made failures of the next call that the service makes to WeChat. */
const FAULTS = [
  ["发消息：超过 48 小时（45015）", { path: SEND, kind: "errcode", value: 45015 }],
  ["发消息：系统繁忙（-1）", { path: SEND, kind: "errcode", value: -1 }],
  ["发消息：HTTP 502", { path: SEND, kind: "status", value: 502 }],
  ["发消息：回来的是网页", { path: SEND, kind: "html", value: null }],
  ["发消息：办了但应答丢了", { path: SEND, kind: "drop_after", value: null }],
  ["取令牌：系统繁忙（-1）", { path: "/cgi-bin/stable_token", kind: "errcode", value: -1 }],
  ["登录：频率太高（45011）", { path: "/sns/jscode2session", kind: "errcode", value: 45011 }],
];

/** The sheet with the emulator's clock, repeated deliveries and faults. */
export function openTools(chat) {
  const body = [
    h("p", { class: "test-note" }, "测试工具：只动模拟微信，真微信里没有。"),
    clockPart(),
    copiesPart(),
    faultPart(),
    h("h3", {}, "清空"),
    button("清空模拟微信，从头再来", () => reset(chat), "button danger wide"),
  ];
  openSheet({ title: "测试工具：时钟与故障", body, kind: "full" });
}

function clockPart() {
  const shown = h("p", { class: "big-time" }, "…");
  const show = (clock) => (shown.textContent = fullTime(clock.now) || "不知道");
  const move = (body) => (event) => busy(event.currentTarget, async () => show(await ask("POST", "/_/clock", body))).catch(toastError);
  const hours = h("input", { inputmode: "decimal", value: "5" });
  const leap = (event) => move({ advance_seconds: Math.round(Number(hours.value) * 3600) })(event);
  ask("GET", "/_/clock").then(show).catch(toastError);
  return [
    h("h3", {}, "模拟微信的时钟"),
    shown,
    h("p", { class: "soft" }, "拨的是微信一侧的时钟（令牌、登录码、48 小时窗口）；暖蜂服务用它自己的时钟。"),
    h("div", { class: "choices" }, LEAPS.map(([words, seconds]) => button(`＋${words}`, move({ advance_seconds: seconds }), "choice"))),
    h("div", { class: "row" }, field("快进几小时", hours), button("快进", leap, "button secondary"), button("拨回现在", move({ reset: true }), "button secondary")),
  ];
}

function copiesPart() {
  const on = () => Number(sessionStorage.getItem("copies") || 1) > 1;
  const control = h("button", {
    type: "button", class: "switch", role: "switch", "aria-checked": String(on()),
    onclick: () => {
      sessionStorage.setItem("copies", on() ? "1" : "3");
      control.setAttribute("aria-checked", String(on()));
      toast(on() ? "以后每条消息都送三遍。" : "以后每条消息只送一遍。");
    },
  }, h("span", {}, "每条消息重复送达 3 次"), h("i", {}));
  return [h("h3", {}, "重复"), control, h("p", { class: "soft" }, "网络不好时微信会重发。送三遍也只该办一次，回的话也该一样。")];
}

function faultPart() {
  const choose = h("select", {}, FAULTS.map(([words], index) => h("option", { value: index }, words)));
  const waiting = h("p", { class: "soft" });
  const show = (answer) => {
    const left = answer.items ?? answer.faults ?? [];
    waiting.textContent = left.length > 0 ? `排队中的故障：${left.length} 个` : "现在没有排队的故障。";
  };
  const read = () => ask("GET", "/_/faults").then(show);
  const add = (event) => busy(event.currentTarget, async () => {
    await ask("POST", "/_/faults", { times: 1, ...FAULTS[Number(choose.value)][1] });
    toast("下一次这样的调用会出故障。");
    await read();
  }).catch(toastError);
  const drop = (event) => busy(event.currentTarget, () => ask("DELETE", "/_/faults").then(read)).catch(toastError);
  read().catch(toastError);
  return [
    h("h3", {}, "故障"),
    field("暖蜂下一次调用微信时", choose),
    h("div", { class: "row" }, button("让它出故障", add, "button honey"), button("撤掉全部", drop, "button secondary")),
    waiting,
  ];
}

async function reset(chat) {
  const sure = await confirmSheet("清空模拟微信？", "聊天、人物的变化、时钟和故障都会回到开头。暖蜂服务里的报名不受影响。", "清空");
  if (!sure) return;
  await ask("POST", "/_/reset", {}).then(() => {
    sessionStorage.removeItem("copies");
    closeSheet();
    chat.restart();
    toast("已经清空。");
  }).catch(toastError);
  await chat.reload();
  await chat.poll();
}
