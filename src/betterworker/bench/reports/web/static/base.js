"use strict";
// What every page has: its data, its theme, its place in the address, and text put into elements as text.
const bw = (() => {
  let parsed = null;
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  let printing = false;

  const tell = (name) => document.dispatchEvent(new Event(name));
  const dark = () => !printing && (chosen === null ? system.matches : chosen === "dark");

  // Paper is white: a dark page is printed light, and its charts are drawn again.
  function look() {
    const forced = printing ? "light" : chosen;
    if (forced === null) delete root.dataset.theme;
    else root.dataset.theme = forced;
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to the ${dark() ? "light" : "dark"} theme`);
    tell("bw:look");
  }

  function print(begins) {
    if (printing === begins) return;
    printing = begins;
    look();
    tell(begins ? "bw:print" : "bw:printed");
  }

  // Of "#cell-json:sync/uvicorn;hide=daphne,waitress" the two halves.
  function place() {
    const [target, hide = ""] = decodeURIComponent(location.hash.slice(1)).split(";hide=");
    return { target, hide: hide.split(",").filter(Boolean) };
  }

  function go(target, hide, how = "replaceState") {
    const hash = target + (hide.length ? `;hide=${hide.join(",")}` : "");
    history[how](null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // As rows.words.number, so that a chart says the figure of the tables; Python rounds a tie to the even digit.
  function fixed(value, decimals) {
    const tie = Math.abs((value * (decimals === 2 ? 8 : 4)) % 2) === 1;
    if (!tie) return value.toFixed(decimals);
    const whole = Math.floor(value * 10 ** decimals);
    return ((whole + (whole % 2)) / 10 ** decimals).toFixed(decimals);
  }

  function number(value) {
    if (value === null || value === undefined) return "–";
    if (Math.abs(value) >= 99.95) return Math.round(value).toLocaleString("en-US");
    return fixed(value, Math.abs(value) >= 9.995 ? 1 : 2);
  }

  // As rows.anchors.safe.
  const safe = (name) => name.replace(/[^A-Za-z0-9:./@_-]/gu, (char) => `~${char.codePointAt(0).toString(16)}~`);

  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    chosen = dark() ? "light" : "dark";
    look();
  });
  system.addEventListener("change", look);
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", (media) => print(media.matches));

  return {
    get data() {
      return (parsed ??= JSON.parse(document.getElementById("data").textContent));
    },
    get printing() {
      return printing;
    },
    colour: (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim(),
    dark, look, place, go, element, number, safe,
  };
})();
