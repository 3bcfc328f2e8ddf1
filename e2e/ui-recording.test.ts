import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import { IDLE_RECORDING, IDLE_STREAM } from './ui-fixtures.ts';
import {
  cutOff,
  main,
  open,
  openSettings,
  overflow,
  page,
  screen,
  seed,
  settings,
  tabTo,
} from './ui-stage.ts';

const bar = () => page.getByTestId('recording');

describe('recording', () => {
  test('begins and ends by its button, says time, size and room, and is never live', async () => {
    seed('Twitch');
    await open();
    await bar().getByText('11 hours left').waitFor();
    await tabTo(/^Record$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('recording.start')).toEqual({});
    main.change('recording.snapshot', { seconds: 754, bytes: 1_204_000_000, freeSeconds: 5400 });
    main.publish('stream.snapshot', {
      ...IDLE_STREAM,
      phase: 'live',
      kind: 'recording',
      sessionId: 'r',
      startedAt: Date.now() - 754_000,
    });
    await bar().getByText('12:34 · 1.2 GB').waitFor();
    await bar().getByText('90 minutes left').waitFor();
    expect(await page.getByTestId('phase').textContent()).toBe('Recording');
    expect(await page.getByText('LIVE', { exact: true }).count()).toBe(0);
    await page.getByText('You are recording. Nobody sees you.').waitFor();
    // A recording becomes a broadcast; a rehearsal has to wait.
    expect(await page.getByRole('button', { name: 'Rehearse' }).getAttribute('aria-disabled')).toBe('true');
    expect(await cutOff()).toEqual([]);
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await screen('recording');
    await page.keyboard.press('Control+Shift+L');
    await page.getByRole('dialog', { name: 'Go live now?' }).waitFor();
    await page.keyboard.press('Escape');
    await bar().getByRole('button', { name: 'End recording' }).click();
    await expect.poll(() => main.last('recording.stop')).toEqual({});
    await bar().getByRole('button', { name: 'Record', exact: true }).waitFor();
  });

  test('its keys record and save the last moments', async () => {
    main.settings({ recording: { ...settings().recording, replaySeconds: 30 } });
    await open();
    await page.keyboard.press(keysOf('record'));
    await expect.poll(() => main.last('recording.start')).toEqual({});
    const replay = bar().getByRole('button', { name: /^Replay/ });
    expect(await replay.getAttribute('aria-disabled')).toBe('true');
    main.change('recording.snapshot', { replay: { ...IDLE_RECORDING.replay, seconds: 30 } });
    await bar().getByRole('button', { name: 'Replay: save the last 30 seconds' }).waitFor();
    await page.keyboard.press(keysOf('save-replay'));
    await expect.poll(() => main.last('recording.saveReplay')).toEqual({});
    await bar().getByRole('button', { name: 'Recordings' }).click();
    const details = page.getByRole('dialog', { name: 'Recordings' });
    await details.getByText('Replay 21-05-00.mp4').waitFor();
    await details.getByText('/home/vida/Videos/VIDA3').waitFor();
  });

  test('what is being made of recordings: progress, cancel, why one failed', async () => {
    const job = { name: 'VIDA3 2026-11-22 21-04-05.mp4', reason: null };
    main.events.set('recording.snapshot', {
      ...IDLE_RECORDING,
      jobs: [
        { ...job, id: 'a', state: 'running', progress: 0.42 },
        {
          ...job,
          id: 'b',
          name: 'Another one.mp4',
          state: 'failed',
          progress: null,
          reason: 'record.remux-failed',
        },
        { ...job, id: 'c', name: 'Third.mp4', state: 'done', progress: 1 },
      ],
    });
    await open();
    await bar().getByRole('button', { name: 'Recordings: 1 is being finished' }).press('Enter');
    const details = page.getByRole('dialog', { name: 'Recordings' });
    await details.getByText('42 %').waitFor();
    await details.getByText(describeReason('record.remux-failed').action).waitFor();
    await screen('recording-jobs');
    await details.getByRole('button', { name: `Cancel ${job.name}` }).click();
    await expect.poll(() => main.last('recording.cancelJob')).toEqual({ id: 'a' });
    await details.getByText('Cancelled').waitFor();
    await details.getByRole('button', { name: 'Recording settings' }).click();
    await page.getByRole('dialog', { name: 'Settings' }).waitFor();
  });

  test('one that ended by itself is spoken and told with what to do', async () => {
    await open();
    main.change('recording.snapshot', { state: 'recording', freeSeconds: 90 });
    await page.getByText('The disk is nearly full: the recording ends in about 2 min.').waitFor();
    main.change('recording.snapshot', { state: 'failed', reason: 'record.low-space' });
    await bar().getByText(describeReason('record.low-space').action).waitFor();
    await expect
      .poll(() => page.getByTestId('urgent').textContent())
      .toContain(describeReason('record.low-space').what);
    await screen('recording-failed');
  });

  test('its settings: with every stream, a quality of its own with its cost, MP4, replay', async () => {
    await open();
    await openSettings('Recording');
    const dialog = page.getByRole('dialog', { name: 'Settings' });
    await dialog.getByRole('switch', { name: 'Record every stream' }).press('Space');
    await expect.poll(() => settings().recording.withStream).toBe(true);
    await dialog.getByText(/^Would cost: \+\d+ % encoding work$/).waitFor();
    await dialog.getByRole('switch', { name: 'A quality of its own' }).press('Space');
    await expect.poll(() => settings().recording.own).toEqual({ width: 854, height: 480, bitrateKbps: 1500 });
    await dialog.getByRole('combobox', { name: 'Size' }).selectOption('1280x720');
    await expect.poll(() => settings().recording.own?.height).toBe(720);
    await dialog.getByText('Cost: +400 % encoding work').waitFor();
    await dialog.getByRole('switch', { name: 'Make it an MP4 afterwards' }).press('Space');
    await expect.poll(() => settings().recording.remux).toBe(false);
    await dialog.getByRole('combobox', { name: 'Kept' }).selectOption('60');
    await expect.poll(() => settings().recording.replaySeconds).toBe(60);
    await screen('settings-recording');
  });
});

describe('safe start', () => {
  test('is asked first, stays safe by keyboard, and says so from then on', async () => {
    main.events.set('app.safeStart', { active: true, offered: true, crashes: 2 });
    main.settings({ onboarded: false });
    await open();
    const dialog = page.getByRole('dialog', { name: 'Opened safely' });
    await dialog.getByText('The studio ended badly 2 times in a row.').waitFor();
    await screen('safe-start');
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('app.safeStartChoose')).toEqual({ safe: true });
    await dialog.waitFor({ state: 'detached' });
    expect(main.seen.filter(({ command }) => command === 'app.safeStartChoose')).toHaveLength(1);
  });

  test('opens as usual when that is wanted', async () => {
    main.events.set('app.safeStart', { active: true, offered: true, crashes: 3 });
    await open();
    await page.getByRole('button', { name: 'Open as usual' }).click();
    await expect.poll(() => main.last('app.safeStartChoose')).toEqual({ safe: false });
    expect(await page.getByText('Nothing is saved.').count()).toBe(0);
  });
});

/** The keys of an action as Playwright presses them. */
function keysOf(action: 'record' | 'save-replay'): string {
  return settings().shortcuts[action]!.replace('Mod', 'Control');
}
