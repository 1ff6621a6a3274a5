import { UserError } from '../../../base/index.ts';

/** What is wrong with a template or with what it was given; the line is added on the way out. */
export class TemplateProblem extends Error {
  line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/** What a template itself refuses by `raise_exception`. */
export class RaisedByTemplate extends TemplateProblem {}

/** The error of the library for a problem. */
export function templateError(problem: TemplateProblem): UserError {
  const where = problem.line === undefined ? '' : `line ${problem.line}: `;
  const given = `${where}${problem.message}`.slice(0, 500);
  return problem instanceof RaisedByTemplate
    ? new UserError('data/template-refused', 'the chat template refuses these messages', { given, cause: problem })
    : new UserError('data/template', 'the chat template cannot be rendered', { given, cause: problem });
}
