// One suite for each contract of models/model.ts. A provider's own test calls the one that it claims to fulfil.

export { type EmbedderSubject, embedderConformance } from './conformance/embedder.ts'
export { type GeneratorSubject, generatorConformance } from './conformance/generator.ts'
export { prompts } from './conformance/prompts.ts'
export type { ExpectedFailure } from './conformance/stage.ts'
export { type SummariserSubject, summariserConformance } from './conformance/summariser.ts'
