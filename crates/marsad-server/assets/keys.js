// Single keys for lists and pages. On a layout that yields no Latin letters the key's place on the board counts.

const places = { KeyJ: "j", KeyK: "k", Slash: "/" };

function key(event) {
  if (/^[\x21-\x7e]$/.test(event.key)) return event.key;
  if (event.key === "؟") return "?";
  if (event.code === "Slash" && event.shiftKey) return "?";
  return places[event.code] ?? event.key;
}

function links() {
  const items = document.querySelectorAll("[data-list] > li, table.incidents > tbody > tr");
  return [...items].map((item) => item.querySelector("h3 a, .what a, a")).filter((link) => link?.offsetParent);
}

function step(by) {
  const all = links();
  if (!all.length) return;
  const at = all.findIndex((link) => link.closest("li, tr").contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

const actions = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => {
    const field = document.querySelector("[data-search]");
    if (field) { field.focus(); field.select(); } else location.assign("/search");
  },
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog[open]")) return;
  const action = actions[key(event)];
  if (!action) return;
  event.preventDefault();
  action();
});
