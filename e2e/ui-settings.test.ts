import { describe, expect, test } from 'vitest';
import type { ShortcutsSnapshot } from '../src/shared/ipc/desktop.ts';
import {
  cutOff,
  main,
  open,
  openSettings,
  overflow,
  page,
  publishStream,
  screen,
  seed,
  settings,
  tabTo,
} from './ui-stage.ts';

/** The studio with one section of its settings open. */
async function visitSettings(section: string, ...how: Parameters<typeof open>): Promise<void> {
  await open(...how);
  await openSettings(section);
}

test('every section by keyboard, its change saved at once', async () => {
  await open();
  await tabTo(/Settings/);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Camera');
  await screen('settings-camera');
  await dialog.getByRole('switch', { name: 'Mirror' }).press('Space');
  await expect.poll(() => settings().mirror).toBe(true);
  await dialog.getByRole('button', { name: 'Recentre' }).press('Enter');
  expect(await page.evaluate(() => window.pipelineDouble.calibrated)).toBe(1);

  await page.getByRole('tab', { name: 'Camera' }).focus();
  await page.keyboard.press('ArrowDown');
  await dialog.getByRole('switch', { name: 'Muted when the studio opens' }).press('Space');
  await expect.poll(() => settings().startMuted).toBe(true);
  await screen('settings-audio');

  await page.getByRole('tab', { name: 'Privacy' }).click();
  await screen('settings-privacy');
  await dialog.getByRole('switch', { name: 'Ask before going live' }).press('Space');
  await expect.poll(() => settings().skipConfirm).toBe(true);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
    .toMatch(/Settings/);
});

describe('picture and encoder', () => {
  test('size, rate, shape and bitrate follow each other; a typed bitrate is checked', async () => {
    await visitSettings('Picture and encoder');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Size' }).selectOption('1280x720');
    await expect.poll(() => settings().picture).toMatchObject({ width: 1280, height: 720, fps: 15 });
    await dialog.getByRole('combobox', { name: 'Frame rate' }).selectOption('30');
    await expect.poll(() => settings().picture.fps).toBe(30);
    await dialog.getByRole('radio', { name: '9:16 upright' }).click();
    await expect.poll(() => settings().picture).toMatchObject({ width: 720, height: 1280 });
    const bitrate = dialog.getByRole('textbox', { name: 'Bitrate in kbit/s' });
    await bitrate.fill('7');
    await dialog.getByText('A whole number from 100 to 51000.').waitFor();
    await bitrate.fill('4500');
    await bitrate.press('Enter');
    await expect.poll(() => settings().picture.bitrateKbps).toBe(4500);
    await dialog.getByRole('button', { name: /^Use \d+$/ }).waitFor();
    await screen('settings-encoder');
    await dialog.getByRole('combobox', { name: 'Which encoder' }).selectOption('webcodecs');
    await expect.poll(() => settings().encoder).toBe('webcodecs');
  });

  test('the encoders of this system, those that failed their trial marked; a connection that is adapted to', async () => {
    await visitSettings('Picture and encoder');
    const dialog = page.getByRole('dialog');
    const which = dialog.getByRole('combobox', { name: 'Which encoder' });
    expect(await which.getByRole('option').allTextContents()).toEqual([
      'Automatic',
      "The browser's own (WebCodecs)",
      'NVIDIA (NVENC): does not work here',
      'VA-API',
      'Processor (x264)',
    ]);
    await which.selectOption('ffmpeg:libx264');
    await expect.poll(() => settings().encoder).toBe('ffmpeg:libx264');
    await dialog.getByRole('button', { name: 'Try them all' }).click();
    await dialog.getByRole('button', { name: 'Trying…' }).waitFor();
    main.change('encoders.snapshot', { running: false });
    const trials = dialog.getByRole('list', { name: 'What was tried' }).getByRole('listitem');
    await expect
      .poll(() => trials.allTextContents())
      .toEqual(['NVIDIA (NVENC)Does not work here', 'Processor (x264)Works']);
    await screen('settings-encoder-tried');
    await dialog.getByRole('switch', { name: 'Adapt to the connection' }).press('Space');
    await expect.poll(() => settings().adaptive).toBe(true);
  });

  test('a second quality says what it costs before it is switched on', async () => {
    seed('Twitch', 'YouTube');
    await visitSettings('Picture and encoder');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Would cost: +178 % encoding work, upload 2.3 → 2.8 Mbit/s').waitFor();
    await dialog.getByRole('switch', { name: 'A second quality' }).press('Space');
    await expect.poll(() => settings().second).toEqual({ width: 854, height: 480, bitrateKbps: 1500 });
    await dialog.getByText(/^Cost: /).waitFor();
    await dialog.getByText(/^Cost: /).scrollIntoViewIfNeeded();
    await screen('settings-second');
    await dialog.getByRole('switch', { name: 'A second quality' }).press('Space');
    await expect.poll(() => settings().second).toBeNull();
  });

  test('on air it is settled, and says so', async () => {
    await visitSettings('Picture and encoder');
    publishStream({ phase: 'live', startedAt: Date.now() });
    await page.getByText('You are on air:', { exact: false }).waitFor();
    const encoder = { name: 'webcodecs:avc1.42E01E', fallback: null };
    publishStream({ phase: 'live', startedAt: Date.now(), encoder });
    await page.getByText("In use: the browser's own encoder (H.264)").waitFor();
    expect(await page.getByRole('dialog').getByRole('combobox', { name: 'Size' }).isDisabled()).toBe(true);
    await screen('settings-encoder-live');
  });
});

describe('shortcuts', () => {
  test('keys are pressed, refused, taken away, doubled and reset', async () => {
    await visitSettings('Shortcuts');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('They work while the studio', { exact: false }).waitFor();
    await dialog.getByRole('button', { name: /^Mute: / }).press('Enter');
    await page.keyboard.press('k');
    await dialog.getByText('Use Ctrl or Alt with a letter or digit, or an F key.').waitFor();
    await screen('settings-shortcuts-recording');
    // While keys are recorded they do nothing else, not even the panic key.
    await page.keyboard.press('Control+Shift+X');
    await expect.poll(() => settings().shortcuts.mute).toBe('Mod+Shift+X');
    expect(main.last('studio.panic')).toBeUndefined();
    await dialog.getByText('Used twice here').waitFor();

    await dialog.getByRole('button', { name: /^Mute: / }).press('Enter');
    await page.keyboard.press('F8');
    await expect.poll(() => settings().shortcuts.mute).toBe('F8');
    await dialog.getByRole('button', { name: /^Mute: F8/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F8');
    await expect.poll(() => main.last('studio.mute')).toEqual({ on: true });

    await openSettings('Shortcuts');
    await dialog.getByRole('button', { name: 'Take the keys of Recentre away' }).click();
    await expect.poll(() => settings().shortcuts.recentre).toBeNull();
    await dialog.getByRole('button', { name: 'Reset all' }).click();
    await expect.poll(() => settings().shortcuts.mute).toBe('Mod+Shift+M');
  });

  test('keys that work everywhere: switch, what another program has, and no second action here', async () => {
    main.hello.desktop.globalShortcuts = true;
    const { bindings } = main.events.get('desktop.shortcuts') as ShortcutsSnapshot;
    main.events.set('desktop.shortcuts', {
      globalAvailable: true,
      bindings: bindings.map((each) => ({
        ...each,
        scope: 'global',
        problem: each.action === 'recentre' ? 'taken' : null,
      })),
    });
    await visitSettings('Shortcuts');
    await page.getByText('Another program has these keys').waitFor();
    await screen('settings-shortcuts');
    await page.getByRole('switch', { name: 'Work in every program' }).click();
    await expect.poll(() => settings().globalShortcuts).toBe(false);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+M');
    await page.keyboard.press('Control+Shift+E');
    await expect.poll(() => page.evaluate(() => window.pipelineDouble.calibrated)).toBe(1);
    expect(main.last('studio.mute')).toBeUndefined();
  });
});

test('the page for other programs: on, addresses, viewers, off', async () => {
  await visitSettings('For other programs');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('switch', { name: 'Offer the avatar as a page' }).click();
  await expect.poll(() => main.last('output.configure')).toEqual({ enabled: true });
  expect(await dialog.getByRole('textbox', { name: 'On green' }).inputValue()).toContain('background=00ff00');
  main.change('output.snapshot', { clients: 2 });
  await dialog.getByText('2 programs show it now').waitFor();
  await dialog.getByRole('button', { name: 'Copy: Transparent' }).click();
  await dialog.getByText(/^(Copied\.|Selected: press Ctrl\+C to copy it\.)$/).waitFor();
  await screen('settings-output');
  await dialog.getByRole('switch', { name: 'Offer the avatar as a page' }).click();
  await expect.poll(() => main.last('output.configure')).toEqual({ enabled: false });
});

test('main asks for settings, a stop, recentring', async () => {
  await open();
  main.publish('desktop.wants', { what: 'show-settings' });
  await page.getByRole('dialog', { name: 'Settings' }).waitFor();
  main.publish('desktop.wants', { what: 'confirm-stop' });
  await page.getByRole('dialog', { name: 'Stop streaming?' }).waitFor();
  main.publish('desktop.wants', { what: 'recentre' });
  await expect.poll(() => page.evaluate(() => window.pipelineDouble.calibrated)).toBe(1);
});

test('at 200 % zoom the sections lie above their content', async () => {
  await visitSettings('Shortcuts', { width: 640, height: 360 }, 2);
  expect((await overflow()).x).toBe(0);
  await screen('settings-zoom-200');
  await page.getByRole('tab', { name: 'Camera' }).click();
  expect(await cutOff()).toEqual([]);
});
