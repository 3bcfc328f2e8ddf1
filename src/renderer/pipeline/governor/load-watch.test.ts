import { expect, test } from 'vitest';
import { FIRST_SCENE } from '../../../shared/domain/scene.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { StageMetrics } from '../stage/messages.ts';
import { planTracking } from '../tracking-plan.ts';
import { LoadWatch } from './load-watch.ts';

const SNAPSHOT: StudioSnapshot = {
  mode: 'studio',
  settings: DEFAULT_SETTINGS,
  avatar: { id: 'vida', name: 'Vida', url: '/v', family: 'vrm1', wantsThumbnail: false },
  scene: { ...FIRST_SCENE, turn: 1, background: { kind: 'transparent' }, overlay: null },
  tracking: { source: 'camera', modelUrl: '/m', poseModelUrl: null, handsModelUrl: null, wasmUrl: '/w' },
  broadcast: null,
  panic: false,
  muted: false,
  secondSourceUrl: null,
  allowed: { body: true, hands: true },
  poseWanted: false,
  contactSheet: null,
};
const RENDITION = { name: 'main', width: 640, height: 360, bitrateKbps: 1000 } as const;

const stage = (frames: number, fps: number): StageMetrics => ({
  render: { frames, fps, p50Ms: 100, p95Ms: 200, late: 0 },
  encode: {
    ...{ epoch: 1, state: 'running', frames, keyFrames: 1, bytes: 1, p50Ms: 1, p95Ms: 1, skipped: 0 },
    ...{ encoder: 'raw', reason: null, renditions: [] },
  },
  live: { ticks: frames, late: 0 },
  latency: { cameraToEncodedMs: { p50: null, p95: null } },
  avatar: { id: 'vida', state: 'shown', reason: null },
  tracking: { state: 'tracking', presence: 1 },
  media: { open: true, queuedBytes: 0 },
  quality: 'full',
  springs: 20,
  capture: { width: 0, height: 0, fps: 0 },
  renderer: 'test',
});

const FPS = DEFAULT_SETTINGS.picture.fps / 2;

/** A stage that draws half of what it should, looked at once a second. */
class Slow {
  readonly watch = new LoadWatch();
  private second = 0;

  seconds(count: number, snapshot: StudioSnapshot): this {
    for (let i = 0; i < count; i++) {
      this.second++;
      const metrics = stage(this.second * FPS, FPS);
      this.watch.look(snapshot, metrics, planTracking(snapshot), this.second * 1000);
    }
    return this;
  }

  get given(): readonly string[] {
    return this.watch.report.steps.map(({ step }) => step);
  }
}

const withSettings = (change: Partial<StudioSnapshot['settings']>): StudioSnapshot => ({
  ...SNAPSHOT,
  settings: { ...DEFAULT_SETTINGS, ...change },
});

test.each([
  ['the page encodes', { epoch: 1, source: 'encoded', x264: false, renditions: [RENDITION] }, false],
  [
    'another encoder has raw pictures',
    { epoch: 1, source: 'raw', x264: false, renditions: [RENDITION] },
    false,
  ],
  ['libx264 has raw pictures', { epoch: 1, source: 'raw', x264: true, renditions: [RENDITION] }, true],
] as const)('the preset is given up only where it matters: %s', (_name, broadcast, moves) => {
  const snapshot = { ...SNAPSHOT, broadcast: { ...broadcast, renditions: [...broadcast.renditions] } };
  const { given } = new Slow().seconds(60, snapshot);
  expect(given).toContain('render-scale:3');
  expect(given.includes('encoder-preset:2')).toBe(moves);
});

test('another avatar and another size of the picture are given time, the same ones are not', () => {
  const settled = () => new Slow().seconds(9, SNAPSHOT);
  const { picture } = DEFAULT_SETTINGS;
  expect(settled().given).toHaveLength(1);
  for (const [change, steps] of [
    [{}, 3],
    [{ mirror: !DEFAULT_SETTINGS.mirror }, 3],
    [{ avatarId: 'other' }, 1],
    [{ picture: { ...picture, width: picture.height, height: picture.width } }, 1],
  ] as const) {
    expect(settled().seconds(5, withSettings(change)).given, JSON.stringify(change)).toHaveLength(steps);
  }
});

test('switched off it gives back what it had taken and looks at nothing', () => {
  const run = new Slow().seconds(20, SNAPSHOT);
  const off = withSettings({ tracking: { ...DEFAULT_SETTINGS.tracking, governor: false } });
  expect(run.given.length).toBeGreaterThan(1);
  run.seconds(20, off);
  expect(run.given.at(-1)).toBe('all:up');
  expect(Object.values(run.watch.levers).every((step) => step === 0)).toBe(true);
});
