import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * One build for every environment: `vite build --app` makes dist/renderer (the page and its workers), dist/preload
 * (what Electron loads in front of the page, CommonJS because it is sandboxed) and dist/main (the host processes
 * and the media process, Node code with node_modules left outside).
 */
const ENGINE_TESTS = [
  'audio-chain',
  'fault-matrix',
  'fault-stall',
  'main-killed',
  'media-card',
  'media-destination',
  'media-encoder',
  'media-engine',
  'media-renditions',
  'preflight',
  'recording',
  'soak',
].map((name) => `e2e/${name}.test.ts`);

const PAGE_TESTS = ['e2e/ui-*.test.ts'];
const UI_TESTS = [
  'artefacts',
  'body-hands',
  'host-chrome',
  'host-conformance',
  'inspect',
  'live-ends',
  'live-usage',
  'media-port',
  'output',
  'package',
  'stage-avatars',
  'stage-optimise',
  'stage-output',
  'track',
  'tracker-microphone',
  'vmc',
].map((name) => `e2e/${name}.test.ts`);
const CLOUD_TESTS = ['e2e/cloud-*.test.ts', 'e2e/sync-*.test.ts'];

/** What takes longest begins first: begun last, the other workers would wait for it alone. */
const LONG = [
  // The engine's: what mostly waits beside the faults, whose neighbours must not lose a picture.
  ...['soak', 'fault-matrix', 'fault-stall'],
  ...['sync-simulation', 'presets', 'track', 'ui-tracking'],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]) {
    const isLong = ({ moduleId }: (typeof files)[number]) =>
      LONG.some((name) => moduleId.includes(`/${name}.test.`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  root: 'src/renderer',
  base: './',
  publicDir: false,
  plugins: [react(), tailwindcss()],
  worker: {
    format: 'es',
    // The two big libraries come as files of their own: they change seldom, and the workers start beside each other.
    rollupOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'three', test: /node_modules[\\/](three|@pixiv)[\\/]/ },
            { name: 'mediapipe', test: /node_modules[\\/]@mediapipe[\\/]/ },
          ],
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      await builder.build(builder.environments.client!);
      await builder.build(builder.environments.preload!);
      await builder.build(builder.environments.main!);
    },
  },
  environments: {
    client: {
      build: {
        target: 'chrome140',
        outDir: '../../dist/renderer',
        emptyOutDir: true,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 2000,
        rollupOptions: {
          input: {
            index: at('src/renderer/index.html'),
            track: at('src/renderer/track.html'),
            output: at('src/renderer/output.html'),
          },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { external: ['electron'], noExternal: true },
      build: {
        target: 'chrome140',
        ssr: true,
        outDir: '../../dist/preload',
        emptyOutDir: true,
        minify: false,
        rollupOptions: {
          input: { index: at('src/preload/index.ts') },
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
    main: {
      consumer: 'server',
      build: {
        target: 'node24',
        ssr: true,
        outDir: '../../dist/main',
        emptyOutDir: true,
        minify: false,
        rollupOptions: {
          input: {
            cli: at('src/main/cli.ts'),
            index: at('src/main/index.ts'),
            media: at('src/main/media/process.ts'),
            'inspect-worker': at('src/main/services/library/inspect/worker.ts'),
          },
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  },
  test: {
    root: '.',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes when the machine gets to it: the default of a second is a speed test.
    expect: { poll: { timeout: 15_000 } },
    setupFiles: 'scripts/patient-waits.ts',
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // Its sources are not in the package: rewriting it would look for every one of them.
    server: { deps: { external: [/node_modules\/stripe/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'e2e/support/*.test.ts',
            'supabase/**/*.test.ts',
          ],
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        // The engine fed with recorded packets, and sound in real time: mostly waiting, so three files at a time.
        extends: true,
        test: {
          name: 'engine',
          include: ENGINE_TESTS,
          sequence: { groupOrder: 1 },
          maxWorkers: 3,
          maxConcurrency: 4,
        },
      },
      {
        // Databases and the cloud's double: processor and disk, nothing that depends on when.
        extends: true,
        test: {
          name: 'cloud',
          include: CLOUD_TESTS,
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        // The page against doubles.
        extends: true,
        test: {
          name: 'page',
          include: PAGE_TESTS,
          globalSetup: 'e2e/ui-global.ts',
          sequence: { groupOrder: 2 },
          maxWorkers: 2,
        },
      },
      {
        // Files tracked and inspected, single processes: nothing in it is a matter of speed.
        extends: true,
        test: { name: 'ui', include: UI_TESTS, sequence: { groupOrder: 2 }, maxWorkers: 2 },
      },
      {
        // Real browsers, encoders and servers in real time: one file at a time, with the machine to itself.
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/*.test.ts'],
          exclude: [...PAGE_TESTS, ...UI_TESTS, ...ENGINE_TESTS, ...CLOUD_TESTS],
          sequence: { groupOrder: 3 },
          maxWorkers: 1,
        },
      },
      // Only where `npm run test:electron` has found a binary.
      ...(process.env['VIDA3_ELECTRON']
        ? [
            {
              extends: true as const,
              test: { name: 'electron', include: ['e2e/electron/*.spec.ts'], maxWorkers: 1 },
            },
          ]
        : []),
    ],
  },
});
