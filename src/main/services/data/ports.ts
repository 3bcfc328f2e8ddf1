import type { DataSnapshot } from '../../../shared/ipc/data.ts';
import type { Log } from '../../logging/log.ts';
import type { LibraryFiles } from '../library/library.ts';
import type { ArchiveTable, NewRows } from './archive/rows.ts';

/** What the open profile's database has to say to an archive. */
export interface ArchiveRows {
  /** The account it belongs to; null: a guest's. */
  owner(): string | null;
  /**
   * Rows of a table as JSON, without what is the server's or secret, and without removed ones.
   * @param after `next` of the page before; 0 at first
   */
  page(
    table: ArchiveTable,
    after: number,
    limit: number,
  ): { rows: readonly Readonly<Record<string, unknown>>[]; next: number | null };
  /** Whether the profile has, or had, a row of this name. */
  has(table: ArchiveTable, key: string): boolean;
  /** An avatar in the library with this name and this model; null: there is none. */
  twin(name: string, sha256: string): string | null;
  /** Puts all of it in, in one transaction, with what has to be sent. @throws ReasonError `storage.*` */
  add(rows: NewRows): void;
}

/** Copies of the open profile's database. */
export interface Backups {
  /** Newest first. */
  list(): readonly { readonly name: string; readonly at: string; readonly bytes: number }[];
  /** @throws ReasonError `storage.full`, `storage.read-only`, `storage.backup-failed` */
  backUp(): Promise<unknown>;
}

export interface DataOptions {
  /** Data folder; archives are put into `exports/` of it. */
  readonly home: string;
  /** The open profile: what an archive is called after, and the folder that its files are in. */
  readonly profile: () => { readonly name: string | null; readonly folder: string };
  readonly rows: ArchiveRows;
  /** Files of the open profile. @throws ReasonError `data.busy` */
  readonly library: () => LibraryFiles;
  readonly backups: Backups;
  /** Version of the program, for whoever reads an archive. */
  readonly version: string;
  readonly publish: (snapshot: DataSnapshot) => void;
  /** Rows and files were added: settings, destinations and sessions have to be read again. */
  readonly onImported?: () => void;
  readonly log: Log;
  readonly now?: () => Date;
}
