import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, validate } from './builder.ts';
import { checkConfig, checkEntitlements, configSchema, namedFiles, type PackageConfig } from './config.ts';

const ROOT = join(import.meta.dirname, '../..');
const loaded = await loadConfig(ROOT);
const good = configSchema.parse(loaded);

/** The real configuration with one thing changed. */
const changed = (change: (copy: PackageConfig) => void): string[] => {
  const copy = structuredClone(good);
  change(copy);
  return checkConfig(copy).map((p) => p.check);
};

describe('electron-builder.yml', () => {
  it('is valid by electron-builder’s own schema', async () => {
    expect(await validate(loaded)).toEqual([]);
    const wrong = { ...loaded, nonsense: true } as typeof loaded;
    expect(await validate(wrong)).toHaveLength(1);
  });

  it('is what the product needs, and names files that exist', () => {
    expect(checkConfig(good)).toEqual([]);
    for (const name of namedFiles(good)) expect(existsSync(join(ROOT, name)), name).toBe(true);
  });

  it.each([
    ['names', (c: PackageConfig) => Object.assign(c, { executableName: 'VIDA³' })],
    ['asar', (c: PackageConfig) => Object.assign(c, { asar: false })],
    ['asar', (c: PackageConfig) => Object.assign(c, { asarUnpack: [] })],
    ['nothing is published', (c: PackageConfig) => Object.assign(c, { publish: { provider: 'github' } })],
    ['fuses', (c: PackageConfig) => Object.assign(c.electronFuses, { runAsNode: true })],
    ['fuses', (c: PackageConfig) => Object.assign(c.electronFuses, { onlyLoadAppFromAsar: false })],
    ['deep links', (c: PackageConfig) => Object.assign(c, { protocols: [] })],
    ['targets', (c: PackageConfig) => Object.assign(c.linux, { target: [] })],
    ['macOS privacy', (c: PackageConfig) => Object.assign(c.mac, { hardenedRuntime: false })],
    [
      'macOS privacy',
      (c: PackageConfig) => Object.assign(c.mac.extendInfo, { NSCameraUsageDescription: '' }),
    ],
    ['layout beside the archive', (c: PackageConfig) => Object.assign(c, { extraResources: [] })],
  ])('fails %s when it is changed (%#)', (check, change) => {
    expect(changed((copy) => void change(copy))).toContain(check);
  });

  it('grants what the hardened runtime withholds', () => {
    const text = readFileSync(join(ROOT, good.mac.entitlements), 'utf8');
    expect(checkEntitlements('x', text)).toEqual([]);
    expect(checkEntitlements('x', text.replace('device.camera', 'device.usb'))).toHaveLength(1);
  });
});
