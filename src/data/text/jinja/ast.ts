/* The tree of a template. Every node knows its line. */

export interface At {
  readonly line: number;
}

/** Arguments of a call, of a filter or of a test. */
export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [name: string, value: Expression])[];
  readonly spread?: Expression;
  readonly namedSpread?: Expression;
}

export type Expression = At &
  (
    | { readonly type: 'constant'; readonly value: string | number | bigint | boolean | null }
    | { readonly type: 'float'; readonly value: number }
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'list' | 'tuple'; readonly items: readonly Expression[] }
    | { readonly type: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
    | { readonly type: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly type: 'item'; readonly object: Expression; readonly key: Expression }
    | {
        readonly type: 'slice';
        readonly object: Expression;
        readonly bounds: readonly (Expression | undefined)[];
      }
    | { readonly type: 'call'; readonly callee: Expression; readonly args: Arguments }
    | { readonly type: 'filter'; readonly operand: Expression; readonly name: string; readonly args: Arguments }
    | {
        readonly type: 'test';
        readonly operand: Expression;
        readonly name: string;
        readonly args: Arguments;
        readonly isNegated: boolean;
      }
    | { readonly type: 'not' | 'negate' | 'plus'; readonly operand: Expression }
    | { readonly type: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | { readonly type: 'arithmetic'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly type: 'concat'; readonly parts: readonly Expression[] }
    | {
        readonly type: 'compare';
        readonly first: Expression;
        readonly rest: readonly (readonly [operator: string, operand: Expression])[];
      }
    | {
        readonly type: 'if';
        readonly condition: Expression;
        readonly value: Expression;
        readonly otherwise: Expression | undefined;
      }
  );

/** What a value is assigned to. */
export type Target = At &
  (
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'tuple'; readonly items: readonly Target[] }
    | { readonly type: 'namespace'; readonly name: string; readonly attribute: string }
  );

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

export interface FilterCall extends At {
  readonly name: string;
  readonly args: Arguments;
}

export type Statement = At &
  (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'print'; readonly value: Expression }
    | {
        readonly type: 'if';
        readonly branches: readonly (readonly [condition: Expression, body: readonly Statement[]])[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly type: 'for';
        readonly target: Target;
        readonly iterable: Expression;
        readonly condition: Expression | undefined;
        readonly isRecursive: boolean;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | { readonly type: 'set'; readonly target: Target; readonly value: Expression }
    | {
        readonly type: 'set-block';
        readonly target: Target;
        readonly filters: readonly FilterCall[];
        readonly body: readonly Statement[];
      }
    | {
        readonly type: 'macro';
        readonly name: string;
        readonly parameters: readonly Parameter[];
        readonly body: readonly Statement[];
      }
    | {
        readonly type: 'call';
        readonly parameters: readonly Parameter[];
        readonly call: Expression & { readonly type: 'call' };
        readonly body: readonly Statement[];
      }
    | { readonly type: 'filter'; readonly filters: readonly FilterCall[]; readonly body: readonly Statement[] }
    | {
        readonly type: 'with';
        readonly bindings: readonly (readonly [Target, Expression])[];
        readonly body: readonly Statement[];
      }
    | { readonly type: 'generation'; readonly body: readonly Statement[] }
    | { readonly type: 'break' | 'continue' }
  );
