import { expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import { cutOff, main, open, openSettings, page, screen, settings } from './ui-stage.ts';

const talk = () => page.evaluate(() => window.pipelineDouble.talk);

async function openSound(): Promise<void> {
  await open();
  await openSettings('Sound');
}

test('every step of the chain is set by keyboard and saved a moment later', async () => {
  await openSound();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  const gain = dialog.getByRole('slider', { name: 'Gain' });
  for (let press = 0; press < 3; press++) await gain.press('ArrowRight');
  await expect.poll(() => settings().audio.gainDb).toBe(3);
  expect(await gain.getAttribute('aria-valuetext')).toBe('+3 dB');
  await dialog.getByRole('switch', { name: 'Suppress noise' }).press('Space');
  await expect.poll(() => settings().audio.suppress).toBe(false);

  await dialog.getByRole('switch', { name: 'Gate' }).press('Space');
  await dialog.getByRole('group', { name: 'Gate' }).getByRole('slider', { name: 'Threshold' }).press('Home');
  await expect.poll(() => settings().audio.gate).toEqual({ on: true, thresholdDb: -80 });
  await dialog.getByRole('switch', { name: 'Compressor' }).press('Space');
  await dialog.getByRole('slider', { name: 'Ratio' }).press('End');
  await expect.poll(() => settings().audio.compressor).toMatchObject({ on: true, ratio: 20 });
  await dialog.getByRole('slider', { name: 'Ceiling' }).press('ArrowLeft');
  await expect.poll(() => settings().audio.limiter.ceilingDb).toBe(-1.5);
  expect(await cutOff()).toEqual([]);
  await screen('settings-sound-chain');

  await dialog.getByRole('switch', { name: 'Hear yourself' }).press('Space');
  await dialog.getByText('Wear headphones', { exact: false }).waitFor();
  await expect.poll(() => settings().audio.monitor).toBe(true);
  const offset = dialog.getByRole('slider', { name: 'Sound later' });
  await offset.press('ArrowRight');
  await expect.poll(() => settings().audio.offsetMs).toBe(10);
  await offset.scrollIntoViewIfNeeded();
  await dialog.getByRole('combobox', { name: 'Source' }).scrollIntoViewIfNeeded();
  await screen('settings-sound-end');
});

test('a second sound: what the captured screen plays, and why it cannot be heard', async () => {
  await openSound();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('combobox', { name: 'Source' }).selectOption('system');
  await expect.poll(() => settings().secondSource.source).toBe('system');
  await page.evaluate(() =>
    window.pipelineDouble.set({ sound: { state: 'failed', reason: 'sound.no-system-audio' } }),
  );
  await dialog.getByText(describeReason('sound.no-system-audio').action).waitFor();
  await page.evaluate(() => window.pipelineDouble.set({ sound: { state: 'running', reason: null } }));
  main.change('studio.snapshot', { muted: true });
  await dialog.getByText('Muted: only the second sound').waitFor();
  main.change('studio.snapshot', { muted: false });
  await page.evaluate(() =>
    window.pipelineDouble.set({ sound: { state: 'failed', reason: 'sound.no-system-audio' } }),
  );
  await dialog.getByRole('slider', { name: 'Volume' }).press('ArrowRight');
  await expect.poll(() => settings().secondSource.gainDb).toBe(-11);
  await screen('settings-sound-second');
  await page.keyboard.press('Escape');
  await page.getByTestId('hint').getByText('The sound of the screen is wanted').waitFor();
});

test('a sound of the library is chosen by its name, and one that is gone stays visible as such', async () => {
  main.change('library.snapshot', { sounds: [{ id: 'rain', name: 'Rain on a roof', url: '/s/rain' }] });
  await openSound();
  const source = page.getByRole('dialog').getByRole('combobox', { name: 'Source' });
  await source.selectOption({ label: 'Rain on a roof' });
  await expect.poll(() => settings().secondSource.source).toBe('sound:rain');
  await source.selectOption('none');
  await page.getByRole('button', { name: 'Remove Rain on a roof…' }).click();
  await page
    .getByRole('dialog', { name: 'Remove Rain on a roof?' })
    .getByRole('button', { name: 'Remove' })
    .click();
  await expect.poll(() => main.last('library.removeSound')).toEqual({ id: 'rain' });
  main.settings({ secondSource: { source: 'sound:rain', gainDb: -12 } });
  await page.getByRole('button', { name: 'Sound settings' }).click();
  await expect.poll(() => source.locator('option:checked').textContent()).toBe('Sound that is gone');
});

test('push to talk: heard while the key or the button is held, never longer', async () => {
  main.settings({ audio: { ...settings().audio, pushToTalk: true } });
  await open();
  await page.getByText('Push to talk: silent').waitFor();
  const [modifiers, key] = splitKeys(settings().shortcuts.talk!);
  for (const modifier of modifiers) await page.keyboard.down(modifier);
  await page.keyboard.down(key);
  await page.getByRole('button', { name: /^You are heard/ }).waitFor();
  await screen('push-to-talk');
  await page.keyboard.up(key);
  await expect.poll(talk).toEqual([true, false]);
  for (const modifier of modifiers) await page.keyboard.up(modifier);
  await page.getByText('Push to talk: silent').waitFor();

  // A window that loses the focus hears of no key that is let go.
  for (const modifier of modifiers) await page.keyboard.down(modifier);
  await page.keyboard.down(key);
  await expect.poll(talk).toEqual([true, false, true]);
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await expect.poll(talk).toEqual([true, false, true, false]);
  await page.keyboard.up(key);
  for (const modifier of modifiers) await page.keyboard.up(modifier);

  const button = page.getByRole('button', { name: /^Hold to talk/ });
  await button.focus();
  await page.keyboard.down('Space');
  await expect.poll(talk).toEqual([true, false, true, false, true]);
  await page.keyboard.up('Space');
  await expect.poll(talk).toEqual([true, false, true, false, true, false]);

  // Where only presses are heard, main asks for the other one.
  main.publish('desktop.wants', { what: 'toggle-talk' });
  await expect.poll(async () => (await talk()).at(-1)).toBe(true);
  main.publish('desktop.wants', { what: 'toggle-talk' });
  await expect.poll(async () => (await talk()).at(-1)).toBe(false);
});

function splitKeys(accelerator: string): [string[], string] {
  const parts = accelerator.replace('Mod', 'Control').split('+');
  return [parts.slice(0, -1), parts.at(-1)!];
}
