"use strict";
// The percentile spectrum: whole distributions of latency, overlaid. Its x axis counts nines: -log10(1 - p).
(() => {
  const KINDS = [
    ["common", "What users feel: one steady rate for all", "Requests come on a schedule, whatever the answers do, and all workers get the same."],
    ["share", "A steady rate of its own for each", "Each worker at a share of what it can: do not compare the milliseconds of two, for their rates differ."],
    ["mixed", "Fast requests beside slow ones", "What slow requests do to the fast ones: mixed is beside them, alone without."],
    ["slow", "The slow requests themselves", "The slow requests of mixed traffic."],
    ["saturation", "At saturation: a closed loop", "Every connection always has a request under way: a full queue, not what users feel."],
  ];
  const MARKS = [50, 90, 95, 99, 99.9, 99.99, 99.999];
  const nines = (percentile) => -Math.log10(1 - percentile / 100);
  const spectra = () => bw.data.spectra;
  const chosen = () => spectra()[Number(document.getElementById("spectrum-row").value)];

  function series(row) {
    const steps = bw.data.percentiles;
    return Object.entries(row.lines).map(([worker, line]) =>
      bw.line(Number(worker), line.map((ms, at) => [nines(steps[at]), ms]).filter(([, ms]) => ms !== null), { showSymbol: false }));
  }

  function named(x) {
    const percentile = bw.data.percentiles.reduce((best, each) => (Math.abs(nines(each) - x) < Math.abs(nines(best) - x) ? each : best));
    return `${percentile} % of requests are answered within`;
  }

  function tooltip(points) {
    const sorted = points.filter((point) => point.value).sort((a, b) => a.value[1] - b.value[1]);
    return bw.tip(named(points[0].value[0]), sorted.map((point) => [point.seriesName, `${bw.number(point.value[1])} ms`]));
  }

  function option() {
    const row = chosen();
    const lines = series(row);
    const points = lines.filter((each) => bw.shown(each.worker)).flatMap((each) => each.data);
    const most = Math.max(1, ...points.map(([x]) => x));
    const marks = MARKS.map(nines).filter((x) => x <= most + .01);
    document.getElementById("spectrum-hint").textContent = KINDS.find(([kind]) => kind === row.kind)[2];
    return bw.base({
      tooltip: { trigger: "axis", formatter: tooltip },
      xAxis: bw.axis({
        type: "value", min: 0, max: most, axisTick: { customValues: marks },
        axisLabel: { customValues: marks, formatter: (x) => `${Number((100 * (1 - 10 ** -x)).toFixed(3))} %` },
      }),
      yAxis: bw.log(points.map(([, ms]) => ms), { name: "ms", axisLabel: { formatter: (ms) => ms.toLocaleString("en-US") } }),
      series: lines,
    });
  }

  if (!spectra().length) {
    document.getElementById("spectrum").closest("figure").replaceWith(bw.element("p", { class: "empty" }, "No window has a latency."));
    return;
  }
  bw.options("spectrum-row", KINDS.map(([kind, label]) =>
    [label, spectra().flatMap((each, at) => (each.kind === kind ? [[at, each.title]] : []))]));
  bw.select("spectrum-row", "spectrum");
  bw.chart("spectrum", option);
})();
