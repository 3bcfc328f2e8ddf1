import { Bone, SmilePlus, UserRound } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { Section } from '../../../components/section.tsx';
import { useCommand } from '../../../use-command.ts';
import { ImportButton } from '../library/import-button.tsx';
import { ImportState } from '../library/import-state.tsx';
import { AvatarCard } from './avatar-card.tsx';

/** The avatars there are, the studio's own and the user's, with their pictures. */
export function AvatarPanel() {
  const { t } = useTranslation();
  const run = useCommand();
  const avatars = useSnapshots((state) => state.library?.avatars ?? null);
  const chosen = useSnapshots((state) => state.studio?.settings.avatarId ?? '');
  const hasOwn = avatars?.some((avatar) => avatar.kind !== 'built-in') ?? true;
  return (
    <Section
      title={t('avatar.title')}
      icon={<UserRound />}
      state={<ImportButton kind="avatar" text={t('avatar.import')} tip={t('avatar.importTip')} />}
    >
      <ImportState kind="avatar" />
      {avatars?.length === 0 && <p className="mb-2 text-muted text-xs">{t('avatar.empty')}</p>}
      <RadioGroup.Root
        aria-label={t('avatar.title')}
        value={chosen}
        onValueChange={(avatarId) => void run(studioConfigure, { avatarId })}
        className="grid grid-cols-[repeat(auto-fill,minmax(4.5rem,1fr))] gap-x-2.5 gap-y-3 min-[100rem]:grid-cols-[repeat(auto-fill,minmax(5.5rem,1fr))]"
      >
        {avatars?.map((avatar) => (
          <AvatarCard key={avatar.id} avatar={avatar} />
        ))}
      </RadioGroup.Root>
      <div className="mt-3 flex flex-wrap gap-1.5">
        <Button
          size="small"
          icon={<SmilePlus aria-hidden className="size-3.5" />}
          onClick={() => openDialog({ kind: 'settings', section: 'expressions' })}
        >
          {t('avatar.expressions')}
        </Button>
        <Button
          size="small"
          icon={<Bone aria-hidden className="size-3.5" />}
          onClick={() => openDialog({ kind: 'mapping' })}
        >
          {t('avatar.mapping')}
        </Button>
      </div>
      {!hasOwn && <p className="mt-2.5 text-muted text-xs">{t('avatar.dropHint')}</p>}
    </Section>
  );
}
