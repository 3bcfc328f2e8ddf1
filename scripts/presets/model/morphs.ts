import type { ArkitChannel } from '../../../src/shared/domain/arkit.ts';
import type { HeadShape } from './head-shape.ts';
import { eyeOutline, type HeadVertex, onEyeball } from './head-topology.ts';
import { add, bump, mix, mul, rotateX, smoothstep, sub, type V3 } from './maths.ts';

const ZERO: V3 = [0, 0, 0];

/** 1 on the face, falling to 0 towards the border of the morphing mesh, so that the seam never opens. */
const onFace = (v: HeadVertex): number => {
  if (v.part !== 'skin') return v.part === 'neck' ? 0 : 1;
  const r = Math.hypot(v.domain[0], v.domain[1]);
  return smoothstep(12.0, 9.6, r) * smoothstep(-10.6, -9.7, v.domain[1]);
};

/** 1 for the side a shape belongs to, 0 for the other, soft over the middle. `side` +1 is the face's left. */
const onSide = (x: number, side: 1 | -1): number => smoothstep(-0.9, 0.9, x * side);

/** 1 on the lower lip, 0 on the upper lip, between on the corners; by place on the mouth ring. */
const lowerLip = (v: HeadVertex): number => smoothstep(0.7, -0.9, v.mouthPlace);

/** How far a point follows the jaw. */
const jawWeight = (s: HeadShape, v: HeadVertex): number => {
  switch (v.part) {
    case 'teethUpper':
    case 'lash':
    case 'lid':
    case 'neck':
      return 0;
    case 'teethLower':
      return 1;
    case 'tongue':
      return 0.92;
    case 'mouth':
      if (v.mouthRow <= 7) return lowerLip(v);
      break;
    case 'skin':
      break;
  }
  const [x, y, z] = v.p;
  const back = smoothstep(8, 0.5, z);
  const line = mix(s.mouthY, -4.2, back);
  const wide = mix(0.25, 1.3, smoothstep(1.5, 4.5, Math.abs(x)));
  const below = smoothstep(line + wide, line - wide * 1.25, y);
  const front = smoothstep(-1.5, 3.5, z);
  const under = smoothstep(-13.2, -10.9, y);
  return below * front * under;
};

const jawPivot: V3 = [0, -3.0, -0.5];

const jawRotated = (v: HeadVertex, weight: number, degrees: number): V3 =>
  mul(sub(rotateX(v.p, jawPivot, (degrees * Math.PI) / 180), v.p), weight);

/** Share of a mouth movement that a point takes: all of the lips, fading over the skin around them. */
const nearMouth = (s: HeadShape, v: HeadVertex, rx: number, ry: number): number => {
  if (v.part === 'mouth' && v.mouthRow <= 7) return v.mouthRow < 3 ? v.mouthRow / 3 : 1;
  if (v.part !== 'mouth' && v.part !== 'skin') return 0;
  const dx = Math.max(0, Math.abs(v.p[0]) - s.mouthHalfWidth) / rx;
  const height = v.p[1] > s.mouthY ? s.lipUpper : s.lipLower;
  const dy = Math.max(0, Math.abs(v.p[1] - s.mouthY) - height) / ry;
  const front = smoothstep(1.5, 4.5, v.p[2]);
  return Math.exp(-(dx * dx) - dy * dy) * front;
};

/** Pull of a mouth corner, 1 at the corner. */
const corner = (s: HeadShape, v: HeadVertex, side: 1 | -1, r: number): number => {
  if (v.part !== 'mouth' && v.part !== 'skin') return 0;
  const x = v.p[0] * side;
  const along = smoothstep(0.05, s.mouthHalfWidth, x);
  const outside = Math.max(0, x - s.mouthHalfWidth * 1.04) / r;
  const height = Math.max(0, Math.abs(v.p[1] - s.mouthY) - 0.25) / (r * 0.85);
  const inLips = v.part === 'mouth' && v.mouthRow <= 7;
  const fall = Math.exp(-(outside * outside) - (inLips ? 0 : height * height));
  const deep = inLips && v.mouthRow < 3 ? 0.4 + 0.2 * v.mouthRow : 1;
  return along * along * fall * deep;
};

/** Moves the lids of one eye: `upper` and `lower` from 0 (rest) to 1 (closed); negative opens wider. */
const lids = (s: HeadShape, v: HeadVertex, side: 1 | -1, upper: number, lower: number): V3 => {
  if ((v.part !== 'lid' && v.part !== 'lash') || v.p[0] * side <= 0 || v.eyeRow >= 6) return ZERO;
  const isUpper = v.eyeSin > 0.001;
  const amount = isUpper ? upper : v.eyeSin < -0.001 ? lower : 0;
  if (amount === 0) return ZERO;
  const share = [1, 1, 0.86, 0.68, 0.48, 0.16, 0][v.eyeRow] as number;
  const x = v.p[0] * side;
  // The closing line lies a little above the lower lid.
  const a = Math.acos(Math.max(-1, Math.min(1, v.eyeCos)));
  const up = eyeOutline(s, a, 0)[1];
  const low = eyeOutline(s, -a, 0)[1];
  const meet = mix(low, up, 0.14);
  const margin = isUpper ? up : low;
  const own = v.part === 'lash' ? margin : v.p[1];
  const gap = (meet - margin) * (v.eyeRow <= 1 ? 1 : share);
  const overlap = v.eyeRow <= 1 ? (isUpper ? -0.05 : 0.03) : 0;
  const y = own + (gap + overlap * Math.abs(v.eyeSin)) * amount;
  if (v.part === 'lash') {
    // Lashes swing with the margin: their own reach above it turns downwards.
    const reach = v.p[1] - margin;
    const target = onEyeball(s, x, y, s.eyeRadius + 0.2);
    const base = onEyeball(s, x, margin, s.eyeRadius + 0.16);
    const k = amount;
    if (s.toon !== undefined) {
      // A broad lash turns over and closes the eye with one clean line in front of the lid.
      const down = y - own - reach * 1.5 * Math.max(0, k);
      const ahead = v.p[2] - onEyeball(s, x, v.p[1], s.eyeRadius + 0.16)[2];
      const lid = onEyeball(s, x, v.p[1] + down, s.eyeRadius + 0.16 + 0.36 * k)[2];
      return [0, down, lid + ahead - v.p[2]];
    }
    return [0, y - own - reach * 0.8 * k, target[2] - base[2] + 0.46 * k];
  }
  // The upper lid lies over the lower one; its chord over the eyeball needs the height half way down.
  const lift = v.eyeRow === 0 ? 0.05 : isUpper ? 0.28 : 0.12;
  const target = onEyeball(s, x, y, s.eyeRadius + (v.eyeRow === 0 ? 0.04 : 0.16) + lift * amount);
  const z = v.eyeRow <= 1 ? target[2] : mix(v.p[2], Math.max(v.p[2], target[2]), share);
  return [0, y - v.p[1], z - v.p[2]];
};

const skinOnly = (v: HeadVertex): boolean => v.part === 'skin' || v.part === 'lid' || v.part === 'mouth';

const browPush = (v: HeadVertex, c: V3, r: V3, delta: V3): V3 => {
  if (!skinOnly(v) || v.part === 'mouth') return ZERO;
  const hold = v.part === 'lid' ? ([0, 0, 0.1, 0.2, 0.35, 0.6, 0.85][v.eyeRow] ?? 0) : 1;
  return mul(delta, bump(v.p, c, r) * hold);
};

const cheek = (v: HeadVertex, side: 1 | -1, c: V3, r: V3, delta: V3): V3 => {
  if (!skinOnly(v)) return ZERO;
  if (v.part === 'mouth' && v.mouthRow <= 7) return ZERO;
  const hold = v.part === 'lid' ? ([0, 0, 0.1, 0.2, 0.35, 0.6, 0.85][v.eyeRow] ?? 0) : 1;
  const w = bump([v.p[0] * side, v.p[1], v.p[2]], c, r) * hold;
  return [delta[0] * side * w, delta[1] * w, delta[2] * w];
};

const sideOf = (name: ArkitChannel): 1 | -1 => (name.endsWith('Left') ? 1 : -1);

/** Movement of the closed lips when the jaw opens but the mouth stays shut. */
const closeLips = (s: HeadShape, v: HeadVertex): V3 => {
  const opened = jawRotated(v, jawWeight(s, v), s.moves.jawDegrees);
  if (v.part === 'teethLower' || v.part === 'tongue') return ZERO;
  const w = nearMouth(s, v, 1.4, 0.9);
  const isUpper = v.mouthPlace > 0 && v.part === 'mouth';
  const drop = jawRotated({ ...v, p: [v.p[0], s.mouthY, v.p[2]] }, 1, s.moves.jawDegrees);
  if (isUpper) return mul(drop, 0.4 * w * smoothstep(0, 0.5, v.mouthPlace + 0.25));
  return mul(sub(mul(drop, 0.4), opened), w * jawWeight(s, v) ** 0.5);
};

/** Displacement of one point at full weight, head-space centimetres. Left is the face's own left (+X). */
const displacement = (s: HeadShape, name: ArkitChannel, v: HeadVertex): V3 => {
  const [x, y, z] = v.p;
  const inLips = v.part === 'mouth' && v.mouthRow <= 7;
  const lip = nearMouth(s, v, 1.3, 0.9);
  const low = v.part === 'mouth' ? lowerLip(v) : smoothstep(s.mouthY + 0.2, s.mouthY - 0.3, y);
  const half = Math.min(1, Math.abs(x) / s.mouthHalfWidth);
  switch (name) {
    case 'browDownLeft':
    case 'browDownRight': {
      const d = sideOf(name);
      return add(
        browPush(v, [d * 1.7, 2.3, 8], [1.9, 1.5, 4], [-d * 0.28, -0.62, 0.12]),
        browPush(v, [d * 4.2, 2.5, 6.5], [1.8, 1.4, 4], [0, -0.4, 0.05]),
      );
    }
    case 'browInnerUp':
      return add(
        browPush(v, [1.5, 2.6, 8], [1.6, 2.0, 4], [0.08, 1.0, 0.05]),
        browPush(v, [-1.5, 2.6, 8], [1.6, 2.0, 4], [-0.08, 1.0, 0.05]),
      );
    case 'browOuterUpLeft':
    case 'browOuterUpRight': {
      const d = sideOf(name);
      return browPush(v, [d * 4.3, 2.6, 6.5], [2.0, 1.9, 4], [0, 0.92, -0.05]);
    }
    case 'cheekPuff':
      return add(
        cheek(v, 1, [4.0, -5.2, 5.5], [1.9, 1.9, 3], [0.75, 0, 0.55]),
        cheek(v, -1, [4.0, -5.2, 5.5], [1.9, 1.9, 3], [0.75, 0, 0.55]),
      );
    case 'cheekSquintLeft':
    case 'cheekSquintRight': {
      const d = sideOf(name);
      return add(cheek(v, d, [3.7, -2.4, 6.8], [1.9, 1.3, 3], [0.05, 0.5, 0.25]), lids(s, v, d, 0, 0.3));
    }
    case 'eyeBlinkLeft':
    case 'eyeBlinkRight':
      return add(
        lids(s, v, sideOf(name), 1, 1),
        browPush(v, [sideOf(name) * 3, 2.3, 7], [2.4, 0.9, 4], [0, -0.06, 0]),
      );
    case 'eyeLookDownLeft':
    case 'eyeLookDownRight':
      return lids(s, v, sideOf(name), 0.34, -0.1);
    case 'eyeLookUpLeft':
    case 'eyeLookUpRight':
      return lids(s, v, sideOf(name), -0.13, 0.14);
    case 'eyeLookInLeft':
    case 'eyeLookInRight':
    case 'eyeLookOutLeft':
    case 'eyeLookOutRight': {
      if (v.part !== 'lid' || x * sideOf(name) <= 0 || v.eyeRow > 5) return ZERO;
      const out = name.startsWith('eyeLookOut') ? 1 : -1;
      return [0.05 * out * sideOf(name) * Math.abs(v.eyeSin), 0, 0];
    }
    case 'eyeSquintLeft':
    case 'eyeSquintRight':
      return add(
        lids(s, v, sideOf(name), 0.2, 0.75),
        cheek(v, sideOf(name), [3.4, -1.7, 7], [1.8, 1.0, 3], [0, 0.22, 0.1]),
      );
    case 'eyeWideLeft':
    case 'eyeWideRight':
      return add(
        lids(s, v, sideOf(name), -0.24, -0.12),
        browPush(v, [sideOf(name) * 3, 2.6, 7], [2.4, 1.2, 4], [0, 0.16, 0]),
      );
    case 'jawForward':
      return [0, 0, 0.55 * jawWeight(s, v)];
    case 'jawLeft':
    case 'jawRight':
      return [(name === 'jawLeft' ? 0.75 : -0.75) * jawWeight(s, v), 0, 0];
    case 'jawOpen': {
      const w = jawWeight(s, v);
      const inwards = s.moves.jawNarrow;
      const narrow =
        inLips || v.part === 'skin' ? -inwards * corner(s, v, 1, 1.4) + inwards * corner(s, v, -1, 1.4) : 0;
      // The lips part a little further than the jaw alone would take them.
      const part = inLips ? (1 - half ** 2) * (low > 0.5 ? -0.1 : 0.12) * Math.abs(v.mouthPlace) : 0;
      return add(jawRotated(v, w, s.moves.jawDegrees), [narrow, part, -s.moves.jawBack * w]);
    }
    case 'mouthClose':
      return closeLips(s, v);
    case 'mouthDimpleLeft':
    case 'mouthDimpleRight': {
      const d = sideOf(name);
      return mul([d * 0.4, 0.08, -0.45], corner(s, v, d, 1.1));
    }
    case 'mouthFrownLeft':
    case 'mouthFrownRight': {
      const d = sideOf(name);
      return mul([d * 0.12, -0.72, -0.15], corner(s, v, d, 1.5));
    }
    case 'mouthFunnel': {
      const open =
        (low > 0.5 ? -1 : 1) * (inLips || v.part === 'mouth' ? Math.abs(v.mouthPlace) ** 0.7 : 0.6);
      return [-x * 0.36 * lip * half, open * 0.42 * lip, 0.5 * lip * (1 - 0.4 * half)];
    }
    case 'mouthPucker': {
      const squeeze =
        (low > 0.5 ? 1 : -1) * Math.abs(v.mouthPlace) * (inLips ? smoothstep(4, 8, v.mouthRow) : 0);
      return [-x * 0.46 * lip, squeeze * 0.06, s.moves.puckerReach * lip * (1 - 0.35 * half)];
    }
    case 'mouthLeft':
    case 'mouthRight': {
      const d = name === 'mouthLeft' ? 1 : -1;
      return [0.85 * d * lip, 0, -0.12 * lip * Math.max(0, x * d) * 0.4];
    }
    case 'mouthLowerDownLeft':
    case 'mouthLowerDownRight': {
      const w = lip * low * onSide(x, sideOf(name)) * (1 - half ** 2);
      return [0, -0.62 * w, 0.06 * w];
    }
    case 'mouthUpperUpLeft':
    case 'mouthUpperUpRight': {
      const w = lip * (1 - low) * onSide(x, sideOf(name)) * (1 - half ** 2);
      return add(
        [0, 0.52 * w, 0.08 * w],
        cheek(v, sideOf(name), [2.2, -4.2, 8], [1.2, 1.1, 3], [0.05, 0.22, 0.1]),
      );
    }
    case 'mouthPressLeft':
    case 'mouthPressRight': {
      const w = lip * onSide(x, sideOf(name)) * Math.abs(v.mouthPlace);
      const rim = inLips ? smoothstep(4, 7, v.mouthRow) : 0;
      return [0, (low > 0.5 ? 1 : -1) * 0.2 * w * rim, -0.16 * w];
    }
    case 'mouthRollLower': {
      const w = lip * low * Math.abs(v.mouthPlace);
      const rim = inLips ? smoothstep(3, 7, v.mouthRow) : 0.35;
      return [0, 0.4 * w * rim, -0.42 * w];
    }
    case 'mouthRollUpper': {
      const w = lip * (1 - low) * Math.abs(v.mouthPlace);
      const rim = inLips ? smoothstep(3, 7, v.mouthRow) : 0.35;
      return [0, -0.3 * w * rim, -0.4 * w];
    }
    case 'mouthShrugLower': {
      const chin = v.part === 'skin' ? bump(v.p, [0, s.chinY + 1.6, 8], [1.8, 1.5, 3]) : 0;
      const up = inLips ? low : low * lip;
      const stay = v.part === 'mouth' && v.mouthRow <= 4 ? 0.5 : 1;
      return [0, 0.3 * up * stay + 0.4 * chin, 0.22 * up + 0.1 * chin];
    }
    case 'mouthShrugUpper': {
      const w = lip * (1 - low);
      return [0, 0.28 * w, 0.2 * w];
    }
    case 'mouthSmileLeft':
    case 'mouthSmileRight': {
      const d = sideOf(name);
      const { smileCorner: way, smileMiddle, smileCheek } = s.moves;
      const pull = mul([d * way[0], way[1], way[2]], corner(s, v, d, 1.7));
      const lift = cheek(v, d, [3.6, -3.3, 6.6], [1.9, 1.6, 3], smileCheek);
      const stretch: V3 = inLips ? [0, smileMiddle * onSide(x, d) * (1 - half), -0.1 * onSide(x, d)] : ZERO;
      return add(add(pull, lift), stretch);
    }
    case 'mouthStretchLeft':
    case 'mouthStretchRight': {
      const d = sideOf(name);
      return mul([d * 0.75, -0.3, -0.4], corner(s, v, d, 1.6));
    }
    case 'noseSneerLeft':
    case 'noseSneerRight': {
      const d = sideOf(name);
      return add(
        cheek(v, d, [1.2, -3.3, 8.4], [1.0, 1.2, 2], [0.1, 0.42, 0.05]),
        cheek(v, d, [1.3, 1.2, 8], [1.2, 0.9, 3], [-0.08, -0.2, 0.12]),
      );
    }
    case 'tongueOut': {
      if (v.part === 'tongue') {
        const front = smoothstep(3, 7.2, z);
        return [0, 0.32 * front - 0.35 * front * front, 2.9 * front];
      }
      return [0, -0.28 * lip * low * Math.abs(v.mouthPlace), 0.04 * lip * low];
    }
  }
};

/** Displacements of every point for one shape, in head-space centimetres. */
export const morphDeltas = (s: HeadShape, name: ArkitChannel, vertices: readonly HeadVertex[]): V3[] =>
  vertices.map((v) => {
    const face = onFace(v);
    if (face === 0) return ZERO;
    const d = mul(displacement(s, name, v), face);
    return Math.hypot(d[0], d[1], d[2]) < 0.004 ? ZERO : d;
  });
