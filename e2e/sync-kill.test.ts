import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCloud } from '../scripts/cloud/cloud.ts';
import type { Cloud } from '../scripts/cloud/types.ts';
import { openSyncStudio } from './support/sync-studio.ts';

const KILLS = Number(process.env.VIDA3_KILLS ?? 20);
const CHILD = fileURLToPath(new URL('support/sync-kill-child.ts', import.meta.url));

let cloud: Cloud;
let home: string;
beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
  home = mkdtempSync(join(tmpdir(), 'vida3-kill-'));
});
afterAll(async () => {
  await cloud?.close();
  rmSync(home, { recursive: true, force: true });
});

test(`killed ${KILLS} times while it writes and syncs: nothing committed is missing, nothing is sent twice with effect`, {
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  const { id: userId } = await cloud.addUser('kill@example.test', 'correct horse', 'killed');
  await cloud.engine.query(
    `insert into public.user_subscriptions (user_id, plan_id, stream_time_remaining) values ($1, 'goat', 0)`,
    [userId],
  );
  const token = await cloud.token(userId, { ttlSeconds: 3600 });
  const sessions = new Set<string>();
  const uses = new Map<string, number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [CHILD, cloud.url, cloud.key, userId, token, home], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const closed = once(child, 'close');
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const [what, uid] = line.split(' ');
      if (what === 'session') sessions.add(uid!);
      if (what === 'use') uses.set(uid!, (uses.get(uid!) ?? 0) + 1);
    });
    await Promise.race([once(lines, 'line'), closed]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    child.kill('SIGKILL');
    const [code, signal] = await closed;
    expect({ code, signal, stderr }).toMatchObject({ code: null, signal: 'SIGKILL' });
  }

  const studio = openSyncStudio({ ...cloud, userId, token, folder: home });
  const { sqlite } = studio.db;
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  const local = sqlite.prepare<[], { uid: string }>('select uid from streaming_sessions').all();
  const here = new Set(local.map(({ uid }) => uid));
  expect([...sessions].filter((uid) => !here.has(uid))).toEqual([]);
  const used = [...uses.values()].reduce((sum, times) => sum + times, 0);
  expect(sessions.size + used, 'written between the kills').toBeGreaterThan(KILLS);

  studio.start();
  await studio.service.now();
  expect(studio.service.state).toMatchObject({ mode: 'idle', problem: null, pending: 0, refused: [] });
  const there = await cloud.engine.query<{ uid: string }>(
    'select uid from public.streaming_sessions where user_id = $1',
    [userId],
  );
  expect(there.map(({ uid }) => uid).sort()).toEqual([...here].sort());
  const avatars = await cloud.engine.query<{ uid: string; usage_count: number }>(
    'select uid, usage_count from public.avatars where user_id = $1',
    [userId],
  );
  for (const { uid, usage_count } of avatars) {
    const fact = sqlite
      .prepare<[string], { value: string }>('select value from profile_facts where key = ?')
      .get(`used ${uid}`);
    expect(usage_count, uid).toBe(Number(fact?.value ?? 0));
    expect(usage_count, uid).toBeGreaterThanOrEqual(uses.get(uid) ?? 0);
  }
  // What the server counts on the side would show a row that came in twice.
  const [counted] = await cloud.engine.query(
    'select total_stream_sessions, avatars_created from public.users where id = $1',
    [userId],
  );
  expect(counted).toEqual({ total_stream_sessions: here.size, avatars_created: avatars.length });
  await studio.close();
});
