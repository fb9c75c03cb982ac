import type { ChatWrapper, Llama, LlamaModel } from 'node-llama-cpp'
import type { Library } from './library.ts'
import type { TextDelta, TokenCount } from './protocol.ts'

/** What writes an answer. */
export interface Writer {
  readonly library: Library
  readonly llama: Llama
  readonly model: LlamaModel
  readonly chatWrapper: ChatWrapper
  /** Tokens of a prompt that are evaluated at once. */
  readonly promptPart: number
}

/** Where an answer tells how it comes along. */
export interface Telling {
  begun(): void
  delta(delta: TextDelta): void
  /** Kept up to date, so that it holds when the answer fails, too. */
  used: TokenCount
}
