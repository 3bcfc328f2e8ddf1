import * as account from './account.ts';
import * as app from './app.ts';
import type { Command, Event, Upload } from './contract.ts';
import * as data from './data.ts';
import * as desktop from './desktop.ts';
import * as destinations from './destinations.ts';
import * as encoders from './encoders.ts';
import * as health from './health.ts';
import * as library from './library.ts';
import * as models from './models.ts';
import * as motion from './motion.ts';
import * as output from './output.ts';
import * as preflight from './preflight.ts';
import * as recording from './recording.ts';
import * as rehearsal from './rehearsal.ts';
import * as scenes from './scenes.ts';
import * as services from './services.ts';
import * as stream from './stream.ts';
import * as studio from './studio.ts';
import * as sync from './sync.ts';
import * as vmc from './vmc.ts';

type Entry = Command | Event | Upload;

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'kind' in value && 'name' in value;
}

const entries: Entry[] = [
  account,
  app,
  data,
  desktop,
  destinations,
  encoders,
  health,
  library,
  models,
  motion,
  output,
  preflight,
  recording,
  rehearsal,
  scenes,
  services,
  stream,
  studio,
  sync,
  vmc,
].flatMap((domain) => Object.values<unknown>(domain).filter(isEntry));

/** Every command, event and upload of the contract, by name. */
export const COMMANDS: ReadonlyMap<string, Command> = byName(entries.filter((e) => e.kind === 'command'));
export const EVENTS: ReadonlyMap<string, Event> = byName(entries.filter((e) => e.kind === 'event'));
export const UPLOADS: ReadonlyMap<string, Upload> = byName(entries.filter((e) => e.kind === 'upload'));

/** Events that are said once, to who is there; a page that comes later has no use for them. */
export const TRANSIENT_EVENTS: ReadonlySet<string> = new Set([
  app.appNotice.name,
  desktop.desktopWants.name,
  desktop.expressionPressed.name,
  studio.pictureWanted.name,
  vmc.vmcPose.name,
]);

function byName<T extends Entry>(list: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const entry of list) {
    if (map.has(entry.name)) throw new Error(`The contract names ${entry.name} twice`);
    map.set(entry.name, entry);
  }
  return map;
}
