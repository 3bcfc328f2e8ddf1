import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { init, parse } from 'es-module-lexer';
import { checkFiles, checkImports, checkPreload, checkText, type PackedFile } from './archive.ts';
import type { Problem } from './problem.ts';

/** Files below a folder, paths with forward slashes. */
export const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort()
    : [];

/** What an archive lists; links are followed by nobody and count as nothing. */
export const readArchive = (archive: string): PackedFile[] =>
  listPackage(archive, { isPack: false }).flatMap((listed) => {
    const path = listed.replace(/^[\\/]/, '').replaceAll('\\', '/');
    const entry = statFile(archive, path.split('/').join(sep), false);
    if (!('size' in entry)) return [];
    return [{ path, bytes: entry.size, unpacked: entry.unpacked === true }];
  });

const textOf = (archive: string, path: string): string =>
  extractFile(archive, path.split('/').join(sep)).toString('utf8');

const isText = (path: string): boolean => /\.(js|cjs|mjs|json|html|css|sql)$/.test(path);

/** Opens the packed archive and checks what is in it. */
export const verifyArchive = async (
  archive: string,
  production: ReadonlySet<string>,
  optional: ReadonlySet<string>,
  root: string,
): Promise<{ files: PackedFile[]; problems: Problem[] }> => {
  await init;
  const files = readArchive(archive);
  const problems = checkFiles(files, production);
  const imports = new Map<string, string[]>();
  for (const { path } of files) {
    if (!/^dist\//.test(path) || !isText(path)) continue;
    const text = textOf(archive, path);
    problems.push(...checkText(path, text, root));
    if (/^dist\/main\/.*\.js$/.test(path)) {
      const [found] = parse(text);
      imports.set(
        path,
        found.flatMap((i) => (typeof i.specifier === 'string' ? [i.specifier] : [])),
      );
    }
    if (path === 'dist/preload/index.cjs') problems.push(...checkPreload(text));
  }
  problems.push(...checkImports(imports, files, optional));
  const manifest: unknown = JSON.parse(textOf(archive, 'package.json'));
  const main =
    typeof manifest === 'object' && manifest !== null && 'main' in manifest ? manifest.main : undefined;
  if (main !== 'dist/main/index.js') {
    problems.push({ check: 'entry points', detail: `package.json's main is ${String(main)}` });
  }
  return { files, problems };
};

/** What must lie beside the archive in the resources folder. */
const BESIDE = [
  'LICENSE.txt',
  'THIRD-PARTY-NOTICES.md',
  'resources/models.json',
  'resources/services.json',
  'resources/avatars/vida.vrm',
  'resources/avatars/pip.vrm',
  'resources/avatars/fenn.vrm',
  'resources/avatars/byte.vrm',
  'resources/backgrounds/backgrounds.json',
  'resources/motions/performer.vmotion',
  'resources/performance/performer.perf',
  'resources/icons/icon.png',
  'resources/icons/tray-idle.png',
  'resources/licences/packages.txt',
  'resources/licences/GPL-3.0.txt',
  'resources/licences/Apache-2.0.txt',
] as const;

/** Checks the files beside the archive. */
export const verifyBeside = (
  folder: string,
  { models, ffmpeg }: { models: readonly string[]; ffmpeg: boolean },
): Problem[] => {
  const files = new Set(filesBelow(folder));
  const wanted = [...BESIDE, ...models.map((name) => `models/${name}`)];
  const problems: Problem[] = wanted
    .filter((name) => !files.has(name))
    .map((name) => ({ check: 'files beside the archive', detail: `${name} is missing` }));
  if (ffmpeg && !files.has('ffmpeg/ffmpeg') && !files.has('ffmpeg/ffmpeg.exe')) {
    problems.push({ check: 'files beside the archive', detail: 'ffmpeg is missing' });
  }
  for (const name of files) {
    if (/^resources\/readme\//.test(name)) {
      problems.push({
        check: 'files beside the archive',
        detail: `${name} is for readers of the repository`,
      });
    }
    if (/\.node$/.test(name) && statSync(join(folder, name)).size === 0) {
      problems.push({ check: 'native code unpacked', detail: `${name} is empty` });
    }
  }
  return problems;
};

/** Whether the generated texts are what the lock file says now. */
export const checkFresh = (root: string, wanted: ReadonlyMap<string, string>): Problem[] =>
  [...wanted]
    .filter(
      ([name, text]) => !existsSync(join(root, name)) || readFileSync(join(root, name), 'utf8') !== text,
    )
    .map(([name]) => ({
      check: 'licences',
      detail: `${name} is stale: node scripts/package/write-notices.ts`,
    }));
