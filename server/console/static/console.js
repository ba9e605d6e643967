"use strict";
// What the pages add where scripts run: the token on every request that changes something,
// spoken changes, a sentence when the line is down. Nothing here is needed to do the work.
(() => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const live = document.getElementById("live");
  const trouble = document.getElementById("trouble");
  const SENTENCES = { 401: "登录已失效，请重新登录。", 403: "您没有办理这件事的权限。", 413: "内容太大，请分开提交。", 429: "操作太快了，请稍等再试。" };

  const say = (words) => { live.textContent = ""; setTimeout(() => { live.textContent = words; }, 100); };
  const warn = (words) => { trouble.hidden = !words; trouble.textContent = words; };
  const quiet = (element) => element?.closest?.("[data-refreshing]");

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (quiet(ctx.sourceElement) && document.hidden) return event.preventDefault();
    if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { response } = event.detail.ctx;
    const status = response?.status ?? 0;
    const told = decodeURIComponent(response?.headers?.get("X-Sentence") ?? "");
    const failed = status >= 500 || [401, 403, 404, 413, 429].includes(status);
    warn(told || (failed ? SENTENCES[status] ?? "没有办成，请稍后再试。" : ""));
  });
  document.addEventListener("htmx:error", () => warn("没有连上，请检查网络后再试。"));
  // htmx keeps the focus on what has an id; what was swapped away hands it to its place
  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (quiet(ctx.sourceElement)) return;
    const place = document.getElementById(ctx.target?.id) ?? ctx.target;
    if (document.activeElement === document.body && place?.isConnected) {
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
    }
    say(place?.dataset?.said ?? "内容已更新");
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const each of document.querySelectorAll("[data-refreshing]")) htmx.trigger(each, "refresh");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.("details[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
})();
