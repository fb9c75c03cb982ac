/** Work on texts, on a worker thread: what the built-in models and the steps `rank` and `dedupe` are made of. */
export { bm25Scores } from './lexical/bm25.ts'
export { closeVectors } from './lexical/close-vectors.ts'
export { cosineScores } from './lexical/cosines.ts'
export { bestByBoth } from './lexical/fusion.ts'
export { signaturesOf } from './lexical/minhash.ts'
export { nearDuplicates } from './lexical/near-duplicates.ts'
export { embedTexts } from './lexical/vector.ts'
export { summariseText } from './reading/summarise/summarise-text.ts'
