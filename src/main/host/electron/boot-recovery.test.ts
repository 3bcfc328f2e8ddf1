import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { inOrder, settle } from './boot-assertions.ts';
import type { FakeElectron } from './fake-electron.ts';
import { type BootOptions, bootStudio, type Studio } from './fake-studio.ts';

const running: Studio[] = [];
const folders: string[] = [];

async function boot(options: BootOptions = {}): Promise<Studio> {
  const studio = await bootStudio(options);
  running.push(studio);
  return studio;
}

async function bootLive(options: BootOptions = {}): Promise<Studio> {
  const studio = await boot(options);
  await studio.greet();
  await studio.goLive();
  return studio;
}

afterEach(async () => {
  for (const studio of running.splice(0)) await studio.dispose();
  for (const home of folders.splice(0)) rmSync(home, { recursive: true, force: true });
});

describe('media processes are told apart', () => {
  const SOME_PID = 1_000_000_042;
  const gone = (fake: FakeElectron, of: number, reason = 'crashed') => {
    const name = fake.media[of]!.options.serviceName;
    fake.app.happen('child-process-gone', {}, { type: 'Utility', reason, exitCode: 9, name });
  };
  const first = (fake: FakeElectron) => {
    fake.media[0]!.launch(SOME_PID);
    return fake.media[0]!;
  };

  test('the word of one that ended does not end its successor, which is not up yet', async () => {
    const { fake } = await bootLive({ launches: false });
    first(fake).end(9);
    await vi.waitFor(() => expect(fake.media).toHaveLength(2));
    gone(fake, 0);
    await settle();
    expect(fake.media).toHaveLength(2);
    gone(fake, 1, 'launch-failed');
    await vi.waitFor(() => expect(fake.media).toHaveLength(3));
  });

  test('that word may come first, and one loss is one loss', async () => {
    const { fake } = await bootLive({ launches: false });
    const child = first(fake);
    gone(fake, 0);
    await settle();
    expect(fake.media).toHaveLength(1);
    child.end(9);
    await vi.waitFor(() => expect(fake.media).toHaveLength(2));
    await settle();
    expect(fake.media).toHaveLength(2);
  });

  test('one that comes up after it was given up is killed', async () => {
    const { fake } = await bootLive({ launches: false });
    gone(fake, 0, 'launch-failed');
    await vi.waitFor(() => expect(fake.media).toHaveLength(2));
    expect(fake.notes).not.toContain('media kill');
    first(fake);
    expect(fake.notes).toContain('media kill');
    await settle();
    expect(fake.media).toHaveLength(2);
  });
});

describe('a page that crashed and does not load again', () => {
  const crash = ({ fake }: Studio) =>
    fake.window.webContents.happen('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });

  test('ends the program, the stream first', async () => {
    const studio = await bootLive();
    const { fake } = studio;
    fake.window.loadFailures.push(new Error('ERR_FAILED (-2)'));
    crash(studio);
    await vi.waitFor(() => expect(fake.exitCode).toBe(3), 10_000);
    inOrder(fake.notes, ['window destroy', 'media stop', 'media kill', 'dialog.showErrorBox', 'app.exit']);
  });

  test('because it crashed once more is loaded once more', async () => {
    const studio = await bootLive();
    const { fake } = studio;
    fake.window.loadFailures.push(new Error('ERR_ABORTED (-3)'));
    crash(studio);
    crash(studio);
    await vi.waitFor(() => expect(fake.window.urls).toHaveLength(3));
    await settle();
    expect([fake.exitCode, fake.window.isDestroyed()]).toEqual([null, false]);
  });
});

test('what is said while a page loads again waits for it', async () => {
  const studio = await boot();
  await studio.greet();
  const { webContents } = studio.fake.window;
  webContents.happen('did-navigate', {}, 'app://studio/index.html');
  webContents.texts.length = 0;
  studio.fake.app.happen('second-instance', {}, ['/opt/vida3-studio', 'vida3://settings'], '/', undefined);
  await settle();
  await studio.command('app.hello', { protocol: 1 });
  expect(studio.event('desktop.wants')).toBeUndefined();
  await studio.greet();
  await vi.waitFor(() => expect(studio.event('desktop.wants')).toEqual({ what: 'show-settings' }));
});

test('a page that crashed has shown no avatar until it says so', async () => {
  const studio = await boot();
  await studio.greet();
  const { webContents } = studio.fake.window;
  webContents.happen('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });
  await settle();
  webContents.texts.length = 0;
  await studio.command('app.hello', { protocol: 1 });
  await expect(studio.goLive()).rejects.toThrow('stream.not-ready');
});

test('a question belongs to the window only while a person can see that', async () => {
  const studio = await bootLive();
  const { fake } = studio;
  await vi.waitFor(() => expect(studio.event('stream.snapshot')).toMatchObject({ phase: 'live' }));
  const ask = async (count: number) => {
    fake.app.happen('before-quit');
    await vi.waitFor(() => expect(fake.questions).toHaveLength(count));
    await settle();
  };
  await ask(1);
  fake.window.minimized = true;
  await ask(2);
  fake.window.minimized = false;
  fake.window.hide();
  await ask(3);
  expect(fake.attached).toEqual([true, false, false]);
});

test.each([0, 5, 30, 120])('quitting %i ms into the start waits for it and ends in order', async (ms) => {
  const home = mkdtempSync(join(tmpdir(), 'vida3-electron-'));
  folders.push(home);
  let quit: () => void = () => undefined;
  const booted = boot({
    home,
    onNote: (what) => {
      if (what === 'app is ready') setTimeout(() => quit(), ms);
    },
    onFake: (fake) => {
      quit = () => void fake.app.happen('before-quit');
    },
  });
  const { fake } = await booted;
  await vi.waitFor(() => expect(fake.exitCode).toBe(0), 10_000);
  await settle();
  expect(fake.notes.at(-1)).toBe('app.exit');
  expect(fake.errorBoxes).toEqual([]);
  expect(existsSync(join(home, 'studio.lock'))).toBe(false);
});
