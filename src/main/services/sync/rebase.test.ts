import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LocalChange } from './ports.ts';
import {
  afterApplied,
  afterRejected,
  joinChange,
  overlay,
  rebase,
  type WaitingOp,
  type WireRow,
} from './rebase.ts';

let ids = 0;
const newId = () => `op-${++ids}`;
const op = (part: Partial<WaitingOp>): WaitingOp => ({
  seq: ++ids,
  opId: `old-${ids}`,
  kind: 'upsert',
  patch: {},
  add: {},
  baseRev: 1,
  state: 'queued',
  ...part,
});
const upsert = (patch: LocalChange['patch'], add?: LocalChange['add']) =>
  ({ kind: 'upsert', patch, add }) as const;
const remove = { kind: 'delete' } as const;

describe('a change joins what waits for its row', () => {
  test('an insert and an update are one insert', () => {
    const first = joinChange([], upsert({ name: 'a', url: 'u' }), 0, newId);
    expect(first).toMatchObject([{ seq: null, baseRev: null, patch: { name: 'a', url: 'u' } }]);
    const both = joinChange([{ ...first[0]!, seq: 1 }], upsert({ name: 'b' }), 0, newId);
    expect(both).toEqual([{ ...first[0], seq: 1, patch: { name: 'b', url: 'u' } }]);
  });

  test('two updates are one, and counters add up; nothing is left of what adds up to nothing', () => {
    const queued = op({ patch: { name: 'a' }, add: { usage_count: 2 } });
    expect(joinChange([queued], upsert({ name: 'b' }, { usage_count: 3 }), 1, newId)).toEqual([
      { ...queued, patch: { name: 'b' }, add: { usage_count: 5 } },
    ]);
    expect(joinChange([queued], upsert({}, { usage_count: -2 }), 1, newId)).toEqual([{ ...queued, add: {} }]);
    expect(joinChange([], upsert({}, { usage_count: 0 }), 1, newId)).toEqual([]);
  });

  test('a delete takes the place of changes; of a row that never left, nothing is sent', () => {
    expect(joinChange([op({}), op({ state: 'rejected' })], remove, 4, newId)).toMatchObject([
      { seq: null, kind: 'delete', baseRev: 4, patch: {} },
    ]);
    expect(joinChange([op({ baseRev: null })], remove, 0, newId)).toEqual([]);
    expect(joinChange([op({ baseRev: null, state: 'rejected' })], remove, 0, newId)).toEqual([]);
    expect(joinChange([op({ baseRev: null, state: 'kept' })], remove, 0, newId)).toEqual([]);
  });

  test('a delete behind an insert that may have arrived goes out', () => {
    const sent = op({ baseRev: null, state: 'sent' });
    expect(joinChange([sent], remove, 0, newId)).toMatchObject([sent, { kind: 'delete', seq: null }]);
  });

  test('what was sent is never changed', () => {
    const sent = op({ patch: { name: 'a' }, state: 'sent' });
    const after = joinChange([sent], upsert({ name: 'b' }), 1, newId);
    expect(after).toMatchObject([sent, { patch: { name: 'b' }, state: 'queued' }]);
    expect(after[0]).toBe(sent);
  });

  test('an edit of what was refused is tried again as a whole, under another id', () => {
    const refused = op({ patch: { name: '', url: 'u' }, baseRev: null, state: 'rejected' });
    const [again] = joinChange([refused], upsert({ name: 'b' }), 0, newId);
    expect(again).toMatchObject({ seq: refused.seq, patch: { name: 'b', url: 'u' }, state: 'queued' });
    expect(again!.opId).not.toBe(refused.opId);
  });

  test('an edit of a known row takes nothing of a refused change along', () => {
    const refused = op({ patch: { name: 'mine', url: 'u' }, baseRev: 3, state: 'rejected' });
    expect(joinChange([refused], upsert({ url: 'v' }), 5, newId)).toMatchObject([
      { seq: refused.seq, opId: refused.opId, patch: { name: 'mine' }, state: 'rejected' },
      { seq: null, patch: { url: 'v' }, baseRev: 5, state: 'queued' },
    ]);
    expect(joinChange([refused], upsert({ name: 'n', url: 'v' }), 5, newId)).toMatchObject([
      { seq: null, patch: { name: 'n', url: 'v' }, state: 'queued' },
    ]);
  });

  test('a new row that is kept here stays here with its edits; of a known one only the kept columns do', () => {
    const kept = op({ patch: { name: 'a' }, baseRev: null, state: 'kept' });
    expect(joinChange([kept], upsert({ name: 'b' }), 0, newId)).toEqual([{ ...kept, patch: { name: 'b' } }]);
    const known = op({ patch: { name: 'a', url: 'u' }, state: 'kept' });
    expect(joinChange([known], upsert({ name: 'b' }), 3, newId)).toMatchObject([
      { ...known, patch: { url: 'u' } },
      { seq: null, patch: { name: 'b' }, baseRev: 3, state: 'queued' },
    ]);
  });

  test('a refused change never brings back what a later one has overwritten', () => {
    const refused = op({ patch: { name: 'old', url: 'u' }, state: 'sent' });
    const behind = op({ patch: { name: 'new' } });
    const after = afterRejected(refused, [behind]);
    expect(after).toEqual([{ ...refused, state: 'rejected', patch: { url: 'u' } }, behind]);
    expect(joinChange(after, upsert({ url: 'v' }), 1, newId)).toEqual([
      { ...behind, patch: { name: 'new', url: 'v' } },
    ]);
  });

  test('after a delete nothing joins', () => {
    const gone = [op({ kind: 'delete' })];
    expect(joinChange(gone, upsert({ name: 'b' }), 1, newId)).toBe(gone);
    expect(joinChange(gone, remove, 1, newId)).toBe(gone);
  });
});

describe('the answer of the server', () => {
  const row = (more: Record<string, unknown> = {}): WireRow => ({
    uid: 'u',
    rev: 7,
    name: 'server',
    usage_count: 10,
    deleted_at: null,
    ...more,
  });

  test('an older change goes out again on the row as it is, with its own columns and another id', () => {
    const mine = op({ patch: { name: 'mine' }, add: { usage_count: 1 }, baseRev: 3, state: 'sent' });
    const behind = op({ patch: { category: 'c' }, baseRev: 3 });
    const after = rebase('avatars', [mine, behind], row(), newId);
    expect(after).toMatchObject([
      { patch: { name: 'mine' }, add: { usage_count: 1 }, baseRev: 7, state: 'queued' },
      { opId: behind.opId, baseRev: 7 },
    ]);
    expect(after[0]!.opId).not.toBe(mine.opId);
    expect(overlay('avatars', row(), after, 'now')).toMatchObject({
      name: 'mine',
      category: 'c',
      usage_count: 11,
      rev: 7,
    });
  });

  test('a delete beats an edit, whichever came first', () => {
    expect(rebase('avatars', [op({ patch: { name: 'mine' } })], row({ deleted_at: 't' }), newId)).toEqual([]);
    expect(rebase('avatars', [op({ kind: 'delete', baseRev: 2 })], row(), newId)).toMatchObject([
      { kind: 'delete', baseRev: 7 },
    ]);
    expect(afterApplied([op({ patch: { name: 'late' } })], row({ deleted_at: 't' }))).toEqual([]);
    const gone = row({ deleted_at: 't' });
    expect(overlay('avatars', gone, [op({ patch: { name: 'mine' } })], 'now')).toBe(gone);
    expect(overlay('rtmp_sources', row({ is_default: true }), [op({ kind: 'delete' })], 'now')).toMatchObject(
      {
        deleted_at: 'now',
        is_default: false,
      },
    );
  });

  test('a broadcast that ended does not begin again', () => {
    const ended = row({ status: 'ended', end_time: 't' });
    const beat = op({ patch: { status: 'active', end_time: null, duration: 5 } });
    expect(rebase('streaming_sessions', [beat], ended, newId)).toMatchObject([{ patch: { duration: 5 } }]);
    const only = op({ patch: { status: 'active', end_time: null } });
    expect(rebase('streaming_sessions', [only], ended, newId)).toEqual([]);
    expect(overlay('streaming_sessions', ended, [beat], 'now')).toMatchObject({
      status: 'ended',
      end_time: 't',
      duration: 5,
    });
    const end = op({ patch: { status: 'ended', end_time: 'e' } });
    expect(overlay('streaming_sessions', row({ status: 'active' }), [end], 'now')).toMatchObject({
      status: 'ended',
    });
  });

  test('what is behind a taken change follows it; a row that never was says nothing', () => {
    const behind = [op({ baseRev: null, patch: { name: 'b' } })];
    expect(afterApplied(behind, row())).toMatchObject([{ baseRev: 7 }]);
    expect(afterApplied(behind, null)).toBe(behind);
  });

  test('nothing behind a refused new row is lost, and nothing of it waits for ever', () => {
    const refused = op({
      baseRev: null,
      state: 'sent',
      patch: { name: 'a', url: 'u' },
      add: { usage_count: 1 },
    });
    const edit = op({ baseRev: null, patch: { name: 'b' }, add: { usage_count: 2 } });
    expect(afterRejected(refused, [edit])).toEqual([
      { ...refused, state: 'rejected', patch: { name: 'b', url: 'u' }, add: { usage_count: 3 } },
    ]);
    expect(afterRejected(refused, [edit, op({ kind: 'delete', baseRev: null })])).toEqual([]);
    const known = op({ state: 'sent' });
    expect(afterRejected(known, [edit])).toEqual([{ ...known, state: 'rejected' }, edit]);
  });
});

// Any history of edits, answers and losses of one row keeps what the last edit of each column said.
const columns = ['name', 'category', 'ipfs_hash'] as const;
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ edit: fc.constantFrom(...columns), value: fc.string() }) },
  { weight: 2, arbitrary: fc.record({ count: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ answer: fc.constantFrom('applied', 'conflict', 'lost', 'rejected' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ other: fc.constantFrom(...columns), value: fc.string() }) },
);

test('any history of edits and answers: no edit and no count is lost or doubled', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let server: Record<string, unknown> & { rev: number; usage_count: number } = {
        ...{ name: 'n', category: 'c', ipfs_hash: 'i', usage_count: 0, rev: 1, deleted_at: null },
      };
      const shown: Record<string, unknown> = {};
      let counted = 0;
      let known = 1;
      let ops: readonly WaitingOp[] = [];
      const apply = (sent: WaitingOp) => {
        const count = (sent.add.usage_count ?? 0) + server.usage_count;
        server = { ...server, ...sent.patch, usage_count: count, rev: server.rev + 1 };
      };
      const answer = (lost: WaitingOp, how: 'applied' | 'conflict' | 'rejected') => {
        const behind = ops.slice(ops.indexOf(lost) + 1);
        const older = ops.slice(0, ops.indexOf(lost));
        if (how === 'rejected') {
          ops = [...older, ...afterRejected(lost, behind)];
          return;
        }
        if (server.rev !== lost.baseRev)
          ops = [...older, ...rebase('avatars', [lost, ...behind], server, newId)];
        else {
          apply(lost);
          ops = afterApplied([...older, ...behind], server);
        }
        known = server.rev;
      };
      for (const each of steps) {
        if ('edit' in each) {
          shown[each.edit] = each.value;
          ops = joinChange(ops, upsert({ [each.edit]: each.value }), known, newId);
        } else if ('count' in each) {
          counted += each.count;
          ops = joinChange(ops, upsert({}, { usage_count: each.count }), known, newId);
        } else if ('other' in each) {
          server = { ...server, [each.other]: each.value, rev: server.rev + 1 };
        } else {
          const first = ops.find((waiting) => waiting.state === 'queued' || waiting.state === 'sent');
          if (!first) continue;
          const sent: WaitingOp = { ...first, state: 'sent' };
          ops = ops.map((waiting) => (waiting === first ? sent : waiting));
          if (each.answer !== 'lost') answer(sent, each.answer);
        }
      }
      const view = overlay('avatars', server, ops, 'now');
      expect(view.usage_count).toBe(counted);
      const waiting = new Set(ops.flatMap((waits) => Object.keys(waits.patch)));
      for (const column of waiting) expect(view[column]).toBe(shown[column]);
      // Everything goes out in the end, and nothing is left to say.
      for (let round = 0; ops.length > 0; round++) {
        expect(round).toBeLessThan(200);
        const first: WaitingOp = { ...ops[0]!, state: 'sent' };
        ops = [first, ...ops.slice(1)];
        answer(first, 'applied');
      }
      expect(server.usage_count).toBe(counted);
    }),
    { numRuns: 500 },
  );
});
