"""Portable artifacts of many versions of StableHLO, with the custom calls of CPUs, GPUs and TPUs, as JAX keeps them for its own tests of
backwards compatibility; and artifacts of today, from StableHLO's own writer.

Usage: python tests/oracles/jax_compat.py
Writes tests/oracles/jax-compat.json: name, platform, custom calls, artifact (base64), inputs, results. Made with jax 0.10.2.
Checks, too, that jaxlib reads what `espalier opt --emit bytecode` wrote, given as arguments: python tests/oracles/jax_compat.py a.mlirbc …
"""
import base64, importlib, json, os, pkgutil, sys
os.environ.setdefault('JAX_PLATFORMS', 'cpu')
import numpy as np
import jax._src.internal_test_util.export_back_compat_test_data as data_package
from jax._src.interpreters import mlir
import jaxlib.mlir.dialects.stablehlo as stablehlo

HERE = os.path.dirname(os.path.abspath(__file__))

def encode(a):
    a = np.asarray(a)
    return {'dtype': a.dtype.name, 'shape': list(a.shape), 'data': base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()}

def check(files):
    for file in files:
        with mlir.make_ir_context() as context:
            module = stablehlo.deserialize_portable_artifact(context, open(file, 'rb').read())
            assert module.operation.verify()
        print('jaxlib reads', file)

def main():
    out = []
    for info in pkgutil.iter_modules(data_package.__path__):
        if info.name == 'pallas':
            continue
        module = importlib.import_module(f'{data_package.__name__}.{info.name}')
        for key, value in vars(module).items():
            if not key.startswith('data'):
                continue
            found = value.items() if isinstance(value, dict) and 'mlir_module_serialized' not in value else [('', value)]
            for variant, d in found:
                if not isinstance(d, dict) or 'mlir_module_serialized' not in d or len(d['mlir_module_serialized']) > 6000:
                    continue
                out.append({
                    'name': '/'.join(x for x in (info.name, key, str(variant)) if x), 'platform': d['platform'],
                    'calls': list(d['custom_call_targets']), 'devices': d.get('nr_devices', 1),
                    'artifact': base64.b64encode(d['mlir_module_serialized']).decode(),
                    'inputs': [encode(x) for x in d['inputs']], 'results': [encode(x) for x in d['expected_outputs']],
                })
    with open(os.path.join(HERE, 'jax-compat.json'), 'w') as f:
        f.write('[\n' + ',\n'.join(json.dumps(x) for x in out) + '\n]\n')
    print(len(out), 'artifacts')

if __name__ == '__main__':
    check(sys.argv[1:]) if len(sys.argv) > 1 else main()
