"use strict";
// A row over time: a line a worker, its intervals, and marks where something else than time changed.
(() => {
  const chosen = () => bw.data.rows[Number(document.getElementById("history-row").value)];
  // Intervals of many workers would hide each other behind one run.
  const SPREAD = 0.3;
  // More would run into each other: then the tooltips tell.
  const MOST_LABELS = 8;

  function aside(worker, count) {
    return count > 1 ? SPREAD * (worker / (count - 1) - 0.5) : 0;
  }

  function series(lines) {
    const workers = Object.keys(lines).map(Number).filter(bw.shown);
    return workers.flatMap((worker, place) => {
      const shift = aside(place, workers.length);
      const points = lines[worker];
      return [
        bw.line(worker, points.map(([run, median, , , text, told]) => [run + shift, median, text, told, run])),
        whiskers(worker, points, shift),
      ];
    });
  }

  // One line with gaps: up and down at each run.
  function whiskers(worker, points, shift) {
    const known = points.filter(([, , low, high]) => low !== null && high !== null);
    const data = known.flatMap(([run, , low, high]) => [[run + shift, low], [run + shift, high], ["-", "-"]]);
    return bw.line(worker, data, {
      showSymbol: false, silent: true, connectNulls: false, tooltip: { show: false }, lineStyle: { type: "solid", width: 1.5, opacity: .6 },
    });
  }

  function marks() {
    const few = bw.data.marks.length <= (innerWidth < 600 ? 3 : MOST_LABELS);
    const line = ([run, texts]) => ({ xAxis: run - 0.5, name: texts.join("\n"), label: { formatter: few ? label(texts) : "" } });
    return {
      type: "line", data: [], silent: false,
      markLine: {
        symbol: "none", data: bw.data.marks.map(line),
        lineStyle: { color: bw.colour("faint"), type: [4, 4], width: 1 },
        label: { position: "end", color: bw.colour("faint"), fontSize: 11, lineHeight: 13 },
        tooltip: { formatter: ({ name }) => bw.tip("What changed here", name.split("\n").flatMap((text) => [[text, ""]])) },
      },
    };
  }

  // What kind of thing changed; the rest is in the tooltip and in the table of runs.
  function label(texts) {
    const kinds = texts.map((text) => text.split(":")[0]);
    return [...new Set(kinds)].join("\n");
  }

  function option() {
    const row = chosen();
    const shown = Object.entries(row.lines).filter(([worker]) => bw.shown(Number(worker)));
    const values = shown.flatMap(([, points]) => points.flatMap(([, median, low, high]) => [median, low ?? median, high ?? median]));
    const last = bw.data.runs.length - 1;
    const step = Math.max(1, Math.ceil((last + 1) / (innerWidth < 600 ? 4 : 10)));
    const ticks = bw.data.runs.map((_, run) => run).filter((run) => run % step === 0);
    return bw.base({
      grid: { top: 78, bottom: 24 },
      tooltip: { formatter: hovered },
      xAxis: bw.axis({
        type: "value", min: -0.6, max: last + 0.6, splitLine: { show: false }, axisTick: { customValues: ticks },
        axisLabel: { customValues: ticks, hideOverlap: true, lineHeight: 15, formatter: (run) => named(run).replace(" ", "\n") },
      }),
      yAxis: bw.log(values, { name: "RPS", axisLabel: { formatter: (value) => value.toLocaleString("en-US") } }),
      series: [...series(row.lines), marks()],
    });
  }

  const named = (run) => bw.data.runs[run]?.[1] ?? "";

  function hovered({ seriesName, value, componentType }) {
    if (componentType === "markLine") return "";
    const [, , text, told, run] = value;
    return bw.tip(seriesName, [[`Run ${bw.data.runs[run][0]}`, named(run)], ["Goodput", `${text} RPS`], ...(told ? [["Change", told]] : [])]);
  }

  if (!bw.data.rows.length) {
    document.getElementById("history-plot").closest("figure").replaceWith(bw.element("p", { class: "empty" }, "Nothing was measured."));
    return;
  }
  bw.options("history-row", [["", bw.data.rows.map((row, at) => [at, row.title])]]);
  bw.select("history-row", "history-plot");
  bw.chart("history-plot", option);
})();
