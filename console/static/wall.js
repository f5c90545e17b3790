// The wallboard: joins the stream, the picture and what draws it.
import { dress, make, shape, write } from "./dom.js";
import * as deeds from "./deeds.js";
import * as hours from "./hours.js";
import * as lines from "./lines.js";
import { Picture } from "./picture.js";
import * as queues from "./queues.js";
import { listen } from "./stream.js";
import * as tiles from "./tiles.js";
import { clock, count, hourOf, named, setup, speak, spoken, t } from "./words.js";

const picture = new Picture();
const id = (name) => document.getElementById(name);
const EVERY_MS = 25;
const MOST_REST_MS = 50; // one slow frame is no reason to show the next one late
let shownLive = null;
let begun = false;
let asked = false;
let drawnAt = 0;
let took = 0;

function drawAll() {
  asked = false;
  drawnAt = performance.now();
  const changed = picture.drain();
  const turned = shownLive !== picture.live;
  if (turned || picture.queuesChanged) queues.drawAll();
  else queues.drawHeroes();
  picture.queuesChanged = false;
  tiles.drawAll(turned ? null : changed);
  absent();
  deeds.follow();
  lines.follow();
  drawHours();
  freshness(turned);
  // After the frame: the browser lays out and paints when we are done.
  setTimeout(() => (took = performance.now() - drawnAt));
}

// Many messages, one drawing: nobody reads faster, and a weak machine on a wall has to keep up, so it rests as
// long as it drew.
// A hidden tab draws nothing until it is looked at.
function later() {
  if (asked) return;
  asked = true;
  const rest = drawnAt + Math.max(EVERY_MS, took + Math.min(took, MOST_REST_MS)) - performance.now();
  if (rest > 0) setTimeout(() => requestAnimationFrame(drawAll), rest);
  else requestAnimationFrame(drawAll);
}

function absent() {
  const missing = picture.absent();
  const key = [picture.live, spoken(), picture.crews, ...missing.map((who) => who.extension)].join();
  const list = id("absent");
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  write(id("absent-count"), picture.live && missing.length ? count(missing.length) : "");
  const one = (who) => make("li", "", shape("offline"), named(picture.people, who.extension));
  const head = (who) => make("li", "shift", `${who.shift[spoken()] ?? ""} · ${t("since", { time: who.since })}`);
  const first = (who, place) => place === 0 || head(who).textContent !== head(missing[place - 1]).textContent;
  const some = missing.flatMap((who, place) => (first(who, place) ? [head(who), one(who)] : [one(who)]));
  const nobody = make("li", "nobody", shape(picture.live ? "available" : "unknown"), t(picture.live ? "nobody_absent" : "absent_unknown"));
  list.replaceChildren(...(picture.live && missing.length ? some : [nobody]));
}

const lastHeard = () => (picture.heard === null ? null : new Date(Date.now() - (picture.now() - picture.heard) * 1000));

function drawHours() {
  const now = hourOf(new Date());
  const heard = lastHeard();
  const blind = !picture.live && heard ? { begins: Math.min(hourOf(heard), now), ends: now } : null;
  hours.draw(picture.figures, blind, now);
}

function freshness(turned) {
  const age = picture.heard === null ? null : picture.now() - picture.heard;
  if (picture.live) write(id("age-text"), `${t("live")} · ${t("age", { seconds: Math.max(0, Math.round(age ?? 0)) })}`);
  else write(id("age-text"), t("no_data_short"));
  if (!turned) return;
  document.body.classList.toggle("live", picture.live);
  document.body.classList.toggle("grey", !picture.live);
  const banner = id("banner");
  banner.hidden = picture.live;
  if (!picture.live) {
    const heard = age === null ? "" : ` · ${t("last_heard", { time: clock(lastHeard(), true) })}`;
    banner.replaceChildren(t("no_data"), " ", make("small", "", `${t(`why_${picture.why}`)}${heard}`));
  } else if (shownLive === false) {
    write(id("spoken"), t("live_again"));
  }
  shownLive = picture.live;
}

function everySecond() {
  write(id("clock"), clock(new Date()));
  if (!begun) return;
  // A browser may draw no frame for long; what is old must not look live meanwhile.
  if (shownLive !== picture.live) drawAll();
  queues.tick();
  lines.follow();
  freshness(false);
}

function setLanguage(language) {
  speak(language);
  write(id("name"), named(setup, "name"));
  write(id("district"), named(setup, "district"));
  const other = language === "hi" ? "en" : "hi";
  const button = id("language");
  button.lang = other;
  write(button, other === "hi" ? "हिन्दी" : "English");
  document.title = `${t("title")} · ${named(setup, "name")}`;
  shownLive = begun ? null : shownLive;
  picture.changed = null;
  picture.queuesChanged = true;
  if (begun) later();
}

function setTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", dark ? "light" : "dark");
  hours.recolour();
}

async function leave() {
  const form = document.querySelector('meta[name="form"]').content;
  await fetch("/logout", { method: "POST", headers: { "X-Sahayata-Form": form } });
  location.assign("/login");
}

tiles.start(picture, deeds.open);
queues.start(picture);
if (setup.acts) deeds.start(picture);
id("audit").hidden = !setup.admin;
id("language").addEventListener("click", () => setLanguage(spoken() === "hi" ? "en" : "hi"));
id("theme").addEventListener("click", setTheme);
id("full").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
id("leave").addEventListener("click", leave);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => hours.recolour());
document.fonts.ready.then(() => hours.recolour());
setLanguage(spoken());
setInterval(everySecond, 1000);
setInterval(tiles.tick, 1000 / tiles.TURNS);
everySecond();

listen("/stream", {
  heard(kind, said) {
    picture.take(kind, said);
    if (!begun) {
      begun = true;
      dress(document.body, "wall");
    }
    later();
  },
  lost() {
    picture.lose();
    begun = true;
    dress(document.body, "wall");
    later();
  },
});
