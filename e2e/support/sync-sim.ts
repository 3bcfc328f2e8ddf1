import type { Engine } from '../../scripts/cloud/types.ts';
import { CATALOGUE_TABLES, OWN_TABLES } from '../../src/main/services/sync/wire.ts';
import { Random } from './sync-random.ts';
import type { CallFault } from './sync-remote.ts';
import { Device, TABLES } from './sync-sim-device.ts';
import { editSomething } from './sync-sim-edits.ts';
import { Ledger } from './sync-sim-ledger.ts';

export interface SimOptions {
  readonly seed: number;
  /** Default 1,000. */
  readonly edits?: number;
  /** Default 300. */
  readonly faults?: number;
}

export interface SimReport {
  readonly seed: number;
  readonly edits: number;
  /** How many of each kind really happened. */
  readonly faults: Readonly<Record<string, number>>;
  readonly syncs: number;
  readonly rejected: number;
  /** What is wrong in the end, in words; empty: all is well. */
  readonly wrong: readonly string[];
}

const CALL_FAULTS: readonly CallFault[] = [
  'busy',
  'too-many',
  'dropped',
  'lost-answer',
  'signed-out',
  'garbage',
];
const OTHER_FAULTS = [
  'crash',
  'disk-full',
  'clock-jump',
  'cut-pull',
  'two-at-once',
  'suspended',
  'changed-elsewhere',
  'deleted-elsewhere',
] as const;
type FaultKind = CallFault | (typeof OTHER_FAULTS)[number];
const KINDS: readonly FaultKind[] = [...CALL_FAULTS, ...OTHER_FAULTS];

/**
 * Three devices of one account make changes and sync through every kind of trouble; then all of them sync in peace.
 * Everything but the wire, the clock and the user is the product: files, store, service, and the server's functions.
 */
export async function simulate(engine: Engine, options: SimOptions): Promise<SimReport> {
  const sim = new Simulation(engine, options);
  try {
    return await sim.run();
  } finally {
    await sim.close();
  }
}

class Simulation {
  readonly #engine: Engine;
  readonly #seed: number;
  readonly #edits: number;
  readonly #faultsWanted: number;
  readonly #random: Random;
  readonly #ledger = new Ledger();
  readonly #faults: Record<string, number> = {};
  #userId = '';
  #devices: Device[] = [];
  #syncs = 0;
  #rejected = 0;
  #happened = 0;

  constructor(engine: Engine, { seed, edits = 1000, faults = 300 }: SimOptions) {
    this.#engine = engine;
    this.#seed = seed;
    this.#edits = edits;
    this.#faultsWanted = faults;
    this.#random = new Random(seed);
  }

  async run(): Promise<SimReport> {
    this.#userId = this.#random.uuid();
    await this.#engine.query(
      'insert into auth.users (id, email, email_confirmed_at) values ($1, $2, now())',
      [this.#userId, `${this.#userId}@example.test`],
    );
    // Twenty avatars: fewer than will be made, so that some are refused.
    await this.#engine.query(
      `insert into public.user_subscriptions (user_id, plan_id, stream_time_remaining) values ($1, 'spartan', 0)`,
      [this.#userId],
    );
    this.#devices = [0, 1, 2].map((index) => new Device(this.#engine, this.#userId, index, this.#random));
    while (this.#ledger.edits < this.#edits || this.#happened < this.#faultsWanted) {
      const left = Math.max(1, this.#edits - this.#ledger.edits);
      const faultsLeft = this.#faultsWanted - this.#happened;
      if (this.#ledger.edits < this.#edits) {
        editSomething(this.#random.pick(this.#devices), this.#ledger, this.#random);
      }
      if (this.#random.next() < faultsLeft / left) await this.#trouble(this.#random.pick(KINDS));
      else if (this.#random.chance(0.02)) await this.#sync(this.#random.pick(this.#devices));
    }
    return this.#conclude();
  }

  async close(): Promise<void> {
    for (const device of this.#devices) await device.close();
  }

  #count(kind: FaultKind): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
    this.#happened++;
  }

  async #sync(device: Device): Promise<void> {
    this.#syncs++;
    await device.sync();
  }

  /** One sync of some device with one kind of trouble in it. */
  async #trouble(kind: FaultKind): Promise<void> {
    const random = this.#random;
    const device = random.pick(this.#devices);
    switch (kind) {
      case 'crash': {
        const before = device.crashed;
        device.arm({ crashAt: random.below(3) });
        await this.#sync(device);
        if (device.crashed > before) this.#count(kind);
        return;
      }
      case 'disk-full':
        device.arm({ fullAt: random.below(2) });
        await this.#sync(device);
        if (device.service.state.problem === 'storage.full') this.#count(kind);
        device.freeDisk();
        return;
      case 'clock-jump':
        device.clock.jump((random.next() - 0.5) * 1e11);
        this.#count(kind);
        await this.#sync(device);
        return;
      case 'cut-pull':
        // The push passes; the pull ends at its first, second or third page.
        device.arm({ calls: [undefined, ...new Array(random.below(3)).fill(undefined), 'dropped'] });
        await this.#sync(device);
        if (device.service.state.problem === 'sync.offline') this.#count(kind);
        return;
      case 'two-at-once': {
        const other = device.newService();
        other.start(device.profile);
        await Promise.all([this.#sync(device), other.now()]);
        await other.stop();
        this.#count(kind);
        return;
      }
      case 'suspended': {
        await this.#setBlocked(true);
        await this.#sync(device);
        await this.#setBlocked(false);
        if (this.#decide(device, 1) > 0) this.#count(kind);
        return;
      }
      case 'changed-elsewhere':
        if (await this.#changeElsewhere('usage_count = usage_count')) this.#count(kind);
        return;
      case 'deleted-elsewhere':
        if (await this.#changeElsewhere('deleted_at = now()')) this.#count(kind);
        return;
      default: {
        device.arm({ calls: [...new Array(random.below(2)).fill(undefined), kind] });
        await this.#sync(device);
        if (device.service.state.problem !== null) this.#count(kind);
        // A sync of its own accord, when the time for it has come.
        device.clock.advance(60_000);
        if (random.chance(0.2)) this.#decide(device, 0.5);
      }
    }
  }

  /** The user answers what was refused. @returns how much there was */
  #decide(device: Device, retry: number): number {
    const refused = device.store.refused();
    this.#rejected += refused.length;
    for (const { opId, reason } of refused) {
      // What another one's plan has no room for may be given up; edits are not.
      if (reason !== 'sync.plan-limit' || this.#random.chance(retry)) device.store.retry(opId);
      else this.#giveUp(device, opId);
    }
    return refused.length;
  }

  #giveUp(device: Device, opId: string): void {
    const { uid } = device.db.sqlite
      .prepare<[string], { uid: string }>('select uid from sync_outbox where op_id = ?')
      .get(opId)!;
    this.#ledger.discard(uid);
    device.store.discard(opId);
  }

  async #setBlocked(blocked: boolean): Promise<void> {
    await this.#engine.query('update public.users set blocked = $2 where id = $1', [this.#userId, blocked]);
  }

  /** A web page or a moderator writes a row. */
  async #changeElsewhere(set: string): Promise<boolean> {
    const rows = await this.#engine.query<{ uid: string }>(
      'select uid from public.avatars where user_id = $1 and deleted_at is null order by uid',
      [this.#userId],
    );
    if (rows.length === 0) return false;
    const { uid } = this.#random.pick(rows);
    // Owner first, row second, as everybody does: else a device that syncs meanwhile and this would wait for each other.
    await this.#engine.exec(
      `do $$ begin
         perform private.lock_owner('${this.#userId}');
         update public.avatars set ${set} where uid = '${uid}';
       end $$`,
    );
    if (set.startsWith('deleted_at')) this.#ledger.rows.get(uid)!.deleted = true;
    return true;
  }

  async #conclude(): Promise<SimReport> {
    const wrong: string[] = [];
    // Peace: everybody sends and fetches until nothing waits; what no plan has room for is given up.
    for (let round = 0; round < 4; round++) {
      for (const device of this.#devices) {
        await this.#sync(device);
        if (device.service.state.problem !== null) {
          wrong.push(`device ${device.index}: ${device.service.state.problem}`);
        }
        this.#decide(device, 0);
      }
    }
    const fresh = new Device(this.#engine, this.#userId, 3, this.#random);
    try {
      await fresh.sync();
      const tables = [...OWN_TABLES, ...CATALOGUE_TABLES];
      const expected = fresh.dump(tables);
      for (const device of this.#devices) {
        const left = device.db.sqlite.prepare('select * from sync_outbox').all();
        if (left.length > 0) wrong.push(`device ${device.index}: ${JSON.stringify(left)}`);
        if (device.dump(tables) !== expected)
          wrong.push(...differences(device.dump(tables), expected, device.index));
        for (const table of ['sync_base', 'sync_unreadable']) {
          const rows = device.db.sqlite.prepare(`select * from ${table}`).all();
          if (rows.length > 0) wrong.push(`device ${device.index}: ${table} ${JSON.stringify(rows)}`);
        }
      }
    } finally {
      await fresh.close();
    }
    for (const table of TABLES) wrong.push(...this.#ledger.faultsOf(table, await this.#serverRows(table)));
    wrong.push(...(await this.#countersOff()));
    return {
      seed: this.#seed,
      edits: this.#ledger.edits,
      faults: this.#faults,
      syncs: this.#syncs,
      rejected: this.#rejected,
      wrong,
    };
  }

  #serverRows(table: string): Promise<Record<string, unknown>[]> {
    return this.#engine
      .query<{ row: Record<string, unknown> }>(
        `select to_jsonb(x) as row from public."${table}" x where user_id = $1`,
        [this.#userId],
      )
      .then((rows) => rows.map(({ row }) => row));
  }

  /** What the server has counted on the side: an op with effect twice would show. */
  async #countersOff(): Promise<string[]> {
    const [user] = await this.#engine.query<{
      made: number;
      avatars: number;
      sent: number;
      sessions: number;
    }>(
      `select u.avatars_created as made, u.total_stream_sessions as sent,
         (select count(*) from public.avatars a where a.user_id = u.id)::integer as avatars,
         (select count(*) from public.streaming_sessions s where s.user_id = u.id)::integer as sessions
       from public.users u where u.id = $1`,
      [this.#userId],
    );
    if (!user) return ['the user is gone'];
    return user.made === user.avatars && user.sent === user.sessions
      ? []
      : [`counted ${JSON.stringify(user)}`];
  }
}

function differences(a: string, b: string, index: number): string[] {
  const [mine, theirs] = [new Set(a.split('\n')), new Set(b.split('\n'))];
  return [
    ...[...mine].filter((line) => !theirs.has(line)).map((line) => `device ${index} alone has ${line}`),
    ...[...theirs].filter((line) => !mine.has(line)).map((line) => `device ${index} lacks ${line}`),
  ].slice(0, 6);
}
