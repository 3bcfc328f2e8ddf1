import { describe, expect, test } from 'vitest';
import {
  FULL_QUALITY,
  GOVERNOR_LEVERS,
  governorStepSchema,
  LEVER_STEPS,
} from '../../../shared/domain/governor.ts';
import texts from '../../../shared/locale/en/governor.json' with { type: 'json' };
import { Governor } from './governor.ts';
import type { LoadSample } from './load.ts';

const EASY: LoadSample = {
  tickMs: 1000 / 30,
  renderP95Ms: 12,
  renderFps: 30,
  wantedFps: 30,
  lateShare: 0,
  encodeSkippedShare: 0,
  trackers: { face: true, pose: true, hands: true },
  springs: 20,
  presetMatters: true,
  live: true,
};
const HARD: LoadSample = { ...EASY, renderP95Ms: 60, renderFps: 16, lateShare: 0.4 };
/** Neither too much nor room. */
const TIGHT: LoadSample = { ...EASY, renderP95Ms: 27 };

/** Samples once a second; the state of the machine may follow from what was given up. */
class Run {
  readonly governor = new Governor();
  at = 0;
  changes = 0;

  seconds(count: number, load: LoadSample | ((run: Run) => LoadSample)): this {
    for (let i = 0; i < count; i++) {
      this.at += 1000;
      if (this.governor.look(typeof load === 'function' ? load(this) : load, this.at)) this.changes++;
    }
    return this;
  }

  get down(): number {
    return Object.values(this.governor.state).reduce((sum, step) => sum + step, 0);
  }

  get names(): string[] {
    return this.governor.steps.map(({ step }) => step);
  }
}

const started = (): Run => new Run().seconds(10, EASY);

describe('load governor', () => {
  test('gives up nothing while there is room, and nothing in the first seconds', () => {
    expect(started().seconds(300, EASY).changes).toBe(0);
    expect(new Run().seconds(5, HARD).changes).toBe(0);
  });

  test('one late second changes nothing; two do', () => {
    expect(started().seconds(1, HARD).seconds(5, EASY).changes).toBe(0);
    expect(started().seconds(2, HARD).names).toEqual(['springs:1']);
  });

  test('goes down one step at a time, first steps of all levers first, and says all is down once', () => {
    const run = started();
    let before = run.down;
    for (let i = 0; i < 120; i++) {
      run.seconds(1, HARD);
      expect(run.down - before).toBeLessThanOrEqual(1);
      before = run.down;
    }
    expect(run.names.slice(0, 8)).toEqual([...GOVERNOR_LEVERS.map((lever) => `${lever}:1`), 'springs:2']);
    expect(run.governor.state).toEqual(LEVER_STEPS);
    expect(run.names.filter((name) => name === 'all:down')).toHaveLength(1);
    expect(run.names.at(-1)).toBe('all:down');
  });

  test('takes back in the reverse order when the hog has gone', () => {
    const run = started().seconds(12, HARD);
    const given = [...run.names];
    expect(given.length).toBeGreaterThan(3);
    run.seconds(12 * given.length + 20, EASY);
    expect(run.governor.state).toEqual(FULL_QUALITY);
    const back = run.names.slice(given.length).map((name) => name.split(':')[0]);
    expect(back).toEqual(given.map((name) => name.split(':')[0]).reverse());
  });

  test('keeps what it gave up while it is neither too much nor easy', () => {
    const run = started().seconds(4, HARD);
    const { changes } = run;
    expect(run.seconds(600, TIGHT).changes).toBe(changes);
  });

  test('a load that comes and goes every second does not flap', () => {
    const run = started();
    for (let i = 0; i < 150; i++) run.seconds(1, HARD).seconds(1, EASY);
    expect(run.changes).toBeLessThanOrEqual(1);
    const slow = started();
    for (let i = 0; i < 30; i++) slow.seconds(4, HARD).seconds(6, EASY);
    const ups = slow.governor.steps.filter(({ why }) => why.includes('again'));
    expect(ups).toEqual([]);
  });

  test('a climb that fails is undone and tried less and less often', () => {
    // The machine copes exactly with three steps given up.
    const copes = ({ down }: Run): LoadSample => (down >= 3 ? EASY : HARD);
    const run = started().seconds(20, copes);
    expect(run.down).toBe(3);
    const climbs: number[] = [];
    let before = run.down;
    for (let i = 0; i < 900; i++) {
      run.seconds(1, copes);
      if (run.down < before) climbs.push(run.at);
      before = run.down;
    }
    const waits = climbs.slice(1).map((at, i) => (at - climbs[i]!) / 1000);
    for (let i = 1; i < waits.length; i++) expect(waits[i]!).toBeGreaterThanOrEqual(waits[i - 1]!);
    expect(climbs.length, 'climbs in 15 minutes').toBeLessThanOrEqual(8);
    expect(waits.at(-1)).toBeGreaterThan(120);
    expect(run.down).toBe(3);
  });

  test('the cost of a step itself does not undo it', () => {
    const onlyHands: LoadSample = {
      ...HARD,
      springs: 0,
      trackers: { face: false, pose: false, hands: true },
    };
    const run = started();
    while (run.names.at(-1) !== 'hands:2') run.seconds(1, onlyHands);
    while (run.governor.state.hands === 2) run.seconds(1, EASY);
    const { changes } = run;
    run.seconds(4, HARD);
    expect(run.changes, 'while the tracker of the hands starts').toBe(changes);
    run.seconds(30, EASY);
    expect(run.governor.state.hands).toBeLessThanOrEqual(1);

    const meshes = started();
    while (meshes.names.at(-1) !== 'level-of-detail:1') meshes.seconds(1, HARD);
    const before = meshes.changes;
    meshes.seconds(4, HARD);
    expect(meshes.changes, 'while the simpler meshes are made').toBe(before);
    meshes.seconds(3, HARD);
    expect(meshes.changes).toBe(before + 1);
    while (meshes.names.at(-1) !== 'level-of-detail:2') meshes.seconds(1, HARD);
    const second = meshes.changes;
    meshes.seconds(4, HARD);
    expect(meshes.changes, 'they are there').toBeGreaterThan(second);
  });

  test('leaves out levers that would change nothing', () => {
    const bare: LoadSample = {
      ...HARD,
      trackers: { face: true, pose: false, hands: false },
      springs: 0,
      presetMatters: false,
    };
    const run = started().seconds(60, bare);
    const moved = new Set(run.names.map((name) => name.split(':')[0]));
    expect([...moved].sort()).toEqual(['all', 'level-of-detail', 'render-scale', 'tracking-rate']);
  });

  test('starting, going live, another rate and a pause give it time', () => {
    const run = started();
    run.seconds(4, { ...HARD, live: false });
    expect(run.changes).toBe(0);
    run.seconds(10, EASY);
    run.at += 60_000;
    run.seconds(4, HARD);
    expect(run.changes).toBe(0);
    run.seconds(10, EASY);
    run.governor.quiet(run.at);
    expect(run.seconds(4, HARD).changes).toBe(0);
  });

  test('each cause is told with its numbers, and every step fits the report', () => {
    const causes: [Partial<LoadSample>, RegExp][] = [
      [{ renderFps: 16 }, /16 of 30 pictures a second/],
      [{ lateShare: 0.25 }, /25 % of the pictures come late/],
      [{ encodeSkippedShare: 0.1 }, /leaves out 10 %/],
      [{ renderP95Ms: 40 }, /40 of 33 ms/],
    ];
    for (const [change, words] of causes) {
      const run = started().seconds(3, { ...EASY, ...change });
      expect(run.governor.steps[0]!.why).toMatch(words);
    }
    const run = started().seconds(100, HARD).seconds(400, EASY);
    for (const step of run.governor.steps) {
      expect(governorStepSchema.parse(step)).toEqual(step);
      expect(step.why).not.toMatch(/\{\{|^(down|up|all|cause)\./);
    }
    for (const lever of GOVERNOR_LEVERS) {
      for (let step = 1; step <= LEVER_STEPS[lever]; step++)
        expect(texts).toHaveProperty([`down.${lever}.${step}`]);
      expect(texts).toHaveProperty([`up.${lever}`]);
    }
  });

  test('keeps 64 steps', () => {
    const run = started();
    for (let i = 0; i < 12; i++) run.seconds(30, HARD).seconds(400, EASY);
    expect(run.governor.steps.length).toBe(64);
  });

  test('switched off it gives everything back', () => {
    const run = started().seconds(20, HARD);
    expect(run.governor.release(run.at)).toEqual(FULL_QUALITY);
    expect(run.names.at(-1)).toBe('all:up');
    expect(run.governor.release(run.at)).toBeNull();
  });
});
