import {
  jitter,
  lagOf,
  regression,
  rmse,
  rollLeak,
  type Stretch,
  spread,
  stillStretches,
} from '../../src/renderer/pipeline/solver/truth-metrics.ts';
import { ANGLES, rawTrack, solvedTrack, type Track } from '../../src/renderer/pipeline/solver/truth-run.ts';
import { fixture, type KnownPerformance, stored, storedNames } from './data.ts';
import { kalidokitTrack } from './kalidokit.ts';

/** The first half second, in which the pose blends in, and the half second that a head needs to come to rest. */
const SETTLE_S = 0.5;
/** What moves less has no slope, lag or correlation that means anything, degrees of standard deviation. */
const MOVES = 2;

interface AngleRow {
  readonly rmse: number;
  readonly slope: number | null;
  readonly lagMs: number | null;
  readonly correlation: number | null;
  readonly jitter: number;
}

interface Row {
  readonly performance: string;
  readonly solver: string;
  readonly angles: Readonly<Record<(typeof ANGLES)[number], AngleRow>>;
  readonly rollLeak: number;
  readonly blinkRmse: readonly [left: number, right: number];
}

const SOLVERS: readonly (readonly [string, (known: KnownPerformance) => Track])[] = [
  ['raw', ({ seen }) => rawTrack(seen)],
  ['ours', ({ seen, fps }) => solvedTrack(seen, fps)],
  ['kalidokit', ({ seen }) => kalidokitTrack(seen, false)],
  ['kalidokit, its demo', ({ seen }) => kalidokitTrack(seen, true)],
];

const stillFor = ({ truth, fps }: KnownPerformance, angle: (typeof ANGLES)[number]): readonly Stretch[] =>
  truth.still
    ? truth.still.map(([from, to]) => [Math.ceil((from + SETTLE_S) * fps), Math.floor(to * fps)])
    : stillStretches(
        truth.frames.map((f) => f[angle]),
        fps,
        SETTLE_S * fps,
      );

const measure = (known: KnownPerformance, solver: string, track: Track): Row => {
  const skip = Math.round(SETTLE_S * known.fps);
  const frames = known.truth.frames;
  const angleRow = (angle: (typeof ANGLES)[number]): AngleRow => {
    const truth = frames.slice(skip).map((f) => f[angle]);
    const signal = track[angle].slice(skip);
    const moves = spread(truth) > MOVES;
    const { correlation, slope } = regression(signal, truth);
    return {
      rmse: rmse(signal, truth),
      slope: moves ? slope : null,
      lagMs: moves ? (lagOf(signal, truth) * 1000) / known.fps : null,
      correlation: moves ? correlation : null,
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
  'lag ms'.padEnd(15),
  'correlation'.padEnd(21),
  'still jitter °'.padEnd(24),
  'roll leak °  blink RMSE l, r',
].join('');

const print = (name: string, rows: readonly Row[]): void => {
  console.log(`\n${name} (yaw, pitch, roll each)\n${HEAD}`);
  for (const row of rows) {
    console.log(
      [
        row.solver.padEnd(19),
        three(row, (a) => a.rmse, 2, 6),
        three(row, (a) => a.slope, 2, 6),
        three(row, (a) => a.lagMs, 0, 5),
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
