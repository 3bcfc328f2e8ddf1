import { Upload, UserRound, X } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { type ChangeEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LibrarySnapshot } from '../../../../../shared/ipc/library.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { useCommand } from '../../../use-command.ts';
import { useAvatarImport } from './use-avatar-import.ts';

const ACCEPTED = '.vrm,.glb,model/gltf-binary';

export function AvatarPanel() {
  const { t } = useTranslation();
  const run = useCommand();
  const picker = useRef<HTMLInputElement>(null);
  const avatars = useSnapshots((state) => state.library?.avatars ?? null);
  const chosen = useSnapshots((state) => state.studio?.settings.avatarId ?? '');
  const { checking, refused, importFile, forget } = useAvatarImport();

  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file again must be a change again.
    event.target.value = '';
    if (file) void importFile(file);
  };

  return (
    <Section
      title={t('avatar.title')}
      icon={<UserRound />}
      state={
        checking ? (
          <StateLine tone="busy">{t('avatar.checking', { name: checking })}</StateLine>
        ) : (
          <Button
            size="small"
            icon={<Upload aria-hidden className="size-3.5" />}
            title={t('avatar.importTip')}
            onClick={() => picker.current?.click()}
          >
            {t('avatar.import')}
          </Button>
        )
      }
    >
      <input
        ref={picker}
        type="file"
        accept={ACCEPTED}
        onChange={pick}
        hidden
        aria-label={t('avatar.importTip')}
      />
      {refused && (
        <Problem reason={refused.reason} title={t('avatar.refused', { name: refused.name })} className="mb-2">
          <IconButton
            label={t('common.dismiss')}
            icon={<X className="size-3.5" />}
            className="-mt-1 -mr-1"
            onClick={forget}
          />
        </Problem>
      )}
      {avatars?.length === 0 && <p className="text-muted text-xs">{t('avatar.empty')}</p>}
      <RadioGroup.Root
        aria-label={t('avatar.title')}
        value={chosen}
        onValueChange={(avatarId) => void run(studioConfigure, { avatarId })}
        className="-m-1 flex gap-2 overflow-x-auto p-1"
      >
        {avatars?.map((avatar) => (
          <AvatarOption key={avatar.id} avatar={avatar} />
        ))}
      </RadioGroup.Root>
    </Section>
  );
}

function AvatarOption({ avatar }: { readonly avatar: LibrarySnapshot['avatars'][number] }) {
  const { t } = useTranslation();
  return (
    <RadioGroup.Item
      value={avatar.id}
      title={`${avatar.name} · ${t(avatar.kind === 'built-in' ? 'avatar.builtIn' : 'avatar.own')}`}
      className="group w-16 shrink-0 rounded-lg text-left"
    >
      <span className="grid h-14 place-items-center overflow-hidden rounded-lg border border-edge bg-raised group-hover:bg-hover group-data-[state=checked]:border-accent group-data-[state=checked]:ring-1 group-data-[state=checked]:ring-accent">
        {avatar.thumbnailUrl ? (
          <img src={avatar.thumbnailUrl} alt="" className="size-full object-cover" />
        ) : (
          <UserRound aria-hidden className="size-6 text-muted" />
        )}
      </span>
      <span className="mt-1 block truncate text-center text-muted text-xs group-data-[state=checked]:font-semibold group-data-[state=checked]:text-text">
        {avatar.name}
      </span>
    </RadioGroup.Item>
  );
}
