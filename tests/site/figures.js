/* What is wrong with the pictures of a page, as a list of lines: letters that are too small,
   colors that are too pale, labels upon lines and upon one another. */
() => {
  const found = [];
  const channels = (color) => {
    const [, srgb, rest] = /^(color\(srgb|rgba?\()\s*(.*)\)$/.exec(color) ?? [, "", "0 0 0 0"];
    const numbers = rest.split(/[\s,/]+/).filter(Boolean).map(Number);
    const [r, g, b, alpha = 1] = numbers;
    return srgb.startsWith("color") ? [r * 255, g * 255, b * 255, alpha] : [r, g, b, alpha];
  };
  const over = (top, ground, alpha) => top.map((each, i) => each * alpha + ground[i] * (1 - alpha));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const paper = channels(getComputedStyle(document.body).backgroundColor).slice(0, 3);
  /* A paint of an element on a ground; null where it paints nothing. */
  const painted = (element, kind, ground) => {
    const style = getComputedStyle(element);
    const paint = style[kind];
    if (!/^(rgb|color)/.test(paint) || (kind === "stroke" && parseFloat(style.strokeWidth) === 0)) return null;
    const [r, g, b, own] = channels(paint);
    const alpha = own * style.opacity * style[`${kind}Opacity`];
    return alpha === 0 ? null : [over([r, g, b], ground, alpha), alpha];
  };
  const box = (element) => {
    const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
    return { left, right, top, bottom, width, height, x: (left + right) / 2, y: (top + bottom) / 2 };
  };
  /* The part of a label's box that its letters fill. */
  const core = ({ left, right, top, bottom, width, height }, { a, b }) =>
    Math.abs(a) >= Math.abs(b)
      ? { left: left + 1, right: right - 1, top: top + 0.25 * height, bottom: bottom - 0.25 * height }
      : { left: left + 0.25 * width, right: right - 0.25 * width, top: top + 1, bottom: bottom - 1 };
  const holds = (rect, x, y) => x > rect.left && x < rect.right && y > rect.top && y < rect.bottom;
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  /* Whether a place is where a clipped shape is seen. */
  const seer = (shape) => {
    const clipped = shape.closest("[clip-path]")?.getAttribute("clip-path");
    const clip = clipped && document.getElementById(clipped.slice(5, -1))?.firstElementChild;
    if (!clip) return () => true;
    const { x, y, width, height } = clip.getBBox();
    const matrix = shape.ownerSVGElement.getScreenCTM();
    const [one, other] = [new DOMPoint(x, y), new DOMPoint(x + width, y + height)];
    const [from, to] = [one.matrixTransform(matrix), other.matrixTransform(matrix)];
    return (left, top) => left >= from.x && left <= to.x && top >= from.y && top <= to.y;
  };
  const points = (path) => {
    const matrix = path.getScreenCTM();
    const isSeen = seer(path);
    const length = path.getTotalLength();
    const step = Math.max(2 / Math.hypot(matrix.a, matrix.b), length / 1000);
    return Array.from({ length: Math.floor(length / step) + 1 }, (_, i) =>
      path.getPointAtLength(i * step).matrixTransform(matrix),
    ).filter(({ x, y }) => isSeen(x, y));
  };

  for (const svg of document.querySelectorAll(".literate-figure svg")) {
    const caption = svg.closest("figure").querySelector("figcaption").textContent.slice(0, 40);
    const note = (what) => found.push(`${svg.id} (${caption}) ${what}`);
    const isGraph = svg.querySelector(".graph") !== null;
    const texts = [...svg.querySelectorAll("text")].filter((each) => each.textContent.trim());
    const shapes = [...svg.querySelectorAll("path, polygon, rect, ellipse, circle, use, image")]
      .filter((each) => !each.closest("defs, clipPath"))
      .map((each) => ({ each, rect: box(each) }));
    const labels = texts.map((text) => ({ text, rect: box(text), core: core(box(text), text.getScreenCTM()) }));

    for (const { text, rect } of labels) {
      const { a, b } = text.getScreenCTM();
      const parts = [text, ...text.querySelectorAll("tspan")].filter((each) => each === text || each.textContent.trim());
      const sizes = parts.slice(parts.length > 1 ? 1 : 0).map((each) => parseFloat(getComputedStyle(each).fontSize));
      const wide = getComputedStyle(text).fontFamily.includes("Book Plot") ? 1.22 : 1;
      const size = Math.max(...sizes) * Math.hypot(a, b) * wide; // an exponent may be smaller
      if (size < 11.95) note(`${size.toFixed(1)} px: ${text.textContent}`);

      let ground = paper;
      for (const { each, rect: under } of shapes) {
        if (!(each.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
        if (!holds(under, rect.x, rect.y) || under.width < rect.width / 2) continue;
        if (!seer(each)(rect.x, rect.y)) continue;
        if (each.tagName === "image") ground = null;
        if (!each.isPointInFill || !ground) continue;
        const { x, y } = new DOMPoint(rect.x, rect.y).matrixTransform(each.getScreenCTM().inverse());
        const paint = each.isPointInFill(new DOMPoint(x, y)) && painted(each, "fill", ground);
        if (paint) [ground] = paint;
      }
      const ink = ground && painted(parts.at(-1), "fill", ground);
      if (ink && contrast(ink[0], ground) < 4.5) {
        note(`${contrast(ink[0], ground).toFixed(2)}:1 ${getComputedStyle(text).fill} text: ${text.textContent}`);
      }
    }
    labels.forEach((one, i) => {
      for (const other of labels.slice(i + 1)) {
        if (meet(one.core, other.core)) note(`label on label: ${one.text.textContent} / ${other.text.textContent}`);
      }
    });

    const isData = isGraph ? ".edge path" : '[id*="line2d"] > path';
    const lines = [...svg.querySelectorAll(isData)].filter((each) => !each.closest('defs, [id*="axis_"], [id*="legend_"]'));
    const legends = [...svg.querySelectorAll('[id*="legend_"]')].map((each) => ({ rect: box(each) }));
    for (const line of lines) {
      const ink = painted(line, "stroke", paper);
      const isAside = parseFloat(getComputedStyle(line).strokeWidth) < 1; // drawn to be passed over
      if (ink && !isAside && contrast(ink[0], paper) < 3) {
        note(`${contrast(ink[0], paper).toFixed(2)}:1 ${getComputedStyle(line).stroke} line`);
      }
      if (!ink || isAside) continue;
      const places = points(line);
      for (const { text, core: rect } of labels) {
        if (text.closest('[id*="legend_"], [id*="axis_"]')) continue;
        if (places.some(({ x, y }) => holds(rect, x, y))) note(`label on line: ${text.textContent}`);
      }
      for (const { rect } of legends) {
        const share = places.filter(({ x, y }) => holds(rect, x, y)).length / places.length;
        if (share > 0.2) note(`legend on line: ${share.toFixed(2)} of it`);
      }
    }
  }
  return found;
}
