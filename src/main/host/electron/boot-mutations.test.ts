import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as assertions from './boot-assertions.ts';
import { bootStudio, type Studio } from './fake-studio.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

interface Mutation {
  readonly says: string;
  /** From src/main. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What must notice it. */
  readonly noticed: (studio: Studio) => Promise<void>;
}

/** Everything that would quietly open the program up, or end it without its order; each must be noticed. */
const MUTATIONS: readonly Mutation[] = [
  {
    says: 'the sandbox is off',
    file: 'host/electron/page-window.ts',
    find: 'sandbox: true,',
    replace: 'sandbox: false,',
    noticed: assertions.windowIsSandboxed,
  },
  {
    says: 'the context is not isolated',
    file: 'host/electron/page-window.ts',
    find: 'contextIsolation: true,',
    replace: 'contextIsolation: false,',
    noticed: assertions.windowIsSandboxed,
  },
  {
    says: 'hidden windows are throttled',
    file: 'host/electron/page-window.ts',
    find: 'backgroundThrottling: false,',
    replace: '',
    noticed: assertions.windowIsSandboxed,
  },
  {
    says: 'the permission check handler is missing',
    file: 'host/electron/permissions.ts',
    find: 'target.setPermissionCheckHandler(',
    replace: '((_handler: unknown) => undefined)(',
    noticed: assertions.permissionChecksAreStrict,
  },
  {
    says: 'the permission request handler is missing',
    file: 'host/electron/permissions.ts',
    find: 'target.setPermissionRequestHandler(',
    replace: '((_handler: unknown) => undefined)(',
    noticed: assertions.permissionRequestsAreStrict,
  },
  {
    says: 'frames have the rights of the page',
    file: 'host/electron/permissions.ts',
    find: '    isMainFrame &&\n',
    replace: '',
    noticed: assertions.permissionRequestsAreStrict,
  },
  {
    says: 'new windows are allowed',
    file: 'host/electron/lockdown.ts',
    find: "action: 'deny'",
    replace: "action: 'allow'",
    noticed: assertions.newWindowsAreDenied,
  },
  {
    says: 'the page may navigate away',
    file: 'host/electron/lockdown.ts',
    find: "contents.on('will-navigate', (event) => {\n    if (!isOwn(event.url)) refuse(event);",
    replace: "contents.on('will-navigate', (event) => {\n",
    noticed: assertions.pageStaysWhereItIs,
  },
  {
    says: 'webviews are allowed',
    file: 'host/electron/lockdown.ts',
    find: "contents.on('will-attach-webview', (event) => {\n    event.preventDefault();",
    replace: "contents.on('will-attach-webview', () => {\n",
    noticed: assertions.webviewsAreRefused,
  },
  {
    says: 'the sender of a message is not looked at',
    file: 'host/electron/page-channel.ts',
    find: '!isOwn(frame.url)',
    replace: 'false',
    noticed: assertions.strangersAreNotHeard,
  },
  {
    says: 'answers carry no policy',
    file: 'host/csp.ts',
    find: "    'Content-Security-Policy': contentSecurityPolicy(connect),\n",
    replace: '',
    noticed: assertions.answersAreProtected,
  },
  {
    says: 'the scheme is not registered',
    file: 'host/electron/app.ts',
    find: 'protocol.registerSchemesAsPrivileged(PAGE_SCHEMES);',
    replace: '',
    noticed: assertions.startsInOrder,
  },
  {
    says: 'the tray goes live without asking',
    file: 'services/desktop/desktop-service.ts',
    find: 'if (studio.snapshot.settings.skipConfirm) {',
    replace: 'if (check.ok) {',
    noticed: assertions.trayGoLiveAsks,
  },
  {
    says: 'quitting while live does not ask',
    file: 'host/electron/quit.ts',
    find: 'if (this.#ask && !(await this.#ask())) return;',
    replace: '',
    noticed: assertions.quitAsksAndStops,
  },
  {
    says: 'quitting does not stop the stream and what else runs',
    file: 'host/electron/quit.ts',
    find: 'await this.#end?.();',
    replace: '',
    noticed: assertions.quitAsksAndStops,
  },
  {
    says: 'Electron quits by itself',
    file: 'host/electron/app.ts',
    find: "app.on('before-quit', (event) => {\n    event.preventDefault();",
    replace: "app.on('before-quit', () => {\n",
    noticed: assertions.quitAsksAndStops,
  },
];

let copies: string;
beforeAll(() => {
  copies = mkdtempSync(join(tmpdir(), 'vida3-mutations-'));
});
afterAll(() => rmSync(copies, { recursive: true, force: true }));

/** A copy of the program, at most with one change; what is big is linked. */
function copyOf(name: string, mutation?: Mutation): string {
  const copy = join(copies, name);
  cpSync(join(ROOT, 'src', 'main'), join(copy, 'src', 'main'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts') && !path.endsWith('.tsbuildinfo'),
  });
  cpSync(join(ROOT, 'src', 'shared'), join(copy, 'src', 'shared'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  });
  for (const file of ['package.json', 'tsconfig.base.json']) cpSync(join(ROOT, file), join(copy, file));
  for (const folder of ['node_modules', 'resources', 'dist']) {
    symlinkSync(join(ROOT, folder), join(copy, folder), 'dir');
  }
  if (mutation) {
    const { file, find, replace } = mutation;
    const path = join(copy, 'src', 'main', file);
    const source = readFileSync(path, 'utf8');
    expect(source.split(find), `${file} holds «${find}» once`).toHaveLength(2);
    writeFileSync(path, source.replace(find, replace));
  }
  return join(copy, 'src', 'main', 'index.ts');
}

test('a copy without a change passes everything', async () => {
  const entry = copyOf('unchanged');
  const all = [...new Set(MUTATIONS.map(({ noticed }) => noticed))];
  for (const holds of all) {
    const studio = await bootStudio({ entry });
    try {
      await holds(studio);
    } finally {
      await studio.dispose();
    }
  }
});

test.each(MUTATIONS.map((mutation, i) => [mutation.says, mutation, `copy-${i}`] as const))(
  'it is noticed when %s',
  async (_says, mutation, name) => {
    const studio = await bootStudio({ entry: copyOf(name, mutation) });
    try {
      expect(studio.fake.errorBoxes).toEqual([]);
      // An assertion, not just any failure: the copy runs, and what it does is wrong.
      await expect(mutation.noticed(studio)).rejects.toMatchObject({ name: 'AssertionError' });
    } finally {
      await studio.dispose();
    }
  },
);
