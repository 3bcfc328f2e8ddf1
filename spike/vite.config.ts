import { defineConfig } from 'vite';
export default defineConfig({ root: 'spike', worker: { format: 'es' }, build: { target: 'esnext', outDir: 'dist', minify: false } });
