import { assertNever } from '../../../../../shared/assert-never.ts';
import { closeDialog, useDialogs } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { DestinationDialog } from '../destinations/destination-dialog.tsx';
import { RemoveDialog } from '../destinations/remove-dialog.tsx';
import { GoLiveDialog } from './go-live-dialog.tsx';
import { StopDialog } from './stop-dialog.tsx';

/** The dialog that is open, if any. */
export function OpenDialog() {
  const open = useDialogs((state) => state.open);
  const destinations = useSnapshots((state) => state.destinations) ?? [];
  if (!open) return null;
  switch (open.kind) {
    case 'go-live':
      return <GoLiveDialog onClose={closeDialog} />;
    case 'stop':
      return <StopDialog onClose={closeDialog} />;
    case 'destination': {
      const destination = destinations.find((each) => each.id === open.id) ?? null;
      return <DestinationDialog destination={destination} onClose={closeDialog} />;
    }
    case 'remove-destination': {
      const destination = destinations.find((each) => each.id === open.id);
      return destination ? <RemoveDialog destination={destination} onClose={closeDialog} /> : null;
    }
    default:
      return assertNever(open);
  }
}
