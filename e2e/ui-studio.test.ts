import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import { contrast } from './ui-contrast.ts';
import {
  cutOff,
  main,
  OUT,
  open,
  overflow,
  page,
  publishStream,
  screen,
  seed,
  tabTo,
  visit,
} from './ui-stage.ts';

const KEY = 'live_secret-key-1234';

describe('by keyboard alone', () => {
  test('add a destination, go live with a confirm, panic, stop', async () => {
    await open();
    await screen('idle-empty');
    await tabTo(/^Add a destination$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Add a destination' }).waitFor();

    // The first service is chosen, with its encrypted address.
    const dialog = page.getByRole('dialog');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await dialog.getByText('Goes to rtmps://live.first.example:443/app').waitFor();
    await dialog.getByText('https://first.example/dashboard/key').waitFor();
    await screen('dialog-add-service');
    await dialog.getByRole('combobox', { name: 'Server' }).selectOption('rtmp://live.first.example/app');
    await dialog.getByText(describeReason('destination.not-secure').action).waitFor();
    // Of a service whose server the user gives the rest is added.
    await dialog.getByRole('combobox', { name: 'Service' }).selectOption('own-host');
    await dialog.getByRole('textbox', { name: 'Server address' }).fill('abc.own.example');
    await dialog.getByText('Goes to rtmps://abc.own.example/app').waitFor();
    await dialog.getByRole('combobox', { name: 'Service' }).selectOption('custom');
    await dialog.getByRole('combobox', { name: 'Service' }).focus();

    // Saving an empty form names every field.
    await tabTo(/^Save$/);
    await page.keyboard.press('Enter');
    await page.getByText('Enter the stream key.').waitFor();
    await screen('dialog-errors');

    await dialog.getByRole('combobox', { name: 'Service' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.type('My channel');
    await page.keyboard.press('Tab');
    await page.keyboard.type('rtmps://ingest.example.com/app');
    await page.keyboard.press('Tab');
    await page.keyboard.type(KEY);
    const field = page.getByLabel('Stream key', { exact: true });
    expect(await field.getAttribute('type')).toBe('password');
    await screen('dialog-add');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await field.getAttribute('type')).toBe('text');
    await page.keyboard.press('Enter');
    expect(await field.getAttribute('type')).toBe('password');
    await tabTo(/^Save$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => main.last('destinations.save')).toMatchObject({ name: 'My channel', key: KEY });

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
    await screen('dialog-go-live');
    expect(main.last('stream.goLive')).toBeUndefined();
    await tabTo(/^Go live$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('LIVE');
    await expect.poll(() => main.last('stream.goLive')).toEqual({ destinationIds: ['d1'] });
    // A new destination is ticked for the tray as well; nothing else was configured.
    await expect.poll(() => main.last('studio.configure')).toEqual({ ticks: { d1: true } });
    await expect.poll(() => page.getByTestId('destination').textContent()).toContain('Live');

    // The panic key works above an open dialog and says what it did.
    await page.keyboard.press('Control+Shift+L');
    await page.getByRole('dialog', { name: 'Stop streaming?' }).waitFor();
    await page.keyboard.press('Control+Shift+X');
    await expect
      .poll(() => page.getByTestId('urgent').textContent())
      .toContain('picture and microphone are cut');
    await expect.poll(() => main.last('studio.panic')).toEqual({ on: true });
    // The page's own pipeline was cut first: main may be slow.
    expect(await page.evaluate(() => window.pipelineDouble.cuts)).toEqual(['panic true']);
    await screen('panic-over-dialog');
    await page.keyboard.press('Escape');
    await page.getByText('Picture and microphone are cut', { exact: true }).waitFor();
    await page.getByText('Muted: viewers hear silence', { exact: true }).waitFor();
    await screen('panic');
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
      tracking: { source: 'recorded', performanceUrl: '/p', clipUrl: '/c', motionUrl: '' },
    });
    await open();
    await page.keyboard.press('Control+Shift+L');
    await page
      .getByRole('dialog')
      .getByText('A recorded performance drives the avatar, not your camera.')
      .waitFor();
    await page
      .getByRole('dialog')
      .getByText('Viewers hear silence: the microphone is off or muted.')
      .waitFor();
    await screen('dialog-go-live-warnings');
    await page.getByRole('checkbox', { name: "Don't ask again" }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Go live' }).click();
    await expect.poll(() => main.last('studio.configure')).toEqual({ skipConfirm: true });
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('LIVE');
    await page.getByText('Muted: viewers hear silence', { exact: true }).waitFor();
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
    await screen('dialog-remove');
    expect(main.last('destinations.remove')).toBeUndefined();
    await tabTo(/^Remove$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('destinations.remove')).toEqual({ id: 'd1' });
    await expect.poll(() => page.getByTestId('destination').count()).toBe(1);
  });
});

describe('start', () => {
  test('a main that does not answer is waited for in words', async () => {
    main.deaf = true;
    await visit();
    await page.getByText("Waiting for the studio's engine…").waitFor();
    await screen('waiting');
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
  test('at 200 % zoom it scrolls down only', async () => {
    seed('Twitch', 'YouTube');
    await open({ width: 640, height: 360 }, 2);
    const { x, y } = await overflow();
    expect(x).toBe(0);
    expect(y).toBeGreaterThan(0);
    expect(await cutOff()).toEqual([]);
    await screen('zoom-200-top');
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
