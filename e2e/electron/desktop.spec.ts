import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Menu } from 'electron';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ELECTRON, ENTRY, environment, FLAGS, openStudio, type Studio, until } from './studio.ts';

/** In Electron's process: the tray's newest menu. */
type WithTray = { trayMenu?: Menu };

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

test('the tray shows the studio’s state, and its items do what they say', async () => {
  await studio.app.evaluate(({ Tray }) => {
    const real = Tray.prototype.setContextMenu;
    Tray.prototype.setContextMenu = function set(menu) {
      if (menu) (globalThis as WithTray).trayMenu = menu;
      real.call(this, menu);
    };
  });
  const items = () =>
    studio.app.evaluate(() =>
      ((globalThis as WithTray).trayMenu?.items ?? []).map(({ id, enabled }) => ({ id, enabled })),
    );
  const click = (id: string) =>
    studio.app.evaluate((_electron, wanted) => {
      const item = (globalThis as WithTray).trayMenu?.getMenuItemById(wanted);
      if (!item) throw new Error(`the tray has no ${wanted}`);
      item.click();
    }, id);
  await studio.ask('studio.panic', { on: true });
  await until('the menu follows', async () => (await items()).some(({ id }) => id === 'panic-off'));
  expect((await items()).map(({ id }) => id)).toEqual(expect.arrayContaining(['open', 'quit']));
  // Works with the window closed.
  await studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await click('panic-off');
  await until('panic is off', async () => (await items()).some(({ id }) => id === 'panic-on'));
  expect(await studio.newest('studio.snapshot')).toMatchObject({ panic: false });
  await click('open');
  await until('the window is back', () =>
    studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible()),
  );
});

test('a link opens what it names, and only what is a link of ours', async () => {
  const settings = async () => (await studio.newest<{ what: string }>('desktop.wants'))?.what;
  const open = (link: string) =>
    studio.app.evaluate(({ app }, text) => {
      if (process.platform === 'darwin') app.emit('open-url', { preventDefault: () => undefined }, text);
      else app.emit('second-instance', {}, ['vida3-studio', text], '.', null);
    }, link);
  for (const bad of [
    'vida3://settings?then=quit',
    'vida3://settings/../..',
    `vida3://${'a'.repeat(5000)}`,
    'vida3://%73ettings',
    'https://settings',
  ]) {
    await open(bad);
  }
  expect(await settings()).toBeUndefined();
  await open('vida3://settings');
  await until('the settings are wanted', async () => (await settings()) === 'show-settings');
});

test('a second start brings the window to the front and ends', async () => {
  await studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide());
  const second = spawn(ELECTRON, [ENTRY, ...FLAGS, 'vida3://rehearsal'], {
    env: environment(studio.home),
    stdio: 'ignore',
  });
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  await until('the window is shown', () =>
    studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible()),
  );
  // macOS hands links over by an event of its own.
  if (process.platform !== 'darwin') {
    await until(
      'the rehearsal is wanted',
      async () => (await studio.newest<{ what: string }>('desktop.wants'))?.what === 'show-rehearsal',
    );
  }
});
