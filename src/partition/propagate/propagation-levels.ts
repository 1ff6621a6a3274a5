/*
 * The levels around one propagation round, outer to inner: user priority, op priority, strategy.
 */
import type { Module } from '../../ir/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { Shardings } from '../shardings.ts';
import { dropShardingRules } from './drop-sharding-rules.ts';
import { directionsUpTo, schedule } from './op-priority.ts';
import { populateShardingRules } from './populate-sharding-rules.ts';
import { anyDirection, type DirectionsOf, propagateRound, type Strategy } from './propagation-round.ts';
import { separateConflictingGroups, shardingGroups } from './sharding-groups.ts';
import { byUserPriority } from './user-priority.ts';

export interface PropagationOptions {
  /** Show the rule of every op in its attributes, or remove those that no user wrote; default: leave them as they are. */
  readonly keepShardingRules?: boolean;
  /** How conflicts between the factors of an op are settled; `basic` does not propagate along them. Default `aggressive`. */
  readonly strategy?: Strategy | 'basic-then-aggressive';
  /** Whether ops that only pass elements along go first; default true. */
  readonly runOpPriority?: boolean;
  /** Never shard by part of an axis. */
  readonly conservative?: boolean;
}

export interface Levels extends PropagationOptions {
  readonly userPriority: boolean;
  readonly opPriority: boolean;
}

/** Completes the shardings of a program by the levels that are asked for. */
export function propagateLevels(given: Module, ctx: PassContext, levels: Levels): Module {
  const shardings = new Shardings(separateConflictingGroups(given, ctx.registry));
  const groups = shardingGroups(shardings);
  const { strategy = 'aggressive', conservative = false, keepShardingRules } = levels;
  const strategies = strategy === 'basic-then-aggressive' ? (['basic', 'aggressive'] as const) : [strategy];
  const records = { basic: new Map(), aggressive: new Map() };
  const round = (directions: DirectionsOf): void => {
    for (const own of strategies)
      propagateRound(shardings, { strategy: own, directions, conservative, groups, records: records[own] });
  };
  const opRounds = (): void => {
    if (!levels.opPriority) round(anyDirection);
    else for (let p = 0; p < schedule.length; p++) round(directionsUpTo(p, shardings));
  };
  if (levels.userPriority) byUserPriority(shardings, opRounds);
  else opRounds();
  const done = shardings.attach(ctx.registry);
  if (keepShardingRules === undefined) return done;
  return keepShardingRules ? populateShardingRules(done, ctx, { conservative }) : dropShardingRules(done, ctx);
}
