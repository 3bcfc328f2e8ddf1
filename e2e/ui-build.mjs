import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/*
 * Builds the page with the double of the pipeline into the folder named on the command line. A process of its own:
 * Vitest rewrites Vite's own source when it loads it, and with it the helper Vite puts into every page.
 */
const [outDir] = process.argv.slice(2);

await build({
  configFile: false,
  root: resolve('src/renderer'),
  base: './',
  publicDir: false,
  logLevel: 'error',
  build: { outDir, emptyOutDir: true, target: 'chrome140', modulePreload: { polyfill: false } },
  plugins: [
    react(),
    tailwindcss(),
    {
      name: 'pipeline-double',
      enforce: 'pre',
      resolveId: (source) =>
        source === './pipeline/pipeline.ts' ? resolve('e2e/ui-pipeline-double.ts') : null,
    },
  ],
});
