import { create } from 'zustand';
import { type Reason, toReasonError } from '../../shared/errors.ts';
import type { MetaOf, ResponseOf } from '../../shared/ipc/contract.ts';
import { archiveUpload, dataCancel, dataExport } from '../../shared/ipc/data.ts';
import type { StudioClient } from '../bridge/client.ts';

export type ImportCounts = ResponseOf<typeof archiveUpload>;

interface Archive {
  readonly exporting: boolean;
  readonly exportRefused: Reason | null;
  /** The archive that is being brought in. */
  readonly importing: { readonly name: string; readonly size: number } | null;
  /** What came of the last one. */
  readonly imported:
    | { readonly name: string; readonly counts: ImportCounts }
    | { readonly name: string; readonly reason: Reason }
    | null;
}

/** Exports and imports go on while the settings are closed, so that what came of them is still told afterwards. */
export const useArchive = create<Archive>()(() => ({
  exporting: false,
  exportRefused: null,
  importing: null,
  imported: null,
}));

export async function exportArchive(client: StudioClient): Promise<void> {
  if (useArchive.getState().exporting) return;
  useArchive.setState({ exporting: true, exportRefused: null });
  try {
    await client.call(dataExport, {});
  } catch (error) {
    useArchive.setState({ exportRefused: toReasonError(error).reason });
  } finally {
    useArchive.setState({ exporting: false });
  }
}

export async function importArchive(client: StudioClient, file: File): Promise<void> {
  if (useArchive.getState().importing) return;
  const { name, size } = file;
  useArchive.setState({ importing: { name, size }, imported: null });
  const meta: MetaOf<typeof archiveUpload> = { name: name.slice(0, 200) };
  try {
    const counts = await client.upload(archiveUpload, meta, file);
    useArchive.setState({ imported: { name, counts } });
  } catch (error) {
    useArchive.setState({ imported: { name, reason: toReasonError(error).reason } });
  } finally {
    useArchive.setState({ importing: null });
  }
}

/** @throws ReasonError like `client.call` */
export async function cancelArchive(client: StudioClient): Promise<void> {
  await client.call(dataCancel, {});
}
