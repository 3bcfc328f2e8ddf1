import type { Overlay } from '../../../../../shared/domain/scene.ts';

export const CELLS = [
  'top-left',
  'top',
  'top-right',
  'left',
  'centre',
  'right',
  'bottom-left',
  'bottom',
  'bottom-right',
] as const;
export type Cell = (typeof CELLS)[number];

/** Distance to the canvas's edges, as a share of its shorter side. */
const MARGIN = 0.04;
const NEAR = 0.004;

/** Shapes as width / height. */
export interface Shapes {
  readonly image: number;
  readonly canvas: number;
}

/** The centre that puts an overlay of this width (a share of the canvas's) into a cell of the nine. Pure. */
export function centreOf(cell: Cell, width: number, { image, canvas }: Shapes): { x: number; y: number } {
  const height = (width * canvas) / image;
  const column = CELLS.indexOf(cell) % 3;
  const row = Math.floor(CELLS.indexOf(cell) / 3);
  return {
    x: along(column, width, MARGIN * Math.min(1, 1 / canvas)),
    y: along(row, height, MARGIN * Math.min(1, canvas)),
  };
}

function along(place: number, size: number, margin: number): number {
  // What is larger than the canvas stays in its middle.
  const edge = Math.min(0.5, margin + size / 2);
  return place === 1 ? 0.5 : place === 0 ? edge : 1 - edge;
}

/** The cell an overlay lies in; null when it was placed otherwise. Pure. */
export function cellOf(overlay: Pick<Overlay, 'x' | 'y' | 'width'>, shapes: Shapes): Cell | null {
  const found = CELLS.find((cell) => {
    const { x, y } = centreOf(cell, overlay.width, shapes);
    return Math.abs(x - overlay.x) < NEAR && Math.abs(y - overlay.y) < NEAR;
  });
  return found ?? null;
}

/** Another width, in the same cell. Pure. */
export function resized(overlay: Overlay, width: number, shapes: Shapes): Overlay {
  const cell = cellOf(overlay, shapes);
  return { ...overlay, width, ...(cell ? centreOf(cell, width, shapes) : {}) };
}
