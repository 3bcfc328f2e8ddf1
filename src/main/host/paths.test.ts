import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appRoot, bundled, dataFolder, resourcesDir } from './paths.ts';

describe('dataFolder', () => {
  test('VIDA3_HOME wins everywhere', () => {
    expect(dataFolder({ VIDA3_HOME: '/x/y' }, 'darwin', '/h')).toBe('/x/y');
  });
  test('else the folder of the system', () => {
    expect(dataFolder({}, 'linux', '/h')).toBe(join('/h', '.local', 'share', 'vida3-studio'));
    expect(dataFolder({ XDG_DATA_HOME: '/d' }, 'linux', '/h')).toBe(join('/d', 'vida3-studio'));
    expect(dataFolder({}, 'darwin', '/h')).toContain('Application Support');
    expect(dataFolder({ LOCALAPPDATA: '/l' }, 'win32', '/h')).toBe(join('/l', 'VIDA3 Studio'));
  });
});

describe('appRoot', () => {
  test('is found from any folder of the program', () => {
    expect(existsSync(join(appRoot(), 'package.json'))).toBe(true);
    expect(appRoot(join(appRoot(), 'dist', 'main'))).toBe(appRoot());
    expect(existsSync(resourcesDir())).toBe(true);
  });
  test('is not made up where there is none', () => {
    expect(() => appRoot('/')).toThrow(/vida3-studio/);
  });
});

describe('what an installed program brings along', () => {
  test('is found beside its archive', () => {
    const resources = mkdtempSync(join(tmpdir(), 'vida3-resources-'));
    try {
      const ffmpeg = join(resources, 'ffmpeg', process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg');
      expect(bundled(resources)).toEqual({ ffmpeg: null, models: null, resources: null });
      mkdirSync(join(resources, 'ffmpeg'));
      mkdirSync(join(resources, 'models'));
      mkdirSync(join(resources, 'resources'));
      writeFileSync(ffmpeg, '');
      expect(bundled(resources)).toEqual({
        ffmpeg,
        models: join(resources, 'models'),
        resources: join(resources, 'resources'),
      });
    } finally {
      rmSync(resources, { recursive: true, force: true });
    }
  });
  test('is nothing outside Electron', () =>
    expect(bundled()).toEqual({ ffmpeg: null, models: null, resources: null }));
});
