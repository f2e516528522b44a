// Runs in the browser: what a reader of the page would stumble over.
(() => {
  const width = document.documentElement.clientWidth;
  const paper = rgbOf(getComputedStyle(document.body).backgroundColor);

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() === '') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
    const style = getComputedStyle(node.parentElement);
    const colour = node.parentElement.closest('svg') ? style.fill : style.color;
    texts.push({ text: node.data.trim().slice(0, 60), rects, contrast: contrast(rgbOf(colour), paper) });
  }

  const overlaps = [];
  for (const [at, one] of texts.entries()) {
    for (const other of texts.slice(at + 1)) {
      if (one.rects.some((a) => other.rects.some((b) => overlap(a, b))))
        overlaps.push([one.text, other.text]);
    }
  }
  const cut = texts.filter(({ rects }) =>
    rects.some(({ left, right }) => left < -0.5 || right > width + 0.5),
  );
  const marks = [...document.querySelectorAll('.bar rect, .pace g, .share')];
  return {
    overlaps,
    cut: cut.map(({ text }) => text),
    wider: document.documentElement.scrollWidth - width,
    faint: texts.filter(({ contrast }) => contrast < 4.5).map(({ text, contrast }) => [text, contrast]),
    thinnest: Math.min(...marks.map((mark) => mark.getBoundingClientRect().width)),
    images: document.images.length,
    isDark: luminance(paper) < 0.2,
  };

  /** The ink of a line is a little lower than its box. */
  function overlap(a, b) {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return across > 1 && down > 0.3 * Math.min(a.height, b.height);
  }

  function rgbOf(colour) {
    return colour
      .match(/[\d.]+/g)
      .slice(0, 3)
      .map(Number);
  }

  /** As WCAG defines both. */
  function luminance(rgb) {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (lighter + 0.05) / (darker + 0.05);
  }
})();
