import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packagesOfSources } from './bundled.ts';
import { closureOf, type Lock, lockSchema, nameOf, rootsOf } from './lock.ts';
import { licenceTexts, type Notice, noticesPage } from './notices.ts';

const LICENCE_FILE = /^(licen[cs]e|copying|unlicense)([.-].*)?$/i;

const manifestSchema = z.object({
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  repository: z.union([z.string(), z.object({ url: z.string() })]).optional(),
  homepage: z.string().optional(),
});

const modelsSchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      url: z.string(),
      accepted: z.array(z.object({ sha256: z.string(), bytes: z.number() })),
    }),
  ),
});
export type ModelEntry = z.infer<typeof modelsSchema>['models'][number];

export const readLock = (root: string): Lock =>
  lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));

export const readModels = (root: string): readonly ModelEntry[] =>
  modelsSchema.parse(JSON.parse(readFileSync(join(root, 'resources/models.json'), 'utf8'))).models;

/** Folders of the packages that belong into the archive: `dependencies` and what they need, without FFmpeg's download. */
export const packedPackages = (lock: Lock): ReadonlySet<string> =>
  closureOf(lock, rootsOf(lock, 'dependencies'));

/** A package is named by what the project asks for; others come along. Type declarations and compilers' headers do not. */
const isCode = (folder: string): boolean => !/^(@types\/|node-addon-api$)/.test(nameOf(folder));

/** Packages that name their licence in their Readme only, with the version that was read. */
const READ_BY_US: Readonly<Record<string, string>> = { 'combine-errors 3.0.3': 'MIT' };

const noticeOf = (root: string, folder: string, version: string): Notice => {
  const at = join(root, folder);
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')));
  const file = readdirSync(at)
    .filter((name) => LICENCE_FILE.test(name))
    .sort()[0];
  const repository = typeof manifest.repository === 'string' ? manifest.repository : manifest.repository?.url;
  const licence = typeof manifest.license === 'string' ? manifest.license : manifest.license?.type;
  const text = file === undefined ? null : readFileSync(join(at, file), 'utf8');
  return {
    name: nameOf(folder),
    version,
    licence:
      licence ??
      READ_BY_US[`${nameOf(folder)} ${version}`] ??
      (text?.includes('Permission is hereby granted, free of charge') ? 'MIT' : 'unknown'),
    text,
    source: (manifest.homepage ?? repository ?? null)?.replace(/^git\+/, '').replace(/\.git$/, '') ?? null,
  };
};

/** Every package whose code reaches the user: packed ones, and those that Vite puts into the page. */
export const collectNotices = (root: string, lock: Lock): Notice[] => {
  const bundled = ['renderer', 'shared', 'preload'].flatMap((part) => {
    const folder = join(root, 'src', part);
    return existsSync(folder) ? packagesOfSources(folder) : [];
  });
  // Electron is not bundled: its licences come with its binary.
  const folders = new Set([
    ...packedPackages(lock),
    ...closureOf(
      lock,
      bundled.filter((name) => name !== 'electron'),
    ),
  ]);
  return [...folders]
    .filter((folder) => isCode(folder) && existsSync(join(root, folder, 'package.json')))
    .map((folder) => noticeOf(root, folder, lock.packages[folder]?.version ?? '0.0.0'));
};

/** The generated files by their path in the repository. */
export const noticeFiles = (root: string, notices: readonly Notice[]): ReadonlyMap<string, string> =>
  new Map([
    ['THIRD-PARTY-NOTICES.md', noticesPage(notices, readModels(root))],
    ['resources/licences/packages.txt', licenceTexts(notices)],
  ]);
