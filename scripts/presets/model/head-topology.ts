import { inside, triangulate } from './delaunay.ts';
import { HEAD_CENTRE, type HeadShape, skinInFront, skinTowards } from './head-shape.ts';
import { len, mix, normalise, randomFrom, smoothstep, sub, type V2, type V3 } from './maths.ts';

export type HeadPart = 'skin' | 'lid' | 'mouth' | 'neck' | 'teethUpper' | 'teethLower' | 'tongue' | 'lash';

/** One point of the head with the coordinates the painter and the morphs need. */
export interface HeadVertex {
  p: V3;
  /** Azimuthal coordinates around the face axis, centimetres on a sphere of radius 9.5; also the UV space. */
  readonly domain: V2;
  readonly part: HeadPart;
  /** Ring around the mouth: 0 deep inside … 4 lip contact … 7 lip border … 9 outside; 99 elsewhere. */
  readonly mouthRow: number;
  /** Place on the mouth ring: 1 upper middle, 0 corner, -1 lower middle. */
  readonly mouthPlace: number;
  /** Ring around the eye: 0 margin behind, 1 margin in front … 6 outside; 99 elsewhere. */
  readonly eyeRow: number;
  /** Angle on the eye ring: cosine is 1 at the outer corner, sine is 1 on the upper lid. */
  readonly eyeCos: number;
  readonly eyeSin: number;
}

export interface HeadMesh {
  readonly vertices: HeadVertex[];
  readonly triangles: [number, number, number][];
}

const SCALE = 9.5;
export const NECK_Y = -13.6;
const MOUTH_STEPS = 16;
const EYE_STEPS = 24;
const NECK_STEPS = 9;

/** Head point → domain. */
export const toDomain = (p: V3): V2 => {
  const d = normalise(sub(p, HEAD_CENTRE));
  const r = SCALE * Math.acos(Math.max(-1, Math.min(1, d[2])));
  const l = Math.hypot(d[0], d[1]) || 1;
  return [(r * d[0]) / l, (r * d[1]) / l];
};

const domainDirection = (x: number, y: number): V3 => {
  const r = Math.hypot(x, y);
  const a = r / SCALE;
  return r < 1e-9 ? [0, 0, 1] : [(Math.sin(a) * x) / r, (Math.sin(a) * y) / r, Math.cos(a)];
};

/** Height of the closed mouth line at x. */
export const lipLine = (s: HeadShape, x: number): number => {
  const u = Math.min(1, Math.abs(x) / s.mouthHalfWidth);
  return s.mouthY + (s.toon === undefined ? 0.24 : 0.34) * u * u - 0.06 * Math.exp(-((x / 0.5) ** 2));
};

const plain = { mouthRow: 99, mouthPlace: 0, eyeRow: 99, eyeCos: 0, eyeSin: 0 } as const;

interface Half {
  vertices: HeadVertex[];
  triangles: [number, number, number][];
}

/** Rings of the mouth for x >= 0, from the throat to the skin around the lips. */
const mouthRings = (s: HeadShape, out: Half): number[][] => {
  //           bag   bag   back  inner touch wet   full  border skin skin
  const wide = [0.45, 0.72, 0.9, 0.965, 0.985, 1.0, 1.015, 1.04, 1.17, 1.36];
  const depth = [-4.2, -2.6, -1.05, -0.42, -0.1, 0.2, 0.3, 0.07, 0, 0];
  const grow = [1.2, 1.0, 0.55, 0.14, 0, 0.42, 0.76, 1, 1.42, 2.05];
  const rows: number[][] = [];
  for (let k = 0; k < wide.length; k++) {
    const row: number[] = [];
    for (let j = 0; j <= MOUTH_STEPS; j++) {
      const t = (j / MOUTH_STEPS) * Math.PI;
      const c = Math.cos(t);
      const sn = j === 0 || j === MOUTH_STEPS ? 0 : Math.sin(t);
      const half = s.mouthHalfWidth * (wide[k] as number);
      const x = half * sn;
      const line = lipLine(s, x);
      const isUpper = c > 0;
      const bow = isUpper
        ? 1 + 0.12 * Math.exp(-(((x - 0.62) / 0.42) ** 2)) - 0.14 * Math.exp(-((x / 0.3) ** 2))
        : 1;
      const height = isUpper ? s.lipUpper : s.lipLower;
      const profile = Math.abs(c) ** (k >= 8 ? 1 : 1.15);
      const g = grow[k] as number;
      const bowed = k >= 5 ? mix(1, bow, k > 7 ? 0.4 : 1) : 1;
      const dy = Math.sign(c) * height * g * profile * bowed;
      const skinY = k < 4 ? line : line + dy;
      const skin = skinInFront(s, x, skinY);
      const fade = 0.25 + 0.75 * Math.abs(c) ** 0.7;
      const inward = depth[k] as number;
      const z = skin[2] + (k < 3 ? inward : inward * fade);
      const p: V3 = [x, line + dy * (k < 4 ? 1 : 1), z];
      // The texture sees the mouth open: upper and lower lip must not share texels.
      const opened = [0, 0, 0, 0, 0.38, 0.52, 0.65, 0.77, 0.89, 1];
      const away = Math.sign(c) * height * 2.05 * Math.abs(c);
      const flat = toDomain([x, line + (k < 4 ? 0 : dy), skin[2]]);
      const middle = toDomain([x, line, skin[2]])[1];
      const domain: V2 =
        k < 4
          ? [flat[0] * (0.6 + 0.09 * k), middle + away * (0.1 + 0.07 * k)]
          : [flat[0], middle + away * (opened[k] as number)];
      row.push(out.vertices.length);
      out.vertices.push({ ...plain, p, domain, part: 'mouth', mouthRow: k, mouthPlace: c });
    }
    rows.push(row);
  }
  for (let k = 0; k + 1 < rows.length; k++) {
    for (let j = 0; j < MOUTH_STEPS; j++) {
      const a = rows[k]?.[j] as number;
      const b = rows[k]?.[j + 1] as number;
      const c = rows[k + 1]?.[j + 1] as number;
      const d = rows[k + 1]?.[j] as number;
      out.triangles.push([b, c, d], [b, d, a]);
    }
  }
  // Back of the mouth: a fan over the innermost ring.
  const inner = rows[0] as number[];
  for (let j = 1; j < MOUTH_STEPS; j++) {
    out.triangles.push([inner[0] as number, inner[j + 1] as number, inner[j] as number]);
  }
  return rows;
};

/** Frontal outline of the eye opening grown outwards by `grow` centimetres, at angle `a`. */
export const eyeOutline = (s: HeadShape, a: number, grow: number): V2 => {
  const c = Math.cos(a);
  const sn = Math.sin(a);
  const roundness = smoothstep(0, 1.2, grow);
  const power = mix(c < 0 ? 1.05 : 0.8, 1, roundness);
  const side = c < 0 ? s.eyeHalfWidth + grow * 0.62 : s.eyeHalfWidth + grow;
  const x = s.eyeX + 0.12 + side * c;
  const skew = sn > 0 ? 1 - 0.1 * c : 1 + 0.14 * c;
  const high = (sn > 0 ? s.eyeUpper + grow * 0.95 : s.eyeLower + grow * 0.85) * skew;
  const y = s.eyeTilt * c + Math.sign(sn) * high * Math.abs(sn) ** power;
  return [x, y];
};

/** Height above the eye centre plane: a point of the sphere of radius `r` at frontal (x, y). */
export const onEyeball = (s: HeadShape, x: number, y: number, r: number): V3 => {
  const dx = x - s.eyeX;
  const q = r * r - dx * dx - y * y;
  return [x, y, s.eyeZ + Math.sqrt(Math.max(q, 0.04))];
};

const eyeRings = (s: HeadShape, out: Half): number[][] => {
  const grow = [0, 0.06, 0.2, 0.36, 0.55, 0.9, 1.35];
  const rows: number[][] = [];
  for (let k = 0; k < grow.length; k++) {
    const row: number[] = [];
    for (let i = 0; i < EYE_STEPS; i++) {
      const a = (i / EYE_STEPS) * 2 * Math.PI;
      const [x, y] = eyeOutline(s, a, grow[k] as number);
      const sn = Math.sin(a);
      let p: V3;
      if (k === 0) p = onEyeball(s, x, y, s.eyeRadius + 0.02);
      else if (k === 1) p = onEyeball(s, x, y, s.eyeRadius + 0.17);
      else p = skinInFront(s, x, y);
      const upper = Math.max(0, sn);
      // The crease of the upper lid.
      if (k === 3) p = [p[0], p[1], p[2] - 0.1 * upper];
      if (k === 4) p = [p[0], p[1], p[2] + 0.05 * upper];
      // Over a large, deep eyeball the rings would fold in the texture: they are laid out on a plane there.
      const plane = s.toon?.lidPlane ?? s.eyeZ + s.eyeRadius * 0.85;
      const flat = toDomain(s.toon === undefined ? p : [x, y, mix(plane, p[2], k / (grow.length - 1))]);
      const centre = toDomain([s.eyeX + 0.12, 0, s.eyeZ + s.eyeRadius]);
      const domain: V2 = k === 0 ? [mix(centre[0], flat[0], 0.88), mix(centre[1], flat[1], 0.85)] : flat;
      row.push(out.vertices.length);
      out.vertices.push({
        ...plain,
        p,
        domain,
        part: 'lid',
        eyeRow: k,
        eyeCos: Math.cos(a),
        eyeSin: sn,
      });
    }
    rows.push(row);
  }
  for (let k = 0; k + 1 < rows.length; k++) {
    for (let i = 0; i < EYE_STEPS; i++) {
      const n = (i + 1) % EYE_STEPS;
      const a = rows[k]?.[i] as number;
      const b = rows[k + 1]?.[i] as number;
      const c = rows[k + 1]?.[n] as number;
      const d = rows[k]?.[n] as number;
      out.triangles.push([a, b, c], [a, c, d]);
    }
  }
  return rows;
};

/** Wanted distance between free points of the skin, by domain place. */
const spacing = (x: number, y: number): number => {
  const r = Math.hypot(x, y);
  const far = mix(0.6, 3.6, smoothstep(9.0, 16, r));
  const nose = Math.hypot(x / 1.5, (y + 1.3) / 2.1);
  const brow = Math.hypot((x - 3.2) / 3.2, (y - 3.2) / 1.8);
  const fold = Math.hypot((x - 3.1) / 1.6, (y + 3.2) / 2.2);
  const near = (wanted: number, d: number, edge: number): number =>
    mix(wanted, Math.max(far, wanted), smoothstep(0.6, edge, d));
  return Math.min(far, near(0.34, nose, 1.7), near(0.52, brow, 1.4), near(0.46, fold, 1.5));
};

const MAX_RADIUS = (150 / 180) * Math.PI * SCALE;

/** Free skin points of the half domain, evenly spread by `spacing` and relaxed. */
const fillPoints = (fixed: readonly V2[], holes: readonly (readonly V2[])[]): V2[] => {
  const random = randomFrom(20261);
  const candidates: V2[] = [];
  const step = 0.2;
  for (let y = -MAX_RADIUS; y <= MAX_RADIUS; y += step) {
    for (let x = 0.24; x <= MAX_RADIUS; x += step) {
      candidates.push([x + (random() - 0.5) * step, y + (random() - 0.5) * step]);
    }
  }
  for (let i = candidates.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [candidates[i], candidates[j]] = [candidates[j] as V2, candidates[i] as V2];
  }
  const taken: V2[] = [...fixed];
  const free: V2[] = [];
  for (const [x, y] of candidates) {
    const h = spacing(x, y);
    if (x < 0.5 * h || Math.hypot(x, y) > MAX_RADIUS - 0.5 * h) continue;
    if (holes.some((hole) => inside(hole, x, y))) continue;
    if (
      taken.some(([tx, ty], i) => {
        const limit = i < fixed.length ? h * 0.72 : h;
        return (tx - x) ** 2 + (ty - y) ** 2 < limit * limit;
      })
    )
      continue;
    taken.push([x, y]);
    free.push([x, y]);
  }
  // Laplacian relaxation evens the triangles out; the fixed points hold the borders.
  for (let round = 0; round < 5; round++) {
    const all = [...fixed, ...free];
    const sums = all.map(() => [0, 0, 0]);
    for (const [a, b, c] of triangulate(all)) {
      for (const [u, v] of [
        [a, b],
        [b, c],
        [c, a],
      ] as const) {
        const q = all[v] as V2;
        const p = all[u] as V2;
        (sums[u] as number[])[0] = (sums[u]?.[0] ?? 0) + q[0];
        (sums[u] as number[])[1] = (sums[u]?.[1] ?? 0) + q[1];
        (sums[u] as number[])[2] = (sums[u]?.[2] ?? 0) + 1;
        (sums[v] as number[])[0] = (sums[v]?.[0] ?? 0) + p[0];
        (sums[v] as number[])[1] = (sums[v]?.[1] ?? 0) + p[1];
        (sums[v] as number[])[2] = (sums[v]?.[2] ?? 0) + 1;
      }
    }
    for (let i = 0; i < free.length; i++) {
      const [sx, sy, n] = sums[fixed.length + i] as [number, number, number];
      const p = free[i] as V2;
      if (n < 3) continue;
      const moved: V2 = [mix(p[0], sx / n, 0.6), mix(p[1], sy / n, 0.6)];
      const limit = spacing(moved[0], moved[1]) * 0.6;
      const crowded = fixed.some((f) => Math.hypot(f[0] - moved[0], f[1] - moved[1]) < limit);
      if (!crowded && !holes.some((hole) => inside(hole, moved[0], moved[1]))) free[i] = moved;
    }
  }
  return free;
};

/**
 * The whole head as one surface: rings around eyes and mouth, free points elsewhere, mirrored.
 * Positions are head-space centimetres.
 */
export const buildHead = (s: HeadShape): HeadMesh => {
  const half: Half = { vertices: [], triangles: [] };
  const mouth = mouthRings(s, half);
  const eye = eyeRings(s, half);
  const neck: number[] = [];
  const neckRadius = s.toon === undefined ? 4.22 : s.toon.neckRadius + 0.07;
  for (let i = 0; i <= NECK_STEPS; i++) {
    const a = (i / NECK_STEPS) * Math.PI;
    const x = i === 0 || i === NECK_STEPS ? 0 : neckRadius * Math.sin(a);
    const p: V3 = [x, NECK_Y, -3.25 + neckRadius * Math.cos(a)];
    neck.push(half.vertices.length);
    half.vertices.push({ ...plain, p, domain: toDomain(p), part: 'neck' });
  }
  const domainOf = (i: number): V2 => (half.vertices[i] as HeadVertex).domain;
  const mouthOuter = mouth.at(-1) as number[];
  const eyeOuter = eye.at(-1) as number[];
  const midline: V2[] = [];
  const top = domainOf(mouthOuter[0] as number)[1];
  const bottom = domainOf(mouthOuter.at(-1) as number)[1];
  const neckFront = domainOf(neck[0] as number)[1];
  const neckBack = domainOf(neck.at(-1) as number)[1];
  const walk = (from: number, to: number): void => {
    let y = from;
    const places: number[] = [];
    while (y < to) {
      places.push(y);
      y += spacing(0, y) * 0.92;
    }
    const rest = (to - (places.at(-1) as number)) / Math.max(1, places.length);
    places.slice(1).forEach((v, i) => {
      midline.push([0, v + rest * (i + 1) - (rest * places.length) / places.length]);
    });
  };
  walk(top, MAX_RADIUS);
  walk(neckFront, bottom);
  walk(-MAX_RADIUS, neckBack);
  const border: V2[] = [];
  for (let i = 0; i <= 9; i++) {
    const a = Math.PI / 2 - (i / 9) * Math.PI;
    border.push([i === 0 || i === 9 ? 0 : MAX_RADIUS * Math.cos(a), MAX_RADIUS * Math.sin(a)]);
  }
  const holes = [mouthOuter, eyeOuter, neck].map((ring) => ring.map(domainOf));
  const ringIndices = [...mouthOuter, ...eyeOuter, ...neck];
  const fixed = [...ringIndices.map(domainOf), ...midline, ...border];
  // A free point on the very edge of a ring would take that edge out of the triangulation.
  const grown = holes.map((hole, k) => {
    const cx = k === 1 ? hole.reduce((t, p) => t + p[0], 0) / hole.length : 0;
    const cy = hole.reduce((t, p) => t + p[1], 0) / hole.length;
    return hole.map(([x, y]): V2 => [cx + (x - cx) * 1.09, cy + (y - cy) * 1.09]);
  });
  const free = fillPoints(fixed, grown);
  const all = [...fixed, ...free];
  const indexOf = all.map((d, i) => {
    if (i < ringIndices.length) return ringIndices[i] as number;
    const p = skinTowards(s, domainDirection(d[0], d[1]));
    half.vertices.push({ ...plain, p: [d[0] === 0 ? 0 : p[0], p[1], p[2]], domain: d, part: 'skin' });
    return half.vertices.length - 1;
  });
  for (const [a, b, c] of triangulate(all)) {
    const x = ((all[a] as V2)[0] + (all[b] as V2)[0] + (all[c] as V2)[0]) / 3;
    const y = ((all[a] as V2)[1] + (all[b] as V2)[1] + (all[c] as V2)[1]) / 3;
    if (holes.some((hole) => inside(hole, x, y))) continue;
    half.triangles.push([indexOf[a] as number, indexOf[b] as number, indexOf[c] as number]);
  }
  const back = half.vertices.length;
  half.vertices.push({
    ...plain,
    p: skinTowards(s, [0, 0, -1]),
    domain: [0, -MAX_RADIUS - 2],
    part: 'skin',
  });
  const firstBorder = ringIndices.length + midline.length;
  for (let i = 0; i < 9; i++) {
    half.triangles.push(
      [indexOf[firstBorder + i + 1] as number, indexOf[firstBorder + i] as number, back].reverse() as [
        number,
        number,
        number,
      ],
    );
  }
  return mirror(half, neck);
};

const mirror = (half: Half, neck: readonly number[]): HeadMesh => {
  const vertices = [...half.vertices];
  const twin = half.vertices.map((v, i) => {
    if (Math.abs(v.p[0]) < 1e-6) return i;
    vertices.push({ ...v, p: [-v.p[0], v.p[1], v.p[2]], domain: [-v.domain[0], v.domain[1]] });
    return vertices.length - 1;
  });
  const triangles = [...half.triangles];
  for (const [a, b, c] of half.triangles) {
    triangles.push([twin[a] as number, twin[c] as number, twin[b] as number]);
  }
  const otherSide = neck
    .slice(1, -1)
    .map((i) => twin[i] as number)
    .reverse();
  addNeck(vertices, triangles, [...neck, ...otherSide]);
  return { vertices, triangles };
};

/** Continues the open ring under the head down into the collar. */
const addNeck = (
  vertices: HeadVertex[],
  triangles: [number, number, number][],
  ring: readonly number[],
): void => {
  let above = [...ring];
  for (const [drop, grow] of [
    [1.0, 1],
    [2.4, 1.04],
    [4.9, 1.3],
  ] as const) {
    const below = ring.map((i) => {
      const p = (vertices[i] as HeadVertex).p;
      const q: V3 = [p[0] * grow, NECK_Y - drop, (p[2] + 3.25) * grow - 3.25 - 0.1 * drop];
      vertices.push({ ...plain, p: q, domain: [0, -30], part: 'neck' });
      return vertices.length - 1;
    });
    for (let i = 0; i < ring.length; i++) {
      const n = (i + 1) % ring.length;
      const [a, b, c, d] = [above[i], above[n], below[n], below[i]] as [number, number, number, number];
      triangles.push([a, c, b], [a, d, c]);
    }
    above = below;
  }
};

/** Angle-weighted smooth normals. */
export const smoothNormals = (
  points: readonly V3[],
  triangles: readonly (readonly [number, number, number])[],
): V3[] => {
  const sums = points.map((): [number, number, number] => [0, 0, 0]);
  for (const t of triangles) {
    const [a, b, c] = t.map((i) => points[i] as V3) as [V3, V3, V3];
    const ab = sub(b, a);
    const ac = sub(c, a);
    const n = normalise([
      ab[1] * ac[2] - ab[2] * ac[1],
      ab[2] * ac[0] - ab[0] * ac[2],
      ab[0] * ac[1] - ab[1] * ac[0],
    ]);
    const corners = [a, b, c];
    for (let k = 0; k < 3; k++) {
      const o = corners[k] as V3;
      const u = sub(corners[(k + 1) % 3] as V3, o);
      const v = sub(corners[(k + 2) % 3] as V3, o);
      const l = len(u) * len(v);
      if (l < 1e-10) continue;
      const angle = Math.acos(Math.max(-1, Math.min(1, (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / l)));
      const sum = sums[t[k] as number] as [number, number, number];
      sum[0] += n[0] * angle;
      sum[1] += n[1] * angle;
      sum[2] += n[2] * angle;
    }
  }
  return sums.map((v) => normalise(v));
};
