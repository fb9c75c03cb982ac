import type { Metadata, TensorType } from './format.ts'
import type { Tensor } from './tensors.ts'
import { wordPieces } from './word-pieces.ts'
import type { ModelPlan } from './write.ts'

export interface BertShape {
  /** Length of its vectors: a multiple of 32, and of the heads. */
  readonly width: number
  readonly layers: number
  readonly heads: number
  /** Length of the inner vector of the feed-forward part: a multiple of 32. */
  readonly inner: number
  /** Default 2 048. */
  readonly vocabulary?: number
  /** Longest text, in tokens. Default 512. */
  readonly contextSize?: number
  /** Of the matrices. Default Q8_0. */
  readonly type?: TensorType
  readonly seed?: number
}

/** A Bert with random weights that embeds English text: the vector of a text is the mean of those of its tokens. */
export function bertPlan(shape: BertShape): ModelPlan {
  const pieces = wordPieces(shape.vocabulary ?? 2048)
  return { metadata: metadataOf(shape, pieces), tensors: tensorsOf(shape, pieces.length), seed: shape.seed ?? 2 }
}

function metadataOf(
  { width, layers, heads, inner, contextSize = 512 }: BertShape,
  pieces: readonly string[],
): Metadata {
  const place = (piece: string): { type: 'u32'; value: number } => ({ type: 'u32', value: pieces.indexOf(piece) })
  return {
    'general.architecture': { type: 'string', value: 'bert' },
    'general.name': { type: 'string', value: 'random bert' },
    'general.quantization_version': { type: 'u32', value: 2 },
    'bert.context_length': { type: 'u32', value: contextSize },
    'bert.embedding_length': { type: 'u32', value: width },
    'bert.block_count': { type: 'u32', value: layers },
    'bert.feed_forward_length': { type: 'u32', value: inner },
    'bert.attention.head_count': { type: 'u32', value: heads },
    'bert.attention.layer_norm_epsilon': { type: 'f32', value: 1e-12 },
    'bert.attention.causal': { type: 'bool', value: false },
    'bert.pooling_type': { type: 'u32', value: 1 },
    'tokenizer.ggml.model': { type: 'string', value: 'bert' },
    'tokenizer.ggml.pre': { type: 'string', value: 'default' },
    'tokenizer.ggml.token_type_count': { type: 'u32', value: 2 },
    'tokenizer.ggml.tokens': { type: 'strings', value: pieces },
    'tokenizer.ggml.token_type': { type: 'i32s', value: pieces.map((piece) => (piece.startsWith('[') ? 3 : 1)) },
    'tokenizer.ggml.bos_token_id': place('[CLS]'),
    'tokenizer.ggml.eos_token_id': place('[SEP]'),
    'tokenizer.ggml.cls_token_id': place('[CLS]'),
    // The format spells it so.
    'tokenizer.ggml.seperator_token_id': place('[SEP]'),
    'tokenizer.ggml.padding_token_id': place('[PAD]'),
    'tokenizer.ggml.unknown_token_id': place('[UNK]'),
    'tokenizer.ggml.mask_token_id': place('[MASK]'),
  }
}

function tensorsOf({ width, layers, inner, type = 'Q8_0', contextSize = 512 }: BertShape, pieces: number): Tensor[] {
  const noise = (name: string, ...dimensions: number[]): Tensor => ({ name, dimensions, type, fill: 'noise' })
  const plain = (name: string, fill: Tensor['fill'], ...dimensions: number[]): Tensor => {
    return { name, dimensions, type: 'F32', fill }
  }
  const norm = (name: string): Tensor[] => [
    plain(`${name}.weight`, 'ones', width),
    plain(`${name}.bias`, 'zeros', width),
  ]
  const linear = (name: string, from: number, to: number): Tensor[] => [
    noise(`${name}.weight`, from, to),
    plain(`${name}.bias`, 'zeros', to),
  ]
  const layer = (index: number): Tensor[] => [
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].flatMap((name) => linear(`blk.${index}.${name}`, width, width)),
    ...norm(`blk.${index}.attn_output_norm`),
    ...linear(`blk.${index}.ffn_up`, width, inner),
    ...linear(`blk.${index}.ffn_down`, inner, width),
    ...norm(`blk.${index}.layer_output_norm`),
  ]
  return [
    noise('token_embd.weight', width, pieces),
    plain('token_types.weight', 'noise', width, 2),
    plain('position_embd.weight', 'noise', width, contextSize),
    ...norm('token_embd_norm'),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
  ]
}
