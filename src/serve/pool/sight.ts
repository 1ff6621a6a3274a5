import { createHash } from 'node:crypto';
import type { ImagePlaces } from '../../models/index.ts';

/** An image as prompts hold it. */
export interface SeenImage {
  /** Equal images have equal names. */
  readonly name: string;
  /** What takes the places of its tokens, and of those of its parts: `f32[tokens, embed]` each. */
  readonly parts: readonly Float32Array[];
}

/** What a served model sees. */
export interface Sight {
  readonly places: ImagePlaces;
  /** In order; each the bytes of a file. */
  see(images: readonly Uint8Array[]): Promise<readonly SeenImage[]>;
}

const MAX_BYTES_KEPT = 2 ** 26;
const bytesOf = ({ parts }: SeenImage): number => parts.reduce((n, x) => n + x.byteLength, 0);

/** Keeps what was seen of the last images: conversations send theirs again with every turn. */
export function rememberingSight(
  places: ImagePlaces,
  look: (images: readonly Uint8Array[]) => Promise<readonly (readonly Float32Array[])[]>,
  maxBytes: number = MAX_BYTES_KEPT,
): Sight {
  /** The one that was used last comes last. */
  const kept = new Map<string, SeenImage>();
  const underWay = new Map<string, Promise<SeenImage>>();
  let bytes = 0;
  function keep(image: SeenImage): void {
    kept.set(image.name, image);
    bytes += bytesOf(image);
    for (const [name, old] of kept) {
      if (bytes <= maxBytes) break;
      kept.delete(name);
      bytes -= bytesOf(old);
    }
  }
  async function lookAt(name: string, image: Uint8Array): Promise<SeenImage> {
    const [parts] = await look([image]);
    const seen = { name, parts };
    keep(seen);
    return seen;
  }
  async function seeOne(image: Uint8Array): Promise<SeenImage> {
    const name = createHash('sha256').update(image).digest('base64');
    const found = kept.get(name);
    if (found) {
      kept.delete(name);
      kept.set(name, found);
      return found;
    }
    let seeing = underWay.get(name);
    if (!seeing) {
      seeing = lookAt(name, image).finally(() => underWay.delete(name));
      underWay.set(name, seeing);
    }
    return seeing;
  }
  return {
    places,
    see: async (images) => {
      const seen: SeenImage[] = [];
      for (const image of images) seen.push(await seeOne(image));
      return seen;
    },
  };
}
