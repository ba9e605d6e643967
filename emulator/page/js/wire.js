// The only place that speaks to the emulator.

/** Tells the raw panel of every exchange: event "exchange" with {id, title, by}. */
export const wire = new EventTarget();

/** An answer that is not the one asked for; `message` is a sentence to show. */
export class Refused extends Error {
  constructor(message, status, exchange = null) {
    super(message);
    this.status = status;
    this.exchange = exchange;
  }
}

/** Ask the emulator and return its JSON. */
export async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("连不上模拟微信，请看看它是否还在运行。", 0);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(sentence(answer, response.status), response.status);
  return answer ?? {};
}

/** Do something as a person in the chat (text, scan, follow…) and return the step. */
export async function act(person, verb, body = {}, title = verb) {
  const copies = Number(sessionStorage.getItem("copies") || 1);
  const query = copies > 1 ? `?copies=${copies}` : "";
  const step = await ask("POST", `/_/people/${encodeURIComponent(person.id)}/${verb}${query}`, body);
  announce(step.exchange, title, "聊天");
  return step;
}

/** Call the service's REST API as this person's mini-program and return the body. */
export async function call(person, method, path, body) {
  const asked = { method, path };
  if (body !== undefined) asked.body = body;
  const answer = await ask("POST", `/_/people/${encodeURIComponent(person.id)}/call`, asked);
  announce(answer.exchange, `${method} ${path.split("?")[0].replace("/api/v1", "")}`, "小程序");
  if (answer.status >= 400 || answer.status === 0) {
    throw new Refused(sentence(answer.body, answer.status), answer.status, answer.exchange);
  }
  return answer.body ?? {};
}

/** Let the raw panel know of an exchange. */
export function announce(id, title, by) {
  if (id === null || id === undefined || id === "") return;
  wire.dispatchEvent(new CustomEvent("exchange", { detail: { id: String(id), title, by } }));
}

function sentence(answer, status) {
  if (answer && typeof answer.message === "string" && answer.message) return answer.message;
  return `没有办成（HTTP ${status}）。`;
}
