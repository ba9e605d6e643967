import { button, fill, h, icon } from "./dom.js";
import { HEADERS, PARAMS } from "./glossary.js";
import { prettyBody } from "./pretty.js";
import { ask, wire } from "./wire.js";

const KEPT = 30;

/** The raw protocol: the last steps, and one of them in full with explanations. */
export class Raw {
  /** `visible()` tells whether the panel can be seen; only then a new step is opened by itself. */
  constructor(root, visible) {
    this.visible = visible;
    this.steps = [];
    this.list = h("div", { class: "raw-steps", role: "group", "aria-label": "最近的步骤", hidden: true });
    this.body = h("div", { class: "raw-body", tabindex: "0", role: "region", "aria-label": "报文详情" });
    const head = h("header", { class: "raw-head" }, h("h2", {}, "原始报文"), h("p", {}, "每一步在线上真正传了什么。绿色的字是解释。"));
    fill(root, h("div", { class: "raw" }, head, this.list, this.body));
    fill(this.body, h("div", { class: "raw-empty" }, icon("code"), h("p", {}, "在手机上做点什么，这里就会显示它的请求和应答。")));
    wire.addEventListener("exchange", (event) => this.note(event.detail));
  }

  /** Remember a step, newest first; the same exchange is kept once. */
  note(step) {
    if (this.steps.some((known) => known.id === step.id)) return;
    this.steps = [step, ...this.steps].slice(0, KEPT);
    if (this.visible()) this.open(step.id);
    else this.drawList();
  }

  /** Show one exchange in full. */
  async open(id) {
    this.current = String(id);
    this.drawList();
    try {
      const exchange = await ask("GET", `/_/exchanges/${encodeURIComponent(id)}`);
      if (this.current === String(id)) this.draw(exchange);
    } catch (error) {
      fill(this.body, h("p", { class: "raw-empty" }, error.message));
    }
  }

  /** Show the newest exchange, if there is one. */
  openNewest() {
    if (this.steps.length > 0) this.open(this.steps[0].id);
  }

  drawList() {
    this.list.hidden = this.steps.length === 0;
    fill(this.list, this.steps.map((step) => button([h("b", {}, step.title), h("small", {}, step.by)], () => this.open(step.id), "", {
      "aria-current": step.id === this.current ? "true" : null,
    })));
  }

  draw({ title, request, response, ms }) {
    this.body.scrollTop = 0;
    const spent = Number.isFinite(ms) ? h("span", { class: "soft" }, `${Math.round(ms)} 毫秒`) : null;
    fill(this.body,
      h("div", { class: "raw-title" }, h("h3", {}, title || "一步"), spent),
      h("section", { class: "leg" }, h("h4", {}, h("span", { class: "way", "aria-hidden": "true" }, "→"), "请求", ends(request.url)), address(request), ...parts(request)),
      response
        ? h("section", { class: "leg answer" }, h("h4", {}, h("span", { class: "way", "aria-hidden": "true" }, "←"), "应答", status(response.status)), ...parts(response))
        : h("p", { class: "soft" }, "没有应答。"),
    );
  }
}

/** Who speaks to whom, told by the path. */
function ends(url) {
  const path = String(url || "").replace(/^https?:\/\/[^/]+/, "");
  const found = [["/wechat/", "微信 → 暖蜂"], ["/api/", "小程序 → 暖蜂"], ["/cgi-bin/", "暖蜂 → 微信"], ["/sns/", "暖蜂 → 微信"], ["/wxa/", "暖蜂 → 微信"]];
  const words = found.find(([head]) => path.startsWith(head))?.[1];
  return words ? h("span", { class: "pill" }, words) : null;
}

function address({ method, url }) {
  const [path, query = ""] = String(url || "").split("?");
  const params = [...new URLSearchParams(query)];
  return [
    h("p", { class: "url" }, h("b", {}, method || "POST"), ` ${path}`),
    params.length > 0 && h("div", {}, h("h5", {}, "网址里带的"), h("dl", { class: "params" }, params.map(([name, value]) => param(name, value, PARAMS[name])))),
  ];
}

function param(name, value, says) {
  return h("div", {}, h("dt", {}, name, h("span", {}, ` = ${value}`)), says && h("dd", {}, says));
}

function status(code) {
  if (!code) return h("span", { class: "status-bad" }, "没有");
  return h("span", { class: code < 400 ? "status-good" : "status-bad" }, `HTTP ${code}`);
}

function parts({ headers, body, plain }) {
  const shown = [headerBox(headers)];
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  if (plain) shown.push(h("div", {}, h("h5", {}, "解密后的正文"), prettyBody(plain)));
  if (text && text !== '""') {
    shown.push(h("div", {}, h("h5", {}, plain ? "线上传的（密文）" : "正文"), prettyBody(body)));
    shown.push(h("details", {}, h("summary", {}, `原样，不排版（${new TextEncoder().encode(text).length} 字节）`), h("div", { class: "code", tabindex: "0", role: "group", "aria-label": "原样报文" }, text)));
  } else {
    shown.push(h("p", { class: "hint" }, "正文是空的。"));
  }
  if (text.trim() === "success") shown.push(h("p", { class: "hint" }, "success 表示“收到了，不用回话”；它不加密。"));
  return shown;
}

function headerBox(headers) {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers || {});
  if (pairs.length === 0) return null;
  return h("details", {}, h("summary", {}, `HTTP 头（${pairs.length} 行）`),
    h("dl", { class: "params" }, pairs.map(([name, value]) => param(name, value, HEADERS[String(name).toLowerCase()]))));
}
