import { z } from 'zod';

const packageSchema = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
});

/** What is read of package-lock.json (version 3): packages by their folder, the project itself by ''. */
export const lockSchema = z.object({ packages: z.record(z.string(), packageSchema) });
export type Lock = z.infer<typeof lockSchema>;

const FOLDER = 'node_modules/';

/** Name of the package in a folder such as `node_modules/a/node_modules/@b/c`. */
export const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf(FOLDER) + FOLDER.length);

/** Folder that Node finds `name` in when the package in `from` asks for it; null when it is not installed. */
export const resolveIn = (lock: Lock, name: string, from: string): string | null => {
  for (let base = from; ; ) {
    const folder = base === '' ? `${FOLDER}${name}` : `${base}/${FOLDER}${name}`;
    if (lock.packages[folder]) return folder;
    if (base === '') return null;
    const up = base.lastIndexOf(`/${FOLDER}`);
    base = up < 0 ? '' : base.slice(0, up);
  }
};

/**
 * Folders of `roots` and of everything they need at run time: dependencies, installed optional ones and peers that are
 * not optional.
 */
export const closureOf = (lock: Lock, roots: readonly string[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const visit = (folder: string | null): void => {
    if (folder === null || seen.has(folder)) return;
    seen.add(folder);
    const entry = lock.packages[folder];
    if (!entry) return;
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      visit(resolveIn(lock, name, folder));
    }
    for (const name of Object.keys(entry.peerDependencies ?? {})) {
      if (entry.peerDependenciesMeta?.[name]?.optional !== true) visit(resolveIn(lock, name, folder));
    }
  };
  for (const name of roots) visit(resolveIn(lock, name, ''));
  return seen;
};

/** What the project's own package.json asks for. */
export const rootsOf = (
  lock: Lock,
  kind: 'dependencies' | 'devDependencies' | 'optionalDependencies',
): string[] => Object.keys(lock.packages['']?.[kind] ?? {});
