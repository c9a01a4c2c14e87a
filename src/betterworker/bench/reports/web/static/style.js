"use strict";
// How charts look: axes, series and tooltips. Tooltips are elements of text, never parsed as HTML.
(() => {
  const merged = (one, other) => {
    const result = { ...one };
    for (const [key, value] of Object.entries(other))
      result[key] = plain(value) && plain(one[key]) ? merged(one[key], value) : value;
    return result;
  };
  const plain = (value) => Object.prototype.toString.call(value) === "[object Object]" && !(value instanceof Node);

  bw.base = (option) => merged({
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: bw.colour("ink") },
    grid: { left: 16, right: 20, top: 40, bottom: 16, containLabel: true },
    tooltip: {
      confine: true,
      backgroundColor: bw.colour("paper"),
      borderColor: bw.colour("line"),
      textStyle: { color: bw.colour("ink"), fontSize: 13 },
      axisPointer: { lineStyle: { color: bw.colour("faint") } },
    },
  }, option);

  bw.axis = (option) => merged({
    nameLocation: "end",
    nameTextStyle: { color: bw.colour("faint"), fontSize: 12 },
    axisLabel: { color: bw.colour("faint"), fontSize: 12, hideOverlap: true },
    axisLine: { show: false, lineStyle: { color: bw.colour("faint") } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: bw.colour("line") } },
    minorSplitLine: { show: false },
  }, option);

  // A logarithmic axis that begins and ends with the data, marked at 1, 2 and 5.
  bw.log = (values, option) => {
    const known = values.filter((value) => value > 0);
    const [low, high] = [Math.min(...known) / 1.15, Math.max(...known) * 1.15];
    if (!known.length) return bw.axis(option);
    const steps = high / low > 300 ? [1] : [1, 2, 5];
    const marks = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1)
      for (const step of steps) marks.push(Number(`${step}e${power}`));
    const customValues = marks.filter((mark) => mark >= low && mark <= high);
    return bw.axis(merged({ type: "log", min: low, max: high, axisTick: { customValues }, axisLabel: { customValues } }, option));
  };

  bw.line = (worker, points, option = {}) => {
    const { colour, dash, marker } = bw.worker(worker);
    return merged({
      type: "line", name: bw.data.workers[worker], worker, data: points, color: colour,
      symbol: marker, symbolSize: 6, showAllSymbol: true,
      lineStyle: { width: 2, type: dash, color: colour },
      emphasis: { focus: "series", lineStyle: { width: 3.5 } }, blur: { lineStyle: { opacity: .12 }, itemStyle: { opacity: .12 } },
    }, option);
  };

  bw.dot = (worker, points, option = {}) => {
    const { colour, marker } = bw.worker(worker);
    return merged({
      type: "scatter", name: bw.data.workers[worker], worker, data: points, color: colour, symbol: marker, symbolSize: 12,
      emphasis: { focus: "series" }, blur: { itemStyle: { opacity: .12 }, label: { opacity: .12 } },
    }, option);
  };

  bw.tip = (title, pairs) =>
    bw.element("div", { class: "tip" }, bw.element("b", {}, title),
      bw.element("div", {}, ...pairs.flat().map((text) => bw.element("span", {}, text))));

  // Options of a <select>, under headings where a group is given: [[group, [[value, text], ...]], ...].
  bw.options = (id, groups) => {
    const choice = ([value, text]) => bw.element("option", { value }, text);
    const filled = groups.filter(([, choices]) => choices.length);
    document.getElementById(id)?.append(...filled.flatMap(([label, choices]) =>
      label ? [bw.element("optgroup", { label }, ...choices.map(choice))] : choices.map(choice)));
  };
})();
