/** Whether what is written there is shown in colours: a terminal, unless `NO_COLOR` says otherwise (no-color.org); `FORCE_COLOR` says yes. */
export const hasColours = (out: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean =>
  !env.NO_COLOR && (env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : out.isTTY === true && env.TERM !== 'dumb');

/** A text in a style of the terminal (numbers of SGR, `38;5;n` for the 256 colours); as it is where there are none. */
export type Paint = (style: string, text: string) => string;

export const painter =
  (colours: boolean): Paint =>
  (style, text) =>
    colours && text !== '' && style !== '' ? `\x1b[${style}m${text}\x1b[0m` : text;
