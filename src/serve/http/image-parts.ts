import { wrongField } from './errors.ts';
import type { ChatPart } from './schemas.ts';

/* Images in messages. They come in the request: this server fetches nothing, of anybody. */

/** Of one request. */
export const MAX_IMAGES = 64;

export const isImage = ({ type }: { readonly type: string }): boolean => type === 'image_url';

/** The part of a chat that stands for an image under the name of another interface. Throws `serve/request`. */
export function imagePart(url: unknown, param: string): ChatPart {
  if (typeof url !== 'string') throw wrongField(param, 'an image has no data', { expected: 'a data: URL' });
  return { type: 'image_url', image_url: { url } };
}

/** The bytes of a part's image. Throws `serve/request`. */
export function imageOf({ image_url: given }: ChatPart, param: string): Uint8Array {
  const url = typeof given === 'string' ? given : given?.url;
  const [head, data] = /^data:image\/[\w.+-]+;base64,/i.exec(url ?? '')
    ? [url!.slice(0, url!.indexOf(',')), url!.slice(url!.indexOf(',') + 1)]
    : [undefined, undefined];
  if (head === undefined)
    throw wrongField(param, 'an image does not come as data: nothing is fetched here', {
      expected: 'data:image/png;base64,…',
      given: (url ?? 'nothing').slice(0, 40),
    });
  if (data === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(data!))
    throw wrongField(param, 'an image is not written in base64', { given: `${data!.length} characters` });
  return new Uint8Array(Buffer.from(data!, 'base64'));
}
