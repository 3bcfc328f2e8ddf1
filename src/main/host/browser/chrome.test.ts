import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CdpPipe } from './cdp-pipe.ts';
import { chromeCandidates, findChrome } from './chrome-find.ts';
import { chromeFlags } from './chrome-flags.ts';

const PLAIN = { root: false, gpu: true, smallShm: false };
const base = { profile: '/p', url: 'http://127.0.0.1:1/opening', machine: PLAIN } as const;

describe('flags', () => {
  test('a person gets an app window and is asked for the camera', () => {
    const flags = chromeFlags({ mode: 'studio', ...base });
    expect(flags).toContain('--app=http://127.0.0.1:1/opening');
    expect(flags).toContain('--user-data-dir=/p');
    expect(flags.join(' ')).not.toMatch(/headless|fake|sandbox|swiftshader/);
  });

  test('headless answers for itself and shows files as devices', () => {
    const flags = chromeFlags({ mode: 'headless', ...base, cameraFile: '/c.y4m', microphoneFile: '/m.wav' });
    expect(flags).toEqual(
      expect.arrayContaining([
        '--headless=new',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        '--use-file-for-fake-video-capture=/c.y4m',
        '--use-file-for-fake-audio-capture=/m.wav',
        '--enable-unsafe-swiftshader',
      ]),
    );
    expect(chromeFlags({ mode: 'headless', ...base }).join(' ')).not.toContain('fake-device');
  });

  test('the sandbox is off for root alone, and every window keeps its pace', () => {
    const flags = chromeFlags({
      mode: 'studio',
      ...base,
      machine: { root: true, gpu: false, smallShm: true },
    });
    expect(flags).toEqual(
      expect.arrayContaining([
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--enable-unsafe-swiftshader',
        '--disable-background-timer-throttling',
        '--disable-renderer-backgrounding',
        '--disable-backgrounding-occluded-windows',
      ]),
    );
  });
});

describe('finding a browser', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vida3-find-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const program = (name: string, exit: number) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nexit ${exit}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  test('VIDA3_CHROME is the only candidate, and must run', async () => {
    program('chromium', 0);
    const env = { PATH: folder, VIDA3_CHROME: program('mine', 0) };
    expect(await findChrome(env, 'linux')).toBe(env.VIDA3_CHROME);
    for (const wrong of [program('broken', 1), join(folder, 'none')]) {
      await expect(findChrome({ PATH: folder, VIDA3_CHROME: wrong }, 'linux')).rejects.toMatchObject({
        reason: 'host.browser-missing',
      });
    }
  });

  test('a browser that does not run is passed over', async () => {
    program('google-chrome', 1);
    const chromium = program('chromium', 0);
    expect(await findChrome({ PATH: folder }, 'linux')).toBe(chromium);
    await expect(findChrome({ PATH: '' }, 'linux')).rejects.toMatchObject({ reason: 'host.browser-missing' });
  });

  test('every system has its places', () => {
    expect(chromeCandidates({ HOME: '/h' }, 'darwin')[0]).toMatch(/^\/Applications\/Google Chrome\.app/);
    expect(chromeCandidates({ PROGRAMFILES: 'C:\\P' }, 'win32')).toContain(
      'C:\\P\\Microsoft\\Edge\\Application\\msedge.exe',
    );
  });
});

describe('the DevTools pipe', () => {
  const pair = () => {
    const [output, input] = [new PassThrough(), new PassThrough()];
    return { output, input, pipe: new CdpPipe(output, input) };
  };

  test('texts cut anywhere come together again', async () => {
    const { input, output, pipe } = pair();
    const heard: unknown[] = [];
    pipe.on('Some.event', (params) => heard.push(params));
    const answered = pipe.send('Some.method', { a: 1 });
    expect(String(output.read())).toBe('{"id":1,"method":"Some.method","params":{"a":1}}\0');
    const bytes = Buffer.from('{"method":"Some.event","params":"ü"}\0{"id":1,"result":{"b":2}}\0');
    for (const byte of bytes) input.write(Buffer.from([byte]));
    expect(await answered).toEqual({ b: 2 });
    expect(heard).toEqual(['ü']);
  });

  test('a refusal and the end of the browser both reject', async () => {
    const { input, pipe } = pair();
    const [refused, lost] = [pipe.send('a'), pipe.send('b')];
    input.write('{"id":1,"error":{"message":"no"}}\0');
    await expect(refused).rejects.toThrow('no');
    input.destroy();
    await expect(lost).rejects.toThrow('gone');
    await expect(pipe.send('c')).rejects.toThrow('gone');
  });
});
