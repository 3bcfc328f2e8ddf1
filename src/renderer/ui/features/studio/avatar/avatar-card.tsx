import { Ellipsis, Pencil, Trash2, UserRound } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import type { LibrarySnapshot } from '../../../../../shared/ipc/library.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { Menu, MenuItem } from '../../../components/menu.tsx';
import { PICTURE_TILE, Picked } from '../../../components/picked.tsx';
import { AwayLabel } from './away-label.tsx';
import { useAway } from './use-away.ts';

export function AvatarCard({ avatar }: { readonly avatar: LibrarySnapshot['avatars'][number] }) {
  const { t } = useTranslation();
  const own = avatar.kind !== 'built-in';
  const away = useAway(avatar);
  return (
    <div className="relative min-w-0">
      <RadioGroup.Item
        value={avatar.id}
        aria-label={away ? t('avatar.away.named', { name: avatar.name, state: away.words }) : avatar.name}
        title={`${avatar.name} · ${away?.words ?? t(own ? 'avatar.own' : 'avatar.builtIn')}`}
        className="group block w-full rounded-lg"
      >
        <span className={`${PICTURE_TILE} grid aspect-square place-items-center`}>
          {avatar.thumbnailUrl ? (
            <img
              src={avatar.thumbnailUrl}
              alt=""
              loading="lazy"
              className="col-start-1 row-start-1 size-full object-cover"
            />
          ) : (
            <UserRound aria-hidden className="col-start-1 row-start-1 size-7 text-muted" />
          )}
          {away && <AwayLabel away={away} />}
        </span>
        <Picked />
        <span className="mt-1 block truncate text-center text-muted text-xs group-aria-checked:font-semibold group-aria-checked:text-text">
          {avatar.name}
        </span>
      </RadioGroup.Item>
      {own && <AvatarMenu id={avatar.id} name={avatar.name} />}
    </div>
  );
}

function AvatarMenu({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation();
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t('avatar.menu', { name })}
          className="absolute top-1 right-1 grid size-6 place-items-center rounded-md border border-line bg-ground/85 text-text hover:bg-hover"
        >
          <Ellipsis aria-hidden className="size-3.5" />
        </button>
      }
    >
      <MenuItem icon={<Pencil aria-hidden />} onSelect={() => openDialog({ kind: 'rename-avatar', id })}>
        {t('avatar.rename')}
      </MenuItem>
      <MenuItem
        icon={<Trash2 aria-hidden />}
        danger
        onSelect={() => openDialog({ kind: 'remove-avatar', id })}
      >
        {t('avatar.remove')}
      </MenuItem>
    </Menu>
  );
}
