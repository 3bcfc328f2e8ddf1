import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import { main, open, overflow, page, publishLive, publishStream, screen, seed, url } from './ui-stage.ts';

const MODEL = { name: 'face_landmarker.task', feature: 'face', bytes: 3_758_596, received: 0, reason: null };

describe('states', () => {
  test('live with losses, then each destination in its own words', async () => {
    seed('Twitch', 'YouTube', 'Own server');
    await open();
    await screen('idle');
    await page.getByRole('button', { name: 'Details' }).click();
    expect(await page.getByTestId('loss-render').textContent()).toContain('Counted on air');
    publishLive(
      { destinations: ['d1', 'd2', 'd3'].map((id) => main.status(id, 'live')) },
      { render: 0.1, encode: 1.7, network: 7.5 },
    );
    await expect.poll(() => page.getByTestId('loss-network').textContent()).toContain('7.5 %');
    expect(await page.getByTestId('loss-render').textContent()).toContain('Fine');
    expect(await page.getByTestId('loss-encode').textContent()).toContain('Some loss');
    expect(await page.getByTestId('loss-network').textContent()).toContain('Heavy loss');
    expect(await page.getByTestId('tracking').textContent()).toBe('Following you · 15 fps');
    await screen('live');

    const table = page.getByRole('table', { name: 'Processes' });
    expect(await table.getByRole('row', { name: /Media engine/ }).textContent()).toContain('88 MB');
    expect(await page.getByRole('table', { name: 'Stages' }).textContent()).toContain('Encoding');

    publishLive({
      destinations: [
        main.status('d1', 'live'),
        main.status('d2', 'reconnecting', 'destination.disconnected'),
        main.status('d3', 'failed', 'destination.rejected'),
      ],
      media: { restarts: 1, gapMs: 900 },
    });
    const rows = page.getByTestId('destination');
    await expect.poll(() => rows.nth(1).textContent()).toContain('Reconnecting… · next try in 5 s');
    expect(await rows.nth(2).textContent()).toContain(describeReason('destination.rejected').action);
    await page.getByText('Media engine restarted 1 ×').waitFor();
    await page.getByText('YouTube was lost. The next attempt is in 5 s.').waitFor();
    await screen('reconnecting-and-failed');
    expect(await overflow()).toEqual({ x: 0, y: 0 });
  });

  test('no models: what, how to get them, progress, cancel, refused', async () => {
    main.hello.secrets = 'file';
    main.events.set('models.snapshot', { models: [{ ...MODEL, state: 'missing' }] });
    main.change('studio.snapshot', {
      tracking: { source: 'recorded', performanceUrl: '/p', clipUrl: '/c', motionUrl: '' },
    });
    await open();
    await page.evaluate(() => {
      const double = window.pipelineDouble;
      double.set({ tracking: { ...double.report.tracking, source: 'recorded', reason: 'models.missing' } });
    });
    await page.getByText('No system keyring protects your stream keys here').waitFor();
    expect(await page.getByTestId('tracking').textContent()).toBe('Recording plays');
    await screen('models-missing');
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await page.getByRole('button', { name: 'Download 3.8 MB' }).click();
    await expect.poll(() => main.last('models.download')).toEqual({});
    main.publish('models.snapshot', { models: [{ ...MODEL, state: 'downloading', received: 1_900_000 }] });
    await page.getByText('1.9 MB of 3.8 MB').waitFor();
    await screen('models-downloading');
    await page.getByRole('button', { name: 'Cancel download' }).click();
    await expect.poll(() => main.last('models.cancel')).toEqual({});
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
    await screen('errors');
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await page.evaluate(() => window.pipelineDouble.retried)).toBe(1);
  });

  test('main is lost: the page says so, tries again and takes up the new state', async () => {
    await open();
    await main.close();
    await page.getByRole('alertdialog', { name: 'Connection to the studio lost' }).waitFor();
    await screen('connection-lost');
    seed('Found again');
    await main.listen(Number(new URL(url).port));
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByTestId('destination').getByText('Found again').waitFor();
  });
});
