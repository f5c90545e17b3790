// Calls by hour. Gaps are hatched over the whole height: no bar there is no proof of no call.
import { make, write } from "./dom.js";
import { count, t } from "./words.js";

const box = document.getElementById("chart");
let chart = null;
let drawn = "";
let day = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// `blind` is the gap that goes on now, or null.
export function draw(figures, blind, hourNow) {
  day = figures && { ...figures, gaps: blind ? [...figures.gaps, blind] : figures.gaps, hour_now: hourNow };
  const now = [figures?.as_of, blind?.begins, Math.round(hourNow * 60), document.documentElement.lang].join();
  if (!figures || now === drawn) return;
  drawn = now;
  table();
  if (chart) chart.setData(columns(), true);
  else build();
}

export function recolour() {
  chart?.destroy();
  chart = null;
  if (day) build();
}

function columns() {
  const by = new Map(day.hours.map((hour) => [hour.hour, hour]));
  const all = Array.from({ length: 24 }, (_, hour) => by.get(hour) ?? { offered: 0, answered: 0, abandoned: 0 });
  const some = (of) => all.map((hour) => of(hour) || null); // nothing is no line on the ground
  return [
    Array.from({ length: 24 }, (_, hour) => hour + 0.5),
    some((hour) => Math.max(hour.offered, hour.answered + hour.abandoned)),
    some((hour) => hour.answered + hour.abandoned),
    some((hour) => hour.answered),
  ];
}

// Line by line: red alone would say nothing to who cannot see red.
function hatch(context, ink, step, back) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = step;
  const pen = tile.getContext("2d");
  pen.fillStyle = back;
  pen.fillRect(0, 0, step, step);
  pen.strokeStyle = ink;
  pen.lineWidth = step / 4;
  pen.beginPath();
  for (const shift of [-step, 0, step]) {
    pen.moveTo(shift, step);
    pen.lineTo(shift + step, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

function build() {
  const size = () => ({ width: Math.max(100, box.clientWidth), height: Math.max(100, box.clientHeight) });
  const ratio = devicePixelRatio || 1;
  const letters = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const font = `${Math.round(letters * 0.85)}px Noto, sans-serif`;
  const bars = uPlot.paths.bars({ size: [0.72, 60], radius: 0.12 });
  const axis = { stroke: colour("soft"), font, ticks: { show: false } };
  const series = (stroke, fill, width = 0) => ({ paths: bars, stroke, fill, width, points: { show: false } });
  chart = new uPlot(
    {
      ...size(),
      padding: [letters * 0.5, letters * 0.6, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: false, range: [0, 24] }, y: { range: (_, __, most) => [0, Math.max(5, most * 1.12)] } },
      axes: [
        { ...axis, grid: { show: false }, splits: () => [0, 3, 6, 9, 12, 15, 18, 21, 24], size: letters * 1.7, gap: 4 },
        { ...axis, grid: { stroke: colour("line"), width: 1 }, size: letters * 2.4, gap: 4, space: letters * 2.2, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], values: (_, marks) => marks.map(count) },
      ],
      series: [
        {},
        series(colour("faint"), colour("raised"), 1),
        series(colour("alert"), (u) => hatch(u.ctx, colour("alert"), Math.round(6 * ratio), colour("panel")), 1),
        series(colour("talking"), colour("talking")),
      ],
      hooks: { draw: [gaps] },
    },
    columns(),
    box,
  );
}

function gaps(u) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.fillStyle = hatch(ctx, colour("faint"), Math.round(9 * devicePixelRatio), "transparent");
  for (const gap of day.gaps) {
    const [left, right] = [gap.begins, gap.ends].map((hour) => u.valToPos(hour, "x", true));
    ctx.fillRect(left, bbox.top, Math.max(right - left, 2), bbox.height);
  }
  const now = u.valToPos(day.hour_now, "x", true);
  ctx.strokeStyle = colour("accent");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(now, bbox.top);
  ctx.lineTo(now, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

function table() {
  const row = (tag, cells) => make("tr", "", ...cells.map((text) => make(tag, "", text)));
  const clock = (hours) => `${Math.floor(hours)}:${String(Math.floor((hours % 1) * 60)).padStart(2, "0")}`;
  const lines = day.hours.map((hour) => row("td", [`${hour.hour}:00`, count(hour.offered), count(hour.answered), count(hour.abandoned)]));
  const missing = day.gaps.map((gap) => {
    const cell = make("td", "", `${clock(gap.begins)} – ${clock(gap.ends)}: ${t("gap")}`);
    cell.colSpan = 4;
    return make("tr", "", cell);
  });
  const head = row("th", [t("hour"), t("offered"), t("answered"), t("abandoned")]);
  document.getElementById("hours-table").replaceChildren(make("thead", "", head), make("tbody", "", ...lines, ...missing));
  write(document.querySelector("#hours-title"), t("hours_title"));
}

new ResizeObserver(() => chart?.setSize({ width: Math.max(100, box.clientWidth), height: Math.max(100, box.clientHeight) })).observe(box);
