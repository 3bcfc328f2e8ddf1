import { useCallback } from 'react';
import { NO_SECOND_SOURCE } from '../../../../../shared/domain/audio-chain.ts';
import { type Reason, toReasonError } from '../../../../../shared/errors.ts';
import { avatarUpload, imageUpload, soundUpload } from '../../../../../shared/ipc/library.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import {
  beginImport,
  endImport,
  type ImportKind,
  importKindOf,
  useImports,
} from '../../../../state/imports.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useStudio } from '../../../studio-context.ts';
import { useSceneEdit } from '../use-scene-edit.ts';

const NOT_THAT: Record<ImportKind, Reason> = {
  avatar: 'avatar.not-a-model',
  image: 'image.not-an-image',
  sound: 'sound.not-audio',
};

/**
 * Uploads files of the user's own, one after the other, and shows what main has accepted: an avatar goes on the
 * stage, a picture becomes the background of the shown scene, a sound is mixed to the microphone. Progress and refusals are in `useImports`.
 */
export function useImport(): (files: Iterable<File>, wanted?: ImportKind) => Promise<void> {
  const { client } = useStudio();
  const edit = useSceneEdit();
  return useCallback(
    async (files, wanted) => {
      if (useImports.getState().running) return;
      for (const file of files) {
        const kind = importKindOf(file.name);
        const job = { kind: wanted ?? kind ?? 'avatar', name: file.name, size: file.size };
        if (kind === null || (wanted && kind !== wanted)) {
          endImport({ ...job, reason: NOT_THAT[job.kind] });
          continue;
        }
        beginImport(job);
        try {
          const name = file.name.slice(0, 200);
          if (kind === 'avatar') {
            const { id } = await client.upload(avatarUpload, { name }, file);
            await client.call(studioConfigure, { avatarId: id });
          } else if (kind === 'sound') {
            const { id } = await client.upload(soundUpload, { name }, file);
            const { gainDb } = useSnapshots.getState().studio?.settings.secondSource ?? NO_SECOND_SOURCE;
            await client.call(studioConfigure, { secondSource: { source: `sound:${id}`, gainDb } });
          } else {
            const { id } = await client.upload(imageUpload, { name }, file);
            await edit({ background: id });
          }
          endImport(null);
        } catch (error) {
          endImport({ ...job, reason: toReasonError(error).reason });
        }
      }
    },
    [client, edit],
  );
}
