import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/**
 * One build for every environment: `vite build --app` makes dist/renderer (the page and its workers)
 * and dist/main (the host process and the media process, Node code with node_modules left outside).
 */
export default defineConfig({
  root: 'src/renderer',
  base: './',
  publicDir: false,
  plugins: [react(), tailwindcss()],
  worker: { format: 'es' },
  builder: {
    async buildApp(builder) {
      await builder.build(builder.environments.client!);
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
      },
    },
    main: {
      consumer: 'server',
      resolve: { noExternal: false },
      build: {
        target: 'node24',
        ssr: true,
        outDir: '../../dist/main',
        emptyOutDir: true,
        minify: false,
        rollupOptions: {
          input: {
            cli: 'src/main/cli.ts',
            media: 'src/main/media/process.ts',
            'inspect-worker': 'src/main/services/library/inspect/worker.ts',
          },
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  },
  test: {
    root: '.',
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
