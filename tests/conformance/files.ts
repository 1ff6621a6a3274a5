import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The shared conformance data beside a checkout, or undefined in a user's clone. */
export function conformanceRoot(): string | undefined {
  let at = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 6; up++) {
    const candidate = join(at, 'shared', 'conformance');
    if (existsSync(candidate)) return candidate;
    at = dirname(at);
  }
  return undefined;
}

/** Every `.mlir` file of a folder and those in it, or the file itself. */
export function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return path.endsWith('.mlir') ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

export interface Case {
  readonly name: string;
  readonly text: string;
}

/** Files of a folder, split into cases at `// -----`. */
export function casesOf(folder: string): Case[] {
  return readdirSync(folder)
    .filter((f) => f.endsWith('.mlir'))
    .sort()
    .flatMap((file) => {
      const parts = readFileSync(join(folder, file), 'utf8').split(/^\/\/ -----.*$/m);
      return parts.map((text, i) => ({ name: parts.length > 1 ? `${file}#${i}` : file, text }));
    })
    .filter((c) => /func/.test(c.text));
}
