export { answerEmbeddings } from './embeddings.ts';
export { answerRerank, rerankBody } from './rerank.ts';
