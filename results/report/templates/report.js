"use strict";
// Shows the charts that are chosen, and reads out the mark that is pointed at or reached with the arrow keys.
for (const charts of document.querySelectorAll("[data-charts]")) {
  const switches = [...charts.querySelectorAll("[data-switch]")];
  const variants = [...charts.querySelectorAll("[data-variant]")];
  const readout = charts.querySelector("[data-readout]");
  const start = readout.textContent;

  const choose = () => {
    const wanted = variants[0].dataset.variant.split("-");
    for (const each of switches) wanted[Number(each.dataset.switch)] = each.value;
    for (const each of variants) each.hidden = each.dataset.variant !== wanted.join("-");
    readout.textContent = start;
  };
  for (const each of switches) each.addEventListener("change", choose);
  if (switches.length) choose();

  const read = (event) => {
    const mark = event.target.closest(".mark");
    if (mark) readout.textContent = mark.getAttribute("aria-label");
  };
  for (const kind of ["pointerover", "click", "focusin"]) charts.addEventListener(kind, read);

  for (const chart of charts.querySelectorAll("svg")) {
    const marks = [...chart.querySelectorAll(".mark")];
    const reach = (index) => {
      for (const [k, mark] of marks.entries()) mark.setAttribute("tabindex", k === index ? "0" : "-1");
    };
    if (marks.length) reach(0);
    chart.addEventListener("keydown", (event) => {
      const here = marks.indexOf(document.activeElement);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (here < 0 || !step) return;
      event.preventDefault();
      const next = (here + step + marks.length) % marks.length;
      reach(next);
      marks[next].focus();
    });
  }
}
// Printed pages show every table.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
