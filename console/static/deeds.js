// What a supervisor does to an operator: asked with a reason, and shown as done only when confirmed.
import { make, put, shape, write } from "./dom.js";
import { markPending, sentence } from "./tiles.js";
import { named, percent, setup, span, t } from "./words.js";

const DEEDS = {
  available: ["pause", "move", "sign_off"],
  ringing: ["sign_off"],
  talking: ["listen", "whisper", "barge", "sign_off"],
  holding: ["listen", "whisper", "barge", "sign_off"],
  wrap_up: ["ready", "pause", "move", "sign_off"],
  paused: ["resume", "move", "sign_off"],
  offline: [],
};
const BY_EAR = new Set(["listen", "whisper", "barge"]);
const LIMIT_MS = 50000;
const COST_MS = 2000;
const dialog = document.getElementById("deed");
let picture;
let extension = null;

export function start(room) {
  picture = room;
  dialog.addEventListener("close", () => {
    const face = document.querySelector(`.tile[data-extension="${extension}"] > .face`);
    extension = null;
    face?.focus();
  });
}

export function open(chosen) {
  if (!picture.live) return;
  extension = chosen;
  build();
  dialog.showModal();
  dialog.querySelector("input, button")?.focus();
}

// The facts follow the picture while the window is open; what is being written stays.
export function follow() {
  if (dialog.open && extension) dialog.querySelector(".facts").replaceWith(facts());
}

const current = () => picture.operators.get(extension) ?? { state: "offline", since: picture.now(), queues: [] };

function facts() {
  const one = current();
  const pairs = [
    [t("state"), picture.live ? `${sentence(one)} · ${span(picture.now() - one.since)}` : t("no_data")],
    [t("in_queues"), one.queues.map((id) => named(setup.queues, id)).join(", ") || "–"],
    [t("ticket"), one.ticket ? `${one.ticket.slice(0, 3)} ${one.ticket.slice(3, 6)} ${one.ticket.slice(6)}` : ""],
    [t("caller"), one.caller ?? ""],
    [t("missed_calls"), one.missed ? String(one.missed) : ""],
  ];
  const shown = pairs.filter(([, value]) => value);
  return make("dl", "facts", ...shown.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]));
}

function build() {
  const one = current();
  const close = make("button", "", t("close"));
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  const title = make("h2", "", named(picture.people, extension), make("small", "", `${t("extension")} ${extension}`));
  title.id = "deed-title";
  dialog.className = `deed s-${one.state}`;
  dialog.replaceChildren(make("header", "", shape(one.state), title, close), facts());
  if (DEEDS[one.state].length) dialog.append(form(DEEDS[one.state]));
}

function form(deeds) {
  const choices = make("div", "choices", ...deeds.map((deed, place) => choice(deed, place === 0)));
  const field = make("fieldset", "", make("legend", "", t("deed_choose")), choices);
  const extra = make("div", "extra");
  const why = make("textarea");
  Object.assign(why, { id: "deed-why", name: "why", required: true, minLength: 3, maxLength: 200, rows: 2 });
  put(why, "aria-describedby", "deed-why-hint");
  const hint = make("p", "hint", t("deed_why_hint"));
  hint.id = "deed-why-hint";
  const outcome = make("p", "outcome");
  put(outcome, "role", "status");
  const send = make("button", "chief", t("deed_do"));
  const made = make("form", "", field, extra, label("deed-why", t("deed_why")), why, hint, make("div", "row", outcome, send));
  const chosen = () => new FormData(made).get("deed");
  const vary = () => extra.replaceChildren(...extras(chosen()));
  made.addEventListener("change", (event) => event.target.name === "deed" && vary());
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(made, outcome, send);
  });
  queueMicrotask(vary);
  return made;
}

function choice(deed, first) {
  const input = make("input");
  Object.assign(input, { type: "radio", name: "deed", value: deed, checked: first });
  return make("label", "", input, t(`deed_${deed}`));
}

function label(target, text) {
  const made = make("label", "field", text);
  made.htmlFor = target;
  return made;
}

function extras(deed) {
  if (deed === "move") return pick("queue", "deed_queue", setup.queues);
  if (deed === "pause") return [cost(extension), ...pick("reason", "deed_reason", setup.reasons)];
  if (!BY_EAR.has(deed)) return [];
  const ear = make("input");
  Object.assign(ear, { id: "deed-ear", name: "ear", required: true, inputMode: "numeric", pattern: "[0-9]{1,8}", value: localStorage.getItem("ear") ?? "" });
  return [label("deed-ear", t("deed_ear")), ear, make("p", "hint", t("deed_ear_hint"))];
}

// What becomes of the queues of an operator without them. What is not known is not said.
function cost(whom) {
  const place = make("div", "cost");
  put(place, "role", "status");
  const level = ({ queue, now, then, enough }) =>
    make("li", enough ? "enough" : "short", shape(enough ? "available" : "alert"),
      `${named(setup.queues, queue)}: ${percent(now)} → ${percent(then)} · ${t(enough ? "staffing_enough" : "staffing_below")}`);
  fetch(`/outlook?operator=${whom}`, { signal: AbortSignal.timeout(COST_MS) })
    .then((answer) => (answer.ok ? answer.json() : { queues: [] }))
    .then(({ queues }) => {
      if (queues.length) place.append(make("p", "hint", t("deed_outlook")), make("ul", "", ...queues.map(level)));
    })
    .catch(() => place.replaceChildren());
  return place;
}

function pick(name, word, table) {
  const select = make("select");
  Object.assign(select, { id: `deed-${name}`, name, required: true });
  select.append(new Option("–", ""), ...Object.keys(table).map((id) => new Option(named(table, id), id)));
  return [label(select.id, t(word)), select];
}

async function ask(made, outcome, send) {
  const wish = { operator: extension, ...Object.fromEntries(new FormData(made)) };
  const whom = extension;
  if (wish.ear) localStorage.setItem("ear", wish.ear);
  const tell = (kind, text) => {
    outcome.className = `outcome ${kind}`;
    write(outcome, text);
  };
  send.disabled = true;
  markPending(whom, true);
  tell("pending", t("deed_pending"));
  try {
    tell(...(await post(wish)));
  } catch {
    // It may have arrived: the record and the picture tell, this page cannot.
    tell("unknown", t("deed_unknown", { said: t("why_console") }));
  } finally {
    send.disabled = false;
    markPending(whom, false);
  }
}

async function post(wish) {
  const answer = await fetch("/deeds", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sahayata-Form": document.querySelector('meta[name="form"]').content },
    body: JSON.stringify(wish),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  if (answer.status === 401) location.assign("/login");
  if (answer.status === 503) return ["refused", t("deed_store_away")];
  if (answer.status === 422) return ["refused", t((await answer.json()).fault)];
  if (!answer.ok) return ["refused", t("deed_failed")];
  const { outcome, said } = await answer.json();
  return [outcome, t(`deed_${outcome}`, { said })];
}
