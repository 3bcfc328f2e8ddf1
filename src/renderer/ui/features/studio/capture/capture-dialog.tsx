import { AppWindow, Monitor, RefreshCw } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Reason, toReasonError } from '../../../../../shared/errors.ts';
import { type CaptureSource, captureChoose, captureList } from '../../../../../shared/ipc/desktop.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { useStudio } from '../../../studio-context.ts';
import { useCommand } from '../../../use-command.ts';
import { PanelBody, PanelDialog } from '../../settings/panel-dialog.tsx';

const KINDS = ['screen', 'window'] as const;
const ICONS = { screen: Monitor, window: AppWindow } as const;

/** The studio's own list of screens and windows, where the system shows none. */
export function CaptureDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const run = useCommand();
  const { sources, failed, look } = useSources();
  const [chosen, setChosen] = useState('');
  const found = sources?.some((source) => source.id === chosen) ?? false;

  const show = (id: string) => {
    if (!sources?.some((source) => source.id === id)) return;
    void run(captureChoose, { id }).then((done) => done && pipeline.chooseCapture());
    onClose();
  };

  return (
    <PanelDialog
      place="wide"
      title={t('capture.dialogTitle')}
      description={t('capture.dialogText')}
      onClose={onClose}
      footer={
        <>
          <Button icon={<RefreshCw aria-hidden className="size-3.5" />} onClick={look}>
            {t('capture.refresh')}
          </Button>
          <span className="mr-auto text-muted text-xs">
            {!found && sources?.length ? t('capture.pick') : ''}
          </span>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" aria-disabled={!found} onClick={() => show(chosen)}>
            {t('capture.show')}
          </Button>
        </>
      }
    >
      <PanelBody>
        {failed && <Problem reason={failed} />}
        {!failed && !sources && <StateLine tone="busy">{t('capture.loading')}</StateLine>}
        {sources?.length === 0 && <p className="text-muted">{t('capture.empty')}</p>}
        <RadioGroup.Root
          aria-label={t('capture.dialogTitle')}
          value={chosen}
          onValueChange={setChosen}
          // A press of Enter on a picture is the wish to show it, as a double click is.
          onKeyDown={(event) => {
            const option = (event.target as HTMLElement).closest<HTMLElement>('[data-source]');
            if (event.key === 'Enter' && option) show(option.dataset['source'] ?? '');
          }}
          className="grid gap-4"
        >
          {KINDS.map((kind) => {
            const group = sources?.filter((source) => source.kind === kind) ?? [];
            if (group.length === 0) return null;
            return (
              <div key={kind}>
                <h3 className="mb-2 font-semibold">
                  {t(kind === 'screen' ? 'capture.screens' : 'capture.windows')}
                </h3>
                <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-3 lg:grid-cols-4">
                  {group.map((source) => (
                    <SourceOption key={source.id} source={source} onOpen={() => show(source.id)} />
                  ))}
                </div>
              </div>
            );
          })}
        </RadioGroup.Root>
      </PanelBody>
    </PanelDialog>
  );
}

function SourceOption({ source, onOpen }: { readonly source: CaptureSource; readonly onOpen: () => void }) {
  const Icon = ICONS[source.kind];
  return (
    <RadioGroup.Item
      value={source.id}
      data-source={source.id}
      onDoubleClick={onOpen}
      className="group min-w-0 rounded-lg border border-edge bg-raised p-1.5 text-left hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent"
    >
      <span className="grid aspect-video place-items-center overflow-hidden rounded bg-well">
        {source.thumbnail === '' ? (
          <Icon aria-hidden className="size-6 text-muted" />
        ) : (
          <img src={source.thumbnail} alt="" className="size-full object-contain" />
        )}
      </span>
      <span className="mt-1.5 flex min-w-0 items-center gap-1.5 text-xs">
        <Icon aria-hidden className="size-3.5 shrink-0 text-muted" />
        <span className="truncate">{source.name}</span>
      </span>
    </RadioGroup.Item>
  );
}

interface Sources {
  /** Null: being looked for. */
  readonly sources: readonly CaptureSource[] | null;
  readonly failed: Reason | null;
  look(): void;
}

function useSources(): Sources {
  const { client } = useStudio();
  const [turn, setTurn] = useState(0);
  const [sources, setSources] = useState<readonly CaptureSource[] | null>(null);
  const [failed, setFailed] = useState<Reason | null>(null);
  useEffect(() => {
    let current = true;
    client.call(captureList, {}).then(
      (list) => {
        if (!current) return;
        setFailed(null);
        setSources(list.picker === 'own' ? list.sources : []);
      },
      (error: unknown) => current && setFailed(toReasonError(error).reason),
    );
    return () => {
      current = false;
    };
  }, [client, turn]);
  const look = useCallback(() => setTurn((before) => before + 1), []);
  return { sources, failed, look };
}
