import type { Engine, Mail } from '../types.ts';
import type { Keys } from './keys.ts';
import type { ProjectConfig } from './project-config.ts';

/** What the services of the double share. */
export interface Context {
  readonly engine: Engine;
  readonly keys: Keys;
  readonly config: ProjectConfig;
  /** Where this project answers; known once it listens. */
  readonly url: () => string;
  /** Keeps a mail instead of sending it. */
  readonly mail: (mail: Omit<Mail, 'at'>) => Promise<void>;
  readonly log: (line: string) => void;
}
