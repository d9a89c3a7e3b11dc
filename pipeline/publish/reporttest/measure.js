// Measures the laid-out report: text over text, text cut by its box, text outside its chart, and
// boxes wider than the page. Sends the findings to the framing page.
addEventListener("load", () => {
  const faults = [];
  document.querySelectorAll("details").forEach(d => { d.open = true; });
  const brief = node => "“" + node.textContent.trim().slice(0, 40) + "”";
  const shown = e => e.getClientRects().length > 0;

  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  const charts = [...document.querySelectorAll("svg.chart")].filter(shown);
  for (const chart of charts) {
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")].map(node => ({ node, box: node.getBoundingClientRect() }));
    texts.forEach((a, i) => {
      if (a.box.left < frame.left - 4 || a.box.right > frame.right + 4 || a.box.top < frame.top - 4 || a.box.bottom > frame.bottom + 4)
        faults.push("in a chart " + brief(a.node) + " stands outside");
      texts.slice(i + 1).forEach(b => { if (overlap(a.box, b.box)) faults.push("in a chart " + brief(a.node) + " overlaps " + brief(b.node)); });
    });
    if (chart.querySelectorAll("rect,path,circle").length === 0) faults.push("a chart is empty: " + brief(chart));
  }

  const scrolls = e => e.closest(".scroll") !== null;
  for (const e of document.querySelectorAll("body *:not(svg, svg *, .unseen, .skip, script, style)")) {
    if (!shown(e) || e.clientWidth === 0 || e.matches(".scroll")) continue;
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && !(e.matches("table *, table") && scrolls(e)))
      faults.push(e.tagName + " cut: " + brief(e) + " needs " + e.scrollWidth + " of " + e.clientWidth);
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

  const strip = document.querySelector(".strip");
  parent.postMessage(JSON.stringify({
    Width: document.documentElement.scrollWidth, StripBottom: strip ? strip.getBoundingClientRect().bottom + scrollY : 0,
    Charts: charts.length, Faults: [...new Set(faults)].slice(0, 30),
  }), "*");
});
