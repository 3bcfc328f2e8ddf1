import { cubeCorners } from './app-icon.ts';
import { type Coat, hex, type Picture, paintCoats, type Rgb } from './canvas.ts';
import { arc, circle, grown, polygon, roundRect, type Shape, union, without } from './shape.ts';

export const TRAY_STATES = ['idle', 'live', 'reconnecting', 'error'] as const;
export type TrayState = (typeof TRAY_STATES)[number];

/** Readable on a light and on a dark bar alike. */
const HEAD: Rgb = hex('#7493f2');
const BADGE: Readonly<Record<TrayState, Rgb>> = {
  idle: HEAD,
  live: hex('#ec3f4f'),
  reconnecting: hex('#e09a18'),
  error: hex('#e5532d'),
};

interface Glyph {
  readonly head: Shape;
  readonly badge: Shape | null;
}

/**
 * A state is told by form, not by colour alone: idle is a hollow head, live a full head with a disc, reconnecting a
 * hollow head with an open ring, error a hollow head with a triangle.
 */
const glyph = (state: TrayState, size: number): Glyph => {
  const px = 1 / 16;
  const outer = polygon(cubeCorners(0.5, 0.5, 6.93 * px - 1.2 * px), 1.2 * px);
  const eyes = union(
    roundRect(6 * px, 6.5 * px, px, 1.5 * px, 0.5 * px),
    roundRect(10 * px, 6.5 * px, px, 1.5 * px, 0.5 * px),
  );
  const hollow = union(without(outer, grown(outer, -1.6 * px)), eyes);
  const full = without(outer, eyes);
  const bx = 12 * px;
  const by = 12 * px;
  const gap = px;
  switch (state) {
    case 'idle':
      return { head: hollow, badge: null };
    case 'live': {
      const dot = circle(bx, by, 3.5 * px);
      return { head: without(full, grown(dot, gap)), badge: dot };
    }
    case 'reconnecting': {
      const ring = arc(bx, by, 2.7 * px, -Math.PI * 0.15, Math.PI * 1.45, 1.7 * px);
      return { head: without(hollow, circle(bx, by, 3.5 * px + gap)), badge: ring };
    }
    case 'error': {
      const triangle = polygon(
        [
          [bx, by - 3 * px],
          [bx + 3.2 * px, by + 2.9 * px],
          [bx - 3.2 * px, by + 2.9 * px],
        ],
        0.7 * px,
      );
      const mark = union(
        roundRect(bx, by - 0.1 * px, 0.6 * px, 1.4 * px, 0.5 * px),
        circle(bx, by + 2.4 * px, 0.7 * px),
      );
      return {
        head: without(hollow, grown(triangle, gap)),
        badge: size < 24 ? triangle : without(triangle, mark),
      };
    }
  }
};

/** The icon of the tray; as a `template` it is black on nothing, which macOS tints itself. */
export const paintTrayIcon = (size: number, state: TrayState, template: boolean): Picture => {
  const { head, badge } = glyph(state, size);
  const black: Rgb = [0, 0, 0];
  const coats: Coat[] = [{ shape: head, colour: template ? black : HEAD }];
  if (badge) coats.push({ shape: badge, colour: template ? black : BADGE[state] });
  return paintCoats(size, coats);
};
