import { z } from 'zod';
import { clamp } from '../math/scalar.ts';

/** Places of the avatar that can be chosen by name; `custom` is what dragging leaves. */
export const PLACEMENTS = ['full', 'left', 'right', 'corner-left', 'corner-right', 'custom'] as const;
export type PlacementName = (typeof PLACEMENTS)[number];

export const PLACEMENT_LIMITS = { minScale: 0.15, maxScale: 2.5, minCentre: -0.5, maxCentre: 1.5 } as const;

const centre = z.number().min(PLACEMENT_LIMITS.minCentre).max(PLACEMENT_LIMITS.maxCentre);

/**
 * Where the avatar's own picture lies on the canvas: its centre as a share of the canvas (0,0 is the upper left)
 * and its size relative to it. `{x: 0.5, y: 0.5, scale: 1}` fills the canvas.
 */
export const placementSchema = z.object({
  name: z.enum(PLACEMENTS),
  x: centre,
  y: centre,
  scale: z.number().min(PLACEMENT_LIMITS.minScale).max(PLACEMENT_LIMITS.maxScale),
});
export type Placement = z.infer<typeof placementSchema>;

/** A picture in front of everything: centre and width as shares of the canvas, its own shape kept. */
export const overlaySchema = z.object({
  imageId: z.string().min(1).max(256),
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
  width: z.number().min(0.02).max(2),
  opacity: z.number().min(0).max(1),
});
export type Overlay = z.infer<typeof overlaySchema>;

/** No control characters and none that turn the direction of the text around them. */
const NAME = /^[^\p{Cc}\p{Bidi_Control}]*$/u;

/** One arrangement of the programme picture, back to front: background, capture, avatar, overlay. */
export const sceneSchema = z.object({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(60).regex(NAME),
  /** A background id, an image id, `#rrggbb`, or `transparent`. */
  background: z.string().min(1).max(4096),
  /** Shows the captured screen or window behind the avatar; `contain` keeps all of it, `cover` fills the canvas. */
  capture: z.object({ shown: z.boolean(), fit: z.enum(['contain', 'cover']) }),
  avatar: z.object({ shown: z.boolean(), placement: placementSchema }),
  overlay: overlaySchema.nullable(),
});
export type Scene = z.infer<typeof sceneSchema>;

export const MAX_SCENES = 24;
/** How long one scene fades into the next. */
export const CROSS_FADE_MS = 350;

/** Named places, as shares of the canvas; the lower edge of the avatar's picture lies on the canvas's. Pure. */
export function namedPlacement(name: Exclude<PlacementName, 'custom'>): Placement {
  switch (name) {
    case 'full':
      return { name, x: 0.5, y: 0.5, scale: 1 };
    case 'left':
      return { name, x: 0.27, y: 0.5, scale: 1 };
    case 'right':
      return { name, x: 0.73, y: 0.5, scale: 1 };
    case 'corner-left':
      return { name, x: 0.18, y: 0.79, scale: 0.42 };
    case 'corner-right':
      return { name, x: 0.82, y: 0.79, scale: 0.42 };
  }
}

export const FIRST_SCENE: Scene = {
  id: 'scene-1',
  name: 'Just me',
  background: 'dusk',
  capture: { shown: false, fit: 'contain' },
  avatar: { shown: true, placement: namedPlacement('full') },
  overlay: null,
};

/** What a new user finds: alone, beside a captured screen, and a break without the avatar. */
export const DEFAULT_SCENES: readonly Scene[] = [
  FIRST_SCENE,
  {
    ...FIRST_SCENE,
    id: 'scene-2',
    name: 'With my screen',
    background: '#12151f',
    capture: { shown: true, fit: 'contain' },
    avatar: { shown: true, placement: namedPlacement('corner-right') },
  },
  {
    ...FIRST_SCENE,
    id: 'scene-3',
    name: 'Break',
    avatar: { shown: false, placement: namedPlacement('full') },
  },
];

/** A placement within its limits, moved by shares of the canvas and scaled about its centre; it becomes `custom`. */
export function movePlacement(from: Placement, dx: number, dy: number, zoom = 1): Placement {
  const { minScale, maxScale, minCentre, maxCentre } = PLACEMENT_LIMITS;
  return {
    name: 'custom',
    x: clamp(from.x + dx, minCentre, maxCentre),
    y: clamp(from.y + dy, minCentre, maxCentre),
    scale: clamp(from.scale * zoom, minScale, maxScale),
  };
}
