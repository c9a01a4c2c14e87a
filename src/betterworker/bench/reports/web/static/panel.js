"use strict";
// A link to a cell or to a reason opens it. Without a script the same link leads to the same place in the page.
(() => {
  const panel = document.getElementById("panel");
  const [title, body] = ["panel-title", "panel-body"].map((id) => document.getElementById(id));

  function open() {
    const { target } = bw.place();
    const shown = target.startsWith("cell-") ? cell(target) : target.startsWith("why-") ? reason(target) : null;
    if (!shown) {
      if (panel.open) panel.close();
      reveal(target);
      return;
    }
    title.textContent = shown.title;
    body.replaceChildren(...shown.parts);
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
  }

  // What is folded away is opened for a link that leads into it.
  function reveal(target) {
    const found = target && document.getElementById(target);
    for (let box = found; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    if (found && target) found.scrollIntoView();
  }

  function cell(anchor) {
    const found = bw.data.cells[anchor];
    if (!found) return null;
    const [worker, row, status, pairs, findings, logs] = found;
    return {
      title: `${bw.data.workers[worker]} · ${row}`,
      parts: [
        bw.element("p", { class: "faint" }, status),
        figures(pairs.map(([name, value]) => [bw.data.names[name], value])),
        ...told(findings.map((index) => bw.data.findings[index])),
        ...logs.flatMap((index) => log(bw.data.logs[index])),
      ],
    };
  }

  function figures(pairs) {
    const row = ([name, value]) => bw.element("div", {}, bw.element("dt", {}, name), bw.element("dd", {}, value));
    return bw.element("dl", { class: "pairs" }, ...pairs.map(row));
  }

  function told(findings) {
    if (!findings.length) return [];
    const item = ([severity, gate, sentence]) =>
      bw.element("li", {}, bw.element("span", { class: `badge ${severity}` }, gate), ` ${sentence}`);
    return [bw.element("h3", {}, "Gates that fired"), bw.element("ul", { class: "listed" }, ...findings.map(item))];
  }

  const log = (text) => [bw.element("h3", {}, "The end of its log"), bw.element("pre", {}, text)];

  function reason(anchor) {
    const found = document.getElementById(anchor);
    if (!found) return null;
    const copy = found.cloneNode(true);
    copy.removeAttribute("id");
    copy.className = "";
    const worker = found.closest("details").querySelector("summary").textContent.trim();
    return { title: worker, parts: [copy] };
  }

  // The page stays where it is, and the browser's way back closes the panel.
  function lead(target) {
    bw.go(target, bw.hidden(), "pushState");
    open();
  }

  function close() {
    if (/^(cell|why)-/.test(bw.place().target)) bw.go("", bw.hidden());
  }

  document.getElementById("panel-close").addEventListener("click", () => panel.close());
  panel.addEventListener("close", close);
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
  // Every table by worker has the cells of the first one: a click opens them too.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#cell-'], a[href^='#why-']");
    if (link && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      lead(decodeURIComponent(link.hash.slice(1)));
      return;
    }
    const figure = event.target.closest("[data-row] td");
    const worker = bw.data.workers[figure?.cellIndex - 1];
    if (figure && worker !== undefined) lead(`cell-${bw.safe(figure.parentElement.dataset.row)}/${bw.safe(worker)}`);
  });
  addEventListener("hashchange", open);
  if (bw.place().target) open();
})();
