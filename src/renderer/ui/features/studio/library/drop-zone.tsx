import { Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useImport } from './use-import.ts';

/** Files may be dropped anywhere on the window; while some are held over it, the window says what it would do. */
export function DropZone() {
  const { t } = useTranslation();
  const importFiles = useImport();
  const latest = useRef(importFiles);
  latest.current = importFiles;
  const [over, setOver] = useState(false);

  useEffect(() => {
    // Entering a child comes before leaving its parent: only the balance tells whether the pointer is still here.
    let depth = 0;
    const change = (by: number) => {
      depth = Math.max(0, depth + by);
      setOver(depth > 0);
    };
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => holdsFiles(event) && change(1);
    const leave = (event: DragEvent) => holdsFiles(event) && change(-1);
    const hover = (event: DragEvent) => holdsFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      // Else the browser would leave the studio and show the file.
      event.preventDefault();
      change(-depth);
      void latest.current([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: hover, drop };
    const each = Object.entries(listeners) as [keyof typeof listeners, (event: DragEvent) => void][];
    for (const [name, listener] of each) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of each) window.removeEventListener(name, listener);
    };
  }, []);

  if (!over) return null;
  return (
    <div
      data-testid="drop-zone"
      className="pointer-events-none fixed inset-0 z-50 grid place-items-center bg-ground/85 p-6"
    >
      <div className="absolute inset-4 rounded-2xl border-2 border-accent border-dashed" />
      <div className="text-center">
        <Upload aria-hidden className="mx-auto mb-3 size-10 text-accent" />
        <p className="font-semibold text-xl">{t('app.dropTitle')}</p>
        <p className="mt-1 max-w-sm text-base text-muted">{t('app.dropText')}</p>
      </div>
    </div>
  );
}
