import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import type { RehearsalSnapshot } from '../src/shared/ipc/rehearsal.ts';
import {
  cutOff,
  main,
  open,
  openSettings,
  overflow,
  page,
  publishStream,
  screen,
  settings,
  tabTo,
} from './ui-stage.ts';

const MODEL = { name: 'face_landmarker.task', feature: 'face', bytes: 3_758_596, received: 0, reason: null };
const heading = (name: RegExp) => page.getByRole('heading', { name }).waitFor();
const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');

function finish(part: Partial<NonNullable<RehearsalSnapshot['result']>>): void {
  main.change('rehearsal.snapshot', {
    phase: 'done',
    elapsed: 12,
    result: { ok: true, reason: null, frames: 180, seconds: 12, grades: [], ...part },
  });
  publishStream({ kind: 'rehearsal' });
}

async function press(name: RegExp): Promise<void> {
  await tabTo(name);
  await page.keyboard.press('Enter');
}

test('first run by keyboard alone: to the end of a rehearsal, a retry, and a destination', async () => {
  main.settings({ onboarded: false, camera: 'none', microphone: 'none' });
  await open();
  await heading(/Welcome to VIDA³ Studio/);
  expect(await focused()).toContain('Step 1 of 5');
  await screen('onboarding-welcome');
  await press(/^Begin$/);

  // Every step takes the focus to its heading, forwards and backwards.
  await heading(/Your camera/);
  await expect.poll(focused).toContain('Step 2 of 5');
  await page.getByText('Without a camera the avatar moves by itself.', { exact: false }).waitFor();
  const camera = page.getByRole('dialog').getByRole('combobox', { name: 'Camera' });
  await camera.selectOption('cam-1');
  await page.getByText('The avatar follows you').waitFor();
  await screen('onboarding-camera');
  await press(/^Continue$/);
  await heading(/Your avatar/);
  await press(/^Back$/);
  await expect.poll(focused).toContain('Your camera');
  await press(/^Continue$/);

  await tabTo(/^Vida$/);
  await page.keyboard.press('ArrowRight', { delay: 80 });
  await expect.poll(() => settings().avatarId).toBe('kit');
  await screen('onboarding-avatar');
  await press(/^Continue$/);

  await heading(/Your microphone/);
  await page.getByText('No microphone: viewers will hear silence.').waitFor();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Microphone' }).selectOption('mic-1');
  await page.getByText('Say something as you will on stream', { exact: false }).waitFor();
  await screen('onboarding-microphone');
  await press(/^Continue$/);

  await heading(/A private rehearsal/);
  await press(/^Start the rehearsal$/);
  await page.getByRole('dialog').getByRole('progressbar').waitFor();
  expect(await focused()).toBe('End rehearsal');
  await screen('onboarding-rehearsing');
  finish({
    grades: [
      { stage: 'tracking', grade: 'good', value: 1, measured: null, expected: null },
      { stage: 'render', grade: 'fair', value: 0.95, measured: 171, expected: 180 },
    ],
  });
  await page.getByRole('dialog').getByText('It works, with a weak spot').waitFor();
  await screen('onboarding-result');
  await press(/^Rehearse again$/);
  finish({ ok: false, reason: 'rehearsal.silent' });
  await page.getByRole('dialog').getByText(describeReason('rehearsal.silent').action).waitFor();
  await press(/^Continue$/);

  await heading(/That is all/);
  expect(settings().onboarded).toBe(false);
  await screen('onboarding-done');
  await press(/^Add a destination$/);
  await page.getByRole('dialog', { name: 'Add a destination' }).waitFor();
  await expect.poll(() => settings().onboarded).toBe(true);
});

describe('leaving', () => {
  test('Escape asks nothing, counts as seen, and ends a rehearsal that runs', async () => {
    main.settings({ onboarded: false });
    await open();
    await page.getByRole('button', { name: 'Begin' }).click();
    for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Start the rehearsal' }).click();
    await page.getByRole('dialog').getByRole('progressbar').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => main.last('rehearsal.stop')).toEqual({});
    await expect.poll(() => main.last('studio.configure')).toEqual({ onboarded: true });
  });

  test('who has seen it is not asked again; a click beside it does not lose it; settings show it again', async () => {
    await open();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await openSettings('Privacy');
    await page.getByRole('button', { name: 'Show the introduction again' }).click();
    await heading(/Welcome to VIDA³ Studio/);
    await page.mouse.click(300, 300);
    await heading(/Welcome to VIDA³ Studio/);
    await page.getByRole('button', { name: 'Skip all' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

describe('what can be missing', () => {
  test('the tracking model: downloaded with progress, cancelled, or refused with its reason', async () => {
    main.settings({ onboarded: false });
    main.events.set('models.snapshot', { models: [{ ...MODEL, state: 'missing' }] });
    main.change('studio.snapshot', {
      tracking: { source: 'recorded', performanceUrl: '/p', clipUrl: '/c', motionUrl: '' },
    });
    await open();
    await page.getByRole('button', { name: 'Begin' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Download 3.8 MB' }).click();
    await expect.poll(() => main.last('models.download')).toEqual({});
    main.publish('models.snapshot', { models: [{ ...MODEL, state: 'downloading', received: 1_900_000 }] });
    await dialog.getByText('1.9 MB of 3.8 MB').waitFor();
    await screen('onboarding-models');
    await dialog.getByRole('button', { name: 'Cancel download' }).click();
    await expect.poll(() => main.last('models.cancel')).toEqual({});
    main.publish('models.snapshot', { models: [{ ...MODEL, state: 'refused', reason: 'models.bad-hash' }] });
    await dialog.getByText(describeReason('models.bad-hash').what, { exact: false }).waitFor();
  });

  test('the camera is asked for when its step has said why, not before', async () => {
    main.settings({ onboarded: false });
    await open();
    await page.evaluate(() => {
      const double = window.pipelineDouble;
      double.set({ camera: { ...double.report.camera, state: 'off', fps: 0 } });
    });
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    expect(await page.evaluate(() => window.pipelineDouble.retried)).toBe(0);
    await page.getByRole('button', { name: 'Begin' }).click();
    await expect.poll(() => page.evaluate(() => window.pipelineDouble.retried)).toBeGreaterThan(0);
  });

  test('the camera: its reason, another try, and going on without', async () => {
    main.settings({ onboarded: false });
    await open();
    await page.evaluate(() => {
      const double = window.pipelineDouble;
      double.set({ camera: { ...double.report.camera, state: 'failed', reason: 'camera.denied', fps: 0 } });
    });
    await page.getByRole('button', { name: 'Begin' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(describeReason('camera.denied').action).waitFor();
    await screen('onboarding-camera-denied');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    expect(await page.evaluate(() => window.pipelineDouble.retried)).toBe(1);
    await dialog.getByRole('button', { name: 'Go on without a camera' }).click();
    await expect.poll(() => settings().camera).toBe('none');
  });
});

test('at 200 % zoom every step can be read and left', async () => {
  main.settings({ onboarded: false });
  await open({ width: 640, height: 360 }, 2);
  expect((await overflow()).x).toBe(0);
  await page.getByRole('button', { name: 'Begin' }).click();
  expect(await cutOff()).toEqual([]);
  await screen('onboarding-zoom-200');
  for (let step = 0; step < 4; step++) await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Look around' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});
