import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import { checkItem } from './ui-fixtures.ts';
import { cutOff, main, open, overflow, page, publishLive, screen, seed, tabTo } from './ui-stage.ts';

const row = (name: string) => page.getByTestId('destination').filter({ hasText: name });

describe('destinations while live', () => {
  test('one is retried, one ended, one added, each by itself and by keyboard', async () => {
    seed('Twitch', 'YouTube', 'Own server', 'Later');
    await open();
    publishLive({
      destinations: [
        { ...main.status('d1', 'live'), queueMs: 640 },
        main.status('d2', 'reconnecting', 'destination.disconnected'),
        main.status('d3', 'failed', 'destination.rejected'),
      ],
    });
    await row('Twitch').getByText('1.1 Mbit/s · 0.6 s behind').waitFor();
    await row('YouTube').getByText('next try in 5 s').waitFor();
    await row('Own server').getByText(describeReason('destination.rejected').what).waitFor();
    expect(await cutOff()).toEqual([]);
    await screen('destinations-live');

    // A key is put right while the others go on: what sends cannot be changed under it.
    const edit = (name: string) => page.getByRole('button', { name: `Edit ${name}` });
    for (const name of ['Twitch', 'YouTube']) expect(await edit(name).count()).toBe(0);
    await edit('Later').waitFor();
    await edit('Own server').press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Edit destination' });
    await dialog.getByLabel('Name', { exact: true }).fill('Own \u202eserver');
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    await dialog.getByText('The name holds characters that nobody sees.', { exact: false }).waitFor();
    await page.keyboard.press('Escape');

    await tabTo(/^Retry Own server$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('stream.retry')).toEqual({ id: 'd3' });
    await row('Own server').getByText('Connecting…').waitFor();
    await row('YouTube').getByRole('button', { name: 'Retry YouTube' }).click();
    await expect.poll(() => main.last('stream.retry')).toEqual({ id: 'd2' });

    const later = page.getByRole('switch', { name: 'Send to Later now' });
    expect(await later.isChecked()).toBe(false);
    await later.press('Space');
    await expect.poll(() => main.last('stream.enable')).toEqual({ id: 'd4', on: true });
    await expect.poll(() => later.isChecked()).toBe(true);
    const twitch = page.getByRole('switch', { name: 'Send to Twitch now' });
    await twitch.press('Space');
    await expect.poll(() => main.last('stream.enable')).toEqual({ id: 'd1', on: false });
    await row('Twitch').getByText('Ended').waitFor();
    await expect.poll(() => twitch.isChecked()).toBe(false);

    // The last one cannot be: the switch stands where it stood, and why is said.
    main.refuse.set('stream.enable', 'destination.last');
    const last = page.getByRole('switch', { name: 'Send to YouTube now' });
    await last.press('Space');
    await page.getByText(describeReason('destination.last').action).first().waitFor();
    await expect.poll(() => last.isChecked()).toBe(true);
  });

  test('its history is a list of moments with their reasons', async () => {
    seed('Twitch');
    await open();
    publishLive({ destinations: [main.status('d1', 'reconnecting', 'destination.stalled')] });
    await tabTo(/^History of Twitch$/);
    await page.keyboard.press('Enter');
    const history = page.getByRole('dialog', { name: 'History of Twitch' });
    await history.waitFor();
    expect(await history.getByRole('listitem').allTextContents()).toEqual([
      `21:05:10Reconnecting…${describeReason('destination.stalled').what}`,
      '21:04:06Live',
      '21:04:05Connecting…',
    ]);
    await screen('destination-history');
    await page.keyboard.press('Escape');
    await history.waitFor({ state: 'detached' });
  });

  test('with two qualities every destination has its own', async () => {
    seed('Twitch', 'YouTube');
    await open();
    expect(await page.getByRole('combobox', { name: 'Quality for Twitch' }).count()).toBe(0);
    main.settings({ second: { width: 1280, height: 720, bitrateKbps: 3000 } });
    await page.getByRole('combobox', { name: 'Quality for YouTube' }).selectOption({ label: '720p' });
    await expect.poll(() => main.last('studio.configure')).toEqual({ renditions: { d2: 'second' } });
    expect(await cutOff()).toEqual([]);
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await screen('destinations-qualities');
    await page.getByRole('combobox', { name: 'Quality for YouTube' }).selectOption({ label: '360p' });
    await expect.poll(() => main.last('studio.configure')).toEqual({ renditions: {} });
  });
});

describe('before going live', () => {
  const one = { id: 'd1', name: 'Twitch' };

  test('a checklist that is spoken, one press that makes it fit, and live', async () => {
    seed('Twitch');
    await open();
    await page.keyboard.press('Control+Shift+L');
    const dialog = page.getByRole('dialog', { name: 'Go live now?' });
    await expect.poll(() => main.last('preflight.run')).toEqual({ destinationIds: ['d1'] });
    await dialog.getByText('Checking everything. Nothing is sent yet.').waitFor();
    main.publish('preflight.snapshot', {
      phase: 'done',
      items: [
        checkItem('limits', 'warning', {
          subject: one,
          problems: [
            { code: 'bitrate-recommended', limit: 6000, actual: 9000, severity: 'warning' },
            { code: 'fps', limit: 60, actual: 75, severity: 'warning' },
          ],
        }),
        checkItem('destination', 'ok', { subject: one }),
        checkItem('camera', 'ok'),
        checkItem('disk', 'warning', { reason: 'record.low-space' }),
      ],
      ok: true,
      fixable: true,
    });
    await dialog.getByText('9000 kbit/s is sent, 6000 are recommended at most.').waitFor();
    await dialog.getByText(describeReason('record.low-space').action).waitFor();
    expect(await dialog.getByRole('status').textContent()).toBe(
      '2 things to look at. You can go live all the same.',
    );
    await screen('preflight-warnings');
    await dialog.getByRole('button', { name: 'Make it fit' }).press('Enter');
    await expect.poll(() => main.last('preflight.fix')).toEqual({ destinationIds: ['d1'] });
    await dialog.getByText('Everything is fine.').waitFor();
    await dialog.getByRole('button', { name: 'Go live', exact: true }).press('Enter');
    await expect.poll(() => main.last('stream.goLive')).toEqual({ destinationIds: ['d1'] });
  });

  test('with many destinations the verdict and what makes them fit stay in view', async () => {
    const names = ['Twitch', 'YouTube', 'Kick', 'Facebook', 'Own server'];
    seed(...names);
    main.settings({ microphone: 'none' });
    await open();
    await page.keyboard.press('Control+Shift+L');
    const dialog = page.getByRole('dialog', { name: 'Go live now?' });
    await expect.poll(() => main.last('preflight.run')).toBeDefined();
    main.publish('preflight.snapshot', {
      phase: 'done',
      items: [
        ...names.map((name, at) =>
          checkItem('limits', 'failed', {
            subject: { id: `d${at + 1}`, name },
            reason: 'destination.not-secure',
            problems: [{ code: 'not-secure', limit: null, actual: null, severity: 'warning' }],
          }),
        ),
        checkItem('camera', 'failed', { reason: 'camera.busy' }),
      ],
      ok: false,
      fixable: true,
    });
    for (const shown of [
      dialog.getByText('6 things do not work.'),
      dialog.getByRole('button', { name: 'Make it fit' }),
      dialog.getByText('Viewers hear silence', { exact: false }),
      dialog.getByRole('button', { name: 'Go live anyway' }),
    ]) {
      const box = await shown.boundingBox();
      expect(box!.y).toBeGreaterThan(0);
      expect(box!.y + box!.height).toBeLessThanOrEqual(720);
    }
    expect(await dialog.getByText('not encrypted', { exact: false }).count()).toBe(names.length);
    await screen('preflight-many');
    await dialog.getByRole('button', { name: 'Make it fit' }).press('Enter');
    await dialog.getByText('Everything is fine.').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
  });

  test('what does not work is said, and going live all the same is a decision', async () => {
    seed('Twitch');
    await open();
    await page.keyboard.press('Control+Shift+L');
    const dialog = page.getByRole('dialog', { name: 'Go live now?' });
    await expect.poll(() => main.last('preflight.run')).toBeDefined();
    main.publish('preflight.snapshot', {
      phase: 'done',
      items: [
        checkItem('destination', 'failed', { subject: one, reason: 'destination.rejected' }),
        checkItem('camera', 'failed', { reason: 'camera.busy' }),
      ],
      ok: false,
      fixable: false,
    });
    await dialog.getByText('2 things do not work.').waitFor();
    await dialog.getByText(describeReason('destination.rejected').action).waitFor();
    await screen('preflight-failed');
    expect(await dialog.getByRole('button', { name: 'Go live', exact: true }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Go live anyway' }).click();
    await expect.poll(() => main.last('stream.goLive')).toEqual({ destinationIds: ['d1'] });
  });

  test('leaving it ends the checks, and who does not want to be asked is not', async () => {
    seed('Twitch');
    await open();
    await page.keyboard.press('Control+Shift+L');
    await page.getByText('Checking everything. Nothing is sent yet.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => main.last('preflight.cancel')).toEqual({});
    expect(main.last('stream.goLive')).toBeUndefined();
    const checks = () => main.seen.filter(({ command }) => command === 'preflight.run').length;
    const before = checks();
    main.settings({ skipConfirm: true });
    await page.getByText('Everything is ready.').waitFor();
    await page.keyboard.press('Control+Shift+L');
    await expect.poll(() => main.last('stream.goLive')).toEqual({ destinationIds: ['d1'] });
    expect(checks()).toBe(before);
  });
});

test('hints name what can be done: the card, a retry, a lowered bitrate, another encoder', async () => {
  seed('Twitch');
  await open();
  const destinations = [main.status('d1', 'live')];
  const hint = page.getByTestId('hint');
  publishLive({ destinations, card: true });
  await hint.getByText('Viewers see the card').waitFor();
  await hint.getByRole('button', { name: 'Reload this window' }).waitFor();
  const lowered = { name: 'main', width: 640, height: 360, targetKbps: 700, kbps: 690, frames: 1 } as const;
  publishLive({ destinations, renditions: [lowered] });
  await hint.getByText('the bitrate went from 1.0 down to 0.7 Mbit/s').waitFor();
  await screen('hint-bitrate');
  publishLive({ destinations, encoder: { name: 'ffmpeg:libx264', fallback: 'encoder.fallback' } });
  await hint.getByText('so FFmpeg: x264 took over').waitFor();
  publishLive({ destinations: [main.status('d1', 'reconnecting', 'destination.disconnected')] });
  await hint.getByText('Nobody receives the stream').waitFor();
  await hint.getByText('The next attempt is in 5 s.').waitFor();
  await hint.getByRole('button', { name: 'Retry now' }).click();
  await expect.poll(() => main.last('stream.retry')).toEqual({ id: 'd1' });
});
