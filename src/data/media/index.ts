export {
  cropImage,
  type Image,
  type ImagePart,
  type PanAndScan,
  panAndScan,
  type Resampling,
  readImage,
  resizeImage,
} from './image.ts';
export { type LogMelOptions, logMel } from './log-mel.ts';
export { mono, readWav, resample, type Sound } from './wav.ts';
