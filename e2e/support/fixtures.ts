import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Folder of the test clips and avatars; null: tests that need it skip, naming it. */
export const fixturesDir: string | null = folder('VIDA3_FIXTURES_DIR', '../shared', 'clips');
/** Folder of the tracking models. */
export const modelsDir: string | null = folder(
  'VIDA3_MODELS_DIR',
  '../shared/models',
  'face_landmarker.task',
);

/** Title of a test that is skipped without test data, so that the list of skipped tests says why. */
export function needs(title: string, ...what: readonly ('fixtures' | 'models')[]): string {
  return `${title} [needs ${what.join(' and ')}]`;
}

function folder(variable: string, beside: string, content: string): string | null {
  const chosen = process.env[variable];
  const candidate = path.resolve(ROOT, chosen ?? beside);
  return existsSync(path.join(candidate, content)) ? candidate : null;
}
