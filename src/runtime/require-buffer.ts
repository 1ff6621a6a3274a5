import { EspalierError, sameShape } from '../base/index.ts';
import { type TensorType, typeText } from '../ir/index.ts';
import type { DeviceBuffer, LocalShards } from './engine.ts';

export function deletedError(): EspalierError {
  return new EspalierError('runtime/deleted', 'the buffer was disposed or donated', {
    advice: 'read it before, or do not donate the argument',
  });
}

/**
 * The buffer as one of an engine's own class. Throws `runtime/arguments` when it belongs to another engine or device or has
 * another type, and `runtime/deleted` when it was disposed or donated.
 */
export function requireBuffer<B extends DeviceBuffer>(
  buffer: DeviceBuffer,
  own: new (...args: never[]) => B,
  type: TensorType,
  device: number,
  what: () => string,
): B {
  const fits =
    buffer instanceof own &&
    buffer.device === device &&
    buffer.type.dtype === type.dtype &&
    sameShape(buffer.type.shape, type.shape);
  if (!fits)
    throw new EspalierError('runtime/arguments', `${what()} does not fit`, {
      expected: `${typeText(type)} on device ${device} of this engine`,
      given: `${typeText(buffer.type)} on device ${buffer.device}`,
    });
  if (buffer.isDeleted) throw deletedError();
  return buffer;
}

/** Arguments on some devices as an engine's own buffers, `[k][i]` on device `ids[k]`. Throws what {@link requireBuffer} throws. */
export function requireArguments<B extends DeviceBuffer>(
  args: LocalShards,
  own: new (...args: never[]) => B,
  types: readonly TensorType[],
  ids: readonly number[],
): B[][] {
  if (args.length !== ids.length || args.some((row) => row.length !== types.length))
    throw new EspalierError('runtime/arguments', 'wrong number of devices or arguments', {
      expected: `${types.length} arguments for each of ${ids.length} devices`,
      given: args.map((row) => row.length).join(', '),
    });
  return args.map((row, k) =>
    row.map((b, i) => requireBuffer(b, own, types[i], ids[k], () => `argument ${i} of device ${ids[k]}`)),
  );
}
