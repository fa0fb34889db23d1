// The list of incidents with a script: days can be brushed, the map dragged, and what is new is announced. All of it leads to
// addresses that the page has without a script, too.

const EVERY = 20_000;

/** The address of the page with other days, from the list's beginning. */
function between(from, to) {
  const address = new URL(location.href);
  for (const name of ["cursor", "map"]) address.searchParams.delete(name);
  address.searchParams.set("after", from);
  address.searchParams.set("before", to);
  return address;
}

/** Days chosen on the histogram: with the pointer, or with two sliders from the keyboard. */
function brush(figure) {
  const picture = figure.querySelector("svg");
  const bars = picture ? [...picture.querySelectorAll("a[data-from]")] : [];
  if (bars.length < 2) return;
  const form = figure.querySelector("form");
  const shown = bars.map((bar) => bar.classList.contains("chosen"));
  const first = Math.max(shown.indexOf(true), 0);
  const last = shown.lastIndexOf(true) < 0 ? bars.length - 1 : shown.lastIndexOf(true);

  const show = (a, b) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    bars.forEach((bar, at) => bar.classList.toggle("chosen", at >= from && at <= to));
    form.elements.after.value = bars[from].dataset.from;
    form.elements.before.value = bars[to].dataset.to;
  };

  const at = (event) => {
    const box = picture.getBoundingClientRect();
    return Math.min(bars.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * bars.length)));
  };
  let start = null;
  let moved = false;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    [start, moved] = [at(event), false];
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (start === null || (!moved && at(event) === start)) return;
    moved = true;
    show(start, at(event));
  });
  picture.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const from = start;
    start = null;
    show(from, at(event));
    location.assign(between(form.elements.after.value, form.elements.before.value));
  });
  picture.addEventListener("pointercancel", () => { start = null; });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener("click", (event) => event.preventDefault());

  const slider = (label, value) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: bars.length - 1, value });
    input.setAttribute("aria-label", label);
    return input;
  };
  const [low, high] = [...form.querySelectorAll("label")].map((label, n) => slider(label.textContent.trim(), n ? last : first));
  const told = () => {
    low.setAttribute("aria-valuetext", bars[low.value].dataset.from);
    high.setAttribute("aria-valuetext", bars[high.value].dataset.to);
  };
  for (const input of [low, high]) {
    input.addEventListener("input", () => {
      if (Number(low.value) > Number(high.value)) (input === low ? high : low).value = input.value;
      show(Number(low.value), Number(high.value));
      told();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") location.assign(between(form.elements.after.value, form.elements.before.value));
    });
  }
  told();
  const row = document.createElement("div");
  row.className = "sliders";
  row.dir = "ltr";
  row.append(low, high);
  picture.after(row);
}

/** The map of another address in place of this one. */
async function turn(figure, address) {
  figure.setAttribute("aria-busy", "true");
  const answer = await fetch(address);
  if (!answer.ok) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("map");
  if (!fresh) return location.assign(address);
  const held = figure.contains(document.activeElement) ? document.activeElement : null;
  figure.replaceWith(fresh);
  history.replaceState(null, "", address);
  roam(fresh);
  if (held) (fresh.querySelector(`.moves .${held.getAttribute("class")}`) ?? fresh.querySelector("svg")).focus();
}

/** A map that can be dragged, turned nearer with the wheel, and moved with keys. */
function roam(figure) {
  const picture = figure.querySelector("svg");
  const link = (what) => figure.querySelector(`.move-${what}`);
  const go = (what) => { if (link(what)) turn(figure, link(what).href); };
  for (const step of figure.querySelectorAll(".moves a")) {
    step.addEventListener("click", (event) => {
      event.preventDefault();
      turn(figure, step.href);
    });
  }
  if (!figure.classList.contains("large")) return;
  picture.tabIndex = 0;
  const keys = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", "+": "in", "=": "in", "-": "out", 0: "fit" };
  picture.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(keys[event.key]);
  });
  let still = true;
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    if (still) go(event.deltaY < 0 ? "in" : "out");
    still = false;
  }, { passive: false });

  let from = null;
  let far = false;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button === 0) [from, far] = [[event.clientX, event.clientY], false];
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    const box = picture.getBoundingClientRect();
    const scale = picture.viewBox.baseVal.width / box.width;
    const [x, y] = [(event.clientX - from[0]) * scale, (event.clientY - from[1]) * scale];
    if (!far && Math.hypot(x, y) < 5) return;
    if (!far) picture.setPointerCapture(event.pointerId);
    far = true;
    for (const part of picture.children) part.setAttribute("transform", `translate(${x} ${y})`);
  });
  picture.addEventListener("pointerup", (event) => {
    if (from && far) {
      const { width, height } = picture.viewBox.baseVal;
      const box = picture.getBoundingClientRect();
      const parts = [(from[0] - event.clientX) / box.width, (from[1] - event.clientY) / box.height];
      turn(figure, moved(figure, parts, [width, height]));
    }
    from = null;
  });
  picture.addEventListener("click", (event) => { if (far) event.preventDefault(); }, true);
  picture.addEventListener("dragstart", (event) => event.preventDefault());
}

/** The address of the map so many parts of it further right and down, reckoned from the frame that its own steps name. */
function moved(figure, [right, down], [width, height]) {
  const frame = (what) => new URL(figure.querySelector(`.move-${what}`).href).searchParams.get("map").split("/").map(Number);
  const [near, , east] = frame("right");
  const [, , west] = frame("left");
  const up = frame("up")[1];
  const low = frame("down")[1];
  const middle = [(up + low) / 2, (east + west) / 2];
  const scale = 256 * 2 ** near;
  const y = (lat) => (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
  // Half way between the frames above and below in the projection, not in degrees.
  const centre = (y(up) + y(low)) / 2 + (down * height) / scale;
  middle[0] = (Math.atan(Math.sinh(Math.PI * (1 - 2 * centre))) * 180) / Math.PI;
  middle[1] += ((right * width) / scale) * 360;
  const address = new URL(location.href);
  address.searchParams.set("map", `${near}/${middle[0].toFixed(3)}/${middle[1].toFixed(3)}`);
  return address.href;
}

/** Asks from time to time whether there are incidents that this page does not show. */
function listen(place) {
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.news);
      const words = answer.ok ? (await answer.text()).trim() : "";
      if (words !== place.dataset.words) {
        place.dataset.words = words;
        place.innerHTML = words;
      }
    } catch {
      // The server is away for a while: ask again later.
    }
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}

document.querySelectorAll(".time").forEach(brush);
document.querySelectorAll(".map").forEach(roam);
document.querySelectorAll("[data-news]").forEach(listen);
const fold = document.querySelector(".fold");
if (fold && matchMedia("(max-width: 60rem)").matches) fold.open = false;
