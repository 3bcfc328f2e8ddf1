import { type ExpressionKey, expressionKeys } from '../../../shared/domain/expression-keys.ts';
import type { ExpressionSlot } from '../../../shared/domain/expressions.ts';
import {
  acceleratorText,
  duplicateShortcuts,
  SHORTCUT_ACTIONS,
  type ShortcutAction,
  type ShortcutMap,
} from '../../../shared/domain/shortcuts.ts';
import { ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { ShortcutsSnapshot } from '../../../shared/ipc/desktop.ts';
import type { Desktop } from '../../host/port.ts';
import { sceneIndexOf } from './actions.ts';

export interface GlobalShortcutsOptions {
  /** Null where the host cannot listen outside its window. */
  readonly register: Desktop['shortcuts']['register'] | null;
  readonly run: (action: ShortcutAction) => void;
  /** A key of an expression was pressed. */
  readonly press: (expressionId: string) => void;
  readonly publish: (snapshot: ShortcutsSnapshot) => void;
  /** Told `host.shortcut-taken` when there are accelerators that were not taken before. */
  readonly onProblem: (error: ReasonError) => void;
  /** How accelerators are written for the user. */
  readonly isMac: boolean;
}

export interface WantedShortcuts {
  readonly map: ShortcutMap;
  /** The user wants them in every program. */
  readonly everywhere: boolean;
  readonly sceneCount: number;
  /** Of the shown avatar. */
  readonly expressions: readonly ExpressionSlot[];
}

/**
 * A held key repeats, and a switch that flickers is worse than one that waits: repeats come faster than this, and
 * none but the first counts.
 */
const REPEAT_MS = 700;
/** The repeats of a held key follow each other faster than this. */
const NEXT_REPEAT_MS = 120;
/** Nobody presses a key twice in so short a time. */
const BOUNCE_MS = 60;

interface ExpressionPress {
  /** When it last acted. */
  actedMs: number;
  /** The last one that was heard, a repeat or not. */
  heardMs: number;
  /** That one was a repeat. */
  repeating: boolean;
  /** A press that may be the first repeat, until it is known. */
  waiting: NodeJS.Timeout | null;
}

/** Keeps the system's shortcuts as the settings say, and says how each one stands. */
export class GlobalShortcuts {
  readonly #options: GlobalShortcutsOptions;
  /** What is registered or was tried, to register only what changed. */
  #registered = JSON.stringify([[], []]);
  #published = '';
  #taken: ReadonlySet<string> = new Set();
  #bindings: ShortcutsSnapshot['bindings'] = [];
  readonly #lastPress = new Map<string, number>();
  readonly #presses = new Map<string, ExpressionPress>();

  constructor(options: GlobalShortcutsOptions) {
    this.#options = options;
  }

  get bindings(): ShortcutsSnapshot['bindings'] {
    return this.#bindings;
  }

  update(wanted: WantedShortcuts): void {
    const { register, publish } = this.#options;
    const duplicates = duplicateShortcuts(wanted.map);
    const keys = expressionKeys(wanted.expressions, wanted.map);
    const global = new Map<ShortcutAction, string>();
    const globalKeys: ExpressionKey[] = [];
    if (register && wanted.everywhere) {
      for (const action of SHORTCUT_ACTIONS) {
        const accelerator = wanted.map[action];
        const isThere = (sceneIndexOf(action) ?? -1) < wanted.sceneCount;
        if (accelerator !== null && isThere && !duplicates.has(action)) global.set(action, accelerator);
      }
      globalKeys.push(...keys.filter(({ conflict }) => conflict === null));
    }
    this.#register(global, globalKeys);
    this.#bindings = SHORTCUT_ACTIONS.map((action) => {
      const accelerator = wanted.map[action];
      const isTaken = accelerator !== null && this.#taken.has(accelerator) && !duplicates.has(action);
      return {
        action,
        accelerator,
        scope: global.has(action) && !isTaken ? 'global' : 'window',
        problem: duplicates.has(action) ? 'duplicate' : isTaken ? 'taken' : null,
      };
    });
    const expressions = keys.map((key): ShortcutsSnapshot['expressions'][number] => {
      const isTaken = this.#taken.has(key.accelerator);
      return {
        accelerator: key.accelerator,
        scope: globalKeys.includes(key) && !isTaken ? 'global' : 'window',
        problem: key.conflict !== null ? 'studio' : isTaken ? 'taken' : null,
      };
    });
    const snapshot = { globalAvailable: register !== null, bindings: this.#bindings, expressions };
    const text = JSON.stringify(snapshot);
    if (text === this.#published) return;
    this.#published = text;
    publish(snapshot);
  }

  /** Gives every key back to the system. */
  close(): void {
    this.#register(new Map(), []);
  }

  #register(global: ReadonlyMap<ShortcutAction, string>, expressions: readonly ExpressionKey[]): void {
    const { register, onProblem, isMac, run, press } = this.#options;
    const key = JSON.stringify([[...global], expressions]);
    if (!register || key === this.#registered) return;
    this.#registered = key;
    // What waited was meant for the listeners before.
    for (const each of this.#presses.values()) {
      if (each.waiting) clearTimeout(each.waiting);
      each.waiting = null;
    }
    const listeners = new Map<string, () => void>();
    for (const [action, accelerator] of global) {
      listeners.set(accelerator, () => this.#once(accelerator, () => run(action)));
    }
    for (const { accelerator, ids } of expressions) {
      listeners.set(accelerator, () => this.#press(accelerator, () => ids.forEach(press)));
    }
    const before = this.#taken;
    try {
      this.#taken = new Set(register(listeners));
    } catch (error) {
      this.#taken = new Set(listeners.keys());
      onProblem(toReasonError(error));
      return;
    }
    if ([...this.#taken].some((accelerator) => !before.has(accelerator))) {
      const keys = [...this.#taken].map((accelerator) => acceleratorText(accelerator, isMac));
      onProblem(new ReasonError('host.shortcut-taken', keys.join(', ')));
    }
  }

  #once(accelerator: string, act: () => void): void {
    const now = performance.now();
    const last = this.#lastPress.get(accelerator) ?? Number.NEGATIVE_INFINITY;
    this.#lastPress.set(accelerator, now);
    if (now - last >= REPEAT_MS) act();
  }

  /**
   * Expressions are switched quickly, so only what the system repeats is left out. Whether a press soon after one
   * that acted is the first repeat shows by what follows it at once, so such a one waits that long.
   */
  #press(accelerator: string, act: () => void): void {
    const now = performance.now();
    const known = this.#presses.get(accelerator);
    if (!known) {
      this.#presses.set(accelerator, { actedMs: now, heardMs: now, repeating: false, waiting: null });
      act();
      return;
    }
    const sinceHeardMs = now - known.heardMs;
    known.heardMs = now;
    const repeats = known.repeating || known.waiting !== null;
    known.repeating = repeats && sinceHeardMs < NEXT_REPEAT_MS;
    if (known.waiting) clearTimeout(known.waiting);
    known.waiting = null;
    if (known.repeating || sinceHeardMs < BOUNCE_MS) return;
    if (now - known.actedMs >= REPEAT_MS) {
      known.actedMs = now;
      act();
      return;
    }
    known.waiting = setTimeout(() => {
      known.waiting = null;
      known.actedMs = now;
      act();
    }, NEXT_REPEAT_MS);
  }
}
