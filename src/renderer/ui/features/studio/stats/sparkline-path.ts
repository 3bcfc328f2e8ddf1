/** The right edge of the curve's own units: one a second, the newest there. */
const RIGHT = 119;
const HEIGHT = 100;

/** The curve as an SVG path in a box of 119 × 100; `top` is the value at the upper edge. Empty without values. */
export function linePath(values: readonly number[], top: number): string {
  const points = values.map((value, at) => {
    const x = RIGHT - (values.length - 1 - at);
    return `${x} ${(HEIGHT - (Math.min(value, top) * HEIGHT) / top).toFixed(1)}`;
  });
  return points.length > 0 ? `M${points.join('L')}` : '';
}

/** The same, closed along the lower edge. */
export function areaPath(values: readonly number[], top: number): string {
  const line = linePath(values, top);
  return line && `${line}L${RIGHT} ${HEIGHT}L${RIGHT - (values.length - 1)} ${HEIGHT}Z`;
}
