import { describe, test } from 'vitest';
import { createBrowserHost } from '../src/main/host/browser/index.ts';
import { describeHost } from './host/describe-host.ts';

describeHost('browser', createBrowserHost);

/** Null once there is an Electron host and its binary is installed. */
const WHY_NO_ELECTRON: string | null = 'this version has no Electron host yet';

describe('host conformance: electron', () => {
  test.skipIf(WHY_NO_ELECTRON !== null)(`skipped: ${WHY_NO_ELECTRON}`, () => undefined);
});
