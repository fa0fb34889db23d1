// Single keys for what the page prints beside its buttons. On a layout without Latin letters the key's place on the keyboard
// counts. They can be switched off, for those who speak to the machine.
const box = document.getElementById("review-keys");
if (box) {
  const kept = "marsad-keys";
  box.checked = localStorage.getItem(kept) !== "off";
  box.closest("label").hidden = false;
  box.addEventListener("change", () => localStorage.setItem(kept, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
    const latin = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
    const goal = latin && document.querySelector(`[data-key="${latin}"]`);
    if (goal) { event.preventDefault(); goal.click(); }
  });
}
