import { extname } from 'node:path';

/**
 * Where a recording goes on when the engine was replaced: the first part is kept, `show.mp4` → `show-2.mp4`.
 * @param exists tells whether a path is taken.
 */
export function continuedPath(path: string, exists: (path: string) => boolean): string {
  if (!exists(path)) return path;
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  for (let part = 2; ; part++) {
    const candidate = `${stem}-${part}${extension}`;
    if (!exists(candidate)) return candidate;
  }
}
