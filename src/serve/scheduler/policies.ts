import { UserError } from '../../base/index.ts';

/*
 * In which order calls are served. A call's level follows from service in computed tokens: its own, or that of its program before it, too.
 * Programs that have had little come first, so that short ones do not wait behind long ones.
 * Source: Autellix (Luo et al. 2025): PLAS for programs of one thread, ATLAS for those that are graphs of calls.
 */

export const policyNames = ['fcfs', 'mlfq', 'plas', 'atlas'] as const;
export type PolicyName = (typeof policyNames)[number];

/** What programs have been given, in computed tokens. */
export interface ProgramService {
  /** By all calls that have ended. */
  readonly total: number;
  /** Along the longest chain of calls, each after the one before. */
  readonly longest: number;
}

export interface Policy {
  readonly name: PolicyName;
  /** Whether a call that runs gives way to one of a better level. */
  readonly isPreemptive: boolean;
  /** Service that a new call of the program begins with. */
  initialService(program: ProgramService): number;
  /** 0 comes first. */
  level(service: number): number;
}

export interface PolicyOptions {
  readonly name: PolicyName;
  /** Service in tokens from which on a call is a level lower, rising. */
  readonly thresholds?: readonly number[];
}

const defaultThresholds = [256, 1024, 4096, 16384, 65536];

/** The policy of a name. Throws `serve/policy`. */
export function policyFor(options: PolicyOptions): Policy {
  const { name, thresholds = defaultThresholds } = options;
  if (!policyNames.includes(name))
    throw new UserError('serve/policy', 'there is no such order of serving', {
      expected: policyNames.join(', '),
      given: String(name),
    });
  if (thresholds.some((t, i) => !(t > (i === 0 ? 0 : thresholds[i - 1]))))
    throw new UserError('serve/policy', 'thresholds do not rise', { given: thresholds.join(', ') });
  const level = (service: number): number => {
    const found = thresholds.findIndex((t) => service < t);
    return found < 0 ? thresholds.length : found;
  };
  const initial: Readonly<Record<PolicyName, (p: ProgramService) => number>> = {
    fcfs: () => 0,
    mlfq: () => 0,
    plas: (p) => p.total,
    atlas: (p) => p.longest,
  };
  return {
    name,
    isPreemptive: name !== 'fcfs',
    initialService: initial[name],
    level: name === 'fcfs' ? () => 0 : level,
  };
}
