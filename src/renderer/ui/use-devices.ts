import { useEffect, useState } from 'react';

export interface Device {
  readonly deviceId: string;
  readonly label: string;
}

/**
 * The connected devices, asked for again when one comes or goes and when `refresh` changes
 * (labels appear only once the user has allowed the device).
 */
export function useDevices(list: () => Promise<readonly Device[]>, refresh: unknown): readonly Device[] {
  const [devices, setDevices] = useState<readonly Device[]>([]);
  useEffect(() => {
    let current = true;
    const ask = () => {
      list().then(
        (found) => current && setDevices(found.filter((each) => each.deviceId && each.label)),
        // Without a permission there is no list; the device's own state says why.
        () => current && setDevices([]),
      );
    };
    ask();
    navigator.mediaDevices?.addEventListener('devicechange', ask);
    return () => {
      current = false;
      navigator.mediaDevices?.removeEventListener('devicechange', ask);
    };
  }, [list, refresh]);
  return devices;
}
