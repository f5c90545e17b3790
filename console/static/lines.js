// Who waits in a queue: place, ticket, and for how long. For supervisors only.
import { make } from "./dom.js";
import { named, setup, span, t } from "./words.js";

const dialog = document.getElementById("line");
let picture;
let queue = null;

export function start(room) {
  picture = room;
  dialog.addEventListener("close", () => {
    queue = null;
  });
}

export function open(name) {
  queue = name;
  const close = make("button", "", t("close"));
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  const title = make("h2", "", named(setup.queues, name), make("small", "", t("waiting")));
  title.id = "line-title";
  dialog.replaceChildren(make("header", "", title, close), callers());
  dialog.showModal();
}

export function follow() {
  if (queue) dialog.lastChild.replaceWith(callers());
}

function callers() {
  const waiting = picture.queues.get(queue)?.callers ?? [];
  if (!picture.live) return make("p", "nobody", t("no_data"));
  if (!waiting.length) return make("p", "nobody", t("nobody_waits"));
  const row = (tag, cells) => make("tr", "", ...cells.map((text) => make(tag, "", text)));
  const grouped = (ticket) => ticket.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3") || "–";
  const lines = waiting.map((one) =>
    row("td", [String(one.position), grouped(one.ticket), one.caller || "–", span(picture.now() - one.since)]));
  const heads = row("th", ["place", "ticket", "caller", "wait"].map((word) => t(word)));
  return make("table", "", make("thead", "", heads), make("tbody", "", ...lines));
}
