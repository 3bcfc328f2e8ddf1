import { beforeEach, describe, expect, test } from 'vitest';
import type { CalibrationEvent } from '../src/renderer/pipeline/inspection.ts';
import { GRAPH_MS } from '../src/renderer/ui/features/tracking/inspector/graph.ts';
import { ARKIT_INDEX } from '../src/shared/domain/arkit.ts';
import { DEFAULT_PROFILE, TUNED } from '../src/shared/domain/tracking-settings.ts';
import { describeReason } from '../src/shared/errors.ts';
import {
  cutOff,
  main,
  open,
  overflow,
  page,
  screen,
  settings,
  shoot,
  slide,
  tabTo,
  visit,
} from './ui-stage.ts';

const CAMERA = 'FaceTime HD';

const profile = () => settings().profiles[CAMERA];

const somebody = (there: boolean) => page.evaluate((on) => window.pipelineDouble.somebody(on), there);
const calibration = (event: CalibrationEvent) =>
  page.evaluate((next) => window.pipelineDouble.calibrate(next), event);

async function openInspector(tab?: 'Calibrate' | 'Tuning'): Promise<void> {
  await page.getByRole('button', { name: 'Inspect' }).click();
  await page.getByRole('dialog', { name: 'Tracking inspector' }).waitFor();
  if (tab) await page.getByRole('tab', { name: tab }).click();
}

/** How many colours a canvas has on it: one is a blank one. */
const coloursOf = (testId: string) =>
  page.getByTestId(testId).evaluate((element) => {
    const { data } = (element as HTMLCanvasElement)
      .getContext('2d')!
      .getImageData(0, 0, (element as HTMLCanvasElement).width, (element as HTMLCanvasElement).height);
    const colours = new Set<number>();
    for (let at = 0; at < data.length; at += 4) {
      colours.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
    }
    return colours.size;
  });

/** How much of the past a graph of the inspector has a line for. */
const tracedMs = (testId: string) =>
  page.getByTestId(testId).evaluate((element, wholeMs) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    const columns = new Set<number>();
    // Both lines are bright, the grid behind them is dark.
    for (let at = 0; at < data.length; at += 4) if (data[at]! > 128) columns.add((at / 4) % width);
    return (columns.size / width) * wholeMs;
  }, GRAPH_MS);

const named = (keys: Readonly<Record<string, number>>, group: string) =>
  Object.entries(keys).map(([key, value]) => [`${key}: ${group}`, value] as const);

/** Many sliders by name, one after the other as a hand would, without a way to the page and back for each. */
async function slideAll(values: readonly (readonly [name: string, value: number])[]): Promise<void> {
  await page.evaluate(async (pairs) => {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
    for (const [name, value] of pairs) {
      const slider = document.querySelector<HTMLInputElement>(`input[type=range][aria-label="${name}"]`)!;
      set.call(slider, String(value));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => setTimeout(done));
    }
  }, values);
}

/** Every named slider with its value. */
const sliders = () =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLInputElement>('input[type=range][aria-label]')].map((slider) => [
        slider.getAttribute('aria-label'),
        Number(slider.value),
      ]),
    ),
  );

describe('the inspector', () => {
  test('shows picture, landmarks, signals and delays, of this window alone, and lets go of the camera', async () => {
    await open();
    await somebody(true);
    await tabTo(/^Inspect$/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Tracking inspector' });
    await dialog.waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Signals');
    expect(await page.evaluate(() => window.pipelineDouble.inspecting)).toBe(true);
    const video = dialog.locator('video');
    await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBe(640);
    expect(await video.evaluate((element: HTMLVideoElement) => element.muted)).toBe(true);
    for (const canvas of ['landmarks', 'graph-1', 'graph-2', 'graph-3', 'graph-4']) {
      await expect.poll(() => coloursOf(canvas), { message: canvas }).toBeGreaterThan(8);
    }
    await expect
      .poll(() => dialog.getByTestId('latency').getByRole('row').allTextContents())
      .toEqual([
        'DelayTime',
        expect.stringMatching(/^Camera to found2\d ms$/),
        expect.stringMatching(/^Found to solved[4-8]\.\d\d ms$/),
        'Solving0.03 ms',
        'Drawing6.40 ms',
        expect.stringMatching(/^Camera to picture3\d ms$/),
      ]);
    await dialog.getByRole('combobox', { name: 'Signal of graph 2' }).selectOption('jawOpen');
    // The third graph shows it as well.
    await dialog
      .getByRole('img', { name: /^Jaw open: as read/ })
      .nth(1)
      .waitFor();
    await expect.poll(() => tracedMs('graph-2')).toBeGreaterThan(1000);
    expect(await cutOff()).toEqual([]);
    await screen('tracking-signals');

    // Panic cuts what viewers see, not what the user does.
    main.change('studio.snapshot', { panic: true });
    await dialog.getByText('Panic is on: viewers see the card. This picture stays with you.').waitFor();
    expect(await video.evaluate((element: HTMLVideoElement) => element.srcObject !== null)).toBe(true);

    // A camera that goes is let go of; what was found on it is not shown any longer.
    await somebody(false);
    await dialog.getByText('No camera picture').waitFor();
    await expect.poll(() => coloursOf('landmarks')).toBe(1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => window.pipelineDouble.inspecting)).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Inspect');
  });

  test('says every state in words, two faces and parts that are off', async () => {
    await open();
    await openInspector();
    const state = page.getByTestId('inspector-state');
    const say = (part: object) =>
      page.evaluate((tracking) => {
        const { report } = window.pipelineDouble;
        window.pipelineDouble.set({ tracking: { ...report.tracking, ...tracking } });
      }, part);
    const words = {
      'no-camera': 'No camera',
      'no-face': 'No face in view',
      'low-confidence': 'Hard to see',
      tracking: 'Following you',
    };
    for (const [each, text] of Object.entries(words)) {
      await say({ state: each });
      await expect.poll(() => state.textContent()).toBe(text);
    }
    const off = { frames: 0, found: 0, p50Ms: null, p95Ms: null, fps: 0, delegate: 'none' };
    await say({ faces: 2, hands: off });
    await expect.poll(() => state.textContent()).toContain('2 faces are in view: the one it began with');
    expect(await page.getByRole('row', { name: /^Hands/ }).textContent()).toBe('HandsOff––');
    expect(await page.getByRole('row', { name: /^Face/ }).textContent()).toBe('Face1521.0 msProcessor');
  });
});

describe('calibration', () => {
  beforeEach(async () => {
    await open();
    await page.evaluate(() => {
      window.pipelineDouble.recentres = false;
    });
    await somebody(true);
    await openInspector('Calibrate');
  });
  const dialog = () => page.getByRole('dialog', { name: 'Tracking inspector' });
  const card = (name: string) => dialog().getByRole('region', { name });

  test('the expressions step by step; Escape ends it and not the dialog', async () => {
    await screen('tracking-calibrate');
    await card('Your expressions').getByRole('button', { name: 'Learn my expressions' }).press('Enter');
    await dialog().getByText('Face calm, mouth closed, look at the camera.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    await calibration({ kind: 'fit', state: 'running', step: 'pucker', share: 0.6 });
    await dialog().getByText('Pucker your lips').waitFor();
    await dialog().getByText('Step 4 of 6').waitFor();
    expect(await dialog().getByRole('progressbar').getAttribute('aria-valuetext')).toBe('12 seconds left');
    const spoken = page.locator('p.sr-only[aria-live=polite]').filter({ hasText: 'Pucker your lips' });
    await spoken.waitFor({ state: 'attached' });
    await screen('tracking-fit');
    await page.keyboard.press('Escape');
    await card('Your expressions').getByText('Cancelled. Everything is as it was.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Learn my expressions');

    // Done: what was learnt comes with the settings, and is told.
    await page.keyboard.press('Enter');
    const top = new Array(52).fill(1);
    top[ARKIT_INDEX.mouthSmileLeft] = 0.62;
    top[ARKIT_INDEX.mouthSmileRight] = 0.58;
    main.settings({ profiles: { [CAMERA]: { ...DEFAULT_PROFILE, ranges: { top } } } });
    await calibration({ kind: 'fit', state: 'done' });
    await card('Your expressions').getByText('Your expressions are learnt.').waitFor();
    await dialog().getByText('62 %').waitFor();
    await screen('tracking-fitted');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('pose and voice, each with its failure; leaving ends what runs', async () => {
    await card('Neutral pose').getByRole('button', { name: 'Calibrate the pose' }).click();
    await dialog().getByText('Look straight ahead, face relaxed').waitFor();
    await calibration({ kind: 'neutral', state: 'failed' });
    await card('Neutral pose').getByText('No face was seen', { exact: false }).waitFor();
    await calibration({ kind: 'neutral', state: 'refused', reason: 'storage.full' });
    await card('Neutral pose').getByText(describeReason('storage.full').what).waitFor();
    await expect.poll(() => page.getByTestId('urgent').textContent()).toContain('is as it was');

    await card('Your voice').getByRole('button', { name: 'Learn my voice' }).click();
    await dialog().getByText('Say “A”').waitFor();
    await calibration({ kind: 'voice', state: 'running', step: 'O', share: 0.9 });
    await dialog().getByText('As in more.').waitFor();
    await shoot('tracking-voice');
    await dialog().getByRole('button', { name: 'Close' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(await page.evaluate(() => window.pipelineDouble.calibration)).toEqual({
      kind: 'voice',
      state: 'cancelled',
    });
    expect(await page.evaluate(() => window.pipelineDouble.begun)).toEqual(['neutral', 'voice']);
  });

  test('without a camera or a microphone it says what it needs', async () => {
    await page.evaluate(() => {
      const { report } = window.pipelineDouble;
      window.pipelineDouble.set({
        camera: { ...report.camera, state: 'failed' },
        microphone: { ...report.microphone, state: 'off' },
      });
    });
    await card('Neutral pose').getByText('Needs a camera that sees your face.').waitFor();
    await card('Your voice').getByText('Needs a microphone that is on.').waitFor();
    await card('Your voice').getByRole('button', { name: 'Learn my voice' }).press('Enter');
    expect(await page.evaluate(() => window.pipelineDouble.begun)).toEqual([]);
    await dialog().getByText('Profile of every camera without its own').waitFor();
  });

  test('recentring by its key: held, done, and what happens without a face', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+E');
    await page.getByRole('button', { name: 'Hold still…' }).waitFor();
    await calibration({ kind: 'neutral', state: 'failed' });
    await page.getByRole('button', { name: 'No face seen' }).waitFor();
    await expect.poll(() => page.getByTestId('urgent').textContent()).toContain('No face was seen');
    await page.getByRole('button', { name: 'Recentre', exact: true }).waitFor();
  });
});

describe('sliders and profiles', () => {
  test('every slider is kept for this camera and is there after a restart', async () => {
    await open();
    await openInspector('Tuning');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`Profile of ${CAMERA}`).waitFor();
    await shoot('tracking-tuning');
    const groups = [
      'Head',
      'Eyes',
      'Brows',
      'Mouth',
      'Jaw',
      'Cheeks and nose',
      'Torso',
      'Arms',
      'Wrists',
      'Fingers',
      'Legs',
    ];
    const keys = { Strength: 1.5, 'Dead zone': 0.1, Curve: 2, Calm: 0.8 };
    await slideAll(groups.flatMap((group) => named(keys, group)));
    const all = { gain: 1.5, deadZone: 0.1, curve: 2, smoothing: 0.8 };
    await expect.poll(() => profile()?.tuning).toEqual(Object.fromEntries(TUNED.map((name) => [name, all])));

    // One of a group by itself: its group is then mixed.
    await dialog.getByRole('button', { name: 'Mouth: show each' }).click();
    await slide('Strength: Mouth pucker', 0.5);
    await expect.poll(() => profile()?.tuning.mouthPucker?.gain).toBe(0.5);
    const mouth = dialog.getByRole('slider', { name: 'Strength: Mouth', exact: true });
    await expect.poll(() => mouth.getAttribute('aria-valuetext')).toContain('mixed');
    await mouth.scrollIntoViewIfNeeded();
    await screen('tracking-tuning-mixed');
    for (const name of ['I wear glasses', 'Eyes together', 'Blink by itself']) {
      await dialog.getByRole('switch', { name }).press('Space');
    }
    await slide('Prediction', 90);
    const chosen = { glasses: true, linkedEyes: false, autoBlink: false, prediction: 0.9 };
    await expect.poll(() => profile()).toMatchObject(chosen);

    await page.reload();
    await openInspector('Tuning');
    const kept = groups.filter((each) => each !== 'Mouth').flatMap((group) => named(keys, group));
    expect(await sliders()).toMatchObject(Object.fromEntries(kept));
    expect(await dialog.getByRole('switch', { name: 'I wear glasses' }).isChecked()).toBe(true);
    expect(await dialog.getByRole('slider', { name: 'Prediction' }).inputValue()).toBe('90');

    await dialog.getByRole('button', { name: 'Reset Head' }).click();
    await expect.poll(() => profile()?.tuning).not.toHaveProperty('yaw');
    await dialog.getByRole('button', { name: 'Use for other cameras' }).click();
    await expect.poll(() => settings().profiles['default']).toEqual(profile());
    await dialog.getByRole('button', { name: 'Reset this profile' }).click();
    await screen('tracking-profile-reset');
    await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect.poll(() => profile()).toEqual(DEFAULT_PROFILE);
    expect(settings().profiles['default']).toMatchObject(chosen);
  });

  test('another camera has its own', async () => {
    await open();
    await openInspector('Tuning');
    await slide('Strength: Jaw', 2);
    await expect.poll(() => profile()?.tuning.jawOpen?.gain).toBe(2);
    await page.evaluate(() => {
      const { report } = window.pipelineDouble;
      window.pipelineDouble.set({ camera: { ...report.camera, label: 'Phone' } });
    });
    await page.getByText('Profile of Phone').waitFor();
    const jaw = page.getByRole('slider', { name: 'Strength: Jaw', exact: true });
    await expect.poll(() => jaw.inputValue()).toBe('1');
    await slide('Strength: Jaw', 0.5);
    await expect.poll(() => settings().profiles['Phone']?.tuning.jawOpen?.gain).toBe(0.5);
    expect(profile()?.tuning.jawOpen?.gain).toBe(2);
  });
});

test('small windows: nothing is lost sideways', async () => {
  await visit({ width: 640, height: 720 });
  await page.getByRole('heading', { name: 'VIDA³ Studio' }).waitFor();
  await openInspector('Tuning');
  expect((await overflow()).x).toBe(0);
  await screen('tracking-narrow');
  expect(await cutOff()).toEqual([]);
});
