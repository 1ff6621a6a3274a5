import { testExported } from './exported.ts';

/* Models exported by PyTorch through torchax (tests/oracles/torch_programs.py) compute what PyTorch computed, on every engine. */

testExported(new URL('../oracles/torch-programs/', import.meta.url));
