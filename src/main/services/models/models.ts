import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  type ModelEntry,
  type ModelManifest,
  modelManifestSchema,
  type TrackingFeature,
} from '../../../shared/domain/model-manifest.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { modelStatusSchema } from '../../../shared/ipc/models.ts';
import type { AssetResolver } from '../../host/port.ts';
import { downloadModel, sha256OfFile } from './download.ts';
import type { ModelsOptions } from './ports.ts';

export type ModelStatus = z.infer<typeof modelStatusSchema>;

export interface ModelsService {
  /** State of the models of the features in use, as the last look found it. */
  snapshot(): { models: ModelStatus[] };
  /**
   * Says which features are in use from now on: their models are listed and downloaded, those of the others are left
   * alone. What is loading goes on.
   * @returns whether they were others before
   */
  use(features: readonly TrackingFeature[]): Promise<boolean>;
  /** Looks at the files again; cheap for files that did not change. Never touches the network. */
  refresh(): Promise<void>;
  /**
   * Path of a verified model file.
   * @throws ReasonError `models.missing`; `models.bad-hash` (detail: the file) when only a wrong file is there
   */
  locate(name: string): Promise<string>;
  /** The page's address of a model that {@link locate} finds, else null. */
  url(name: string): Promise<string | null>;
  /**
   * Loads every model in use that is not there, one after the other. A second call while one runs joins it.
   * @throws ReasonError `models.offline`, `models.bad-hash`, `models.disk-full`, `models.cancelled`,
   *   `storage.failed`
   */
  download(): Promise<void>;
  /** Stops the running download; what arrived is kept for the next one. */
  cancel(): void;
  /** For the mount `models`: serves verified files of the manifest and nothing else. */
  readonly resolve: AssetResolver;
}

/** Reads and checks the bundled manifest. @throws ZodError when the file is not what it should be */
export function readModelManifest(path: string): ModelManifest {
  return modelManifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

interface Live {
  state: ModelStatus['state'];
  received: number;
  reason: Reason | null;
}

export function createModels(options: ModelsOptions): ModelsService {
  let features = options.features ?? ['face'];
  const used = () => options.manifest.models.filter((entry) => features.includes(entry.feature));
  const live = new Map<string, Live>(
    options.manifest.models.map((entry) => [entry.name, { state: 'missing', received: 0, reason: null }]),
  );
  const verify = createVerifier();
  const changed = options.onChange ?? (() => {});
  let running: { promise: Promise<void>; abort: AbortController } | null = null;

  async function find(entry: ModelEntry): Promise<{ path: string } | { wrong: string } | null> {
    let wrong: string | null = null;
    for (const dir of [options.modelsDir, options.cacheDir]) {
      if (!dir) continue;
      const path = join(dir, entry.name);
      const verdict = await verify(path, entry);
      if (verdict === 'good') return { path };
      if (verdict === 'wrong') wrong ??= path;
    }
    return wrong === null ? null : { wrong };
  }

  function set(entry: ModelEntry, next: Live): void {
    const before = live.get(entry.name);
    if (!before) return;
    live.set(entry.name, next);
    if (before.state !== next.state || before.received !== next.received || before.reason !== next.reason) {
      changed();
    }
  }

  async function look(entry: ModelEntry): Promise<void> {
    const found = await find(entry);
    if (live.get(entry.name)?.state === 'downloading') return;
    if (found === null) set(entry, { state: 'missing', received: 0, reason: 'models.missing' });
    else if ('wrong' in found) set(entry, { state: 'refused', received: 0, reason: 'models.bad-hash' });
    else set(entry, { state: 'present', received: entry.bytes, reason: null });
  }

  async function load(entry: ModelEntry, signal: AbortSignal): Promise<void> {
    const found = await find(entry);
    if (found && 'path' in found) return look(entry);
    set(entry, { state: 'downloading', received: 0, reason: null });
    const attempts = options.attempts ?? 3;
    let shown = 0;
    let received = 0;
    for (let attempt = 1; ; attempt++) {
      const before = received;
      try {
        await downloadModel(entry, join(options.cacheDir, entry.name), {
          signal,
          idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
          onProgress: (bytes) => {
            received = bytes;
            if (Date.now() - shown < 100) return;
            shown = Date.now();
            set(entry, { state: 'downloading', received: bytes, reason: null });
          },
        });
        set(entry, { state: 'present', received: entry.bytes, reason: null });
        return;
      } catch (error) {
        const failure = toReasonError(error);
        const cut = failure.reason === 'models.offline' && received > before;
        if (cut && attempt < attempts) continue;
        const state = failure.reason === 'models.bad-hash' ? 'refused' : 'missing';
        set(entry, { state, received, reason: failure.reason });
        throw failure;
      }
    }
  }

  async function locate(name: string): Promise<string> {
    const entry = options.manifest.models.find((model) => model.name === name);
    const found = entry ? await find(entry) : null;
    if (!found) throw new ReasonError('models.missing', name);
    if ('wrong' in found) throw new ReasonError('models.bad-hash', found.wrong);
    return found.path;
  }

  return {
    snapshot: () => ({
      models: used().map(({ name, feature, bytes }) => ({ name, feature, bytes, ...live.get(name)! })),
    }),
    async use(wanted) {
      if (wanted.length === features.length && wanted.every((feature) => features.includes(feature))) {
        return false;
      }
      features = [...wanted];
      for (const entry of used()) await look(entry);
      changed();
      return true;
    },
    async refresh() {
      for (const entry of used()) await look(entry);
    },
    locate,
    url: (name) =>
      locate(name).then(
        () => `/models/${name}`,
        () => null,
      ),
    download() {
      if (running) return running.promise;
      const abort = new AbortController();
      const promise = (async () => {
        for (const entry of used()) await load(entry, abort.signal);
      })().finally(() => {
        running = null;
      });
      running = { promise, abort };
      return promise;
    },
    cancel() {
      running?.abort.abort();
    },
    async resolve(name) {
      const path = await locate(name).catch(() => null);
      return path === null ? null : { path, type: 'application/octet-stream' };
    },
  };
}

/** A file is hashed once for each path, size and modification time; a changed file is hashed again. */
function createVerifier(): (path: string, entry: ModelEntry) => Promise<'good' | 'wrong' | 'absent'> {
  const known = new Map<string, { stamp: string; verdict: Promise<'good' | 'wrong'> }>();
  return async (path, entry) => {
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) return 'absent';
    const stamp = `${info.size}:${info.mtimeMs}`;
    const before = known.get(path);
    if (before?.stamp === stamp) return before.verdict;
    const verdict = judge(path, info.size, entry);
    known.set(path, { stamp, verdict });
    // An unreadable file is asked for again, not remembered.
    verdict.catch(() => known.delete(path));
    return verdict;
  };
}

async function judge(path: string, size: number, entry: ModelEntry): Promise<'good' | 'wrong'> {
  if (!entry.accepted.some((file) => file.bytes === size)) return 'wrong';
  const sha256 = await sha256OfFile(path);
  return entry.accepted.some((file) => file.sha256 === sha256) ? 'good' : 'wrong';
}
