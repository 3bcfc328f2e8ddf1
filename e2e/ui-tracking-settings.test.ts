import { describe, expect, test } from 'vitest';
import { FULL_QUALITY } from '../src/shared/domain/governor.ts';
import type { StudioSnapshot } from '../src/shared/domain/studio.ts';
import { DEFAULT_TRACKING } from '../src/shared/domain/tracking-settings.ts';
import { QUIET_VMC } from './ui-fixtures.ts';
import { main, open, openSettings, page, screen, settings, shoot, slide, studio } from './ui-stage.ts';

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
