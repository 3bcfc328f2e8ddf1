// A process of its own, so that electron-builder's long log can go to a file and its settings stay with it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from 'app-builder-lib';
import { build, Platform } from 'electron-builder';
import { z } from 'zod';
import { loadConfig } from './builder.ts';

const orderSchema = z.object({
  root: z.string(),
  output: z.string(),
  /** Where the configuration of this run is put. */
  work: z.string(),
  /** Unpacked only, for this machine's architecture. */
  dir: z.boolean(),
  /** Where Electron's files are; null lets electron-builder get what each target needs. */
  electronDist: z.string().nullable(),
  standIn: z.boolean(),
});
export type Order = z.infer<typeof orderSchema>;

const order = orderSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const { electronFuses, ...loaded } = await loadConfig(order.root);
const config: Configuration = {
  ...loaded,
  directories: { ...loaded.directories, output: order.output },
  ...(order.electronDist === null ? {} : { electronDist: order.electronDist }),
  // A stand-in has no binary to burn switches into.
  ...(order.standIn || !electronFuses ? {} : { electronFuses }),
};
const platform = order.standIn ? Platform.LINUX : Platform.current();
// By name: a configuration given as an object would be laid over the file's again.
const path = join(order.work, 'electron-builder.json');
writeFileSync(path, JSON.stringify(config, null, 2));
await build({
  projectDir: order.root,
  config: path,
  targets: order.dir ? platform.createTarget('dir') : platform.createTarget(),
  publish: 'never',
});
