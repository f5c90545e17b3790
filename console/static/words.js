// Words in the chosen language, and how numbers and spans are written in it.
const setup = JSON.parse(document.getElementById("setup").textContent);
const YEAR_S = 31536000;
let language = document.documentElement.lang;

export { setup };
export const spoken = () => language;
export const t = (key, values = {}) =>
  (setup.words[language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
export const named = (table, id) => table[id]?.[language] || table[id]?.en || table[id]?.hi || id;

export function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  document.cookie = `sahayata-language=${chosen}; path=/; max-age=${YEAR_S}; samesite=lax`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label][aria-label]")) {
    node.setAttribute("aria-label", t(node.dataset.label));
  }
}

// To make a formatter costs more than to use it a hundred times.
const numbers = Object.fromEntries(
  ["hi", "en"].map((each) => [each, new Intl.NumberFormat(`${each}-IN`, { numberingSystem: "latn" })]),
);
export const count = (n) => numbers[language].format(n);
export const percent = (rate) => (rate === null || rate === undefined ? "–" : `${Math.floor(rate * 100)}%`);

// 0:05, 12:30, 1:02:03 - the same in both languages.
export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

const times = [false, true].map(
  (seconds) =>
    new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit", minute: "2-digit", ...(seconds && { second: "2-digit" }), timeZone: setup.timezone,
    }),
);
export const clock = (date, seconds = false) => times[Number(seconds)].format(date);

// 13.5 is half past one, by the clock of the district.
export function hourOf(date) {
  const [hours, minutes, seconds] = clock(date, true).split(":").map(Number);
  return hours + minutes / 60 + seconds / 3600;
}
