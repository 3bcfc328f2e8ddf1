import { z } from 'zod';
import type { Problem } from './problem.ts';

const targets = z.array(z.object({ target: z.string(), arch: z.union([z.string(), z.array(z.string())]) }));
const set = z.object({ from: z.string(), to: z.string().optional() }).loose();

/** What our own checks read of electron-builder.yml; that it is a valid configuration is checked by electron-builder. */
export const configSchema = z.object({
  appId: z.string(),
  productName: z.string(),
  executableName: z.string(),
  asar: z.unknown(),
  asarUnpack: z.array(z.string()),
  publish: z.unknown().optional(),
  extraResources: z.array(set),
  electronFuses: z.record(z.string(), z.boolean()),
  protocols: z.array(z.object({ schemes: z.array(z.string()) }).loose()),
  win: z.object({ icon: z.string(), target: targets }).loose(),
  mac: z
    .object({
      icon: z.string(),
      target: targets,
      hardenedRuntime: z.boolean(),
      entitlements: z.string(),
      entitlementsInherit: z.string(),
      extendInfo: z.record(z.string(), z.string()),
    })
    .loose(),
  linux: z.object({ icon: z.string(), target: targets }).loose(),
  nsis: z.object({ license: z.string(), installerIcon: z.string(), uninstallerIcon: z.string() }).loose(),
});
export type PackageConfig = z.infer<typeof configSchema>;

/** Switches burnt into the binary. WebAssembly trap handlers keep their default, on: MediaPipe is slow without. */
const FUSES: Readonly<Record<string, boolean>> = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
};

const WANTED: Readonly<Record<'win' | 'mac' | 'linux', Readonly<Record<string, readonly string[]>>>> = {
  win: { nsis: ['x64'], portable: ['x64'] },
  mac: { dmg: ['x64', 'arm64'], zip: ['x64', 'arm64'] },
  linux: { AppImage: ['x64'], deb: ['x64'], rpm: ['x64'] },
};

const USAGE = ['NSCameraUsageDescription', 'NSMicrophoneUsageDescription', 'NSScreenCaptureUsageDescription'];

/** Folders beside the archive, as the program looks for them below its resources folder. */
const LAYOUT: readonly (readonly [string, string])[] = [
  ['resources', 'resources'],
  ['dist/package/models', 'models'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills this in, for each target
  ['dist/package/ffmpeg/${os}-${arch}', 'ffmpeg'],
  ['THIRD-PARTY-NOTICES.md', 'THIRD-PARTY-NOTICES.md'],
  ['LICENSE', 'LICENSE.txt'],
];

/** What the product needs of the configuration, beyond its being valid. */
export const checkConfig = (config: PackageConfig): Problem[] => {
  const problems: Problem[] = [];
  const want = (check: string, ok: boolean, detail: string): void => {
    if (!ok) problems.push({ check, detail });
  };
  want(
    'names',
    /^[a-z0-9-]+$/.test(config.executableName),
    `executableName ${config.executableName} is not plain ASCII`,
  );
  want('names', config.productName === 'VIDA³ Studio', `productName is ${config.productName}`);
  want('asar', config.asar === true, 'asar is not on');
  want(
    'asar',
    config.asarUnpack.some((p) => p.startsWith('node_modules/better-sqlite3/')),
    'better-sqlite3 is not unpacked',
  );
  want('nothing is published', config.publish === null, 'publish is not null');
  for (const [fuse, value] of Object.entries(FUSES)) {
    want('fuses', config.electronFuses[fuse] === value, `${fuse} is not ${value ? 'on' : 'off'}`);
  }
  want(
    'deep links',
    config.protocols.some((p) => p.schemes.includes('vida3')),
    'the scheme vida3 is not registered',
  );
  for (const system of ['win', 'mac', 'linux'] as const) {
    for (const [target, archs] of Object.entries(WANTED[system])) {
      const found = config[system].target.find((t) => t.target === target);
      const has = found ? [found.arch].flat() : [];
      for (const arch of archs) want('targets', has.includes(arch), `${system} has no ${target} for ${arch}`);
    }
  }
  want('macOS privacy', config.mac.hardenedRuntime, 'hardenedRuntime is off');
  for (const key of USAGE) {
    want('macOS privacy', (config.mac.extendInfo[key]?.length ?? 0) > 20, `${key} says nothing`);
  }
  for (const [from, to] of LAYOUT) {
    want(
      'layout beside the archive',
      config.extraResources.some((r) => r.from === from && r.to === to),
      `${from} does not go to ${to}`,
    );
  }
  return problems;
};

/** Files and folders of the repository that the configuration names (those made on the way left out). */
export const namedFiles = (config: PackageConfig): string[] => [
  config.win.icon,
  config.mac.icon,
  config.linux.icon,
  config.mac.entitlements,
  config.mac.entitlementsInherit,
  config.nsis.license,
  config.nsis.installerIcon,
  config.nsis.uninstallerIcon,
  ...config.extraResources.map((r) => r.from).filter((from) => !from.startsWith('dist/')),
];

/** The entitlements that camera, microphone and the JavaScript engine need under the hardened runtime. */
export const checkEntitlements = (path: string, text: string): Problem[] =>
  [
    'com.apple.security.cs.allow-jit',
    'com.apple.security.device.camera',
    'com.apple.security.device.audio-input',
  ]
    .filter((key) => !new RegExp(`<key>${key.replaceAll('.', '\\.')}</key>\\s*<true/>`).test(text))
    .map((key) => ({ check: 'macOS privacy', detail: `${path} does not grant ${key}` }));
