// Moments come as ISO 8601 and are read in Asia/Shanghai, wherever the browser stands.

const ZONE = { timeZone: "Asia/Shanghai" };
const DAY = new Intl.DateTimeFormat("zh-CN", { ...ZONE, month: "numeric", day: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("zh-CN", { ...ZONE, weekday: "short" });
const CLOCK = new Intl.DateTimeFormat("zh-CN", { ...ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const KEY = new Intl.DateTimeFormat("en-CA", { ...ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** "14:05" */
export function clockTime(moment) {
  return spell(moment, (at) => CLOCK.format(at));
}

/** "14:05" today, else "11月25日 14:05". */
export function chatTime(moment, now = new Date()) {
  return spell(moment, (at) => {
    const today = KEY.format(at) === KEY.format(now);
    return today ? CLOCK.format(at) : `${day(at)} ${CLOCK.format(at)}`;
  });
}

/** "11月25日 14:05" */
export function fullTime(moment) {
  return spell(moment, (at) => `${day(at)} ${CLOCK.format(at)}`);
}

/** "11月25日 周二 09:00–11:00", the second day named when it is another. */
export function span(starts, ends) {
  return spell(starts, (from) => {
    const head = `${day(from)} ${WEEKDAY.format(from)} ${CLOCK.format(from)}`;
    const to = new Date(ends);
    if (!ends || Number.isNaN(to.getTime())) return head;
    const sameDay = KEY.format(from) === KEY.format(to);
    return `${head}–${sameDay ? "" : `${day(to)} `}${CLOCK.format(to)}`;
  });
}

function day(at) {
  const parts = Object.fromEntries(DAY.formatToParts(at).map((part) => [part.type, part.value]));
  return `${parts.month}月${parts.day}日`;
}

function spell(moment, how) {
  const at = new Date(moment);
  return moment && !Number.isNaN(at.getTime()) ? how(at) : "";
}
