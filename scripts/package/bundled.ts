import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Modules a source text imports at run time; imports of types only do not count. */
export const importedModules = (text: string): string[] => {
  const found = new Set<string>();
  const patterns = [
    /^\s*(?:import|export)\s+(?!type\b)[^'";]*?from\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*(?:\/\*[^*]*\*\/\s*)?['"]([^'"]+)['"]\s*\)/g,
    /@import\s+(?:url\()?['"]([^'"]+)['"]/g,
  ];
  for (const pattern of patterns) for (const [, name] of text.matchAll(pattern)) if (name) found.add(name);
  return [...found];
};

/** Package names of bare specifiers: `@a/b/c` is of `@a/b`; relative ones and Node's own are none. */
export const packageNames = (specifiers: readonly string[]): string[] => [
  ...new Set(
    specifiers
      .filter((s) => !/^(\.|\/|node:|virtual:|data:)/.test(s))
      .map((s) =>
        s
          .split('/')
          .slice(0, s.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  ),
];

/** Packages that the sources under `folder` import at run time, tests left out. */
export const packagesOfSources = (folder: string): string[] => {
  const names = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(tsx?|css)$/.test(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const name of packageNames(importedModules(text))) names.add(name);
  }
  return [...names].sort();
};
