import { UserError } from '../../base/index.ts';

/** Arrays and objects inside one another, in any request. */
const MAX_DEPTH = 128;

/** The text of a body. Throws `serve/request` for what is no UTF-8, or nested so deeply that whoever walks it would fail. */
export function checkedText(bytes: Buffer): string {
  const text = decode(bytes);
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isInString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) isInString = false;
    } else if (c === 0x22) isInString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > MAX_DEPTH)
        throw new UserError('serve/request', 'the body is nested too deeply', { expected: `${MAX_DEPTH} levels` });
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return text;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError('serve/request', 'the body is not UTF-8', { cause });
  }
}

/** Without fields that are null: clients that write all fields mean that they say nothing. */
export function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
