import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the page with the double of the pipeline lies. */
    uiPage: string;
  }
}

/** Builds the page with the double of the pipeline, once for all files that test it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'vida3-ui-'));
  await promisify(execFile)(process.execPath, [resolve('e2e/ui-build.mjs'), folder]);
  project.provide('uiPage', folder);
  return () => rm(folder, { recursive: true, force: true });
}
