export type { Cut } from './line-index.ts';
export { openSource, type SourceFormat, type SourceOptions, sourceFormats } from './open-source.ts';
export {
  joined as joinedSources,
  type Row,
  rowError,
  rowsOf as sourceOfRows,
  type Source,
  textField,
} from './source.ts';
