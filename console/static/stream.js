// Listens to the server; says when nothing comes any more, and when the session has ended.
const KINDS = ["board", "change", "beat", "figures", "crew"];
const SILENCE_MS = 3500;
const AGAIN_MS = 1500;

export function listen(address, { heard, lost }) {
  let source = null;
  let watch = 0;

  const open = () => {
    source = new EventSource(address);
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        alive();
        heard(kind, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", again);
    alive();
  };
  // A line may hang without an end: silence is one, too.
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(again, SILENCE_MS);
  };
  const again = async () => {
    clearTimeout(watch);
    source.close();
    lost();
    try {
      const answer = await fetch("/session", { signal: AbortSignal.timeout(SILENCE_MS) });
      if (answer.status === 401) return location.assign("/login");
    } catch {
      // The server is not there at all: the next try will tell.
    }
    watch = setTimeout(open, AGAIN_MS * (0.5 + Math.random()));
  };
  open();
}
