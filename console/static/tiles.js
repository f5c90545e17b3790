// The operators: one tile each, kept in place, drawn anew only where something changed.
import { dress, make, put, reshape, shape, write } from "./dom.js";
import { count, named, setup, span, t } from "./words.js";

export const STATES = ["available", "talking", "ringing", "holding", "wrap_up", "paused", "offline"];
const MANY = 120;
export const TURNS = 10; // in a second
const PARTS = ["name", "state", "due", "queue", "number", "time"];
const nodes = new Map();
// Of hundreds only those in sight are drawn at once; the others within a second.
const inSight = new Set();
const behind = new Set();
const sight = new IntersectionObserver((all) => {
  for (const { target, isIntersecting } of all) {
    const { extension } = target.dataset;
    if (!isIntersecting) inSight.delete(extension);
    else if (inSight.add(extension) && behind.delete(extension)) draw(extension);
  }
}, { rootMargin: "25%" });
let many = false;
let turn = 0;
const hidden = new Set();
const chips = new Map();
const list = document.getElementById("tiles");
let picture;
let choose;

export function start(room, onChoose) {
  picture = room;
  choose = onChoose;
  const group = document.getElementById("chips");
  for (const state of STATES) {
    const chip = make("button", `chip s-${state}`, shape(state), make("span"), make("b"));
    chip.type = "button";
    chip.setAttribute("aria-pressed", "true");
    chip.addEventListener("click", () => toggle(state, chip));
    chips.set(state, chip);
    group.append(chip);
  }
  if (setup.acts) {
    list.addEventListener("keydown", walk);
    list.addEventListener("click", (event) => {
      const face = event.target.closest("button.face");
      if (face) choose(face.parentNode.dataset.extension);
    });
  }
}

function toggle(state, chip) {
  const shown = hidden.delete(state) || !hidden.add(state);
  put(chip, "aria-pressed", String(shown));
  for (const extension of nodes.keys()) draw(extension);
}

// `changed` is a set of extensions, or null when tiles may have come or gone.
export function drawAll(changed) {
  if (!changed) lay();
  else for (const extension of changed) many && !inSight.has(extension) ? behind.add(extension) : draw(extension);
  tally();
}

// All in the first turn of a second; of hundreds a tenth in each, or one frame would take as long as five.
export function tick() {
  turn = (turn + 1) % TURNS;
  let place = 0;
  for (const extension of nodes.keys()) {
    if ((many ? place++ % TURNS : 0) !== turn) continue;
    if (behind.has(extension)) draw(extension);
    else if (!many || inSight.has(extension)) time(extension);
  }
}

export function markPending(extension, is) {
  nodes.get(extension)?.item.classList.toggle("pending", is);
}

function lay() {
  const wanted = picture.everyone();
  const there = new Set(wanted);
  many = wanted.length > MANY;
  document.body.classList.toggle("many", many);
  for (const [extension, tile] of nodes) {
    if (!there.has(extension)) {
      sight.unobserve(tile.item);
      tile.item.remove();
      for (const known of [nodes, inSight, behind]) known.delete(extension);
    }
  }
  wanted.forEach((extension, place) => {
    const tile = nodes.get(extension) ?? build(extension);
    if (list.children[place] !== tile.item) list.insertBefore(tile.item, list.children[place] ?? null);
    draw(extension);
  });
  document.getElementById("empty").hidden = wanted.length > 0;
  const faces = list.querySelectorAll("button.face");
  if (faces.length && !list.querySelector('button.face[tabindex="0"]')) faces[0].tabIndex = 0;
}

function build(extension) {
  const [name, state, due, queue, number, clock] = PARTS.map((part) => {
    const node = make("span", part === "due" ? "due unseen" : part);
    node.id = `${part}-${extension}`;
    return node;
  });
  const svg = shape("offline");
  const face = make(setup.acts ? "button" : "div", "face", make("span", "shape", svg), ...[name, state, due, queue, number, clock].flatMap((part) => [part, " "]));
  if (setup.acts) {
    face.type = "button";
    face.tabIndex = -1;
  }
  const item = make("li", "tile", face);
  item.dataset.extension = extension;
  const tile = { item, face, svg, name, number, state, queue, due, clock, past: null };
  write(number, extension);
  nodes.set(extension, tile);
  sight.observe(item);
  return tile;
}

const stateOf = (extension) => picture.operators.get(extension)?.state ?? "offline";

function draw(extension) {
  const tile = nodes.get(extension);
  const one = picture.operators.get(extension);
  if (!tile) return;
  behind.delete(extension);
  tile.past = null;
  write(tile.name, named(picture.people, extension));
  tile.item.hidden = picture.live && hidden.has(stateOf(extension));
  write(tile.state, picture.live ? word(one) : t("state_unknown"));
  write(tile.queue, picture.live ? matter(one) : "");
  tell(tile);
  time(extension);
}

// Among hundreds there is room for a number only: the rest is said, and shown to the mouse.
function tell({ item, face, name, state, queue }) {
  if (many) {
    put(item, "title", [name, state, queue].map((node) => node.textContent).filter(Boolean).join(" · "));
    put(face, "aria-labelledby", PARTS.map((part) => `${part}-${item.dataset.extension}`).join(" "));
    if (!setup.acts) put(face, "role", "img");
  } else if (item.title) {
    item.removeAttribute("title");
    for (const attribute of ["aria-labelledby", "role"]) face.removeAttribute(attribute);
  }
}

const ON_CALL = new Set(["talking", "ringing", "holding"]);
const word = (one) => t(`state_${one?.state ?? "offline"}`);

// What it is about: the queue of a call, the reason of a pause.
function matter(one) {
  if (one?.state === "paused") return one.reason ? named(setup.reasons, one.reason) : "";
  return one?.queue && ON_CALL.has(one.state) ? named(setup.queues, one.queue) : "";
}

export const sentence = (one) => [word(one), matter(one)].filter(Boolean).join(" · ");

function time(extension) {
  const tile = nodes.get(extension);
  const state = picture.live ? stateOf(extension) : "unknown";
  const one = picture.operators.get(extension);
  const since = one && picture.live && state !== "offline" ? picture.now() - one.since : null;
  write(tile.clock, since === null ? "" : span(since));
  const past = since !== null && since > (setup.limits[state] ?? Infinity);
  if (tile.past === past && tile.shown === state) return;
  tile.past = past;
  tile.shown = state;
  reshape(tile.svg, past ? "alert" : state);
  write(tile.due, past ? `${t("past_limit")}: ${t(`state_${state}`)}` : "");
  const pending = tile.item.classList.contains("pending") ? " pending" : "";
  dress(tile.item, `tile s-${state}${state === "offline" ? " offline" : ""}${past ? " past" : ""}${pending}`);
}

function tally() {
  const found = Object.fromEntries(STATES.map((state) => [state, 0]));
  for (const extension of nodes.keys()) found[stateOf(extension)] += 1;
  for (const [state, chip] of chips) {
    write(chip.children[1], t(`state_${state}`));
    write(chip.children[2], picture.live ? count(found[state]) : "–");
  }
  return found;
}

// One stop for the tab key; arrows go from tile to tile as they stand.
function walk(event) {
  const faces = [...list.querySelectorAll(".tile:not([hidden]) > button.face")];
  const here = faces.indexOf(document.activeElement);
  if (here < 0) return;
  const top = faces[0].getBoundingClientRect().top;
  const across = Math.max(1, faces.findIndex((f) => f.getBoundingClientRect().top > top + 2));
  const row = across === 1 && faces.at(-1).getBoundingClientRect().top <= top + 2 ? faces.length : across;
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row, Home: -here, End: faces.length - 1 - here };
  if (!(event.key in steps)) return;
  event.preventDefault();
  const next = faces[Math.min(Math.max(here + steps[event.key], 0), faces.length - 1)];
  faces[here].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
