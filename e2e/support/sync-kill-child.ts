import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSyncStudio } from './sync-studio.ts';

/**
 * A main process without a window that writes and syncs until it is killed. Says on stdout, one line each, what has
 * been committed: `session <uid>` and `use <avatar uid>`.
 */
const [url, key, userId, token, folder] = process.argv.slice(2) as [string, string, string, string, string];
const { db, service, start } = openSyncStudio({ url, key, userId, token, folder, pullLimit: 50 });
const say = (line: string): void => void writeSync(1, `${line}\n`);
say('open');

const insertSession = db.sqlite.prepare(
  `insert into streaming_sessions (uid, start_time, end_time, duration, status, metadata)
   values (?, ?, ?, 60, 'ended', '{}')`,
);
const insertAvatar = db.sqlite.prepare(
  `insert into avatars (uid, name, type, vertices, control_points, file_size) values (?, 'Used', 'glb-upload', 1, 0, 1)`,
);
const useAvatar = db.sqlite.prepare('update avatars set usage_count = usage_count + 1 where uid = ?');
/** How often it was used, as this machine alone knows it: what the server must have counted in the end. */
const countUse = db.sqlite.prepare(
  `insert into profile_facts (key, value) values ('used ' || ?, '1')
   on conflict (key) do update set value = cast(cast(value as integer) + 1 as text)`,
);

function write(): void {
  const known = db.sqlite.prepare<[], { uid: string }>('select uid from avatars order by uid').all();
  const avatar = known[Math.floor(Math.random() * 6)]?.uid;
  if (Math.random() < 0.3 || (avatar === undefined && known.length >= 6)) {
    const uid = crypto.randomUUID();
    const [start, end] = ['2025-03-01T10:00:00.000Z', '2025-03-01T10:01:00.000Z'];
    db.sqlite.transaction(() => {
      insertSession.run(uid, start, end);
      const patch = { start_time: start, end_time: end, duration: 60, status: 'ended', metadata: {} };
      db.enqueue({ table: 'streaming_sessions', uid, kind: 'upsert', patch });
    })();
    say(`session ${uid}`);
  } else if (avatar === undefined) {
    const uid = crypto.randomUUID();
    db.sqlite.transaction(() => {
      insertAvatar.run(uid);
      const patch = { name: 'Used', type: 'glb-upload', vertices: 1, control_points: 0, file_size: 1 };
      db.enqueue({ table: 'avatars', uid, kind: 'upsert', patch });
    })();
  } else {
    db.sqlite.transaction(() => {
      useAvatar.run(avatar);
      countUse.run(avatar);
      db.enqueue({ table: 'avatars', uid: avatar, kind: 'upsert', add: { usage_count: 1 } });
    })();
    say(`use ${avatar}`);
  }
}

start();
const syncing = (async () => {
  for (;;) await service.now();
})();
const writing = (async () => {
  for (;;) {
    write();
    service.changed();
    await sleep(Math.random() * 4);
  }
})();
await Promise.all([syncing, writing]);
