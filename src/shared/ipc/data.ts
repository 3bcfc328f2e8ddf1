import { z } from 'zod';
import { reasonSchema } from '../domain/stream-state.ts';
import { command, event, upload } from './contract.ts';

/** What happened to a damaged database at the start, in one table each. */
export const lostRowsSchema = z.object({
  table: z.string(),
  /** Null: cannot be told. */ rows: z.int().nullable(),
});

export const dataSnapshot = event(
  'data.snapshot',
  z.object({
    /** A damaged file was replaced at this start; null: all was well. */
    recovered: z
      .object({
        /** Where the damaged file is kept. */
        setAside: z.string(),
        from: z.enum(['backup', 'salvage', 'empty']),
        /** Of the backup that was opened. */
        backupAt: z.string().nullable(),
        lost: z.array(lostRowsSchema),
      })
      .nullable(),
    /** The disk takes nothing more, or may not be written; what is open can be looked at. */
    writable: z.boolean(),
    problem: reasonSchema.nullable(),
    backups: z.array(z.object({ name: z.string(), at: z.string(), bytes: z.int() })),
    job: z
      .object({
        kind: z.enum(['export', 'import']),
        /** Bytes; total is 0 while it is not known. */
        done: z.int(),
        total: z.int(),
      })
      .nullable(),
    /** The last archive that was made in this run. */
    exported: z.object({ name: z.string(), path: z.string(), url: z.string(), bytes: z.int() }).nullable(),
  }),
);
export type DataSnapshot = z.infer<typeof dataSnapshot.payload>;

/** Everything the open profile owns as one archive, without secrets. @throws `data.*`, `storage.*` */
export const dataExport = command('data.export', z.object({}), z.object({ path: z.string() }));
/** Ends the export or import that runs; nothing of it stays. */
export const dataCancel = command('data.cancel', z.object({}), z.object({}));
export const dataBackUp = command('data.backUp', z.object({}), z.object({}));

export const importCountsSchema = z.object({ added: z.int(), known: z.int(), refused: z.int() });
/** An archive of `data.export`: what is not there yet is added, nothing is replaced. @throws `data.*`, `storage.*` */
export const archiveUpload = upload(
  'archive',
  4 * 1024 * 1024 * 1024,
  z.object({ name: z.string().max(200) }),
  importCountsSchema,
  { toFile: true },
);
