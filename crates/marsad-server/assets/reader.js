// Explains a mark in an article on hover and focus, with what the list of findings says of it; leads from hit to hit.

const card = document.createElement("div");
card.className = "card explains";
card.popover = "manual";
document.body.append(card);

let waiting = 0;

function show(mark) {
  const found = mark.dataset.f.split(" ").map((id) => document.getElementById(`f-${id}`)).filter(Boolean);
  if (!found.length) return;
  card.replaceChildren(...found.map((item) => {
    const copy = document.createElement("div");
    copy.append(...item.cloneNode(true).childNodes);
    return copy;
  }));
  card.showPopover();
  const [box, size] = [mark.getClientRects()[0], card.getBoundingClientRect()];
  const below = box.bottom + 6 + size.height < innerHeight;
  card.style.insetBlockStart = `${below ? box.bottom + 6 : Math.max(4, box.top - 6 - size.height)}px`;
  const middle = box.left + box.width / 2 - size.width / 2;
  card.style.left = `${Math.min(Math.max(8, middle), innerWidth - size.width - 8)}px`;
}

function hide() {
  clearTimeout(waiting);
  if (card.matches(":popover-open")) card.hidePopover();
}

for (const mark of document.querySelectorAll(".text .mark")) {
  // What the title says stands in the card.
  mark.setAttribute("aria-description", mark.title);
  mark.removeAttribute("title");
  mark.addEventListener("pointerenter", () => { clearTimeout(waiting); waiting = setTimeout(() => show(mark), 150); });
  mark.addEventListener("pointerleave", () => { clearTimeout(waiting); waiting = setTimeout(hide, 200); });
  mark.addEventListener("focus", () => { if (mark.matches(":focus-visible")) show(mark); });
  mark.addEventListener("blur", hide);
}
card.addEventListener("pointerenter", () => clearTimeout(waiting));
card.addEventListener("pointerleave", hide);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
addEventListener("scroll", hide, { passive: true });

const hits = [...document.querySelectorAll(".text .anchor[id^=h]")].filter((a) => /^h\d+$/.test(a.id));
let at = hits.findIndex((hit) => `#${hit.id}` === location.hash);
for (const link of document.querySelectorAll("[data-hit]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    at = (at + (link.dataset.hit === "next" ? 1 : -1) + hits.length) % hits.length;
    location.hash = hits[at].id;
  });
}
