// The room as this browser knows it. Moments are on the server's clock; `now()` reads that clock.
export class Picture {
  operators = new Map();
  queues = new Map();
  people = {};
  expected = [];
  crews = 0; // how often the crew was told
  figures = null;
  live = false;
  why = "console";
  heard = null;
  changed = new Set();
  queuesChanged = true; // the queues, or their figures
  #offset = null;

  constructor(steady = () => performance.now() / 1000) {
    this.steady = steady;
  }

  now() {
    return this.#offset === null ? 0 : this.steady() - this.#offset;
  }

  // The message that took the least time tells best how the clocks stand.
  #hear(said, anew) {
    const seen = this.steady() - said.at;
    this.#offset = anew || this.#offset === null ? seen : Math.min(this.#offset, seen);
    this.live = said.live;
    this.why = said.why;
    this.heard = said.heard;
  }

  take(kind, said) {
    if (kind === "figures") {
      this.figures = said;
      this.queuesChanged = true;
    } else if (kind === "crew") {
      this.people = said.people;
      this.crews += 1;
      this.expected = said.expected;
      this.changed = null;
    } else {
      this.#hear(said, kind === "board");
      if (kind === "board") this.#replace(said);
      if (kind === "change") this.#change(said);
    }
  }

  lose() {
    this.live = false;
    this.why = "console";
  }

  // What to draw since it was last asked: a set of extensions, or null for everything.
  drain() {
    const changed = this.changed;
    this.changed = new Set();
    return changed;
  }

  everyone() {
    const all = new Set([...Object.keys(this.people), ...this.operators.keys()]);
    return [...all].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  }

  absent() {
    const away = (one) => (this.operators.get(one.extension)?.state ?? "offline") === "offline";
    return this.expected.filter(away);
  }

  #replace(said) {
    this.operators = new Map(said.operators.map((one) => [one.extension, one]));
    this.queues = new Map(said.queues.map((one) => [one.name, one]));
    this.changed = null;
    this.queuesChanged = true;
  }

  #change(said) {
    for (const one of said.operators) {
      if (!this.operators.has(one.extension)) this.changed = null;
      this.operators.set(one.extension, one);
      this.changed?.add(one.extension);
    }
    for (const extension of said.gone) this.operators.delete(extension);
    if (said.gone.length) this.changed = null;
    this.queuesChanged ||= said.queues.length + said.queues_gone.length > 0;
    for (const one of said.queues) this.queues.set(one.name, one);
    for (const name of said.queues_gone) this.queues.delete(name);
  }
}
