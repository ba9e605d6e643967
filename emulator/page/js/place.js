// Where we are stands in the address (#person=ID&tab=chat&page=activities), so a reload keeps it.

const PAGES = ["activities", "checkin", "needs", "mine", "account", "inbox", "records", "certificates", "stars", "teams", "leading"];

/** Read person, tab ("chat" or "mini") and page of the mini-program from the address. */
export function readPlace() {
  const parts = new URLSearchParams(location.hash.slice(1));
  return {
    person: parts.get("person") || "",
    tab: parts.get("tab") === "mini" ? "mini" : "chat",
    page: PAGES.includes(parts.get("page")) ? parts.get("page") : PAGES[0],
  };
}

/** Go somewhere else; what is not named stays. */
export function go(changes, { quietly = false } = {}) {
  const parts = new URLSearchParams({ ...readPlace(), ...changes });
  if (!quietly) {
    location.hash = parts.toString();
    return;
  }
  history.replaceState(null, "", `#${parts}`);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
