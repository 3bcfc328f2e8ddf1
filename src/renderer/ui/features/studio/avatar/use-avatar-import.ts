import { useCallback, useState } from 'react';
import { type Reason, toReasonError } from '../../../../../shared/errors.ts';
import { avatarUpload } from '../../../../../shared/ipc/library.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useStudio } from '../../../studio-context.ts';

interface Refusal {
  readonly name: string;
  readonly reason: Reason;
}

interface AvatarImport {
  /** Name of the file being checked. */
  readonly checking: string | null;
  readonly refused: Refusal | null;
  importFile(file: File): Promise<void>;
  forget(): void;
}

/** Uploads a file of the user's own and puts it on the stage once main has accepted it. */
export function useAvatarImport(): AvatarImport {
  const { client } = useStudio();
  const [checking, setChecking] = useState<string | null>(null);
  const [refused, setRefused] = useState<Refusal | null>(null);
  const importFile = useCallback(
    async (file: File) => {
      setChecking(file.name);
      setRefused(null);
      try {
        const { id } = await client.upload(avatarUpload, { name: file.name.slice(0, 200) }, file);
        await client.call(studioConfigure, { avatarId: id });
      } catch (error) {
        setRefused({ name: file.name, reason: toReasonError(error).reason });
      } finally {
        setChecking(null);
      }
    },
    [client],
  );
  const forget = useCallback(() => setRefused(null), []);
  return { checking, refused, importFile, forget };
}
