import { basename } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clickTray, settle, trayItems } from './boot-assertions.ts';
import { type BootOptions, bootStudio, mediaTells, type Studio } from './fake-studio.ts';

const running: Studio[] = [];

/** A studio with one destination and a page, its window closed. */
async function inTheTray(options: BootOptions = {}): Promise<Studio> {
  const studio = await bootStudio(options);
  running.push(studio);
  await studio.greet();
  await vi.waitFor(() => expect(studio.fake.trays).toHaveLength(1));
  studio.fake.window.happen('close');
  expect(studio.fake.window.shown).toBe(false);
  return studio;
}

afterEach(async () => {
  for (const studio of running.splice(0)) await studio.dispose();
});

const icon = ({ fake }: Studio) => basename(fake.tray.image).replace(/(Template)?\.png$/, '');
const ids = (studio: Studio) => trayItems(studio).map(({ id }) => id);
const phase = (studio: Studio) => (studio.event('stream.snapshot') as { phase: string }).phase;

test('idle: there is nothing to stop, and without a destination no going live', async () => {
  const studio = await inTheTray();
  expect(icon(studio)).toBe('tray-idle');
  expect(ids(studio)).not.toContain('stop');
  expect(studio.fake.tray.tooltip).toContain('VIDA³');
  clickTray(studio, 'go-live');
  await settle();
  expect(studio.fake.notes).not.toContain('media start');
});

test('live, reconnecting, failed: the icon says it with the window closed', async () => {
  const studio = await inTheTray();
  await studio.goLive();
  await vi.waitFor(() => expect(icon(studio)).toBe('tray-live'));
  expect(ids(studio)).toContain('stop');
  expect(studio.fake.awake.size).toBe(1);
  expect(studio.fake.notes).toContain('powerSaveBlocker.start prevent-display-sleep');
  mediaTells(studio.fake, 'reconnecting', 'destination.disconnected');
  await vi.waitFor(() => expect(icon(studio)).toBe('tray-reconnecting'), 5_000);
  mediaTells(studio.fake, 'failed', 'destination.rejected');
  await vi.waitFor(() => expect(icon(studio)).toBe('tray-error'), 5_000);
  expect(studio.fake.window.shown).toBe(false);
});

test('stop asks, and the system may sleep again', async () => {
  const studio = await inTheTray();
  const { fake } = studio;
  await studio.goLive();
  await vi.waitFor(() => expect(ids(studio)).toContain('stop'));
  clickTray(studio, 'stop');
  await vi.waitFor(() => expect(fake.questions).toHaveLength(1));
  await settle();
  expect(fake.notes).not.toContain('media stop');
  fake.answers.push({ response: 0, checkboxChecked: false });
  clickTray(studio, 'stop');
  await vi.waitFor(() => expect(phase(studio)).toBe('idle'), 10_000);
  expect(fake.notes).toContain('media stop');
  await vi.waitFor(() => expect(fake.awake.size).toBe(0));
});

test('panic and mute work at once, without a question', async () => {
  const studio = await inTheTray();
  clickTray(studio, 'panic-on');
  clickTray(studio, 'mute-on');
  expect(studio.event('studio.snapshot')).toMatchObject({ panic: true, muted: true });
  await vi.waitFor(() => expect(ids(studio)).toEqual(expect.arrayContaining(['panic-off', 'mute-off'])));
  clickTray(studio, 'panic-off');
  expect(studio.event('studio.snapshot')).toMatchObject({ panic: false });
  expect(studio.fake.questions).toEqual([]);
});

test('destinations are check marks, avatars and scenes are chosen', async () => {
  const studio = await inTheTray();
  await studio.command('destinations.save', {
    name: 'Salt & Pepper',
    url: 'rtmp://127.0.0.1:1/live',
    key: 'a-stream-key',
    isDefault: true,
  });
  const destination = () => trayItems(studio).find(({ id }) => id?.startsWith('destination:'));
  await vi.waitFor(() => expect(destination()).toMatchObject({ type: 'checkbox', checked: true }));
  expect(destination()?.label).toContain('Salt && Pepper');
  clickTray(studio, destination()!.id!);
  await vi.waitFor(() => expect(destination()).toMatchObject({ checked: false }));
  expect(ids(studio).some((id) => id?.startsWith('avatar:'))).toBe(true);
  expect(ids(studio).some((id) => id?.startsWith('scene:'))).toBe(true);
});

test('open brings the window back; quit while live asks first', async () => {
  const studio = await inTheTray();
  const { fake } = studio;
  clickTray(studio, 'open');
  expect(fake.window.shown).toBe(true);
  await studio.goLive();
  await vi.waitFor(() => expect(phase(studio)).toBe('live'));
  clickTray(studio, 'quit');
  await vi.waitFor(() => expect(fake.questions).toHaveLength(1));
  await settle();
  expect(fake.exitCode).toBeNull();
  fake.answers.push({ response: 0, checkboxChecked: false });
  clickTray(studio, 'quit');
  await vi.waitFor(() => expect(fake.exitCode).toBe(0), 10_000);
  expect(fake.tray.destroyed).toBe(true);
});

describe('shortcuts', () => {
  const press = ({ fake }: Studio, accelerator: string) => fake.shortcuts.get(accelerator)?.();
  const binding = (studio: Studio, action: string) =>
    (studio.event('desktop.shortcuts') as { bindings: { action: string }[] }).bindings.find(
      (each) => each.action === action,
    );

  test('work with the window closed', async () => {
    const studio = await inTheTray();
    press(studio, 'CommandOrControl+Shift+X');
    expect(studio.event('studio.snapshot')).toMatchObject({ panic: true });
    press(studio, 'CommandOrControl+Shift+M');
    expect(studio.event('studio.snapshot')).toMatchObject({ muted: true });
    press(studio, 'CommandOrControl+Shift+E');
    await vi.waitFor(() => expect(studio.event('desktop.wants')).toEqual({ what: 'recentre' }));
  });

  test('that another program has are named', async () => {
    const studio = await inTheTray({ taken: ['CommandOrControl+Shift+L'] });
    expect(binding(studio, 'go-live')).toMatchObject({ scope: 'window', problem: 'taken' });
    expect(binding(studio, 'panic')).toMatchObject({ scope: 'global', problem: null });
    expect(studio.fake.shortcuts.has('CommandOrControl+Shift+L')).toBe(false);
    await vi.waitFor(() =>
      expect(studio.event('app.notice')).toMatchObject({ reason: 'host.shortcut-taken' }),
    );
  });

  test('are given back at the end, and asked anew when they change', async () => {
    const studio = await inTheTray();
    await studio.command('studio.configure', { globalShortcuts: false });
    await vi.waitFor(() => expect(studio.fake.shortcuts.size).toBe(0));
    await studio.command('studio.configure', { globalShortcuts: true });
    await vi.waitFor(() => expect(studio.fake.shortcuts.size).toBeGreaterThan(3));
    await studio.dispose();
    expect(studio.fake.shortcuts.size).toBe(0);
  });
});

describe('capturing', () => {
  test('the page sees the list, chooses, and gets what it chose', async () => {
    const studio = await inTheTray({ sources: [{ id: 'screen:0:0', name: 'Entire Screen' }] });
    const list = await studio.command('capture.list');
    expect(list).toMatchObject({ picker: 'own', sources: [{ id: 'screen:0:0', kind: 'screen' }] });
    await studio.command('capture.choose', { id: 'screen:0:0' });
    await expect(studio.command('capture.choose', { id: 'screen:9:0' })).rejects.toThrow('capture.failed');
  });
});
