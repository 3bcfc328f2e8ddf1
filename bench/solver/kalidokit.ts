import { createRequire } from 'node:module';
import type * as Kalidokit from 'kalidokit';
import { LANDMARKS } from '../../src/shared/domain/performance.ts';
import { clamp01 } from '../../src/shared/math/scalar.ts';
import type { SeenFrame } from './data.ts';
import type { Track } from './truth-run.ts';

// Its ES build names its own files without endings, which Node does not resolve.
export const { Face, Hand, Pose } = createRequire(import.meta.url)(
  'kalidokit/dist/kalidokit.umd.js',
) as typeof Kalidokit;

export const IMAGE_SIZE = { width: 640, height: 480 } as const;

/** One landmark as kalidokit takes it. */
export interface Point {
  x: number;
  y: number;
  z: number;
  visibility?: number;
}

export const points = (count: number): Point[] => Array.from({ length: count }, () => ({ x: 0, y: 0, z: 0 }));

/** Copies x, y, z rows: kalidokit scales what it is given. */
export const fill = (into: readonly Point[], rows: ArrayLike<number>): void => {
  into.forEach((point, i) => {
    point.x = rows[i * 3]!;
    point.y = rows[i * 3 + 1]!;
    point.z = rows[i * 3 + 2]!;
  });
};

/** What its VRM demo applies of the head's turn, and how far it goes to each new reading, of head and lids. */
const DEMO = { share: 0.7, head: 0.3, lids: 0.5 } as const;

/**
 * A clip through kalidokit's Face.solve; where no face was found the values before stay.
 * `demo`: with the shares and the easing of its VRM demo. Its eye.l is the person's right one, its yaw, pitch and
 * roll are brought to our signs. @throws Error when the clip comes without landmarks
 */
export const kalidokitTrack = (seen: readonly SeenFrame[], demo: boolean): Track => {
  const out: Track = { yaw: [], pitch: [], roll: [], blinkLeft: [], blinkRight: [] };
  const copy = points(LANDMARKS);
  const now = { yaw: 0, pitch: 0, roll: 0, blinkLeft: 0, blinkRight: 0 };
  const towards = (key: keyof typeof now, value: number, share: number, ease: number): void => {
    now[key] += (demo ? ease : 1) * ((demo ? share : 1) * value - now[key]);
  };
  for (const frame of seen) {
    if (frame.found) {
      if (frame.landmarks === null) throw new Error('kalidokit needs landmarks');
      fill(copy, frame.landmarks);
      const face = Face.solve(copy, { runtime: 'mediapipe', imageSize: IMAGE_SIZE });
      if (face) {
        const { degrees } = face.head;
        towards('yaw', -degrees.y, DEMO.share, DEMO.head);
        towards('pitch', -degrees.x, DEMO.share, DEMO.head);
        towards('roll', degrees.z, DEMO.share, DEMO.head);
        const lids = demo ? Face.stabilizeBlink(face.eye, face.head.y) : face.eye;
        towards('blinkLeft', clamp01(1 - lids.r), 1, DEMO.lids);
        towards('blinkRight', clamp01(1 - lids.l), 1, DEMO.lids);
      }
    }
    for (const key of Object.keys(now) as (keyof typeof now)[]) out[key].push(now[key]);
  }
  return out;
};
