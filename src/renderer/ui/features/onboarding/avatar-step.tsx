import { UserRound } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { PICTURE_TILE, Picked } from '../../components/picked.tsx';
import { useCommand } from '../../use-command.ts';

/** The avatars whose files are there; one's own are imported later, in the studio. */
export function AvatarStep() {
  const { t } = useTranslation();
  const run = useCommand();
  const library = useSnapshots((state) => state.library?.avatars);
  const avatars = library?.filter(({ here }) => here) ?? [];
  const chosen = useSnapshots((state) => state.studio?.settings.avatarId ?? '');
  return (
    <>
      <RadioGroup.Root
        aria-label={t('avatar.title')}
        value={chosen}
        onValueChange={(avatarId) => void run(studioConfigure, { avatarId })}
        className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-2"
      >
        {avatars.map((avatar) => (
          <RadioGroup.Item
            key={avatar.id}
            value={avatar.id}
            aria-label={avatar.name}
            className="group relative min-w-0 rounded-lg"
          >
            <span className={`${PICTURE_TILE} grid aspect-square place-items-center`}>
              {avatar.thumbnailUrl ? (
                <img src={avatar.thumbnailUrl} alt="" className="size-full object-cover" />
              ) : (
                <UserRound aria-hidden className="size-9 text-muted" />
              )}
            </span>
            <Picked />
            <span className="mt-1.5 block truncate text-center text-muted group-data-[state=checked]:font-semibold group-data-[state=checked]:text-text">
              {avatar.name}
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
      <p className="mt-4 text-muted text-xs">{t('onboarding.avatar.own')}</p>
    </>
  );
}
