// Lay out XML and JSON line by line, with an explanation behind the parts that need one.

import { h } from "./dom.js";
import { PARTS } from "./glossary.js";

const LONG = 220;

/** A code block for a body: XML or JSON laid out and explained, anything else as it is. */
export function prettyBody(body) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return h("div", { class: "code", tabindex: "0", role: "group", "aria-label": "报文" }, xmlLines(text) || jsonLines(text) || [h("div", {}, text)]);
}

function xmlLines(text) {
  if (!text.trim().startsWith("<")) return null;
  const parsed = new DOMParser().parseFromString(text, "application/xml");
  if (parsed.querySelector("parsererror")) return null;
  return elementLines(parsed.documentElement, 0);
}

function elementLines(element, depth) {
  const children = [...element.children];
  const name = element.tagName;
  if (children.length === 0) return [line(depth, [tag(`<${name}>`), shorten(leafText(element)), tag(`</${name}>`)], PARTS[name])];
  return [line(depth, [tag(`<${name}>`)], PARTS[name]), ...children.flatMap((child) => elementLines(child, depth + 1)), line(depth, [tag(`</${name}>`)])];
}

function leafText(element) {
  const cdata = [...element.childNodes].some((node) => node.nodeType === Node.CDATA_SECTION_NODE);
  return cdata ? `<![CDATA[${element.textContent}]]>` : element.textContent;
}

function jsonLines(text) {
  try {
    const value = JSON.parse(text);
    return JSON.stringify(value, null, 2).split("\n").map(jsonLine);
  } catch {
    return null;
  }
}

function jsonLine(text) {
  const found = /^(\s*)"((?:[^"\\]|\\.)*)": (.*)$/.exec(text);
  if (!found) return h("div", {}, text);
  return line(found[1].length / 2, [h("span", { class: "key" }, `"${found[2]}"`), `: ${shorten(found[3])}`], PARTS[found[2]]);
}

function line(depth, parts, says) {
  return h("div", {}, "  ".repeat(depth), parts, says && h("span", { class: "says" }, `  ← ${says}`));
}

function tag(words) {
  return h("span", { class: "tag-name" }, words);
}

function shorten(text) {
  return text.length <= LONG ? text : `${text.slice(0, 96)} …（共 ${text.length} 个字符）… ${text.slice(-16)}`;
}
