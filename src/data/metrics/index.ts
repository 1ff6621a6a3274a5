export * from './bleu.ts';
export * from './calibration.ts';
export * from './chrf.ts';
export * from './rouge.ts';
