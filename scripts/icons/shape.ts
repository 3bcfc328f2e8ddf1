/** Signed distances, negative inside, in the units of the drawing (a square of 1 × 1, Y downwards). */
export type Shape = (x: number, y: number) => number;

export const circle =
  (cx: number, cy: number, r: number): Shape =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) - r;

/** Approximate distance to an ellipse: exact on its edge, right in sign everywhere. */
export const ellipse =
  (cx: number, cy: number, rx: number, ry: number): Shape =>
  (x, y) => {
    const k = Math.hypot((x - cx) / rx, (y - cy) / ry);
    const slope = Math.hypot((x - cx) / (rx * rx), (y - cy) / (ry * ry));
    return slope < 1e-9 ? -Math.min(rx, ry) : (k * (k - 1)) / slope;
  };

/** A rectangle by centre and half size, its corners rounded by `r`. */
export const roundRect =
  (cx: number, cy: number, hw: number, hh: number, r: number): Shape =>
  (x, y) => {
    const dx = Math.abs(x - cx) - hw + r;
    const dy = Math.abs(y - cy) - hh + r;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
  };

/** The desktop's rounded square: a superellipse of degree 5, as Apple's grid has it. */
export const squircle =
  (cx: number, cy: number, half: number): Shape =>
  (x, y) => {
    const a = Math.abs(x - cx) / half;
    const b = Math.abs(y - cy) / half;
    const f = (a ** 5 + b ** 5) ** 0.2;
    const slope = f < 1e-6 ? 1 : Math.hypot(a ** 4, b ** 4) / f ** 4;
    return ((f - 1) / Math.max(slope, 0.5)) * half;
  };

/** A straight stroke with round ends. */
export const stroke =
  (x0: number, y0: number, x1: number, y1: number, width: number): Shape =>
  (x, y) => {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - x0 - t * dx, y - y0 - t * dy) - width / 2;
  };

/** A closed polygon, corners in order, its corners rounded by `r`. */
export const polygon =
  (points: readonly (readonly [number, number])[], r = 0): Shape =>
  (x, y) => {
    let d = Infinity;
    let inside = false;
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const [ax, ay] = points[i] as readonly [number, number];
      const [bx, by] = points[j] as readonly [number, number];
      const t = Math.min(
        1,
        Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)),
      );
      d = Math.min(d, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return (inside ? -d : d) - r;
  };

/** An open arc of a circle with round ends, from angle `a0` clockwise (on screen) over `sweep` radians. */
export const arc =
  (cx: number, cy: number, r: number, a0: number, sweep: number, width: number): Shape =>
  (x, y) => {
    const full = Math.PI * 2;
    const a = (((Math.atan2(y - cy, x - cx) - a0) % full) + full) % full;
    if (a <= sweep) return Math.abs(Math.hypot(x - cx, y - cy) - r) - width / 2;
    const end = (t: number): number => Math.hypot(x - cx - r * Math.cos(t), y - cy - r * Math.sin(t));
    return Math.min(end(a0), end(a0 + sweep)) - width / 2;
  };

export const union =
  (...shapes: readonly Shape[]): Shape =>
  (x, y) =>
    Math.min(...shapes.map((s) => s(x, y)));

export const both =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.max(a(x, y), b(x, y));

export const without =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.max(a(x, y), -b(x, y));

/** Grown by `by`. */
export const grown =
  (a: Shape, by: number): Shape =>
  (x, y) =>
    a(x, y) - by;
