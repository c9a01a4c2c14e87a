"use strict";
// Throughput against connections, memory against throughput, and the windows in the order of the clock.
(() => {
  const at = (id) => Number(document.getElementById(id).value);
  const thousands = (value) => value.toLocaleString("en-US");

  function rows(id, plots, chart, option, first = []) {
    const select = document.getElementById(id);
    if (!select) return;
    if (!plots.length) {
      select.closest("figure").replaceWith(bw.element("p", { class: "empty" }, "Nothing was measured for it."));
      return;
    }
    bw.options(id, [["", [...first, ...plots.map((each, index) => [index, each.title])]]]);
    bw.select(id, chart);
    bw.chart(chart, option);
  }

  function connections() {
    const plot = bw.data.connections[at("connections-row")];
    const lines = Object.entries(plot.lines).map(([worker, points]) => bw.line(Number(worker), points));
    const shown = lines.filter((each) => bw.shown(each.worker)).flatMap((each) => each.data);
    const counts = [...new Set(shown.map(([count]) => count))];
    return bw.base({
      tooltip: {
        trigger: "axis",
        formatter: (points) => bw.tip(`${thousands(points[0].value[0])} connections`,
          points.sort((a, b) => b.value[1] - a.value[1]).map((point) => [point.seriesName, `${point.value[2]} RPS`])),
      },
      grid: { bottom: 38 },
      xAxis: bw.log(counts, {
        name: "connections", nameLocation: "middle", nameGap: 30,
        axisTick: { customValues: counts }, axisLabel: { customValues: counts, formatter: thousands },
      }),
      yAxis: bw.axis({ name: "RPS", type: "value", min: 0, axisLabel: { formatter: thousands } }),
      series: lines,
    });
  }

  // No other that is shown takes less memory and gives more answers.
  const unbeaten = (dots) => ([, mb, rps]) => !dots.some(([, less, more]) => less <= mb && more >= rps && (less < mb || more > rps));

  function memory() {
    const plot = bw.data.memory[at("memory-row")];
    const named = unbeaten(plot.dots.filter(([worker]) => bw.shown(worker)));
    const sizes = plot.dots.map(([, mb]) => mb);
    const middle = (Math.min(...sizes) + Math.max(...sizes)) / 2;
    const label = (mb) => ({ show: true, position: mb > middle ? "left" : "right", formatter: "{a}", fontSize: 12, color: bw.colour("ink") });
    return bw.base({
      tooltip: {
        formatter: ({ seriesName, value }) => bw.tip(seriesName, [["Goodput", `${value[3]} RPS`], ["Peak memory", `${value[2]} MB`]]),
      },
      grid: { right: 30, bottom: 34 },
      xAxis: bw.axis({ name: "MB", nameLocation: "middle", nameGap: 28, type: "value", scale: true }),
      yAxis: bw.axis({ name: "RPS", type: "value", min: 0, axisLabel: { formatter: thousands } }),
      series: plot.dots.map((dot) => bw.dot(dot[0], [dot.slice(1)], named(dot) ? { label: label(dot[1]) } : {})),
    });
  }

  const STATES = { counts: "counts", repeated: "disturbed, and repeated: does not count", again: "disturbed again in the repetition" };

  function hovered({ seriesName, value }) {
    const [minute, relative, row, block, rps, state, twin] = value;
    return bw.tip(`${seriesName}${twin ? " (its twin of the A/A)" : ""}`, [
      ["Row", bw.data.windows.rows[row]],
      ["Goodput", `${bw.number(rps)} RPS`],
      ["Over its median", bw.number(relative)],
      ["Block", `${block + 1}, after ${bw.number(minute)} min`],
      ["State", STATES[state]],
    ]);
  }

  function windows(dots) {
    const found = new Map();
    for (const [minute, worker, row, block, rps, relative, state, twin] of dots) {
      if (relative === null) continue;
      if (!found.has(worker)) found.set(worker, []);
      const disturbed = state !== "counts";
      const itemStyle = disturbed ? { color: "transparent", borderColor: bw.colour("bad"), borderWidth: 1.5 } : undefined;
      found.get(worker).push({ value: [minute, relative, row, block, rps, state, twin], itemStyle });
    }
    return [...found].map(([worker, points]) =>
      bw.dot(worker, points, { symbolSize: 6, itemStyle: { opacity: .65 } }));
  }

  function noise(dots, place, name, colour) {
    const points = dots.filter((dot) => dot[place] !== null).map((dot) => [dot[0], dot[place]]);
    return { type: "line", name, data: points, xAxisIndex: 1, yAxisIndex: 1, color: colour, symbol: "none", lineStyle: { width: 1.2 }, sampling: "max" };
  }

  function timeline() {
    const row = at("timeline-row");
    const dots = bw.data.windows.dots.filter((dot) => row < 0 || dot[2] === row);
    const last = Math.max(...bw.data.windows.dots.map(([minute]) => minute), .1);
    const clock = (option) => bw.axis({ type: "value", min: 0, max: last, axisLabel: { formatter: (minute) => bw.number(minute).replace(/\.0+$/, "") }, ...option });
    return bw.base({
      tooltip: { formatter: hovered },
      grid: [{ left: 56, right: 20, top: 40, bottom: 150 }, { left: 56, right: 20, height: 70, bottom: 40 }],
      xAxis: [clock({ gridIndex: 0, axisLabel: { show: false } }), clock({ gridIndex: 1, name: "minutes", nameLocation: "middle", nameGap: 26 })],
      yAxis: [
        bw.log(dots.map((dot) => dot[5]), { name: "× its cell's median", nameTextStyle: { align: "left" }, gridIndex: 0 }),
        bw.axis({ type: "value", min: 0, gridIndex: 1, name: "CPUs used by others", nameTextStyle: { align: "left" }, splitNumber: 2 }),
      ],
      series: [
        ...windows(dots),
        { ...noise(dots, 9, "others' CPUs", bw.colour("faint")), tooltip: { show: false }, silent: true },
        { ...noise(dots, 8, "stolen by the hypervisor", bw.colour("bad")), tooltip: { show: false }, silent: true },
      ],
    });
  }

  rows("connections-row", bw.data.connections, "connections-plot", connections);
  rows("memory-row", bw.data.memory, "memory-plot", memory);
  const { rows: titles, dots } = bw.data.windows;
  const used = new Set(dots.map((dot) => dot[2]));
  rows("timeline-row", dots.length ? titles.map((title) => ({ title })) : [], "timeline-plot", timeline, [[-1, "All rows"]]);
  for (const option of document.querySelectorAll("#timeline-row option"))
    if (Number(option.value) >= 0 && !used.has(Number(option.value))) option.remove();
})();
