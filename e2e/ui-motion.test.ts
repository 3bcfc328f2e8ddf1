import { expect, test } from 'vitest';
import type { ExpressionSlot } from '../src/shared/domain/expressions.ts';
import { DEFAULT_SHORTCUTS, SHORTCUT_ACTIONS } from '../src/shared/domain/shortcuts.ts';
import type { StudioSnapshot } from '../src/shared/domain/studio.ts';
import { describeReason } from '../src/shared/errors.ts';
import type { MotionsSnapshot } from '../src/shared/ipc/motion.ts';
import { recordingOf } from './ui-fixtures.ts';
import { cutOff, main, open, openSettings, page, screen } from './ui-stage.ts';

const dialog = () => page.getByRole('dialog', { name: 'Settings' });
const names = () =>
  (main.events.get('motions.snapshot') as MotionsSnapshot).recordings.map(({ name }) => name);
const focused = () =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
  );

/** What main refuses stays until it is kept or discarded, also while another one is recorded. */
async function notLost(): Promise<void> {
  const held = dialog()
    .getByRole('list', { name: 'Recordings that could not be kept' })
    .getByRole('listitem');
  const retry = held.first().getByRole('button', { name: 'Try again' });
  await held.getByText(describeReason('storage.full').what).waitFor();
  await dialog().getByRole('button', { name: 'Record', exact: true }).press('Enter');
  await dialog().getByRole('button', { name: 'Stop and keep' }).press('Enter');
  await expect.poll(() => held.count()).toBe(2);
  main.refuseUpload = 'motion.bad-file';
  await retry.press('Enter');
  await held.first().getByText(describeReason('motion.bad-file').what).waitFor();
  await expect.poll(() => page.getByTestId('urgent').textContent()).toContain('It is not lost');

  main.refuseUpload = null;
  expect(names()).toEqual([]);
  await retry.press('Enter');
  await expect.poll(() => held.count()).toBe(1);
  await expect.poll(focused).toBe('Record');
  await expect.poll(names).toHaveLength(1);
  await held.getByText(describeReason('storage.full').what).waitFor();

  await held.getByRole('button', { name: 'Discard' }).press('Enter');
  await expect.poll(focused).toBe('Cancel');
  await screen('settings-motion-unkept');
  await page.keyboard.press('Escape');
  await expect.poll(focused).toContain('Discard');
  await page.keyboard.press('Enter');
  await held.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).press('Enter');
  await expect.poll(() => held.count()).toBe(0);
  await expect.poll(focused).toBe('Record');
}

test('motions are recorded, played, renamed, exported, imported and deleted, all by keyboard', async () => {
  await open();
  await openSettings('Motion');
  await dialog().getByText('Nothing is recorded yet.').waitFor();
  await dialog().getByRole('button', { name: 'Record', exact: true }).press('Enter');
  await dialog()
    .getByText(/00:0[1-9] of at most 10:00/)
    .waitFor();
  // It goes on in front of the whole studio, and can be ended there.
  await page.keyboard.press('Escape');
  await page.getByText("The avatar's motion is being recorded").waitFor();
  main.refuseUpload = 'storage.full';
  await page.getByRole('button', { name: 'Stop and keep' }).press('Enter');
  await page.getByText("The avatar's motion is being recorded").waitFor({ state: 'detached' });
  await page.getByText("A recording of the avatar's motion could not be kept").waitFor();
  await screen('motion-unkept');
  await page.getByRole('button', { name: 'Show', exact: true }).press('Enter');
  await notLost();
  main.publish('motions.snapshot', {
    recordings: [recordingOf('A wave', 1), recordingOf('A very long dance that nobody ends '.repeat(2), 2)],
    full: false,
  });
  await dialog().getByRole('checkbox', { name: 'Again and again' }).check();
  await dialog().getByRole('button', { name: 'Play A wave' }).press('Enter');
  await dialog().getByText('Playing').waitFor();
  await expect.poll(focused).toBe('Stop A wave');
  expect(await page.evaluate(() => window.pipelineDouble.played)).toEqual([
    `${recordingOf('', 1).url} again and again`,
  ]);
  await dialog().getByRole('button', { name: 'Delete A wave' }).scrollIntoViewIfNeeded();
  await screen('settings-motion-recordings');
  expect(await cutOff()).toEqual([]);
  expect(await dialog().getByRole('link', { name: 'Export A wave' }).getAttribute('download')).toBe(
    'A wave.vmotion',
  );

  // Escape leaves the question, not the settings.
  await dialog().getByRole('button', { name: 'Rename A wave' }).press('Enter');
  await dialog().getByRole('textbox', { name: 'Name' }).press('Escape');
  await expect.poll(focused).toBe('Rename A wave');
  await page.keyboard.press('Enter');
  await dialog().getByRole('textbox', { name: 'Name' }).fill(' ');
  await page.keyboard.press('Enter');
  await dialog().getByText('Type a name.').waitFor();
  await dialog().getByRole('textbox', { name: 'Name' }).fill('A greeting');
  await page.keyboard.press('Enter');
  await expect.poll(names).toContain('A greeting');
  await expect.poll(focused).toBe('Rename A greeting');

  await dialog().getByRole('button', { name: 'Delete A greeting' }).press('Enter');
  const question = dialog().getByRole('alertdialog', { name: 'Delete A greeting?' });
  await expect.poll(focused).toBe('Cancel');
  main.refuse.set('motions.remove', 'motion.not-found');
  await question.getByRole('button', { name: 'Delete' }).press('Enter');
  await question.getByText(describeReason('motion.not-found').what).waitFor();
  // What is deleted does not move the avatar any longer.
  expect(await page.evaluate(() => window.pipelineDouble.motion.playing)).toBeNull();
  main.refuse.clear();
  await question.getByRole('button', { name: 'Delete' }).press('Enter');
  await expect.poll(names).toHaveLength(1);

  const file = { name: 'Hello.vmotion', mimeType: 'application/octet-stream', buffer: Buffer.from('V3MO') };
  const picker = dialog().locator('input[type=file]');
  main.refuseUpload = 'motion.bad-file';
  await picker.setInputFiles(file);
  await dialog().getByText('Hello.vmotion was not imported.').waitFor();
  await dialog().getByText(describeReason('motion.bad-file').action).waitFor();
  main.refuseUpload = null;
  await picker.setInputFiles(file);
  await dialog().getByRole('button', { name: 'Play Imported' }).waitFor();
  await dialog().getByText('Hello.vmotion was not imported.').waitFor({ state: 'detached' });

  await page.evaluate(() => {
    window.pipelineDouble.unplayable = true;
  });
  await dialog().getByRole('button', { name: 'Play Imported' }).press('Enter');
  await page.getByText(describeReason('motion.not-found').what).first().waitFor();
  main.change('motions.snapshot', { full: true });
  await dialog().getByText(describeReason('motion.too-many').what).waitFor();
  await dialog().getByRole('button', { name: 'Record', exact: true }).press('Enter');
  expect(await page.evaluate(() => window.pipelineDouble.motion.recording)).toBe(false);
});

test('expressions from other programs: what main hears the window leaves alone', async () => {
  const slot = (id: string, key: string, mode: ExpressionSlot['trigger']['mode']): ExpressionSlot => ({
    id,
    name: id,
    trigger: { key, gesture: null, mode },
    weight: 1,
    fadeInMs: 150,
    fadeOutMs: 250,
    holdMs: 2000,
    stacking: 'replace',
    mutes: { eyes: false, mouth: false },
  });
  const { settings } = main.events.get('studio.snapshot') as StudioSnapshot;
  const vida = [slot('happy', 'F2', 'hold'), slot('Wink', 'F3', 'toggle'), slot('angry', 'F4', 'hold')];
  main.change('studio.snapshot', { settings: { ...settings, expressions: { vida } } });
  main.events.set('desktop.shortcuts', {
    globalAvailable: true,
    bindings: SHORTCUT_ACTIONS.map((action) => ({
      action,
      accelerator: DEFAULT_SHORTCUTS[action],
      scope: 'window',
      problem: null,
    })),
    expressions: [
      { accelerator: 'F2', scope: 'global', problem: null },
      { accelerator: 'F3', scope: 'global', problem: null },
      { accelerator: 'F4', scope: 'window', problem: 'taken' },
    ],
  });
  await open();
  const pressed = () => page.evaluate(() => window.pipelineDouble.pressed.splice(0));
  await page.keyboard.press('F2');
  await page.keyboard.press('F4');
  expect(await pressed()).toEqual(['angry on', 'angry off']);
  // No release is heard: what is to be held stays until the next press, also while settings change.
  main.tell('desktop.expression', { id: 'happy' });
  await expect.poll(pressed).toEqual(['happy on']);
  main.settings({ mirror: true });
  main.tell('desktop.expression', { id: 'Wink' });
  await expect.poll(pressed).toEqual(['Wink on', 'Wink off']);
  main.tell('desktop.expression', { id: 'happy' });
  await expect.poll(pressed).toEqual(['happy off']);
  main.tell('desktop.expression', { id: 'nobody' });

  await openSettings('Expressions');
  await dialog().getByRole('button', { name: 'Options of happy' }).click();
  await dialog().getByText('there it stays until pressed again', { exact: false }).waitFor();
  expect(await dialog().getByText('Another program has these keys', { exact: false }).count()).toBe(1);
  expect(await pressed()).toEqual([]);
});

test('the models of body and hands: asked for where they are chosen, never in the way of the face', async () => {
  const model = (feature: string, state: string, received = 0) => ({
    name: `${feature}_landmarker.task`,
    feature,
    state,
    received,
    bytes: 8_000_000,
    reason: state === 'missing' ? 'models.missing' : null,
  });
  main.events.set('models.snapshot', { models: [model('face', 'present', 8_000_000)] });
  await open();
  await openSettings('Tracking');
  await dialog().getByRole('radio', { name: 'Upper body' }).click();
  main.publish('models.snapshot', {
    models: [model('face', 'present', 8_000_000), model('pose', 'missing')],
  });
  await dialog().getByText('Body tracking is not on this computer yet').waitFor();
  expect(await page.getByText('Face tracking is not installed yet').count()).toBe(0);
  await dialog().getByRole('switch', { name: 'Hands and fingers' }).press('Space');
  main.publish('models.snapshot', {
    models: [model('face', 'present', 8_000_000), model('pose', 'missing'), model('hands', 'missing')],
  });
  await dialog().getByText('Body and hand tracking are not on this computer yet').waitFor();
  await screen('settings-tracking-models');
  await dialog().getByRole('button', { name: 'Download 16.0 MB' }).click();
  await expect.poll(() => main.last('models.download')).toEqual({});
  main.publish('models.snapshot', {
    models: [
      model('face', 'present', 8_000_000),
      model('pose', 'present', 8_000_000),
      model('hands', 'downloading', 2_000_000),
    ],
  });
  await dialog().getByText('2.0 MB of 8.0 MB').waitFor();
  await dialog().getByRole('button', { name: 'Cancel download' }).click();
  await expect.poll(() => main.last('models.cancel')).toEqual({});
});
