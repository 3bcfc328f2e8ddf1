import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import { IDLE_STREAM } from './ui-fixtures.ts';
import { main, open, overflow, page, screen, tabTo } from './ui-stage.ts';

describe('rehearsal', () => {
  test('never looks live, and its result is told stage by stage', async () => {
    await open();
    await tabTo(/^Rehearse$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('rehearsal.start')).toEqual({});
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('Rehearsal');
    await page.getByText('Rehearsal: nobody sees you').waitFor();
    await page.getByText('4 of 12 s').waitFor();
    expect(await page.getByText('LIVE', { exact: true }).count()).toBe(0);
    await screen('rehearsal');

    main.publish('stream.snapshot', { ...IDLE_STREAM, kind: 'rehearsal' });
    main.publish('rehearsal.snapshot', {
      phase: 'done',
      seconds: 12,
      elapsed: 12,
      result: {
        ok: true,
        reason: null,
        frames: 178,
        seconds: 12,
        grades: [
          { stage: 'camera', grade: 'good', value: 1, measured: 15, expected: 15 },
          { stage: 'tracking', grade: 'fair', value: 0.9, measured: 162, expected: 180 },
          { stage: 'render', grade: 'good', value: 1, measured: null, expected: null },
          { stage: 'encode', grade: 'good', value: 1, measured: null, expected: null },
          { stage: 'audio', grade: 'good', value: 1, measured: null, expected: null },
          { stage: 'bitrate', grade: 'bad', value: 0.6, measured: 1630, expected: 1000 },
          { stage: 'sync', grade: 'good', value: 1, measured: 4, expected: 0 },
          { stage: 'delivery', grade: 'good', value: 1, measured: null, expected: null },
        ],
      },
    });
    await page.getByTestId('rehearsal-result').getByText('Not ready yet').waitFor();
    await page.getByText('Your face was lost at times: more light in front of you helps.').waitFor();
    await page.getByText('choose another encoder or a smaller picture. 1630 of 1000 kbit/s.').waitFor();
    await screen('rehearsal-result');
    await page.getByRole('button', { name: 'Dismiss the rehearsal result' }).click();
    expect(await page.getByTestId('rehearsal-result').count()).toBe(0);
  });

  test('ends by its button and by the key of Go live, without a question', async () => {
    await open();
    main.rehearse();
    await page.getByRole('button', { name: 'End rehearsal' }).click();
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('Offline');
    main.rehearse();
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('Rehearsal');
    await page.keyboard.press('Control+Shift+L');
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('Offline');
    expect(main.last('stream.stop')).toBeUndefined();
  });
});

describe('notices', () => {
  test('are spoken, at most three, and go when dismissed', async () => {
    await open();
    const reasons = ['storage.failed', 'media.crashed', 'host.ended-badly', 'secrets.unreadable'] as const;
    for (const [at, reason] of reasons.entries()) {
      main.publish('app.notice', { id: at + 1, level: 'warning', reason, detail: null });
    }
    const list = page.getByRole('region', { name: /^Notices/ }).getByRole('listitem');
    await expect.poll(() => list.count()).toBe(3);
    await page.getByText(describeReason('secrets.unreadable').what).first().waitFor();
    await screen('notices');
    await list.first().getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => list.count()).toBe(2);
  });

  test('keys without protection are said in plain words', async () => {
    main.hello.secrets = 'basic';
    await open();
    await page.getByText('This system keeps them without real protection').waitFor();
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await screen('secrets-basic');
  });
});
