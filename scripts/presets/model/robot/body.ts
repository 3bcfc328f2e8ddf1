import type { V2, V3 } from '../maths.ts';
import type { Bone } from '../skeleton.ts';
import { append, emptySurface, type Surface } from '../surface.ts';
import { ACCENT, DARK, JOINT, SHELL, SHELL_DIM, WHITE } from './paint.ts';
import { block, hoop, rod, turned } from './parts.ts';

/** Stacked rings of a bellows from place to place along it. */
const bellows = (rings: number, r: number): V2[] =>
  Array.from({ length: rings * 2 + 1 }, (_, i): V2 => {
    const t = i / (rings * 2);
    return [t, r * (i % 2 === 0 ? 0.84 : 1)];
  });

const trunk = (out: Surface): void => {
  append(out, turned([0, 134.5, -2.4], [0, 122, -2.4], bellows(4, 5.4), 20, { colour: DARK, bone: 'neck' }));
  const ring: readonly V2[] = [
    [0, 6.2],
    [0.25, 8.4],
    [0.75, 8.8],
    [1, 7.4],
  ];
  append(
    out,
    turned([0, 127.6, -2.2], [0, 123.6, -2.2], ring, 24, { colour: SHELL_DIM, bone: 'upperChest' }),
  );
  append(out, block([0, 114.5, -1.2], [15.6, 11.6, 10.4], 3.1, 10, { colour: SHELL, bone: 'upperChest' }));
  // Plate over the chest, its frame, and two vents.
  append(out, block([0, 115, 5.4], [8.8, 7.4, 5.2], 3.4, 8, { colour: SHELL_DIM, bone: 'upperChest' }));
  append(out, block([0, 115, 6.1], [7.4, 6.0, 5.3], 3.4, 8, { colour: ACCENT, bone: 'upperChest' }));
  append(
    out,
    turned(
      [0, 115.2, 10.2],
      [0, 115.2, 11.9],
      [
        [0, 3.9],
        [0.8, 3.7],
        [1, 3.3],
        [1, 0.05],
      ],
      26,
      { colour: DARK, bone: 'upperChest' },
    ),
  );
  for (const s of [1, -1]) {
    for (const k of [0, 1, 2]) {
      append(
        out,
        block([s * 11.2, 111.5 + k * 1.9, 6.9], [1.7, 0.5, 1.6], 3, 2, { colour: DARK, bone: 'upperChest' }),
      );
    }
  }
  append(
    out,
    turned([0, 106, -1], [0, 97, -0.8], bellows(3, 9.6), 22, { colour: DARK, bone: 'chest' }, [1, 0.8]),
  );
  append(
    out,
    turned([0, 99, -0.8], [0, 88, -0.8], bellows(3, 9.2), 22, { colour: DARK, bone: 'spine' }, [1, 0.8]),
  );
  append(out, block([0, 86, -0.6], [13, 6.4, 8.8], 3, 6, { colour: SHELL, bone: 'hips' }));
  append(out, block([0, 87, 5.6], [4.2, 3, 4], 3, 5, { colour: ACCENT, bone: 'hips' }));
};

/** A limb's shell with a waist at its upper end. */
const shell: readonly V2[] = [
  [0, 0.62],
  [0.06, 0.86],
  [0.3, 0.98],
  [0.72, 1],
  [0.93, 0.88],
  [1, 0.64],
];
const scaled = (r: number): V2[] => shell.map(([t, k]): V2 => [t, k * r]);

const arm = (out: Surface, s: 1 | -1): void => {
  const n = s === 1 ? 'left' : 'right';
  const at = (x: number, y = 122.5, z = -1.9): V3 => [s * x, y, z];
  append(out, block(at(13.6, 122.2), [4.6, 4.6, 4.6], 2, 5, { colour: JOINT, bone: `${n}Shoulder` }));
  append(out, block(at(17.6, 122.8), [5.4, 5.8, 5.9], 2.4, 6, { colour: SHELL, bone: `${n}UpperArm` }));
  const upper = { colour: SHELL_DIM, bone: `${n}UpperArm` };
  append(out, turned(at(20), at(35), scaled(4.0), 16, upper));
  append(
    out,
    turned(
      at(24.2),
      at(26.2),
      [
        [0, 4.15],
        [0.5, 4.3],
        [1, 4.15],
      ],
      16,
      { ...upper, colour: ACCENT },
    ),
  );
  append(out, block(at(37.2), [3.7, 3.7, 3.7], 2, 5, { colour: DARK, bone: `${n}LowerArm` }));
  const lower = { colour: SHELL, bone: `${n}LowerArm` };
  append(out, turned(at(39.4), at(56.6, 122.5, -1.2), scaled(5.2), 18, lower));
  append(
    out,
    turned(
      at(52.2, 122.5, -1.3),
      at(54.8, 122.5, -1.3),
      [
        [0, 4.9],
        [0.5, 5.25],
        [1, 4.6],
      ],
      18,
      {
        ...lower,
        colour: ACCENT,
      },
    ),
  );
  append(out, block(at(58.2, 122.5, -1.2), [2.6, 2.6, 2.6], 2, 5, { colour: DARK, bone: `${n}Hand` }));
  append(out, block(at(63.4, 122.6, -0.9), [4.6, 1.9, 4.6], 3.2, 5, { colour: SHELL, bone: `${n}Hand` }));
  append(out, block(at(63.2, 123.5, -0.9), [2.8, 1.5, 2.8], 3, 4, { colour: ACCENT, bone: `${n}Hand` }));
};

/** Every finger bone carries a rod as far as the next one. */
const fingers = (out: Surface, bones: readonly Bone[]): void => {
  for (const bone of bones) {
    const part = /(Thumb|Index|Middle|Ring|Little)(Metacarpal|Proximal|Intermediate|Distal)$/.exec(bone.name);
    if (part === null) continue;
    const next = bones.find((b) => b.parent === bone.name);
    const before = bones.find((b) => b.name === bone.parent) as Bone;
    const metres = next?.at ?? bone.at.map((v, i) => v + (v - (before.at[i] as number)) * 0.95);
    const [from, to] = [bone.at, metres].map((p) => p.map((v) => (v as number) * 100)) as unknown as [V3, V3];
    const size = part[1] === 'Thumb' ? 1.25 : part[1] === 'Little' ? 0.9 : 1.05;
    const tip = part[2] === 'Distal';
    append(out, rod(from, to, size, 8, { colour: tip ? SHELL_DIM : DARK, bone: bone.name }));
  }
};

const leg = (out: Surface, s: 1 | -1): void => {
  const n = s === 1 ? 'left' : 'right';
  const at = (x: number, y: number, z: number): V3 => [s * x, y, z];
  append(out, block(at(8.2, 82, 0), [4.8, 4.8, 4.8], 2, 5, { colour: JOINT, bone: `${n}UpperLeg` }));
  append(
    out,
    turned(at(8.2, 80, 0), at(8.5, 50, 0.3), scaled(5.7), 14, { colour: SHELL_DIM, bone: `${n}UpperLeg` }),
  );
  append(out, block(at(8.5, 45.5, 0.6), [4.4, 4.6, 4.6], 2.4, 5, { colour: DARK, bone: `${n}LowerLeg` }));
  append(
    out,
    turned(at(8.5, 42, 0), at(8.8, 12, -1.4), scaled(6.6), 14, { colour: SHELL, bone: `${n}LowerLeg` }),
  );
  append(
    out,
    turned(
      at(8.7, 21, -1),
      at(8.7, 18, -1.1),
      [
        [0, 6.4],
        [0.5, 6.8],
        [1, 6.4],
      ],
      14,
      {
        colour: ACCENT,
        bone: `${n}LowerLeg`,
      },
    ),
  );
  append(out, block(at(8.9, 4.4, -0.6), [5.4, 4.4, 7.4], 3.2, 5, { colour: SHELL_DIM, bone: `${n}Foot` }));
  append(out, block(at(9.0, 3.4, 8.6), [5.2, 3.3, 5.4], 3, 5, { colour: DARK, bone: `${n}Toes` }));
};

/** Everything below the head, centimetres of a realistic body. */
export const robotBody = (bones: readonly Bone[]): Surface => {
  const out = emptySurface();
  trunk(out);
  for (const s of [1, -1] as const) {
    arm(out, s);
    leg(out, s);
  }
  fingers(out, bones);
  return out;
};

/** The ring and the core that shine on the chest. */
export const chestLights = (): Surface => {
  const out = emptySurface();
  const ring = Array.from({ length: 30 }, (_, i): V3 => {
    const a = (i / 30) * 2 * Math.PI;
    return [2.9 * Math.cos(a), 115.2 + 2.9 * Math.sin(a), 11.9];
  });
  append(
    out,
    hoop(ring, () => [0, 0, 1], 0.42, { colour: WHITE, bone: 'upperChest' }),
  );
  append(out, block([0, 115.2, 11.8], [1.25, 1.25, 0.7], 2, 5, { colour: WHITE, bone: 'upperChest' }));
  return out;
};
