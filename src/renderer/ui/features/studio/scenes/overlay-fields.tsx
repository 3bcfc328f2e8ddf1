import { ImageUp, Trash2 } from 'lucide-react';
import { type ChangeEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overlay } from '../../../../../shared/domain/scene.ts';
import { type Reason, toReasonError } from '../../../../../shared/errors.ts';
import { imageUpload } from '../../../../../shared/ipc/library.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { useStudio } from '../../../studio-context.ts';
import { RangeField, SelectField } from '../../settings/fields.tsx';
import { CellChoice } from './cell-choice.tsx';
import { centreOf, resized } from './overlay-place.ts';
import { useImageShape } from './use-image-shape.ts';

const FIRST_WIDTH = 0.2;

interface Props {
  readonly overlay: Overlay | null;
  /** Width / height of the canvas. */
  readonly shape: number;
  readonly onChange: (overlay: Overlay | null) => void;
}

/** The picture in front of a scene: which one, where, how wide, how clear. */
export function OverlayFields({ overlay, shape, onChange }: Props) {
  const { t } = useTranslation();
  const images = useSnapshots((state) => state.library?.images) ?? [];
  const image = images.find((each) => each.id === overlay?.imageId);
  const imageShape = useImageShape(image?.url ?? null) ?? 1;
  const shapes = { image: imageShape, canvas: shape };
  const percent = (value: number) => t('scenes.dialog.percent', { value: Math.round(value * 100) });
  const take = (imageId: string) =>
    onChange(
      overlay
        ? { ...overlay, imageId }
        : { imageId, width: FIRST_WIDTH, opacity: 1, ...centreOf('top-right', FIRST_WIDTH, shapes) },
    );

  return (
    <div className="grid gap-3">
      <ImageSource overlay={overlay} onTake={take} onRemove={() => onChange(null)} />
      {overlay && !image && <p className="text-warn text-xs">{t('scenes.dialog.overlayMissing')}</p>}
      {overlay && (
        <>
          <div className="flex items-center gap-4">
            <CellChoice overlay={overlay} shapes={shapes} onChange={onChange} />
            {image && (
              <span className="chequered grid h-24 min-w-0 flex-1 place-items-center overflow-hidden rounded-lg p-2">
                <img
                  src={image.url}
                  alt={image.name}
                  className="max-h-full max-w-full object-contain"
                  style={{ opacity: overlay.opacity }}
                />
              </span>
            )}
          </div>
          <RangeField
            label={t('scenes.dialog.overlayWidth')}
            value={overlay.width}
            min={0.02}
            max={1}
            step={0.01}
            format={percent}
            onChange={(width) => onChange(resized(overlay, width, shapes))}
          />
          <RangeField
            label={t('scenes.dialog.overlayOpacity')}
            value={overlay.opacity}
            min={0}
            max={1}
            step={0.05}
            format={percent}
            onChange={(opacity) => onChange({ ...overlay, opacity })}
          />
        </>
      )}
    </div>
  );
}

interface SourceProps {
  readonly overlay: Overlay | null;
  readonly onTake: (imageId: string) => void;
  readonly onRemove: () => void;
}

/** A file of the user's own, or a picture that is in the library already. */
function ImageSource({ overlay, onTake, onRemove }: SourceProps) {
  const { t } = useTranslation();
  const { client } = useStudio();
  const picker = useRef<HTMLInputElement>(null);
  const images = useSnapshots((state) => state.library?.images) ?? [];
  const [checking, setChecking] = useState<string | null>(null);
  const [refused, setRefused] = useState<Reason | null>(null);

  const pick = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file again must be a change again.
    event.target.value = '';
    if (!file) return;
    setChecking(file.name);
    setRefused(null);
    try {
      const { id } = await client.upload(imageUpload, { name: file.name.slice(0, 200) }, file);
      onTake(id);
    } catch (error) {
      setRefused(toReasonError(error).reason);
    } finally {
      setChecking(null);
    }
  };

  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="small"
          icon={<ImageUp aria-hidden className="size-3.5" />}
          aria-busy={checking !== null}
          onClick={() => picker.current?.click()}
        >
          {t(overlay ? 'scenes.dialog.overlayOther' : 'scenes.dialog.overlayAdd')}
        </Button>
        {overlay && (
          <Button
            size="small"
            kind="plain"
            icon={<Trash2 aria-hidden className="size-3.5" />}
            onClick={onRemove}
          >
            {t('scenes.dialog.overlayRemove')}
          </Button>
        )}
        <input
          ref={picker}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          hidden
          aria-label={t('scenes.dialog.overlayAdd')}
          onChange={(event) => void pick(event)}
        />
      </div>
      {checking !== null && (
        <StateLine tone="busy">{t('scenes.dialog.uploading', { name: checking })}</StateLine>
      )}
      {refused && <Problem reason={refused} />}
      {images.length > 0 && (
        <SelectField
          label={t('scenes.dialog.overlayLibrary')}
          value={overlay?.imageId ?? ''}
          options={[
            ...(images.some((image) => image.id === overlay?.imageId) ? [] : [{ value: '', label: '–' }]),
            ...images.map((image) => ({ value: image.id, label: image.name })),
          ]}
          onChange={(id) => id !== '' && onTake(id)}
        />
      )}
    </>
  );
}
