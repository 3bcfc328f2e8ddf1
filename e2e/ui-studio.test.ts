import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import { contrast } from './ui-contrast.ts';
import {
  main,
  OUT,
  open,
  overflow,
  page,
  publishStream,
  seed,
  shoot,
  tabTo,
  url,
  visit,
} from './ui-stage.ts';

const KEY = 'live_secret-key-1234';
const MODEL = { name: 'face_landmarker.task', bytes: 3_758_596, received: 0, reason: null };

describe('by keyboard alone', () => {
  test('add a destination, go live with a confirm, panic, stop', async () => {
    await open();
    await shoot('idle-empty');
    await tabTo(/^Add a destination$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Add a destination' }).waitFor();

    // Saving an empty form names every field.
    await page.keyboard.press('Enter');
    await page.getByText('Enter the stream key.').waitFor();
    await shoot('dialog-errors');

    await page.keyboard.type('My channel');
    await page.keyboard.press('Tab');
    await page.keyboard.type('rtmps://ingest.example.com/app');
    await page.keyboard.press('Tab');
    await page.keyboard.type(KEY);
    const field = page.getByLabel('Stream key', { exact: true });
    expect(await field.getAttribute('type')).toBe('password');
    await shoot('dialog-add');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await field.getAttribute('type')).toBe('text');
    await page.keyboard.press('Enter');
    expect(await field.getAttribute('type')).toBe('password');
    await tabTo(/^Save$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(main.last('destinations.save')).toMatchObject({ name: 'My channel', key: KEY });

    // Opened again, the key is only said to be there.
    await tabTo(/^Edit My channel$/);
    await page.keyboard.press('Enter');
    await page.getByText('Key saved. Leave empty to keep it.').waitFor();
    expect(await field.inputValue()).toBe('');
    await page.keyboard.press('Escape');
    expect(await page.content()).not.toContain(KEY);

    await tabTo(/^Go live/);
    await page.keyboard.press('Enter');
    const confirm = page.getByRole('dialog', { name: 'Go live now?' });
    await confirm.getByText('My channel').waitFor();
    await shoot('dialog-go-live');
    expect(main.last('stream.goLive')).toBeUndefined();
    await tabTo(/^Go live$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('LIVE');
    expect(main.last('stream.goLive')).toEqual({ destinationIds: ['d1'] });
    expect(main.last('studio.configure')).toBeUndefined();
    await expect.poll(() => page.getByTestId('destination').textContent()).toContain('Live');

    // The panic key works above an open dialog and says what it did.
    await page.keyboard.press('Control+Shift+L');
    await page.getByRole('dialog', { name: 'Stop streaming?' }).waitFor();
    await page.keyboard.press('Control+Shift+X');
    await expect
      .poll(() => page.getByTestId('urgent').textContent())
      .toContain('picture and microphone are cut');
    expect(main.last('studio.panic')).toEqual({ on: true });
    await shoot('panic-over-dialog');
    await page.keyboard.press('Escape');
    await page.getByText('Picture and microphone are cut', { exact: true }).waitFor();
    await page.getByText('Muted: viewers hear silence').waitFor();
    await shoot('panic');
    await page.keyboard.press('Control+Shift+X');
    await expect.poll(() => main.last('studio.panic')).toEqual({ on: false });

    await page.keyboard.press('Control+Shift+L');
    await tabTo(/^Stop streaming$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('Offline');
    await expect.poll(() => page.getByTestId('destination').textContent()).toContain('Ended');
  });

  test('"don\'t ask again" goes live at once, mute and recentre have keys', async () => {
    seed('One');
    main.change('studio.snapshot', {
      muted: true,
      tracking: { source: 'recorded', performanceUrl: '/p', clipUrl: '/c' },
    });
    await open();
    await page.keyboard.press('Control+Shift+L');
    await page.getByText('A recorded performance drives the avatar, not your camera.').waitFor();
    await page.getByText('Viewers hear silence: the microphone is off or muted.').waitFor();
    await shoot('dialog-go-live-warnings');
    await page.getByRole('checkbox', { name: "Don't ask again" }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Go live' }).click();
    await expect.poll(() => main.last('studio.configure')).toEqual({ skipConfirm: true });
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('LIVE');
    await page.getByText('Muted: viewers hear silence').waitFor();
    await page.keyboard.press('Control+Shift+M');
    await expect.poll(() => main.last('studio.mute')).toEqual({ on: false });
    await page.keyboard.press('Control+Shift+E');
    expect(await page.evaluate(() => window.pipelineDouble.calibrated)).toBe(1);
    await page.getByRole('button', { name: 'Recentred' }).waitFor();
    publishStream({});
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('Offline');
    await page.keyboard.press('Control+Shift+L');
    await expect.poll(() => main.seen.filter((each) => each.command === 'stream.goLive').length).toBe(2);
  });

  test('remove asks first', async () => {
    seed('One', 'Two');
    await open();
    await tabTo(/^Remove One$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Remove One?' }).waitFor();
    await shoot('dialog-remove');
    expect(main.last('destinations.remove')).toBeUndefined();
    await tabTo(/^Remove$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('destinations.remove')).toEqual({ id: 'd1' });
    await expect.poll(() => page.getByTestId('destination').count()).toBe(1);
  });
});

describe('states', () => {
  test('live with losses, then each destination in its own words', async () => {
    seed('Twitch', 'YouTube', 'Own server');
    await open();
    await shoot('idle');
    expect(await page.getByTestId('loss-render').textContent()).toContain('Counted on air');
    publishStream({
      phase: 'live',
      startedAt: Date.now() - 754_000,
      destinations: ['d1', 'd2', 'd3'].map((id) => main.status(id, 'live')),
      losses: { render: 20, encode: 340, network: 1500, frames: 20_000 },
    });
    await expect.poll(() => page.getByTestId('loss-network').textContent()).toContain('7.5 %');
    expect(await page.getByTestId('loss-render').textContent()).toContain('Fine');
    expect(await page.getByTestId('loss-encode').textContent()).toContain('Some loss');
    expect(await page.getByTestId('loss-network').textContent()).toContain('Heavy loss');
    expect(await page.getByTestId('tracking').textContent()).toBe('Following your face');
    await shoot('live');

    publishStream({
      phase: 'live',
      startedAt: Date.now() - 754_000,
      destinations: [
        main.status('d1', 'live'),
        main.status('d2', 'reconnecting', 'destination.disconnected'),
        main.status('d3', 'failed', 'destination.rejected'),
      ],
      losses: { render: 20, encode: 40, network: 100, frames: 20_000 },
      media: { restarts: 1, gapMs: 900 },
    });
    const rows = page.getByTestId('destination');
    await expect.poll(() => rows.nth(1).textContent()).toContain('Reconnecting… · reconnected 2 ×');
    expect(await rows.nth(2).textContent()).toContain(describeReason('destination.rejected').action);
    await page.getByText('Media engine restarted 1 ×').waitFor();
    await shoot('reconnecting-and-failed');
    expect(await overflow()).toEqual({ x: 0, y: 0 });
  });

  test('no models: what, how to get them, progress, cancel, refused', async () => {
    main.hello.secrets = 'file';
    main.events.set('models.snapshot', { models: [{ ...MODEL, state: 'missing' }] });
    main.change('studio.snapshot', {
      tracking: { source: 'recorded', performanceUrl: '/p', clipUrl: '/c' },
    });
    await open();
    await page.evaluate(() => {
      const double = window.pipelineDouble;
      double.set({ tracking: { ...double.report.tracking, source: 'recorded', reason: 'models.missing' } });
    });
    await page.getByText('No system keyring protects your stream keys here').waitFor();
    expect(await page.getByTestId('tracking').textContent()).toBe('Recorded performance plays');
    await shoot('models-missing');
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await page.getByRole('button', { name: 'Download 3.8 MB' }).click();
    expect(main.last('models.download')).toEqual({});
    main.publish('models.snapshot', { models: [{ ...MODEL, state: 'downloading', received: 1_900_000 }] });
    await page.getByText('1.9 MB of 3.8 MB').waitFor();
    await shoot('models-downloading');
    await page.getByRole('button', { name: 'Cancel download' }).click();
    expect(main.last('models.cancel')).toEqual({});
    main.publish('models.snapshot', { models: [{ ...MODEL, state: 'refused', reason: 'models.bad-hash' }] });
    await page.getByText(describeReason('models.bad-hash').what).waitFor();
  });

  test('camera, microphone, avatar and broadcast failures name the next action', async () => {
    seed('One');
    await open();
    await page.evaluate(() => {
      const double = window.pipelineDouble;
      double.set({
        ready: false,
        camera: { ...double.report.camera, state: 'failed', reason: 'camera.busy', fps: 0 },
        microphone: { state: 'failed', reason: 'microphone.denied', label: '' },
        tracking: { ...double.report.tracking, state: 'no-camera' },
        avatar: { id: 'x', state: 'failed', reason: 'avatar.load-failed' },
      });
    });
    publishStream({ reason: 'media.unreachable' });
    main.publish('app.notice', { id: 1, level: 'error', reason: 'storage.failed', detail: null });
    main.publish('app.notice', { id: 2, level: 'warning', reason: 'media.crashed', detail: null });
    for (const reason of [
      'camera.busy',
      'microphone.denied',
      'avatar.load-failed',
      'media.unreachable',
      'storage.failed',
    ] as const) {
      await page.getByText(describeReason(reason).action).first().waitFor();
    }
    await page.getByText('Wait until the preview shows the avatar.').waitFor();
    await shoot('errors');
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await page.evaluate(() => window.pipelineDouble.retried)).toBe(1);
  });

  test("an avatar file of one's own is refused with its reason, or put on the stage", async () => {
    await open();
    const file = { name: 'half a dragon.vrm', mimeType: 'model/gltf-binary', buffer: Buffer.from('glTF') };
    main.refuseUpload = 'avatar.truncated';
    await page.setInputFiles('input[type=file]', file);
    await page.getByText('half a dragon.vrm was not imported').waitFor();
    await page.getByText(describeReason('avatar.truncated').action).waitFor();
    await shoot('avatar-refused');
    main.refuseUpload = null;
    await page.setInputFiles('input[type=file]', file);
    await expect.poll(() => main.last('studio.configure')).toEqual({ avatarId: 'own-1' });
  });

  test('choices reach main: device, background, colour, mirror', async () => {
    await open();
    await page.getByRole('combobox', { name: 'Camera' }).selectOption('cam-2');
    await expect.poll(() => main.last('studio.configure')).toEqual({ camera: 'cam-2' });
    await page.getByRole('radio', { name: 'Room' }).click();
    await expect.poll(() => main.last('studio.configure')).toEqual({ background: 'room' });
    await page.getByRole('radio', { name: 'Transparent' }).click();
    await expect.poll(() => main.last('studio.configure')).toEqual({ background: 'transparent' });
    await page.getByLabel('Choose a plain colour').evaluate((element: HTMLInputElement) => {
      element.value = '#336699';
      element.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await expect.poll(() => main.last('studio.configure')).toEqual({ background: '#336699' });
    await page.getByRole('switch', { name: 'Mirror' }).click();
    await expect.poll(() => main.last('studio.configure')).toEqual({ mirror: true });
    await page.getByRole('combobox', { name: 'Camera' }).click();
    await shoot('select-open');
  });

  test('main is lost: the page says so, tries again and takes up the new state', async () => {
    await open();
    await main.close();
    await page.getByRole('alertdialog', { name: 'Connection to the studio lost' }).waitFor();
    await shoot('connection-lost');
    seed('Found again');
    await main.listen(Number(new URL(url).port));
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByTestId('destination').getByText('Found again').waitFor();
  });
});

describe('start', () => {
  test('a main that does not answer is waited for in words', async () => {
    main.deaf = true;
    await visit();
    await page.getByText("Waiting for the studio's engine…").waitFor();
    await shoot('waiting');
    main.deaf = false;
    main.drop();
    await page.getByRole('heading', { name: 'VIDA³ Studio' }).waitFor();
  });

  test('a headless page draws nothing', async () => {
    main.hello.mode = 'headless';
    await visit();
    await page.waitForFunction(() => 'pipelineDouble' in window);
    expect(await page.locator('#root').innerHTML()).toBe('');
    expect(await page.locator('link[rel=stylesheet]').count()).toBe(0);
  });
});

describe('room', () => {
  test('nothing overflows at 1280×720 and at 1024 wide', async () => {
    seed('Twitch', 'YouTube');
    await open();
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await page.setViewportSize({ width: 1024, height: 720 });
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await shoot('idle-1024');
    await page.setViewportSize({ width: 1920, height: 1080 });
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await shoot('idle-1920');
  });

  test('at 200 % zoom it scrolls down only', async () => {
    seed('Twitch', 'YouTube');
    await open({ width: 640, height: 360 }, 2);
    const { x, y } = await overflow();
    expect(x).toBe(0);
    expect(y).toBeGreaterThan(0);
    await shoot('zoom-200-top');
    await page.screenshot({ path: join(OUT, 'ui-zoom-200-full.png'), fullPage: true });
    await page.getByRole('button', { name: /^Go live/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Go live' }).click();
    await expect.poll(() => main.last('stream.goLive')).toBeDefined();
  });
});

test('text and control colours reach WCAG AA', async () => {
  await open();
  const tokens = await page.evaluate(() => {
    const style = getComputedStyle(document.documentElement);
    const read = (name: string) => style.getPropertyValue(`--color-${name}`).trim();
    const names = [
      ...['ground', 'surface', 'raised', 'hover', 'text', 'muted', 'accent', 'good', 'warn', 'bad'],
      ...['action', 'action-hover', 'danger', 'danger-hover', 'on-fill', 'edge'],
    ];
    return Object.fromEntries(names.map((name) => [name, read(name)]));
  });
  const low: string[] = [];
  const check = (front: string, back: string, least: number) => {
    const ratio = contrast(tokens[front]!, tokens[back]!);
    if (ratio < least) low.push(`${front} on ${back}: ${ratio.toFixed(2)}`);
  };
  for (const back of ['ground', 'surface', 'raised', 'hover']) {
    for (const front of ['text', 'muted', 'accent', 'good', 'warn', 'bad']) check(front, back, 4.5);
  }
  for (const back of ['action', 'action-hover', 'danger', 'danger-hover']) check('on-fill', back, 4.5);
  for (const back of ['ground', 'surface', 'raised']) check('edge', back, 3);
  expect(low).toEqual([]);
});
