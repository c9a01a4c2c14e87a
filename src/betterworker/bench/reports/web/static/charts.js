"use strict";
// Charts in the house style, each drawn when it comes into view, and again when what it depends on changes.
(() => {
  const charts = new Map();
  // Told apart by people who see colours otherwise (after M. Okabe and K. Ito), and by dash and marker.
  const HUES = [
    ["#0066a8", "#63b6f2"], ["#c04f00", "#ff9b57"], ["#007f5c", "#41cfa2"], ["#94388a", "#e395d8"],
    ["#7a6200", "#d9c04c"], ["#45505e", "#c3ccd6"], ["#b3234f", "#ff8fb0"],
  ];
  const DASHES = ["solid", [7, 3], [2, 3]];
  const MARKERS = ["circle", "triangle", "rect", "diamond"];

  const look = (index) => ({
    colour: HUES[index % HUES.length][bw.dark() ? 1 : 0],
    dash: DASHES[Math.floor(index / HUES.length) % DASHES.length],
    // Points have no dash: two of one hue differ by their marker.
    marker: MARKERS[(index % HUES.length + Math.floor(index / HUES.length)) % MARKERS.length],
  });

  // Kept as text until now: half a megabyte that the first paint does not wait for.
  function load() {
    if (!globalThis.echarts) document.head.append(scripted(document.getElementById("charts").textContent));
  }

  function scripted(text) {
    const script = document.createElement("script");
    script.textContent = text;
    return script;
  }

  function draw(entry) {
    load();
    entry.chart ??= echarts.init(entry.box, null, { renderer: "svg" });
    const option = entry.option();
    key(entry, option.series);
    option.series = option.series.filter((each) => each.worker === undefined || bw.shown(each.worker));
    entry.chart.setOption(option, { notMerge: true });
  }

  // The list of workers under a chart: pointing at one shows its line, choosing it hides it everywhere.
  function key(entry, series) {
    entry.key ??= entry.box.after(bw.element("ul", { class: "key" })) ?? entry.box.nextElementSibling;
    const told = new Set(series.map((each) => each.worker).filter((worker) => worker !== undefined));
    entry.key.replaceChildren(...[...told].sort((a, b) => a - b).map((worker) => item(entry, worker)));
  }

  function item(entry, worker) {
    const name = bw.data.workers[worker];
    const button = bw.element("button", { type: "button", "aria-pressed": bw.shown(worker) }, swatch(worker), name);
    button.addEventListener("click", () => bw.toggle(worker));
    for (const [event, type] of [["mouseenter", "highlight"], ["mouseleave", "downplay"]])
      button.addEventListener(event, () => entry.chart.dispatchAction({ type, seriesName: name }));
    return bw.element("li", {}, button);
  }

  function swatch(worker) {
    const { colour, dash, marker } = look(worker);
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const shapes = { circle: "M15 3a4 4 0 1 0 .01 0", triangle: "M15 2l5 9h-10z", rect: "M11 3h8v8h-8z", diamond: "M15 1l5 6-5 6-5-6z" };
    const path = (attributes) => {
      const made = svg.appendChild(document.createElementNS(space, "path"));
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    };
    svg.setAttribute("viewBox", "0 0 30 14");
    svg.setAttribute("aria-hidden", "true");
    path({ d: "M0 7h30", stroke: colour, "stroke-width": 2, "stroke-dasharray": dash === "solid" ? "" : dash.join(" ") });
    path({ d: shapes[marker], fill: colour });
    return bw.element("span", { class: "swatch" }, svg);
  }

  const seen = new IntersectionObserver(
    (entries) => entries.filter((each) => each.isIntersecting).forEach(({ target }) => first(charts.get(target.id))),
    { rootMargin: "300px" },
  );
  const sized = new ResizeObserver((entries) => {
    if (!bw.printing) entries.forEach(({ target }) => charts.get(target.id).chart?.resize());
  });

  function first(entry) {
    seen.unobserve(entry.box);
    if (!entry.chart) draw(entry);
  }

  bw.chart = (id, option) => {
    const box = document.getElementById(id);
    if (!box) return;
    charts.set(id, { box, option });
    seen.observe(box);
    sized.observe(box);
  };
  bw.redraw = (id) => charts.get(id)?.chart && draw(charts.get(id));
  bw.select = (id, chart) => document.getElementById(id)?.addEventListener("change", () => bw.redraw(chart));

  const again = () => [...charts.values()].filter((each) => each.chart).forEach(draw);

  // On paper every chart is there, and as wide as the sheet.
  function onPaper(entry) {
    draw(entry);
    const svg = entry.box.querySelector("svg");
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
  }

  function offPaper(entry) {
    entry.box.querySelector("svg")?.removeAttribute("viewBox");
    entry.chart?.resize();
  }

  function swatches() {
    for (const box of document.querySelectorAll("[data-swatch]")) box.replaceChildren(...swatch(Number(box.dataset.swatch)).children);
  }

  document.addEventListener("bw:look", again);
  document.addEventListener("bw:look", swatches);
  document.addEventListener("bw:workers", again);
  document.addEventListener("bw:print", () => charts.forEach(onPaper));
  document.addEventListener("bw:printed", () => charts.forEach(offPaper));
  Object.assign(bw, { worker: look });
  bw.look();
})();
