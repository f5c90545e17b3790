// The five figures of now, and a row for each queue.
import { dress, make, put, shape, write } from "./dom.js";
import * as lines from "./lines.js";
import { count, named, percent, setup, span, t } from "./words.js";

const HEROES = ["waiting", "longest", "service_today", "service_recent", "free"];
const COLUMNS = [
  ["waiting", "waiting"], ["longest_short", "longest"], ["service_today_short", "today"], ["service_recent_short", "recent"],
  ["asa", "asa"], ["offered", "offered"], ["answered", "answered"], ["abandoned", "abandoned"], ["call_backs", "call_backs"],
];
const NOW = new Set(["waiting", "longest"]);
const heroes = new Map();
const rows = new Map();
let picture;

export function start(room) {
  picture = room;
  lines.start(room);
  const box = document.getElementById("heroes");
  for (const key of HEROES) {
    const [title, value, note, word] = [make("dt"), make("dd"), make("dd", "note"), make("span")];
    const mark = make("span", "mark-past", shape("alert"), word);
    const hero = make("div", "hero", title, value, note);
    title.after(mark);
    hero.dataset.key = key;
    // A description list holds only terms and their descriptions.
    title.append(mark);
    heroes.set(key, { hero, title, label: title.insertBefore(make("span"), mark), value, note, word });
    box.append(hero);
  }
}

export function drawAll() {
  drawHeads();
  const wanted = [...Object.keys(setup.queues), ""];
  for (const [name, row] of rows) if (!wanted.includes(name)) row.row.remove();
  for (const name of wanted) fill(rows.get(name) ?? build(name), name);
  drawHeroes();
  const { threshold_s: threshold = 20, short_s: short = 5 } = picture.figures ?? {};
  write(document.getElementById("formula"), t("formula", { threshold, short }) + asOf());
}

const asOf = () => (picture.figures && !picture.live ? ` · ${t("as_of", { time: picture.figures.as_of })}` : "");

function drawHeads() {
  const heads = document.getElementById("queue-heads");
  const words = ["queue", ...COLUMNS.map(([word]) => word)];
  while (heads.children.length < words.length) {
    const head = make("th");
    head.setAttribute("role", "columnheader");
    head.scope = "col";
    heads.append(head);
  }
  words.forEach((word, place) => write(heads.children[place], t(word)));
}

function build(name) {
  const row = make("tr", name ? "" : "total");
  row.setAttribute("role", "row");
  const head = make("th");
  head.scope = "row";
  head.setAttribute("role", "rowheader");
  row.append(head);
  // Who may see tickets sees who waits, too.
  const title = name && setup.acts ? make("button", "queue-name") : head;
  if (title !== head) {
    title.type = "button";
    title.addEventListener("click", () => lines.open(name));
    head.append(title);
  }
  const cells = Object.fromEntries(
    COLUMNS.map(([, column]) => {
      const text = make("span");
      const cell = make("td", "", text);
      cell.setAttribute("role", "cell");
      row.append(cell);
      return [column, { cell, text }];
    }),
  );
  document.getElementById("queues").append(row);
  rows.set(name, { row, title, cells });
  return rows.get(name);
}

function now(name) {
  const all = name ? [picture.queues.get(name)].filter(Boolean) : [...picture.queues.values()];
  const begun = all.map((queue) => queue.longest).filter((moment) => moment !== null);
  return {
    waiting: all.reduce((sum, queue) => sum + queue.waiting, 0),
    longest: begun.length ? picture.now() - Math.min(...begun) : null,
  };
}

function fill(row, name) {
  const live = now(name);
  const found = name ? picture.figures?.queues[name] : picture.figures?.total;
  const { today, recent } = found ?? {};
  const values = {
    waiting: count(live.waiting),
    longest: live.longest === null ? "–" : span(live.longest),
    today: percent(today?.service_level),
    recent: percent(recent?.service_level),
    asa: today?.asa_s == null ? "–" : span(today.asa_s),
    ...Object.fromEntries(["offered", "answered", "abandoned", "call_backs"].map((key) => [key, today ? count(today[key]) : "–"])),
  };
  const past = { waiting: false, longest: live.longest > setup.long_wait_s };
  const below = { today: today?.service_level < setup.goal && today?.service_level !== null, recent: recent?.service_level < setup.goal && recent?.service_level !== null };
  write(row.title, name ? named(setup.queues, name) : t("all"));
  for (const [word, column] of COLUMNS) {
    const { cell, text } = row.cells[column];
    const unknown = NOW.has(column) && !picture.live;
    const value = unknown ? "–" : values[column];
    put(cell, "data-label", t(word));
    write(text, value);
    const marks = [
      NOW.has(column) ? "big" : "", value === "–" || value === "0" ? "nil" : "", !unknown && past[column] ? "past" : "",
      below[column] ? "below" : "", !NOW.has(column) && !picture.live ? "stale" : "",
    ];
    dress(cell, marks.filter(Boolean).join(" "));
  }
}

export function drawHeroes() {
  const { waiting, longest } = now("");
  const { today, recent } = picture.figures?.total ?? {};
  const states = [...picture.operators.values()].map((one) => one.state);
  const here = states.filter((state) => state !== "offline").length;
  const free = states.filter((state) => state === "available").length;
  const part = (c) => (c ? `${count(c.answered)} / ${count(c.offered)}` : "");
  hero("waiting", count(waiting), "", false);
  hero("longest", longest === null ? "–" : span(longest), "", longest > setup.long_wait_s);
  hero("service_today", percent(today?.service_level), part(today), false, true);
  hero("service_recent", percent(recent?.service_level), part(recent), false, true);
  hero("free", count(free), t("of_present", { count: count(here) }), here > 0 && free === 0 && waiting > 0);
}

function hero(key, value, note, past, counted = false) {
  const parts = heroes.get(key);
  const shown = picture.live || counted;
  write(parts.label, t(key));
  write(parts.value, shown ? value : "–");
  const until = picture.figures && counted && !picture.live ? t("as_of", { time: picture.figures.as_of }) : note;
  write(parts.note, shown ? until : t("no_data_short"));
  write(parts.word, t("past_limit"));
  dress(parts.hero, picture.live && past ? "hero past" : "hero");
}

export function tick() {
  if (!picture.live) return;
  for (const [name, row] of rows) {
    if (now(name).longest !== null) fill(row, name);
  }
  drawHeroes();
}
