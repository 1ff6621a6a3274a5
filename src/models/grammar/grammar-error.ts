import { UserError } from '../../base/index.ts';

/** A grammar or schema that cannot be used: where (a JSON pointer or a place in the text) and what. Code `models/grammar`. */
export const grammarError = (
  summary: string,
  where: {
    readonly path?: string;
    readonly keyword?: string;
    readonly expected?: string;
    readonly given?: string;
  } = {},
): UserError => {
  const { path, keyword, expected, given } = where;
  return new UserError('models/grammar', path === undefined ? summary : `${summary} (at ${path === '' ? '#' : path})`, {
    ...(expected === undefined ? {} : { expected }),
    ...(given === undefined ? {} : { given: given.slice(0, 80) }),
    fields: { ...(path === undefined ? {} : { path }), ...(keyword === undefined ? {} : { keyword }) },
  });
};
