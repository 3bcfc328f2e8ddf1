import type { DetectedFrame, TimedPose } from './harness/protocol.ts';

/** How well readings follow the truth. */
export interface Correlations {
  readonly frames: number;
  readonly found: number;
  readonly rows: readonly { readonly channel: string; readonly r: number; readonly gain: number }[];
}

/** Pearson correlation and least-squares gain of `y` over `x`. */
export const correlation = (x: readonly number[], y: readonly number[]): { r: number; gain: number } => {
  const n = x.length;
  const mx = x.reduce((a, b) => a + b, 0) / n;
  const my = y.reduce((a, b) => a + b, 0) / n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const a = (x[i] as number) - mx;
    const b = (y[i] as number) - my;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return { r: xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0, gain: xx > 0 ? xy / xx : 0 };
};

const degrees = (x: number): number => (x * 180) / Math.PI;

/** Yaw, pitch, roll in degrees from a column-major face matrix, R = Ry·Rx·Rz, unmirrored. */
export const anglesOf = (m: readonly number[]): { yaw: number; pitch: number; roll: number } => {
  const at = (row: number, column: number): number => m[column * 4 + row] as number;
  return {
    yaw: degrees(Math.atan2(at(0, 2), at(2, 2))),
    pitch: degrees(Math.asin(Math.max(-1, Math.min(1, -at(1, 2))))),
    roll: degrees(Math.atan2(at(1, 0), at(1, 1))),
  };
};

const CHANNELS: readonly string[] = [
  'jawOpen',
  'eyeBlinkLeft',
  'eyeBlinkRight',
  'mouthSmileLeft',
  'mouthSmileRight',
  'browInnerUp',
  'browDownLeft',
  'mouthPucker',
];

/** Compares detections with the poses they were made of. */
export const compare = (truth: readonly TimedPose[], seen: readonly DetectedFrame[]): Correlations => {
  const pairs = truth
    .map((t, i) => [t, seen[i]] as const)
    .filter((p): p is readonly [TimedPose, DetectedFrame] => p[1]?.found === true);
  const rows: { channel: string; r: number; gain: number }[] = [];
  for (const angle of ['yaw', 'pitch', 'roll'] as const) {
    const x = pairs.map(([t]) => t.state[angle]);
    const y = pairs.map(([, s]) => anglesOf(s.matrix)[angle]);
    rows.push({ channel: angle, ...correlation(x, y) });
  }
  for (const channel of CHANNELS) {
    const x = pairs.map(([t]) => t.state.weights[channel] ?? 0);
    const y = pairs.map(([, s]) => s.scores[s.names.indexOf(channel)] ?? 0);
    rows.push({ channel, ...correlation(x, y) });
  }
  return { frames: truth.length, found: pairs.length, rows };
};

/** Table for the terminal. */
export const report = (title: string, c: Correlations): string =>
  [
    `${title}: face found on ${c.found} of ${c.frames} frames`,
    ...c.rows.map((row) => `  ${row.channel.padEnd(16)} r ${row.r.toFixed(3)}  gain ${row.gain.toFixed(2)}`),
  ].join('\n');
