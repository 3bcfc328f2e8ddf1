import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StageEvent, StageMetrics, StageScene } from '../src/renderer/pipeline/stage/messages.ts';
import { NO_MAPPING } from '../src/shared/domain/avatar-mapping.ts';
import { AVATAR_POSE_WIRE_VALUES } from '../src/shared/domain/avatar-pose.ts';
import { namedPlacement, PLACEMENTS } from '../src/shared/domain/scene.ts';
import { callHarness, type HarnessArgs, type HarnessResult } from './stage/call.ts';
import type { StageHarness } from './stage/harness.ts';
import { difference, near, type Pixels, pixelsOf, type Rgb } from './stage/pixels.ts';
import { OUT, openStagePage, type StagePage } from './stage/serve.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FPS = 15;
const UPRIGHT = { width: 360, height: 640, fps: FPS, bitrateKbps: 1000 };
const resources = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../resources');
const own = path.join(resources, 'avatars/vida.vrm');

const BACK = [0x20, 0x50, 0x40] as const;
const RED = [220, 20, 20] as const;
const GREEN = [20, 200, 20] as const;
/** Captured pictures come through the browser's video colours. */
const VIDEO_TOLERANCE = 30;
/** Across the shoulder of the avatar in its corner; an avatar at rest sways, and one looks through under the arm. */
const SHOULDER = [0.745, 0.75, 0.755, 0.76, 0.765] as const;

let stage: StagePage;
let target: Page;
let pictures = 0;

function call<G extends keyof StageHarness, K extends keyof StageHarness[G]>(
  group: G,
  name: K,
  ...args: HarnessArgs<G, K>
): Promise<HarnessResult<G, K>> {
  return callHarness(stage.page, group, name, args);
}

const send = (...command: Parameters<StageHarness['worker']['send']>) => call('worker', 'send', ...command);

async function events(): Promise<StageEvent[]> {
  return (await call('worker', 'events')) as StageEvent[];
}

async function metrics(): Promise<StageMetrics> {
  const last = (await events()).findLast((event) => event.type === 'metrics');
  if (last?.type !== 'metrics') throw new Error('no metrics yet');
  return last.metrics;
}

let shown: StageScene = {
  turn: 1,
  background: { kind: 'color', color: '#205040' },
  capture: { shown: false, fit: 'contain' },
  avatar: { shown: true, placement: namedPlacement('full') },
  overlay: null,
};

/** Changes the scene; the next picture shows it. */
async function scene(change: Partial<StageScene>): Promise<void> {
  shown = { ...shown, ...change };
  await send({ type: 'setScene', scene: shown });
}

async function shot(save?: string): Promise<Pixels> {
  // Two: the first may have been drawn while the command was on its way.
  await call('worker', 'pixels', ++pictures);
  const { width, height, data } = await call('worker', 'pixels', ++pictures);
  if (save) {
    writeFileSync(
      path.join(OUT, `layers-${save}.png`),
      Buffer.from(await call('worker', 'picture', pictures), 'base64'),
    );
  }
  return pixelsOf(width, height, Buffer.from(data, 'base64'));
}

/** The programme comes to have a colour at a place: what is captured takes its way. */
async function comes(x: number, y: number, wanted: Rgb): Promise<void> {
  await vi.waitFor(async () => near((await shot()).at(x, y), wanted, VIDEO_TOLERANCE));
}

/** What the avatar adds to the picture. */
async function avatarArea(save?: string) {
  const { avatar } = shown;
  const with_ = await shot(save);
  await scene({ avatar: { ...avatar, shown: false } });
  const without = await shot();
  await scene({ avatar });
  return difference(with_, without);
}

beforeAll(async () => {
  stage = await openStagePage(['--auto-select-tab-capture-source-by-title=Captured window']);
  target = await stage.page.context().newPage();
  await target.setViewportSize({ width: 800, height: 800 });
  // Something must move, or there would be nothing new to capture.
  await target.setContent(`<title>Captured window</title>
    <body style="margin:0;background:linear-gradient(90deg, rgb(${RED}) 50%, rgb(${GREEN}) 50%)">
    <style>@keyframes run { to { transform: translateX(60px) } }</style>
    <div style="position:fixed;top:48%;left:46%;width:20px;height:20px;background:#fff;animation:run 1s infinite"></div>`);
  await stage.page.bringToFront();
  await call(
    'worker',
    'start',
    { picture: { width: WIDTH, height: HEIGHT, fps: FPS, bitrateKbps: 1000 }, media: null, mode: 'studio' },
    false,
  );
  await send({ type: 'setScene', scene: shown });
  await send({
    type: 'setAvatar',
    id: 'vida',
    url: '/resources/avatars/vida.vrm',
    family: 'vrm1',
    mapping: NO_MAPPING,
  });
  await stage.page.waitForFunction(() =>
    (
      globalThis as unknown as { harness: { worker: { events(): { type: string; state?: string }[] } } }
    ).harness.worker
      .events()
      .some((event) => event.type === 'avatar' && event.state === 'shown'),
  );
});
afterAll(async () => stage?.close());

describe.skipIf(!existsSync(own))('layers of the programme (resources/avatars/vida.vrm)', () => {
  test('every named place puts the avatar where it says, cut by the edge of the canvas', async () => {
    for (const name of PLACEMENTS) {
      if (name === 'custom') continue;
      const placement = namedPlacement(name);
      await scene({ avatar: { shown: true, placement } });
      const area = await avatarArea(`place-${name}`);
      expect(Math.abs(area.x - placement.x), name).toBeLessThan(0.06);
      expect(area.bottom, `${name} stands on the lower edge`).toBeGreaterThan(0.985);
      if (name.startsWith('corner')) {
        expect(area.top, name).toBeGreaterThan(0.5);
        expect(area.share, name).toBeLessThan(0.2);
      }
    }
  });

  test('a place that is dragged is shown at once and given up again', async () => {
    await scene({ avatar: { shown: true, placement: namedPlacement('full') } });
    const before = await avatarArea();
    await send({
      type: 'previewPlacement',
      placement: { name: 'custom', x: 0.3, y: 0.6, scale: 0.6 },
    });
    const area = await avatarArea();
    expect(area.x).toBeCloseTo(0.3, 1);
    await send({ type: 'previewPlacement', placement: null });
    // An avatar at rest sways: its place is compared, not its pixels.
    const back = await avatarArea();
    expect(back.x).toBeCloseTo(before.x, 1);
    expect(back.share).toBeGreaterThan(area.share * 1.5);
  });

  test('the captured window lies behind the avatar and before the background, whole or covering', async () => {
    const state = await call('capture', 'choose', WIDTH, HEIGHT, FPS);
    expect(state).toMatchObject({ state: 'running', reason: null });
    await expect.poll(async () => (await metrics()).capture.width).toBeGreaterThan(0);
    await scene({
      capture: { shown: true, fit: 'contain' },
      avatar: { shown: true, placement: namedPlacement('corner-right') },
    });
    await comes(0.3, 0.1, RED);
    const contained = await shot('capture-contain');
    near(contained.at(0.05, 0.5), BACK);
    near(contained.at(0.95, 0.1), BACK);
    near(contained.at(0.3, 0.1), RED, VIDEO_TOLERANCE);
    near(contained.at(0.7, 0.1), GREEN, VIDEO_TOLERANCE);

    const { avatar } = shown;
    await scene({ avatar: { ...avatar, shown: false } });
    const bare = await shot();
    for (const x of SHOULDER) near(bare.at(x, 0.97), GREEN, VIDEO_TOLERANCE);
    await scene({ avatar });
    const dressed = await shot();
    const covered = SHOULDER.filter((x) =>
      dressed.at(x, 0.97).some((value, k) => Math.abs(value - GREEN[k]!) > VIDEO_TOLERANCE),
    );
    expect(covered.length, 'the shoulder is before the capture').toBeGreaterThan(SHOULDER.length / 2);

    await scene({ capture: { shown: true, fit: 'cover' } });
    const covering = await shot('capture-cover');
    near(covering.at(0.02, 0.5), RED, VIDEO_TOLERANCE);
    near(covering.at(0.98, 0.1), GREEN, VIDEO_TOLERANCE);
  });

  test('a capture that falls silent leaves the picture, and is back when it speaks', async () => {
    const said = (type: 'mute' | 'unmute') => call('capture', 'pretend', type);
    await scene({ capture: { shown: true, fit: 'cover' } });
    await comes(0.02, 0.5, RED);
    // Frames of a real muted source stop, those of this one go on: only the words can be looked at.
    await said('mute');
    await expect
      .poll(() => call('capture', 'state'))
      .toMatchObject({ state: 'failed', reason: 'capture.ended' });
    await said('unmute');
    await expect.poll(() => call('capture', 'state')).toMatchObject({ state: 'running', reason: null });
    await comes(0.02, 0.5, RED);
  });

  test('who changes nothing in the list keeps what is captured; who has nothing hears why', async () => {
    await call('capture', 'refuse', 'NotAllowedError');
    expect(await call('capture', 'choose', WIDTH, HEIGHT, FPS)).toMatchObject({ state: 'running' });
    await call('capture', 'stop');
    expect(await call('capture', 'state')).toMatchObject({ state: 'off', reason: null });
    near((await shot()).at(0.02, 0.5), BACK);
    expect(await call('capture', 'choose', WIDTH, HEIGHT, FPS)).toMatchObject({
      state: 'failed',
      reason: 'capture.denied',
    });
    await call('capture', 'refuse', null);
    expect(await call('capture', 'choose', WIDTH, HEIGHT, FPS)).toMatchObject({ state: 'running' });
    await comes(0.02, 0.5, RED);
  });

  test('a captured window may change its size', async () => {
    await scene({ capture: { shown: true, fit: 'contain' }, avatar: { ...shown.avatar, shown: false } });
    // Chromium may miss one change of the size of a tab that is captured.
    let height = 800;
    const resized = async () => {
      height = height === 800 ? 802 : 800;
      await target.setViewportSize({ width: 400, height });
      const { capture } = await metrics();
      // It was square. Nothing captured is 0 × 0, which is no shape.
      return capture.width / capture.height < 0.8;
    };
    await expect.poll(resized, { interval: 500 }).toBe(true);
    const narrow = await shot();
    near(narrow.at(0.3, 0.5), BACK);
    near(narrow.at(0.42, 0.2), RED, VIDEO_TOLERANCE);
    await target.setViewportSize({ width: 800, height: 800 });
  });

  test('the overlay lies before everything, with its own alpha and its opacity', async () => {
    await scene({
      capture: { shown: false, fit: 'contain' },
      avatar: { shown: true, placement: namedPlacement('full') },
    });
    const url = await call('capture', 'flatPicture', 100, 50, 'rgb(255 0 255)');
    const overlay = { url, x: 0.5, y: 0.5, width: 0.5, opacity: 1 };
    await scene({ overlay });
    await expect.poll(async () => (await shot()).at(0.5, 0.5)).toEqual([255, 0, 255]);
    const full = await shot('overlay');
    // Half the canvas wide and of its own shape: 320 × 160 pixels.
    near(full.at(0.26, 0.3), [255, 0, 255]);
    expect(full.at(0.5, 0.26)).not.toEqual([255, 0, 255]);

    await scene({ overlay: { ...overlay, x: 0.1, y: 0.1, width: 0.1, opacity: 0.5 } });
    near((await shot()).at(0.1, 0.1), [(0x20 + 255) / 2, 0x50 / 2, (0x40 + 255) / 2]);
    await scene({ overlay: { ...overlay, x: 0.1, y: 0.1, width: 0.1, opacity: 0 } });
    near((await shot()).at(0.1, 0.1), BACK);

    const thin = await call('capture', 'flatPicture', 40, 40, 'rgb(255 0 255 / 0.5)');
    await scene({ overlay: { ...overlay, url: thin, x: 0.1, y: 0.1, width: 0.1 } });
    await expect.poll(async () => (await shot()).at(0.1, 0.1)[0]).toBeGreaterThan(0x20 + 90);
    near((await shot()).at(0.1, 0.1), [(0x20 + 255) / 2, 0x50 / 2, (0x40 + 255) / 2]);

    await scene({ overlay: { ...overlay, url: '/nowhere.png' } });
    await expect
      .poll(async () => (await events()).findLast((event) => event.type === 'scene'))
      .toMatchObject({ background: null, overlay: 'image.not-found' });
    await scene({ overlay: null });
  });

  test('another scene fades in by way of a mixture and is then exactly itself', async () => {
    await scene({
      avatar: { ...shown.avatar, shown: false },
      background: { kind: 'color', color: '#ff0000' },
    });
    near((await shot()).at(0.5, 0.5), [255, 0, 0]);
    shown = { ...shown, turn: shown.turn + 1, background: { kind: 'color', color: '#0000ff' } };
    const seen = await call('worker', 'middles', { type: 'setScene', scene: shown }, 1, pictures + 1);
    pictures += seen.length;
    await expect.poll(async () => (await shot()).at(0.5, 0.5)).toEqual([0, 0, 255]);
    const mixed = seen.filter(([r, , b]) => r > 5 && b > 5);
    expect(mixed.length, JSON.stringify(seen)).toBeGreaterThan(0);
    for (const [r, , b] of mixed) expect(r + b).toBeCloseTo(255, -1);
    for (let i = 1; i < seen.length; i++) expect(seen[i]![0]).toBeLessThanOrEqual(seen[i - 1]![0]);

    // A change of the shown scene does not fade.
    await scene({ background: { kind: 'color', color: '#00ff00' } });
    expect((await shot()).at(0.5, 0.5)).toEqual([0, 255, 0]);
  });

  test('panic covers a fade and every layer at once', async () => {
    await send({ type: 'setPanic', on: true });
    await scene({ turn: shown.turn + 1, background: { kind: 'color', color: '#ff0000' } });
    const card = await shot();
    expect(difference(card, await shot()).share).toBe(0);
    near(card.at(0.02, 0.02), [0x1d, 0x23, 0x36], 10);
    await send({ type: 'setPanic', on: false });
    near((await shot()).at(0.5, 0.5), [255, 0, 0]);
    await scene({ background: { kind: 'color', color: '#205040' } });
  });

  test('an upright picture', async () => {
    await send({ type: 'setPicture', picture: UPRIGHT });
    for (const name of ['full', 'right', 'corner-right'] as const) {
      const placement = namedPlacement(name);
      const capture = { shown: name !== 'full', fit: name === 'right' ? 'cover' : 'contain' } as const;
      await scene({ capture, avatar: { shown: true, placement } });
      const area = await avatarArea(`upright-${name}`);
      expect(Math.abs(area.x - placement.x), name).toBeLessThan(0.1);
      expect(area.bottom, name).toBeGreaterThan(0.98);
    }
    await send({ type: 'setPicture', picture: { ...UPRIGHT, width: WIDTH, height: HEIGHT } });
  });

  test('a captured window that is closed leaves the background, and says so', async () => {
    await scene({ capture: { shown: true, fit: 'cover' }, avatar: { ...shown.avatar, shown: false } });
    near((await shot()).at(0.1, 0.1), RED, VIDEO_TOLERANCE);
    await target.close();
    await expect
      .poll(() => call('capture', 'state'))
      .toMatchObject({ state: 'failed', reason: 'capture.ended' });
    near((await shot('capture-ended')).at(0.1, 0.1), BACK);
    await expect.poll(async () => (await metrics()).capture.width).toBe(0);
    const { frames } = (await metrics()).render;
    await expect.poll(async () => (await metrics()).render.frames).toBeGreaterThan(frames);
  });

  test('a portrait of the avatar disturbs no picture, whatever the scene shows', async () => {
    const before = await shot();
    await send({ type: 'makeThumbnail', avatarId: 'vida' });
    const png = Buffer.from(await call('worker', 'thumbnail', 'vida'), 'base64');
    writeFileSync(path.join(OUT, 'layers-thumbnail.png'), png);
    expect(png.readUInt32BE(16)).toBe(256);
    expect(png.readUInt32BE(20)).toBe(256);
    expect(png.length).toBeGreaterThan(8000);
    expect(difference(before, await shot()).share).toBe(0);
  });

  test('poses are told while they are wanted, and never in panic', async () => {
    await scene({ avatar: { ...shown.avatar, shown: true } });
    await send({ type: 'setPoseWanted', on: true });
    await expect.poll(async () => (await call('worker', 'poses')).length).toBeGreaterThan(5);
    const poses = await call('worker', 'poses');
    expect(poses[0]).toHaveLength(AVATAR_POSE_WIRE_VALUES);
    expect(poses[0]!.every(Number.isFinite)).toBe(true);
    await send({ type: 'setPanic', on: true });
    await shot();
    const heard = (await call('worker', 'poses')).length;
    await shot();
    expect((await call('worker', 'poses')).length).toBe(heard);
    await send({ type: 'setPanic', on: false });
  });

  test('nothing outside is asked for, and nothing complains', async () => {
    expect(stage.outside).toEqual([]);
    const errors = (await events()).filter((event) => event.type === 'error');
    expect(errors.map((error) => error.reason)).toEqual(['image.not-found']);
    // What the browser says of a software renderer is no complaint of ours.
    const said = stage.console.filter((line) => !/GPU stall|KHR_parallel_shader_compile/.test(line));
    expect(said.filter((line) => /three|webgl/i.test(line))).toEqual([]);
  });
});
