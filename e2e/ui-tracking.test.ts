import { beforeEach, describe, expect, test } from 'vitest';
import type { CalibrationEvent } from '../src/renderer/pipeline/inspection.ts';
import { ARKIT_INDEX } from '../src/shared/domain/arkit.ts';
import { FULL_QUALITY } from '../src/shared/domain/governor.ts';
import type { StudioSnapshot } from '../src/shared/domain/studio.ts';
import { DEFAULT_PROFILE, DEFAULT_TRACKING, TUNED } from '../src/shared/domain/tracking-settings.ts';
import { QUIET_VMC } from './ui-fixtures.ts';
import { cutOff, main, open, overflow, page, screen, shoot, tabTo, visit } from './ui-stage.ts';

const CAMERA = 'FaceTime HD';

const studio = () => main.events.get('studio.snapshot') as StudioSnapshot;
const settings = () => studio().settings;
const profile = () => settings().profiles[CAMERA];

const somebody = (there: boolean) => page.evaluate((on) => window.pipelineDouble.somebody(on), there);
const calibration = (event: CalibrationEvent) =>
  page.evaluate((next) => window.pipelineDouble.calibrate(next), event);

async function openInspector(tab?: 'Calibrate' | 'Tuning'): Promise<void> {
  await page.getByRole('button', { name: 'Inspect' }).click();
  await page.getByRole('dialog', { name: 'Tracking inspector' }).waitFor();
  if (tab) await page.getByRole('tab', { name: tab }).click();
}

async function openSettings(section: string): Promise<void> {
  await page
    .getByRole('button', { name: /Settings/ })
    .first()
    .click();
  await page.getByRole('tab', { name: section, exact: true }).click();
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

/** Sets a slider as a user's keyboard would leave it. */
async function slide(name: string, value: number): Promise<void> {
  await page.getByRole('dialog').getByRole('slider', { name, exact: true }).fill(String(value));
}

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
    await dialog
      .getByRole('img', { name: /^Jaw open: as read/ })
      .first()
      .waitFor();
    await page.waitForTimeout(600);
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

describe('settings', () => {
  test('tracking: parts, what happens without a face, the card, voice and the governor', async () => {
    await open();
    await openSettings('Tracking');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Upper body' }).click();
    await dialog.getByRole('switch', { name: 'Hands and fingers' }).press('Space');
    await dialog.getByRole('switch', { name: 'Gaze' }).press('Space');
    await expect.poll(() => settings().tracking.parts).toEqual({ body: 'upper', hands: true, gaze: false });
    await shoot('settings-tracking');
    for (const [at, name] of ['No camera', 'No face in view', 'Hard to see'].entries()) {
      const group = dialog.getByRole('group', { name });
      await group.getByRole('combobox', { name }).selectOption('asleep');
      await group.getByRole('slider', { name: 'Waits' }).fill(String(1000 + at * 100));
      await group.getByRole('slider', { name: 'Changes in' }).fill(String(2000 + at * 100));
    }
    await expect
      .poll(() => settings().tracking.away)
      .toEqual({
        noCamera: { pose: 'asleep', holdMs: 1000, blendMs: 2000 },
        noFace: { pose: 'asleep', holdMs: 1100, blendMs: 2100 },
        lowConfidence: { pose: 'asleep', holdMs: 1200, blendMs: 2200 },
      });
    await dialog.getByRole('switch', { name: 'Be right back card' }).press('Space');
    await slide('After', 45);
    await expect.poll(() => settings().tracking.beRightBackAfterS).toBe(45);
    await dialog.getByRole('combobox', { name: 'Moves the mouth' }).selectOption('always');
    await slide('Strength', 150);
    await expect
      .poll(() => settings().tracking.voice)
      .toEqual({ mode: 'always', strength: 1.5, profile: null });
    await dialog.getByText('Nothing is given up now.').waitFor();
    const why = 'Pictures came late, so hair and cloth are off.';
    await page.evaluate(
      ([levers, words]) =>
        window.pipelineDouble.set({
          governor: { levers, steps: [{ at: 5000, step: 'springs:2', why: words }] },
        }),
      [{ ...FULL_QUALITY, springs: 2, 'render-scale': 1 }, why] as const,
    );
    await dialog.getByText('Simpler for now: hair and cloth off, sharpness.').waitFor();
    await dialog.getByText(why).waitFor();
    await dialog.getByText(why).scrollIntoViewIfNeeded();
    await screen('settings-tracking-governor');
    await dialog.getByRole('switch', { name: 'Keep the picture fluent' }).press('Space');
    await expect.poll(() => settings().tracking.governor).toBe(false);

    await page.reload();
    await openSettings('Tracking');
    expect(await dialog.getByRole('radio', { name: 'Upper body' }).isChecked()).toBe(true);
    const group = dialog.getByRole('group', { name: 'Hard to see' });
    expect(await group.getByRole('slider', { name: 'Waits' }).inputValue()).toBe('1200');
    expect(await group.getByRole('slider', { name: 'Changes in' }).inputValue()).toBe('2200');
    expect(await dialog.getByRole('slider', { name: 'After' }).inputValue()).toBe('45');
  });

  test('what the plan does not include is off and says so; the inspector opens from here', async () => {
    await visitWith({ allowed: { body: false, hands: false } });
    await openSettings('Tracking');
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('switch', { name: 'Hands and fingers' }).isDisabled()).toBe(true);
    expect(await dialog.getByText('Your plan does not include this.').count()).toBe(2);
    await dialog.getByRole('button', { name: 'Open the inspector' }).click();
    await page.getByRole('dialog', { name: 'Tracking inspector' }).waitFor();
  });

  test('motion: by itself, and from and to other programs with their state', async () => {
    await open();
    await openSettings('Motion');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Motion' }).selectOption('sleepy');
    await expect.poll(() => settings().idleMotion).toBe('sleepy');
    await dialog.getByRole('switch', { name: 'Take motion from another program' }).press('Space');
    const port = dialog.getByRole('textbox', { name: 'Port' });
    await port.fill('80');
    await dialog.getByText('A whole number from 1024 to 65535.').waitFor();
    await port.fill('40000');
    await port.press('Enter');
    await expect.poll(() => settings().tracking.vmc.receive).toEqual({ on: true, port: 40_000 });
    await dialog.getByRole('switch', { name: "Send the avatar's motion" }).press('Space');
    await dialog.getByRole('textbox', { name: 'Host' }).fill('192.168.1.20');
    await dialog.getByRole('textbox', { name: 'Port' }).nth(1).fill('40001');
    await dialog.getByRole('textbox', { name: 'Port' }).nth(1).blur();
    await expect
      .poll(() => settings().tracking.vmc.send)
      .toEqual({ on: true, host: '192.168.1.20', port: 40_001 });
    main.publish('vmc.snapshot', {
      receive: {
        ...QUIET_VMC.receive,
        state: 'receiving',
        packetsPerSecond: 60,
        refusedPerSecond: 2,
        from: '127.0.0.1:51234',
      },
      send: { ...QUIET_VMC.send, state: 'waiting' },
    });
    await dialog.getByText('60 messages a second from 127.0.0.1:51234').waitFor();
    await dialog.getByText('2 messages a second cannot be read').waitFor();
    await dialog.getByText('Ready to send').waitFor();
    await screen('settings-motion');
  });
});

/** The studio with a changed first snapshot. */
async function visitWith(part: Partial<StudioSnapshot>): Promise<void> {
  main.events.set('studio.snapshot', { ...studio(), ...part });
  await open();
}

test('expressions: on keys and hand signs, doubled keys named, tried, and put on from the studio', async () => {
  await open();
  await page.getByRole('tab', { name: 'Look' }).click();
  await page.getByRole('button', { name: 'Expressions…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  const slots = () => settings().expressions['vida'] ?? [];
  await dialog.getByText('None is on a key yet.').waitFor();
  const add = dialog.getByRole('button', { name: 'Add', exact: true });
  await add.click();
  await expect.poll(() => slots().map(({ name }) => name)).toEqual(['happy']);
  await dialog.getByRole('combobox', { name: 'Expression' }).selectOption('Wink');
  await add.click();
  await expect.poll(() => slots().length).toBe(2);

  const record = async (name: string, keys: string) => {
    await dialog.getByRole('button', { name: new RegExp(`^${name}: `) }).press('Enter');
    await page.keyboard.press(keys);
  };
  await record('happy', 'F2');
  await record('Wink', 'F2');
  await expect.poll(() => slots().map(({ trigger }) => trigger.key)).toEqual(['F2', 'F2']);
  await dialog.getByText('Same keys: Wink').waitFor();
  await dialog.getByText('Same keys: happy').waitFor();
  // Escape keeps the keys and leaves the settings open.
  await record('Wink', 'Escape');
  await record('Wink', 'Control+Shift+M');
  await dialog.getByText('Same keys: Mute').waitFor();
  await record('Wink', 'F3');

  await dialog.getByRole('button', { name: 'Options of happy' }).click();
  await dialog.getByRole('combobox', { name: 'Comes on' }).selectOption('flash');
  await dialog.getByRole('combobox', { name: 'Hand sign' }).selectOption('thumbs-up');
  await dialog.getByRole('combobox', { name: 'With others' }).selectOption('add');
  await slide('Strength', 80);
  await slide('Fades in', 300);
  await slide('Fades out', 400);
  await slide('Lasts', 1500);
  await dialog.getByRole('checkbox', { name: 'Eyes' }).check();
  await dialog.getByRole('checkbox', { name: 'Mouth' }).check();
  await expect
    .poll(() => slots()[0])
    .toEqual({
      id: 'happy',
      name: 'happy',
      trigger: { key: 'F2', gesture: 'thumbs-up', mode: 'flash' },
      weight: 0.8,
      fadeInMs: 300,
      fadeOutMs: 400,
      holdMs: 1500,
      stacking: 'add',
      mutes: { eyes: true, mouth: true },
    });
  await dialog.getByText('Hand signs need the hands to be tracked.').waitFor();
  await screen('settings-expressions');
  await dialog.getByRole('button', { name: 'Track the hands' }).click();
  await expect
    .poll(() => settings().tracking)
    .toEqual({
      ...DEFAULT_TRACKING,
      parts: { ...DEFAULT_TRACKING.parts, hands: true },
    });

  const pressed = () => page.evaluate(() => window.pipelineDouble.pressed.splice(0));
  const attempt = dialog.getByRole('button', { name: 'Hold to see happy' });
  await attempt.focus();
  await page.keyboard.down('Space');
  await expect.poll(pressed).toEqual(['happy on']);
  await page.keyboard.up('Space');
  await expect.poll(pressed).toEqual(['happy off']);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await page.keyboard.down('F3');
  await expect.poll(pressed).toEqual(['Wink on']);
  await page.keyboard.up('F3');
  await expect.poll(pressed).toEqual(['Wink off']);

  await page.reload();
  await openSettings('Expressions');
  await dialog.getByRole('button', { name: 'happy: F2', exact: false }).waitFor();
  await dialog.getByRole('button', { name: 'Remove Wink' }).click();
  await expect.poll(() => slots().length).toBe(1);
});

test('mapping: searched, set by keyboard, taken back; what is unsure is marked', async () => {
  await open();
  await page.getByRole('tab', { name: 'Look' }).click();
  await page.getByRole('button', { name: 'Bones and face…' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Parts of Vida' });
  await dialog.getByRole('button', { name: 'Change: Hips: mixamorig:Hips' }).waitFor();
  await dialog.getByText('What is missing, and what is done instead').press('Enter');
  expect(await dialog.locator('details').getByRole('listitem').count()).toBe(2);
  await shoot('mapping-bones');
  await dialog.getByText('What is missing, and what is done instead').press('Enter');
  await dialog.getByRole('searchbox', { name: 'Search' }).fill('jaw');
  expect(await dialog.getByRole('listitem').count()).toBe(1);
  await dialog.getByRole('button', { name: 'Change: Jaw: Bone.021' }).press('Enter');
  const field = dialog.getByRole('combobox', { name: 'Jaw is' });
  await field.fill('bone.1');
  await screen('mapping-choose');
  // Escape leaves the choice, not the dialog.
  await field.press('Escape');
  await field.waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await field.fill('jaw_');
  await field.press('Enter');
  await expect.poll(() => settings().mappings['vida']?.bones).toEqual({ jaw: 'Jaw_M' });
  await dialog.getByText('Set by you', { exact: true }).waitFor();

  await dialog.getByRole('tab', { name: 'Face' }).click();
  await dialog.getByRole('checkbox', { name: 'Unsure ones only' }).check();
  await dialog.getByRole('button', { name: 'Change: Eye blink, left: Wink' }).click();
  await dialog.getByRole('option', { name: 'None of them' }).click();
  await expect.poll(() => settings().mappings['vida']?.channels).toEqual({ eyeBlinkLeft: null });
  await shoot('mapping-face');
  await dialog.getByRole('button', { name: 'Reset all' }).click();
  await expect.poll(() => settings().mappings).toEqual({});
});

test('small windows: nothing is lost sideways', async () => {
  await visit({ width: 640, height: 720 });
  await page.getByRole('heading', { name: 'VIDA³ Studio' }).waitFor();
  await openInspector('Tuning');
  expect((await overflow()).x).toBe(0);
  await screen('tracking-narrow');
  expect(await cutOff()).toEqual([]);
});
