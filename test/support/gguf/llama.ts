import type { Metadata, TensorType } from './format.ts'
import { type Piece, sentencePieces } from './sentence-pieces.ts'
import type { Tensor } from './tensors.ts'
import type { ModelPlan } from './write.ts'

export interface LlamaShape {
  /** Length of the vector of a token: a multiple of 32, and of twice the heads. */
  readonly width: number
  readonly layers: number
  readonly heads: number
  /** Length of the inner vector of the feed-forward part: a multiple of 32. */
  readonly inner: number
  /** Default 1 024. */
  readonly vocabulary?: number
  /** What it says it was trained on, in tokens. Default 2 048. */
  readonly contextSize?: number
  /** Of the matrices, but those of the vocabulary. Default Q8_0. */
  readonly type?: TensorType
  readonly seed?: number
  /** `null` leaves it out. Default: ChatML. */
  readonly chatTemplate?: string | null
  /**
   * How likely a piece is, as a summand of its logit; the noise beside it has a deviation of about 1.
   * Default: plain text that never ends, so that an answer has as many tokens as it was asked for.
   */
  readonly leaning?: (piece: Piece) => number
  /** What surely follows what, where the grammar lets it: pieces of their own, or `<|im_end|>`. */
  readonly script?: readonly (readonly [after: string, next: string])[]
}

/** Text without bytes that need others to be a character, without control tokens, without an end. */
export function endlessText({ kind }: Piece): number {
  return kind === 'text' || kind === 'whole' ? 0 : -never
}

/** The same, fond of what ends strings, numbers and objects: held to a schema, it comes to an end. */
export function jsonText(piece: Piece): number {
  return /^["},]$/.test(piece.text) ? 6 : endlessText(piece)
}

/** Ends after a few tokens. */
export function briefText(piece: Piece): number {
  return piece.text === '<|im_end|>' ? 5 : endlessText(piece)
}

const never = 24

/** The dimension that carries the leaning: the vector of each token has it, the layers hardly change it, and the rows of the output read it. */
const carried = 4

/** A scripted piece has a dimension of its own, that is large in its vector and in the row of what follows. */
const scripted = { vector: 40, row: 8 }

/** A Llama with random weights and a vocabulary that can write every text: it speaks gibberish, the same for the same seed. */
export function llamaPlan(shape: LlamaShape): ModelPlan {
  const wholes = new Set((shape.script ?? []).flat().filter((text) => text !== '<|im_end|>'))
  const pieces = sentencePieces(shape.vocabulary ?? 1024, [...wholes])
  return { metadata: metadataOf(shape, pieces), tensors: tensorsOf(shape, pieces), seed: shape.seed ?? 1 }
}

function metadataOf(shape: LlamaShape, pieces: readonly Piece[]): Metadata {
  const { width, layers, heads, inner, chatTemplate = chatML } = shape
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'random llama' },
    'general.quantization_version': { type: 'u32', value: 2 },
    'llama.context_length': { type: 'u32', value: shape.contextSize ?? 2048 },
    'llama.embedding_length': { type: 'u32', value: width },
    'llama.block_count': { type: 'u32', value: layers },
    'llama.feed_forward_length': { type: 'u32', value: inner },
    'llama.attention.head_count': { type: 'u32', value: heads },
    'llama.attention.head_count_kv': { type: 'u32', value: heads },
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'llama.rope.dimension_count': { type: 'u32', value: width / heads },
    'llama.vocab_size': { type: 'u32', value: pieces.length },
    'tokenizer.ggml.model': { type: 'string', value: 'llama' },
    'tokenizer.ggml.pre': { type: 'string', value: 'default' },
    'tokenizer.ggml.tokens': { type: 'strings', value: pieces.map(({ text }) => text) },
    'tokenizer.ggml.scores': { type: 'f32s', value: pieces.map(({ score }) => score) },
    'tokenizer.ggml.token_type': { type: 'i32s', value: pieces.map(({ kind }) => tokenTypes[kind]) },
    'tokenizer.ggml.unknown_token_id': { type: 'u32', value: 0 },
    'tokenizer.ggml.bos_token_id': { type: 'u32', value: 1 },
    'tokenizer.ggml.eos_token_id': { type: 'u32', value: 2 },
    'tokenizer.ggml.eot_token_id': { type: 'u32', value: pieces.findIndex(({ text }) => text === '<|im_end|>') },
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    ...(chatTemplate === null ? {} : { 'tokenizer.chat_template': { type: 'string', value: chatTemplate } as const }),
  }
}

const tokenTypes = { text: 1, unknown: 2, control: 3, whole: 4, byte: 6 } as const

const chatML = [
  '{% for message in messages %}',
  "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}",
  '{% endfor %}',
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('')

function tensorsOf(
  { width, layers, inner, type = 'Q8_0', leaning = endlessText, script = [] }: LlamaShape,
  pieces: readonly Piece[],
) {
  const noise = (name: string, ...dimensions: number[]): Tensor => ({ name, dimensions, type, fill: 'noise' })
  const ones = (name: string): Tensor => ({ name, dimensions: [width], type: 'F32', fill: 'ones' })
  const vocabulary = (name: string, mark: (piece: Piece) => Readonly<Record<number, number>>): Tensor => {
    return { name, dimensions: [width, pieces.length], type: 'F16', fill: 'noise', marks: (row) => mark(pieces[row]!) }
  }
  const linesWith = (at: 0 | 1, { text }: Piece, value: number): Record<number, number> => {
    const lines = script.flatMap((line, index) => (line[at] === text ? [[1 + index, value]] : []))
    return Object.fromEntries(lines)
  }
  const layer = (index: number): Tensor[] => [
    ones(`blk.${index}.attn_norm.weight`),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => noise(`blk.${index}.${name}.weight`, width, width)),
    ones(`blk.${index}.ffn_norm.weight`),
    noise(`blk.${index}.ffn_gate.weight`, width, inner),
    noise(`blk.${index}.ffn_up.weight`, width, inner),
    noise(`blk.${index}.ffn_down.weight`, inner, width),
  ]
  return [
    vocabulary('token_embd.weight', (piece) => ({ 0: carried, ...linesWith(0, piece, scripted.vector) })),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ones('output_norm.weight'),
    vocabulary('output.weight', (piece) => ({ 0: leaning(piece), ...linesWith(1, piece, scripted.row) })),
  ]
}
