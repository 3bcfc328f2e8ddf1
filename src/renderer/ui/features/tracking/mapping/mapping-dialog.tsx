import { RotateCcw } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AvatarMapping, NO_MAPPING } from '../../../../../shared/domain/avatar-mapping.ts';
import type { DegradeCode } from '../../../../../shared/domain/rig-naming.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import texts from '../../../../../shared/locale/en/rig.json' with { type: 'json' };
import { useAvatarNaming } from '../../../../state/avatar-naming.ts';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import '../../../i18n/tracking-texts.ts';
import { useCommand } from '../../../use-command.ts';
import { PanelBody, PanelDialog } from '../../settings/panel-dialog.tsx';
import { MappingList } from './mapping-list.tsx';
import { type MappingPart, mappingOf, mappingRows, ownCount, withMapping } from './mapping-rows.ts';

const PARTS: readonly MappingPart[] = ['bones', 'channels'];
const NO_MAPPINGS = {};

/** Which node of the shown avatar is which bone, and which of its morph targets plays which channel. */
export function MappingDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('tracking');
  const run = useCommand();
  const avatarId = useSnapshots((state) => state.studio?.settings.avatarId ?? '');
  const name = useSnapshots((state) => state.studio?.avatar.name ?? '');
  const mappings = useSnapshots((state) => state.studio?.settings.mappings ?? NO_MAPPINGS);
  const naming = useAvatarNaming();
  const [part, setPart] = useState<MappingPart>('bones');
  const mapping = mappingOf(mappings, avatarId);
  const save = (next: AvatarMapping) =>
    run(studioConfigure, { mappings: withMapping(mappings, avatarId, next) });
  const rows = mappingRows(part, naming, mapping);
  const own = ownCount(mapping);
  return (
    <PanelDialog
      place="wide"
      title={t('mapping.title', { name })}
      description={t('mapping.text')}
      onClose={onClose}
      footer={
        <>
          <span className="mr-auto text-muted text-xs" role="status">
            {t('mapping.summary', {
              found: rows.filter((row) => row.name !== null).length,
              count: rows.length,
              own: rows.filter((row) => row.own !== undefined).length,
            })}
          </span>
          <Button
            icon={<RotateCcw aria-hidden className="size-3.5" />}
            aria-disabled={own === 0}
            onClick={() => {
              if (own > 0) void save(NO_MAPPING).then((done) => done && announce(t('mapping.wasReset')));
            }}
          >
            {t('mapping.resetAll')}
          </Button>
        </>
      }
    >
      {naming.avatarId === avatarId ? (
        <Tabs.Root
          value={part}
          onValueChange={(next) => setPart(next as MappingPart)}
          className="flex min-h-0 flex-1 flex-col border-line border-t"
        >
          <Tabs.List
            aria-label={t('mapping.title', { name })}
            className="flex shrink-0 border-line border-b px-4"
          >
            {PARTS.map((each) => (
              <Tabs.Trigger
                key={each}
                value={each}
                {...(each === 'bones' ? { 'data-first-focus': true } : {})}
                className="-mb-px h-10 border-transparent border-b-2 px-3 font-medium text-muted -outline-offset-4 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
              >
                {t(`mapping.tab.${each}`)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {PARTS.map((each) => (
            <Tabs.Content
              key={each}
              value={each}
              className="flex min-h-0 flex-1 flex-col px-5 pt-3 -outline-offset-2"
            >
              {each === 'bones' && <Degraded codes={naming.degraded} />}
              <MappingList
                part={each}
                rows={rows}
                names={each === 'bones' ? naming.nodes : naming.morphs}
                mapping={mapping}
                onChange={(next) => void save(next)}
              />
            </Tabs.Content>
          ))}
        </Tabs.Root>
      ) : (
        <PanelBody>
          <StateLine tone="busy">{t('mapping.reading')}</StateLine>
        </PanelBody>
      )}
    </PanelDialog>
  );
}

/** What the model lacks, by the named rules of the rig. */
function Degraded({ codes }: { readonly codes: readonly DegradeCode[] }) {
  const { t } = useTranslation('tracking');
  if (codes.length === 0) return null;
  return (
    <details className="mb-2 shrink-0 rounded-lg border border-warn/35 bg-warn/8 px-3 py-2 text-xs">
      <summary className="font-medium">{t('mapping.degraded')}</summary>
      <ul className="mt-1 space-y-0.5 text-muted">
        {codes.map((code) => (
          <li key={code}>{texts.degrade[code]}</li>
        ))}
      </ul>
    </details>
  );
}
