// What in an account's text can be answered with one tap.

const NUMBERED = /^\s*([0-9０-９]{1,6})\s*[.．、)）:：](?![0-9０-９])\s*(\S.*)$/;
const QUOTED = /(?:回复|发送|输入|或者?|、|发|再回)\s*[“"「『]([^“”"「」『』\n]{1,14})[”"」』]/g;
const WORDS = "我的活动|我的|报名|取消|接受|放弃|活动|帮助|菜单|签到|签退|时长|证书|求助|驿站|上报|积分|兑换|汇报|联系人|建议|提醒|停止提醒|恢复提醒|绑定|隐私|导出|解绑|星级|队伍|待办|名单|现场码|核定";
const PLAIN = new RegExp(`(?:回复|发送|输入)\\s*[:：]?\\s*((?:${WORDS})(?:\\s*(?:[0-9]{1,6}|N|编号))?)`, "g");
const BLANK = /(?:\s+(?:编号|序号|号码|数字|CODE|码|验证码|绑定码|内容|地点|关键词)|\s*(?:N|n|X|…+|\.\.\.|×+))$/;
const MOST = 6;

/** Cut a text into lines; those that begin with a number carry it, and the indented ones below as `more`. */
export function cutLines(text) {
  const lines = [];
  for (const line of String(text).split(/\r?\n/)) {
    const found = NUMBERED.exec(line);
    const above = lines.at(-1);
    if (found) lines.push({ number: plainDigits(found[1]), text: found[2], more: [] });
    else if (above?.number && /^\s+\S/.test(line)) above.more.push(line.trim());
    else lines.push({ text: line });
  }
  return lines;
}

/** The words that a text offers as answers: {label, send} or, where a part is missing, {label, begin}. */
export function offeredWords(text) {
  const offers = new Map();
  for (const line of String(text).split(/\r?\n/)) {
    for (const pattern of [QUOTED, PLAIN]) {
      for (const [, words] of line.matchAll(pattern)) offers.set(words.trim(), offer(words.trim()));
    }
  }
  return [...offers.values()].slice(0, MOST);
}

function offer(words) {
  const stem = words.replace(BLANK, "");
  return stem !== words && stem ? { label: words, begin: `${stem} ` } : { label: words, send: words };
}

function plainDigits(digits) {
  return digits.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}
