import type { Tensor } from '../../api/index.ts';
import { type Shape, UserError } from '../../base/index.ts';
import type { RouterConfig, RouterInputs } from './router.ts';

/** Throws `nn/routing` for what no router can do. */
export function checkRouter(logits: Tensor, c: RouterConfig, inputs: RouterInputs): void {
  if (logits.ndim < 2 || logits.shape[logits.ndim - 1] !== c.numExperts)
    throw new UserError('nn/routing', 'logits need one number per token and expert', {
      expected: `[…, tokens, ${c.numExperts}]`,
      given: `${logits}`,
    });
  checkRouterConfig(c);
  const tokens = logits.shape.slice(0, -1);
  const [perExpert, perToken] = [[c.numExperts], [...tokens, c.topK]];
  const isRandom = inputs.key !== undefined || inputs.draws !== undefined;
  checkInput('bias', inputs, perExpert, c.choiceBias ?? false);
  checkInput('perExpertScale', inputs, perExpert, c.perExpertScale ?? false);
  checkInput('experts', inputs, perToken, c.chooser === 'caller');
  checkInput('isToken', inputs, tokens, inputs.isToken !== undefined);
  const isTrained = c.noise?.kind === 'trained';
  checkInput('noiseLogits', inputs, logits.shape, isTrained && (isRandom || inputs.noiseLogits !== undefined));
  if (inputs.draws) checkInput('draws', inputs, c.second?.kind === 'random' ? tokens : logits.shape, true);
  if (isRandom && !c.noise && !c.second) throw wrong('a router that leaves nothing to chance needs no key', 'a key');
}

const wrong = (message: string, given: unknown): UserError =>
  new UserError('nn/routing', message, { given: String(given) });

/** Throws `nn/routing` for a configuration that no router can have. */
export function checkRouterConfig(c: RouterConfig): void {
  if (!Number.isInteger(c.topK) || c.topK < 1 || c.topK > c.numExperts) {
    if (c.chooser !== 'experts' || !(c.topK > 0 && c.topK <= c.numExperts))
      throw wrong(`topK must be a whole number of the ${c.numExperts} experts`, c.topK);
  }
  if (c.second && (c.topK !== 2 || c.noise || c.chooser))
    throw wrong('a second expert by chance needs tokens that choose two, without noise', `topK ${c.topK}`);
  if (c.noise && c.chooser) throw wrong('noise is for tokens that choose', `chooser ${c.chooser}`);
  if (c.perToken && c.chooser !== 'experts')
    throw wrong('perToken is for experts that choose', `chooser ${c.chooser ?? 'tokens'}`);
  if (c.choiceBias && c.chooser) throw wrong('a bias for choosing is for tokens that choose', `chooser ${c.chooser}`);
  const g = c.groups;
  if (!g) return;
  const size = c.numExperts / g.numGroups;
  if (!Number.isInteger(size) || g.numGroups < 1)
    throw wrong(`numGroups must divide the ${c.numExperts} experts`, g.numGroups);
  if (!Number.isInteger(g.keep) || g.keep < 1 || g.keep > g.numGroups || g.keep * size < c.topK)
    throw wrong(`the groups kept must hold topK = ${c.topK} experts and be among ${g.numGroups}`, `keep ${g.keep}`);
  if (g.by === 'top2Sum' && size < 2) throw wrong('groups of one expert have no two best', `${g.numGroups} groups`);
  if (c.chooser) throw wrong('groups of experts are for tokens that choose', `chooser ${c.chooser}`);
}

function checkInput(name: keyof RouterInputs, inputs: RouterInputs, shape: Shape, isWanted: boolean): void {
  const x = inputs[name];
  if (isWanted === (x !== undefined) && (!x || x.shape.join() === shape.join())) return;
  throw new UserError('nn/routing', `${name} of a router does not fit its config`, {
    expected: isWanted ? `[${shape.join(', ')}]` : 'none',
    given: x ? `${x}` : 'none',
  });
}
