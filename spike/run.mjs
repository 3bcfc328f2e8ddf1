import { chromium } from 'playwright-core'; import fs from 'node:fs'; import os from 'node:os'; import path from 'node:path';
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sp-'));
const b = await chromium.launchPersistentContext(dir, { executablePath: '/usr/bin/chromium', headless: false, args: ['--no-sandbox', '--headless=new', '--enable-unsafe-swiftshader', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${process.env.Y4M}`, '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run'] });
for (const qs of process.argv.slice(2)) { const p = await b.newPage(); p.on('pageerror', (e) => console.log('ERR', e.message)); p.on('console', (m) => { if (m.type() === 'error') console.log('C', m.text()); });
  await p.goto(`http://127.0.0.1:4777/?${qs}`); await p.waitForFunction(() => window.result, null, { timeout: 60000 }); const r = await p.evaluate(() => window.result); for (const k in r) if (typeof r[k] === 'number') r[k] = +r[k].toFixed(1); console.log(qs, JSON.stringify(r)); await p.close(); }
await b.close(); fs.rmSync(dir, { recursive: true });
