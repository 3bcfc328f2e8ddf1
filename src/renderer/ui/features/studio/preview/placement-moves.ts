import {
  movePlacement,
  namedPlacement,
  PLACEMENT_LIMITS,
  type Placement,
  type PlacementName,
} from '../../../../../shared/domain/scene.ts';
import { clamp } from '../../../../../shared/math/scalar.ts';

const STEP = 0.02;
const LARGE_STEP = 0.1;
const ZOOM = 1.05;
const LARGE_ZOOM = 1.25;
/** How near, as a share of the canvas, a dragged avatar is drawn to the middle and to the lower edge. */
const SNAP = 0.012;

/** In the order of the keys 1 to 5. */
export const PRESET_KEYS = [
  'full',
  'left',
  'right',
  'corner-left',
  'corner-right',
] as const satisfies readonly Exclude<PlacementName, 'custom'>[];

/** The part of a keyboard event that matters here. */
export interface PlacementKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** Where a key press puts the avatar; null when the key means nothing here. Pure. */
export function placementAfterKey(from: Placement, press: PlacementKey): Placement | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  const step = press.shiftKey ? LARGE_STEP : STEP;
  const zoom = press.shiftKey ? LARGE_ZOOM : ZOOM;
  switch (press.key) {
    case 'ArrowLeft':
      return movePlacement(from, -step, 0);
    case 'ArrowRight':
      return movePlacement(from, step, 0);
    case 'ArrowUp':
      return movePlacement(from, 0, -step);
    case 'ArrowDown':
      return movePlacement(from, 0, step);
    // Plus needs Shift on most keyboards, so Shift says nothing about the size of this step.
    case '+':
      return movePlacement(from, 0, 0, ZOOM);
    case '=':
      return movePlacement(from, 0, 0, ZOOM);
    case '-':
      return movePlacement(from, 0, 0, 1 / ZOOM);
    case '_':
      return movePlacement(from, 0, 0, 1 / LARGE_ZOOM);
    case 'PageUp':
      return movePlacement(from, 0, 0, zoom);
    case 'PageDown':
      return movePlacement(from, 0, 0, 1 / zoom);
    case 'Home':
      return namedPlacement('full');
    default: {
      const preset = /^[1-5]$/.test(press.key) ? PRESET_KEYS[Number(press.key) - 1] : undefined;
      return preset ? namedPlacement(preset) : null;
    }
  }
}

/** A drag by shares of the canvas, drawn to the middle and to the lower edge unless it is `free`. Pure. */
export function placementAfterDrag(from: Placement, dx: number, dy: number, free: boolean): Placement {
  const moved = movePlacement(from, dx, dy);
  if (free) return moved;
  const standing = 1 - moved.scale / 2;
  return {
    ...moved,
    x: Math.abs(moved.x - 0.5) < SNAP ? 0.5 : moved.x,
    y: Math.abs(moved.y - standing) < SNAP ? standing : moved.y,
  };
}

/** Turns of a wheel as a factor; `deltaY` in pixels, up is larger. Pure. */
export function wheelZoom(deltaY: number): number {
  return Math.exp(-deltaY * 0.0012);
}

/**
 * Pulling a corner: the opposite corner stays where it is. `pull` is how far the pointer went along the outward
 * diagonal, as a share of the canvas; `corner` holds the outward signs. Pure.
 */
export function placementAfterPull(
  from: Placement,
  pull: number,
  corner: { readonly x: -1 | 1; readonly y: -1 | 1 },
): Placement {
  const { minScale, maxScale } = PLACEMENT_LIMITS;
  const scale = Math.min(maxScale, Math.max(minScale, from.scale + pull));
  const grown = (scale - from.scale) / 2;
  return movePlacement(from, corner.x * grown, corner.y * grown, scale / from.scale);
}

/** Nothing was changed that can be seen. Pure. */
export function isSamePlacement(one: Placement, other: Placement): boolean {
  return one.x === other.x && one.y === other.y && one.scale === other.scale && one.name === other.name;
}

/** The least part of the frame that stays on the canvas, however far away the avatar is. */
const LEAST = 0.06;

/** The part of the avatar's picture that lies on the canvas, as shares of it: what can be seen and taken hold of. Pure. */
export function frameOf({ x, y, scale }: Pick<Placement, 'x' | 'y' | 'scale'>): {
  left: number;
  top: number;
  right: number;
  bottom: number;
} {
  return { ...sides(x, scale, 'left', 'right'), ...sides(y, scale, 'top', 'bottom') };
}

function sides<A extends string, B extends string>(centre: number, size: number, from: A, to: B) {
  return {
    [from]: clamp(centre - size / 2, 0, 1 - LEAST),
    [to]: clamp(centre + size / 2, LEAST, 1),
  } as Record<A | B, number>;
}
