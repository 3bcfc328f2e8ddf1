import { fixture, type KnownPerformance, stored, storedNames } from './data.ts';
import { kalidokitTrack } from './kalidokit.ts';
import { jitter, lagOf, regression, rmse, rollLeak } from './truth-metrics.ts';
import {
  ANGLES,
  type Angle,
  liveTrack,
  moves,
  rawTrack,
  settlingFrames,
  solvedTrack,
  stillFor,
  TRACKER_MS,
  type Track,
  truthOf,
} from './truth-run.ts';

interface AngleRow {
  readonly rmse: number;
  readonly slope: number | null;
  /** Behind the picture that was tracked last. */
  readonly clipLagMs: number | null;
  /** Behind the camera: the tracker's own time comes on top. */
  readonly wallLagMs: number | null;
  readonly correlation: number | null;
  readonly jitter: number;
}

interface Row {
  readonly performance: string;
  readonly solver: string;
  readonly angles: Readonly<Record<Angle, AngleRow>>;
  readonly rollLeak: number;
  readonly blinkRmse: readonly [left: number, right: number];
}

const SOLVERS: readonly (readonly [string, (known: KnownPerformance) => Track])[] = [
  ['raw', ({ seen }) => rawTrack(seen)],
  ['ours', ({ seen, fps }) => solvedTrack(seen, fps)],
  // Steady delay and prediction, as on the stage: lids and lips are one interval late on purpose.
  ['ours, live', ({ seen, fps }) => liveTrack(seen, fps)],
  ['kalidokit', ({ seen }) => kalidokitTrack(seen, false)],
  ['kalidokit, its demo', ({ seen }) => kalidokitTrack(seen, true)],
];

const measure = (known: KnownPerformance, solver: string, track: Track): Row => {
  const skip = settlingFrames(known);
  const frames = known.truth.frames;
  const angleRow = (angle: Angle): AngleRow => {
    const truth = truthOf(known, angle);
    const signal = track[angle].slice(skip);
    const moving = moves(truth);
    const { correlation, slope } = regression(signal, truth);
    const clipLagMs = moving ? (lagOf(signal, truth) * 1000) / known.fps : null;
    return {
      rmse: rmse(signal, truth),
      slope: moving ? slope : null,
      clipLagMs,
      wallLagMs: clipLagMs === null ? null : clipLagMs + TRACKER_MS,
      correlation: moving ? correlation : null,
      jitter: jitter(track[angle], stillFor(known, angle)),
    };
  };
  const blink = (signal: readonly number[], name: string): number =>
    rmse(
      signal.slice(skip),
      frames.slice(skip).map((f) => f.bs[name] ?? 0),
    );
  return {
    performance: known.name,
    solver,
    angles: { yaw: angleRow('yaw'), pitch: angleRow('pitch'), roll: angleRow('roll') },
    rollLeak: rollLeak(track.roll, frames),
    blinkRmse: [blink(track.blinkLeft, 'eyeBlinkLeft'), blink(track.blinkRight, 'eyeBlinkRight')],
  };
};

const cell = (value: number | null, digits: number, width: number): string =>
  (value === null || Number.isNaN(value) ? '–' : value.toFixed(digits)).padStart(width);

const three = (row: Row, pick: (angle: AngleRow) => number | null, digits: number, width: number): string =>
  ANGLES.map((angle) => cell(pick(row.angles[angle]), digits, width)).join('');

const HEAD = [
  ''.padEnd(21),
  'RMSE °'.padEnd(18),
  'slope'.padEnd(18),
  'lag, clip ms'.padEnd(16),
  'lag, wall ms'.padEnd(15),
  'correlation'.padEnd(21),
  'still jitter °'.padEnd(24),
  'roll leak °  blink RMSE l, r',
].join('');

const print = (name: string, rows: readonly Row[]): void => {
  console.log(`\n${name} (yaw, pitch, roll each; wall time with a tracker of ${TRACKER_MS} ms)\n${HEAD}`);
  for (const row of rows) {
    console.log(
      [
        row.solver.padEnd(19),
        three(row, (a) => a.rmse, 2, 6),
        three(row, (a) => a.slope, 2, 6),
        three(row, (a) => a.clipLagMs, 0, 5),
        three(row, (a) => a.wallLagMs, 0, 5),
        three(row, (a) => a.correlation, 3, 7),
        three(row, (a) => a.jitter, 3, 8),
        cell(row.rollLeak, 2, 10),
        ...row.blinkRmse.map((value) => cell(value, 3, 8)),
      ].join(' '),
    );
  }
};

/** Every performance through every solver, as a table against the truth. */
export const benchAccuracy = (): readonly Row[] => {
  const tracked = fixture(true);
  if (tracked === null) {
    console.log('synth_ict is left out: it needs the test data and `npm run performances -- synth_ict`.');
  }
  const all = [...storedNames().map(stored), ...(tracked ? [tracked] : [])];
  return all.flatMap((known) => {
    const rows = SOLVERS.map(([solver, run]) => measure(known, solver, run(known)));
    print(known.name, rows);
    return rows;
  });
};
