import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { avatarUpload, imageUpload, soundUpload } from '../../../../../shared/ipc/library.ts';
import { forgetRefusal, type ImportKind, useImports } from '../../../../state/imports.ts';
import { megabytes } from '../../../bytes.ts';
import { IconButton } from '../../../components/icon-button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';

const UPLOADS = { avatar: avatarUpload, image: imageUpload, sound: soundUpload } as const;

/** The import that runs, or why the last one was refused, in the place where its result would appear. */
export function ImportState({ kind }: { readonly kind: ImportKind }) {
  const { t } = useTranslation();
  const running = useImports((state) => (state.running?.kind === kind ? state.running : null));
  const refused = useImports((state) => state.refused[kind] ?? null);
  if (running) {
    const words = t('import.checking', { name: running.name, size: megabytes(running.size) });
    return (
      <div role="status" className="mb-2 rounded-lg border border-line bg-raised/60 px-2.5 py-2">
        <p className="truncate text-xs">{words}</p>
        <ProgressBar label={words} value={null} max={1} className="mt-1.5" />
      </div>
    );
  }
  if (!refused) return null;
  const title =
    refused.reason === 'ipc.too-big'
      ? t('import.tooBig', { name: refused.name, mb: UPLOADS[kind].maxBytes / 2 ** 20 })
      : t('import.refused', { name: refused.name });
  return (
    <div role="alert">
      <Problem reason={refused.reason} title={title} className="mb-2">
        <IconButton
          label={t('common.dismiss')}
          icon={<X className="size-3.5" />}
          className="-mt-1 -mr-1"
          onClick={() => forgetRefusal(kind)}
        />
      </Problem>
    </div>
  );
}
