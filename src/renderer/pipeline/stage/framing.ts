/** Where the head is and how big, in world units, at rest, looking to +Z. */
export interface HeadFrame {
  /** `bust`: shoulders come along; `head`: the model is nothing but a head (or an object), show all of it. */
  readonly kind: 'bust' | 'head';
  readonly centerX: number;
  readonly centerZ: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly depth: number;
}

/** A level camera looking along −Z. */
export interface Shot {
  readonly fovDeg: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly near: number;
  readonly far: number;
}

/** Long enough a lens that a nose does not grow, short enough that depth can be felt. */
export const FOV_DEG = 30;
/** Height of an adult head in metres: the solver's metres are scaled by it, so a giant leans like a giant. */
export const HUMAN_HEAD_METRES = 0.24;

const BUST_HEAD_SHARE = 0.5;
const BUST_WIDTHS = 2.1;
const BUST_HEADROOM = 0.115;
const HEAD_SHARE = 0.72;

/** World units per metre of a person, judged by the size of the head. */
export function unitsPerMetre(head: HeadFrame): number {
  const height = head.top - head.bottom;
  return height > 0 ? height / HUMAN_HEAD_METRES : 1;
}

/**
 * Portrait framing for any aspect ratio: a bust gets its head into the upper middle with a hand of air above,
 * and in a narrow picture the shot widens until the head has room to turn.
 * @param aspect width / height of the picture.
 */
export function frameShot(head: HeadFrame, aspect: number): Shot {
  const height = Math.max(head.top - head.bottom, 1e-4);
  const tan = Math.tan((FOV_DEG * Math.PI) / 360);
  let visible: number;
  let centre: number;
  if (head.kind === 'bust') {
    const wanted = height / BUST_HEAD_SHARE;
    visible = Math.max(wanted, (head.width * BUST_WIDTHS) / aspect);
    const headroom = BUST_HEADROOM * wanted + 0.22 * (visible - wanted);
    centre = head.top + headroom - visible / 2;
  } else {
    const turned = Math.max(head.width, Math.min(head.depth, head.width * 1.3));
    visible = Math.max(height / HEAD_SHARE, turned / (HEAD_SHARE * aspect));
    centre = (head.top + head.bottom) / 2;
  }
  const distance = visible / (2 * tan) + head.depth * 0.25;
  return {
    fovDeg: FOV_DEG,
    x: head.centerX,
    y: centre,
    z: head.centerZ + distance,
    near: Math.max(distance * 0.05, 1e-3),
    far: distance * 12,
  };
}
