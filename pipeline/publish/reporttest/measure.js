// Measures the laid-out report: text over text, text cut by its box, text outside its chart, and
// boxes wider than the page, and text and marks of charts that are too faint. Returns the findings.
() => {
  const faults = [];
  document.querySelectorAll("details").forEach(d => { d.open = true; });
  const brief = node => "“" + node.textContent.trim().slice(0, 40) + "”";
  const shown = e => e.getClientRects().length > 0;

  // Contrast as WCAG 2 counts it, of colours as the browser computed them.
  const rgb = text => { const m = text.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/); return m && m[4] !== "0" ? m.slice(1, 4).map(Number) : null; };
  const light = c => c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const groundOf = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
  // What only guides the eye, or is outlined by something that stands out.
  const quiet = ".grid, .gap, .area-blue, .area-orange, .light-ground, .hatch-ground, .hatch-line, .unfinished";

  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const charts = [...document.querySelectorAll("svg.chart")].filter(shown);
  for (const chart of charts) {
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")].map(node => ({ node, box: node.getBoundingClientRect() }));
    texts.forEach((a, i) => {
      if (a.box.left < frame.left - 1 || a.box.right > frame.right + 1 || a.box.top < frame.top - 1 || a.box.bottom > frame.bottom + 1)
        faults.push("in chart " + chart.getAttribute("aria-labelledby") + " " + brief(a.node) + " stands outside by " + Math.max(frame.left - a.box.left, a.box.right - frame.right, frame.top - a.box.top, a.box.bottom - frame.bottom).toFixed(1));
      texts.slice(i + 1).forEach(b => { if (overlap(a.box, b.box)) faults.push("in a chart " + brief(a.node) + " overlaps " + brief(b.node)); });
    });
    const ground = groundOf(chart);
    texts.forEach(({ node }) => {
      const style = getComputedStyle(node);
      const behind = rgb(style.stroke) || ground; // each text has a rim in the colour of its ground
      const c = contrast(rgb(style.fill), behind);
      if (c < 4.5 || contrast(behind, ground) > 1.2) faults.push("in a chart " + brief(node) + " has a contrast of " + c.toFixed(2));
    });
    for (const mark of chart.querySelectorAll("rect, path, circle, line")) {
      if (mark.matches(quiet) || mark.closest("defs")) continue;
      const style = getComputedStyle(mark);
      const seen = [style.fill, style.stroke].map(rgb).filter(c => c).map(c => contrast(c, ground));
      if (Math.max(0, ...seen) < 3) faults.push("in a chart a mark of class " + mark.getAttribute("class") + " has a contrast of " + Math.max(0, ...seen).toFixed(2));
    }
    if (chart.querySelectorAll("rect,path,circle").length === 0) faults.push("a chart is empty: " + brief(chart));
  }

  // Sheets that lie across are wider than the window that stands for paper; they are measured as printed.
  const across = e => matchMedia("print").matches && (e.closest(".landscape") !== null || e.querySelector(".landscape") !== null);
  const scrolls = e => e.closest(".scroll") !== null;
  for (const e of document.querySelectorAll("body *:not(svg, svg *, .unseen, .skip, script, style)")) {
    if (!shown(e) || e.clientWidth === 0 || e.matches(".scroll") || across(e)) continue;
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && !(e.matches("table *, table") && scrolls(e)))
      faults.push(e.tagName + " cut: " + brief(e) + " needs " + e.scrollWidth + " of " + e.clientWidth);
    if (["hidden", "clip"].includes(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1)
      faults.push(e.tagName + " cut below: " + brief(e) + " needs " + e.scrollHeight + " of " + e.clientHeight);
    if (e.matches("td, th") && e.scrollWidth > e.clientWidth + 1)
      faults.push("cell cut: " + brief(e) + " needs " + e.scrollWidth + " of " + e.clientWidth);
  }

  const rects = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim() || node.parentElement.closest("svg, script, style, .unseen, .skip")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 0) rects.push({ node, box });
  }
  rects.sort((a, b) => a.box.top - b.box.top);
  rects.forEach((a, i) => {
    for (let j = i + 1; j < rects.length && rects[j].box.top < a.box.bottom; j++)
      if (rects[j].node !== a.node && overlap(shrink(a.box), shrink(rects[j].box))) faults.push(brief(a.node) + " overlaps " + brief(rects[j].node));
  });
  // A line box is taller than its letters.
  function shrink(b) { const d = b.height * 0.2; return { left: b.left, right: b.right, top: b.top + d, bottom: b.bottom - d }; }

  if (document.scripts.length > 0) faults.push("the page holds a script");
  const strip = document.querySelector(".strip"); // pages in a browser have none
  const own = getComputedStyle(document.body).backgroundColor;
  return {
    Width: document.documentElement.scrollWidth, StripBottom: strip ? strip.getBoundingClientRect().bottom + scrollY : 0,
    Charts: charts.length, DarkGround: light(rgb(own) || [255, 255, 255]) < 0.2, Faults: [...new Set(faults)].slice(0, 40),
  };
}
