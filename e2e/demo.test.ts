import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { reportSchema } from '../src/shared/domain/report.ts';
import { runCli } from './support/cli.ts';
import { modelsDir } from './support/fixtures.ts';
import { probeStream } from './support/probe.ts';

test('the demo: stream, contact sheet and report, with or without the model', async () => {
  const out = mkdtempSync(path.join(tmpdir(), 'vida3-demo-'));
  const run = await runCli(['demo', out], { VIDA3_MODELS_DIR: modelsDir ?? undefined }).done;
  expect(run.code, run.output).toBe(0);
  const report = reportSchema.parse(JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')));
  expect(report.tracking.source).toBe(modelsDir ? 'camera' : 'recorded');
  expect(report.tracking.face.found).toBeGreaterThanOrEqual(0.95 * report.tracking.face.frames);
  const stream = await probeStream(path.join(out, 'stream.mp4'));
  expect(stream).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac' });
  expect(stream.frames).toBeGreaterThanOrEqual(0.95 * report.encode.frames);
  expect(report.encode.frames).toBeGreaterThan(200);
  expect(Math.abs(stream.audioStart! - stream.videoStart)).toBeLessThanOrEqual(0.08);
  const sheet = path.join(out, 'contact-sheet.png');
  expect(existsSync(sheet) && readFileSync(sheet).length).toBeGreaterThan(100_000);
  rmSync(out, { recursive: true, force: true });
}, 120_000);
