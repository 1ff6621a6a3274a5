import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const web = fileURLToPath(new URL('../web/', import.meta.url));

/** The page of `espalier dashboard` as one text: `web/index.html` with its style and its script in it. */
export async function dashboardPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${web}src/main.ts`, `${web}style.css`],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
    write: false,
    outdir: web,
  });
  const textOf = (ending: string): string => outputFiles.find((f) => f.path.endsWith(ending))!.text.trim();
  return readFileSync(`${web}index.html`, 'utf8')
    .replace('/*style*/', () => textOf('.css'))
    .replace('/*script*/', () => textOf('.js').replaceAll('</script', '<\\/script'));
}
