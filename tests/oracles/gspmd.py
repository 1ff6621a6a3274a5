"""Where JAX puts the tiles of GSPMD shardings: text of the sharding, shape, first element of each device's tile.

Run: python tests/oracles/gspmd.py > tests/oracles/gspmd.json   (jax 0.10.2, CPU)
"""

import json
import os
import random

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=12"
import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P

random.seed(7)
cases = []
seen = set()
while len(cases) < 60:
    sizes = random.choice([(4,), (8,), (2, 2), (4, 2), (2, 4), (2, 3), (2, 2, 2), (3, 4), (2, 3, 2)])
    n = int(np.prod(sizes))
    order = list(range(n))
    if random.random() < 0.4:
        random.shuffle(order)
    names = ["a", "b", "c"][: len(sizes)]
    mesh = Mesh(np.array([jax.devices()[i] for i in order]).reshape(sizes), names)
    rank = random.randint(1, 3)
    dims = [[] for _ in range(rank)]
    for name in random.sample(names, len(names)):
        if random.random() < 0.75:
            dims[random.randrange(rank)].append(name)
    sharding = NamedSharding(mesh, P(*[tuple(d) if d else None for d in dims]))
    shape = tuple(24 for _ in range(rank))
    text = str(sharding._to_xla_hlo_sharding(rank))
    if text in seen:
        continue
    seen.add(text)
    starts = [None] * n
    for device, index in sharding.devices_indices_map(shape).items():
        # The text numbers devices by their place in the mesh.
        starts[order.index(device.id)] = [s.start or 0 for s in index]
    cases.append({"sharding": text, "numDevices": n, "shape": shape, "starts": starts})
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
