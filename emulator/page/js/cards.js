// Subscription and template messages, as WeChat shows them: a card with named fields.

import { beeAvatar, button, h, icon } from "./dom.js";

const KINDS = {
  thing: "事项", time: "时间", date: "日期", phrase: "状态", number: "数量", character_string: "编号", name: "姓名",
  phone_number: "电话", amount: "金额", const: "类别", short_thing: "事项", letter: "字母", car_number: "车牌", keyword: "内容",
};

/** Draw a pushed message with fields; `open` is called with its page or url when tapped. */
export function noticeCard(item, open) {
  const data = item.data || {};
  const rows = fieldsOf(data);
  const first = rows.find((row) => row.key === "first");
  const remark = rows.find((row) => row.key === "remark");
  const named = rows.filter((row) => row !== first && row !== remark);
  const target = data.page || data.url || data.miniprogram?.pagepath || "";
  return h("div", { class: "card" },
    h("div", { class: "card-head" }, beeAvatar(), `${item.app === "miniprogram" ? "暖蜂小程序" : "暖蜂"} · ${called(item)}`),
    h("h3", {}, data.title || firstLine(item.text) || "服务通知"),
    first && h("p", { class: "lead" }, first.value),
    named.length > 0 && h("dl", {}, named.map((row) => [h("dt", {}, row.label), h("dd", {}, row.value)])),
    named.length === 0 && item.text && h("p", { class: "lead" }, item.text),
    remark && h("p", { class: "lead" }, remark.value),
    target && button(["查看详情", icon("next")], () => open(target), "card-foot"),
  );
}

/** The values of a card's fields, for their tappable words. */
export function cardValues(item) {
  return ["subscription", "template"].includes(item.kind) ? fieldsOf(item.data || {}).map((row) => row.value) : [];
}

function called(item) {
  if (item.data?.channel === "employee") return "用工消息";
  if (item.kind === "template") return "模板消息";
  return item.app === "miniprogram" ? "订阅消息" : "订阅通知";
}

function firstLine(text) {
  const line = String(text || "").split("\n")[0];
  return line.length <= 24 ? line : "";
}

function fieldsOf(data) {
  if (Array.isArray(data.fields)) {
    return data.fields.map((field) => ({ key: field.key || "", label: field.label || field.name || label(field.key), value: text(field) }));
  }
  const values = data.data || data.values || {};
  return Object.entries(values).map(([key, value]) => ({ key, label: data.labels?.[key] || label(key), value: text(value) }));
}

function label(key) {
  return KINDS[String(key).replace(/\d+$/, "")] || String(key);
}

function text(value) {
  return String(value && typeof value === "object" ? value.value ?? "" : value ?? "");
}
