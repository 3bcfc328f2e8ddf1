import { Upload } from 'lucide-react';
import { type ChangeEvent, useRef } from 'react';
import { type ImportKind, useImports } from '../../../../state/imports.ts';
import { Button } from '../../../components/button.tsx';
import { useImport } from './use-import.ts';

const ACCEPTED: Record<ImportKind, string> = {
  avatar: '.vrm,.glb,model/gltf-binary',
  sound: '.wav,.mp3,.ogg,.oga,.opus,.m4a,.aac,.flac,audio/*',
  image: '.png,.jpg,.jpeg,.webp,image/png,image/jpeg,image/webp',
};

interface Props {
  readonly kind: ImportKind;
  readonly text: string;
  readonly tip: string;
}

/** Opens the system's file list; what is chosen is imported. */
export function ImportButton({ kind, text, tip }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  const importFiles = useImport();
  const busy = useImports((state) => state.running !== null);
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    // The same file again must be a change again.
    event.target.value = '';
    void importFiles(files, kind);
  };
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept={ACCEPTED[kind]}
        multiple
        hidden
        aria-label={tip}
        onChange={pick}
      />
      <Button
        size="small"
        icon={<Upload aria-hidden className="size-3.5" />}
        title={tip}
        // It keeps the focus while the file is checked.
        aria-disabled={busy}
        onClick={() => !busy && picker.current?.click()}
      >
        {text}
      </Button>
    </>
  );
}
