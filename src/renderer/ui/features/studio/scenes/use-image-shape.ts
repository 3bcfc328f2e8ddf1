import { useEffect, useState } from 'react';

/** Width / height of a picture; null until it is loaded, and where it cannot be. */
export function useImageShape(url: string | null): number | null {
  const [known, setKnown] = useState<{ url: string; shape: number } | null>(null);
  useEffect(() => {
    if (url === null) return;
    const image = new Image();
    image.onload = () => {
      if (image.naturalHeight > 0) setKnown({ url, shape: image.naturalWidth / image.naturalHeight });
    };
    image.src = url;
    return () => {
      image.onload = null;
    };
  }, [url]);
  return known?.url === url ? known.shape : null;
}
