import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { createBrowserHost } from '../src/main/host/browser/index.ts';
import { describeHost } from './host/describe-host.ts';

describeHost('browser', createBrowserHost);

/** An Electron host lives in Electron only: there it is tested by specs of its own. */
const WHY_NO_ELECTRON = existsSync(join(import.meta.dirname, '..', 'node_modules', 'electron', 'path.txt'))
  ? 'it runs inside Electron, by npm run test:electron'
  : 'no Electron binary is installed; with one, npm run test:electron runs e2e/electron';

describe('host conformance: electron', () => {
  test.skip(`skipped: ${WHY_NO_ELECTRON}`, () => undefined);
});
