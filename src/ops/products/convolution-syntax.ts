import { EspalierError } from '../../base/index.ts';
import type { Syntax, SyntaxParser } from '../../ir/index.ts';
import { parseFunctional, printFunctional } from '../define/syntaxes.ts';
import type { ConvolutionAttributes, ConvolutionDimensions } from './convolution.ts';

/** `[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]` */
export function dimensionsText(d: ConvolutionDimensions): string {
  const list = (named: readonly (readonly [string, number])[], spatial: readonly number[]): string => {
    const out: string[] = [];
    for (const [name, at] of named) out[at] = name;
    spatial.forEach((at, i) => {
      out[at] = String(i);
    });
    return `[${out.join(', ')}]`;
  };
  const input = list(
    [
      ['b', d.inputBatch],
      ['f', d.inputFeature],
    ],
    d.inputSpatial,
  );
  const kernel = list(
    [
      ['i', d.kernelInput],
      ['o', d.kernelOutput],
    ],
    d.kernelSpatial,
  );
  const output = list(
    [
      ['b', d.outputBatch],
      ['f', d.outputFeature],
    ],
    d.outputSpatial,
  );
  return `${input}x${kernel}->${output}`;
}

function dimensionsFrom(lists: readonly (readonly string[])[]): ConvolutionDimensions {
  const spatial = (list: readonly string[]): number[] =>
    Array.from({ length: list.length - 2 }, (_, i) => list.indexOf(String(i)));
  const [input, kernel, output] = lists;
  return {
    inputBatch: input.indexOf('b'),
    inputFeature: input.indexOf('f'),
    inputSpatial: spatial(input),
    kernelInput: kernel.indexOf('i'),
    kernelOutput: kernel.indexOf('o'),
    kernelSpatial: spatial(kernel),
    outputBatch: output.indexOf('b'),
    outputFeature: output.indexOf('f'),
    outputSpatial: spatial(output),
  };
}

export function parseDimensionsText(text: string): ConvolutionDimensions {
  const lists = [...text.matchAll(/\[([^\]]*)\]/g)].map((m) => m[1].split(',').map((s) => s.trim()));
  if (lists.length !== 3)
    throw new EspalierError('ir/attribute-form', 'dimension numbers of a convolution have the wrong form', {
      expected: '[…]x[…]->[…]',
      given: text,
    });
  return dimensionsFrom(lists);
}

function parseDimensions(p: SyntaxParser): ConvolutionDimensions {
  const item = (): string => {
    for (const name of ['b', 'f', 'i', 'o']) if (p.accept(name)) return name;
    return String(p.integer());
  };
  const input = p.list('[', ']', item);
  p.expect('x');
  const kernel = p.list('[', ']', item);
  p.expect('->');
  return dimensionsFrom([input, kernel, p.list('[', ']', item)]);
}

/** `(%a, %b) dim_numbers = …, window = {stride = [..], pad = [[..]], lhs_dilate = …, rhs_dilate = …, reverse = […]} {…} : …` */
export const convolutionSyntax: Syntax<ConvolutionAttributes> = {
  print: (op, p) => {
    const a = op.attributes;
    const parts: string[] = [];
    const list = (name: string, v: readonly unknown[] | undefined): void => {
      if (v) parts.push(`${name} = [${v.join(', ')}]`);
    };
    list('stride', a.windowStrides);
    list(
      'pad',
      a.padding?.map((q) => `[${q.join(', ')}]`),
    );
    list('lhs_dilate', a.lhsDilation);
    list('rhs_dilate', a.rhsDilation);
    list('reverse', a.windowReversal);
    p.write(
      `(${p.values(op.operands)}) dim_numbers = ${dimensionsText(a.dimensionNumbers)}, window = {${parts.join(', ')}}`,
    );
    p.dictionary(op, ['dimensionNumbers', 'windowStrides', 'padding', 'lhsDilation', 'rhsDilation', 'windowReversal']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const operands = p.list('(', ')', () => p.operand());
    p.expect('dim_numbers');
    p.expect('=');
    const attributes: Record<string, unknown> = { dimensionNumbers: parseDimensions(p) };
    p.expect(',');
    p.expect('window');
    p.expect('=');
    p.list('{', '}', () => {
      const word = p.word();
      p.expect('=');
      if (word === 'stride') attributes.windowStrides = p.integerList();
      else if (word === 'pad') attributes.padding = p.list('[', ']', () => p.integerList());
      else if (word === 'lhs_dilate') attributes.lhsDilation = p.integerList();
      else if (word === 'rhs_dilate') attributes.rhsDilation = p.integerList();
      else if (word === 'reverse')
        attributes.windowReversal = p.list('[', ']', () =>
          p.peek('true') || p.peek('false') ? p.word() === 'true' : p.integer() !== 0,
        );
      else p.fail(`unknown window attribute "${word}"`);
    });
    const dictionary = p.optionalDictionary();
    return { operands, attributes, dictionary, ...parseFunctional(p) };
  },
};
