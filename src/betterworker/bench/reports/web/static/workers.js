"use strict";
// Hides workers everywhere: columns, charts, whatever is of one. The address keeps which, so that a link shows the same.
(() => {
  const hidden = new Set();
  const style = document.head.appendChild(bw.element("style"));
  const boxes = [...document.querySelectorAll("#workers input")];
  const names = () => bw.data.workers;
  const slugs = () => [...hidden].sort((a, b) => a - b).map((index) => bw.safe(names()[index]));

  bw.shown = (index) => !hidden.has(index);
  bw.hidden = slugs;
  bw.toggle = (index) => set((own) => (own.has(index) ? own.delete(index) : own.add(index)));

  function set(change) {
    change(hidden);
    show();
    bw.go(bw.place().target, slugs());
  }

  function show() {
    for (const box of boxes) box.checked = !hidden.has(Number(box.value));
    style.textContent = [...hidden].map(rule).join("\n");
    count();
    document.dispatchEvent(new Event("bw:workers"));
  }

  // The first column holds the rows' titles, and CSS counts from 1.
  function rule(index) {
    const column = `nth-child(${index + 2})`;
    return `.by-worker tr > :${column}, [data-worker="${index}"] { display: none; }`;
  }

  function count() {
    const note = document.getElementById("hidden-note");
    const label = document.getElementById("workers-count");
    if (label) label.textContent = `${names().length - hidden.size} of ${names().length}`;
    note.hidden = hidden.size === 0;
    note.textContent = `Hidden here: ${[...hidden].map((index) => names()[index]).join(", ")}.`;
  }

  // A link inside the page carries no hidden workers: then those hidden already stay so.
  function read() {
    const { target, hide } = bw.place();
    if (hide.length) {
      hidden.clear();
      names().forEach((name, index) => hide.includes(bw.safe(name)) && hidden.add(index));
      show();
    } else if (hidden.size) {
      bw.go(target, slugs());
    }
  }

  for (const box of boxes) box.addEventListener("change", () => bw.toggle(Number(box.value)));
  document.getElementById("workers-all")?.addEventListener("click", () => set((own) => own.clear()));
  document.getElementById("workers-none")?.addEventListener("click", () =>
    set((own) => names().forEach((_, index) => own.add(index))),
  );
  const menu = document.getElementById("workers");
  document.addEventListener("click", (event) => {
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  menu?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.open = false;
  });
  addEventListener("hashchange", read);
  if (bw.place().hide.length) read();
})();
