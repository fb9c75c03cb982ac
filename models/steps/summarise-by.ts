import type { LaneTask, TaskContext } from '../../src/core/task.ts'
import type { GenerateRequest, Generator, Summary } from '../model.ts'
import { noModelUsage, sumUsage } from '../usage.ts'
import { documentRule, fenced } from './fence.ts'
import { piecesOf } from './pieces.ts'
import { askModel, type PromptOptions, requestOptions } from './prompted.ts'
import { type TextSource, textOf } from './text-of.ts'

export interface SummariseOptions {
  /** About how many sentences. Default 3. */
  readonly sentences?: number
  /**
   * BCP 47. Of a summariser's text: what decides where its sentences end; default: what the page says, if anything. Of a generator: what it
   * writes in; default: the text's own.
   */
  readonly language?: string
}

export interface GeneratedSummaryOptions extends SummariseOptions, PromptOptions {
  /** About how many words, instead of sentences. */
  readonly words?: number
  /** What to look at, and for whom. */
  readonly instructions?: string
  /**
   * Longest text that is summarised at once, in tokens by the model's own estimate. A longer one is cut into pieces, which are summarised
   * at the same time, and then their summaries together. Default: what fits into `model.contextTokens`, where that is known, else 24 000.
   */
  readonly pieceTokens?: number
}

/** Summaries in the words of a model. */
export function summariseBy(model: Generator, options: GeneratedSummaryOptions): LaneTask<TextSource, Summary> {
  const requestOf = (text: string, length = lengthOf(options)): GenerateRequest => requestFor(text, length, options)
  const askedFor = async (request: () => GenerateRequest, context: TaskContext): Promise<Summary> => {
    const { text, usage } = await askModel(model, request, options, context)
    return { text: text.trim(), usage }
  }
  const most = (): number => mostTokens(model, options)
  const partRequest = (text: string): GenerateRequest => requestOf(text, partLength(most()))
  const part: LaneTask<string, Summary> = {
    kind: 'lane-task',
    name: 'summarise part',
    lane: model.lane,
    run: (text, context) => askedFor(() => partRequest(text), context),
    defaults: { estimate: (text) => model.estimate(partRequest(text)) },
  }
  const whole = async (text: string, context: TaskContext): Promise<Summary> => {
    const pieces = piecesFor(model, text, most()).filter((piece) => piece.trim() !== '')
    if (pieces.length === 0) return { text: '' }
    if (pieces.length === 1) return askedFor(() => requestOf(pieces[0]!), context)
    // Tasks of the model's lane like this one, which gives its own slot back meanwhile.
    const parts = await Promise.all(pieces.map((piece) => context.call(part, piece)))
    const joined = parts.map((summary) => summary.text).join('\n\n')
    // Bounds what it costs: pieces that hardly become shorter would go on for very long. Then the model decides whether it takes them.
    const isShorter = joined.length <= 0.75 * text.length
    const last = isShorter ? await whole(joined, context) : await askedFor(() => requestOf(joined), context)
    return {
      text: last.text,
      usage: [...parts, last].reduce((sum, { usage }) => sumUsage(sum, usage ?? noModelUsage), noModelUsage),
    }
  }
  return {
    kind: 'lane-task',
    name: 'summarise',
    lane: model.lane,
    run: (source, context) => whole(textOf(source, 'summarise'), context),
    // The pieces of a long text are estimated on their own.
    defaults: {
      estimate: (source) => {
        const text = textOf(source, 'summarise')
        return model.estimate(requestOf(text.slice(0, pieceLength(model, text, most()))))
      },
    },
  }
}

/** Well below what a piece has, for its summary must be shorter: a token is most of a word. */
function partLength(pieceTokens: number): string {
  return `about ${Math.min(200, Math.floor(pieceTokens / 5))} words`
}

function lengthOf({ words, sentences = 3 }: GeneratedSummaryOptions): string {
  if (words !== undefined) return `about ${words} words`
  return sentences === 1 ? 'one sentence' : `about ${sentences} sentences`
}

function requestFor(text: string, length: string, options: GeneratedSummaryOptions): GenerateRequest {
  const { language, instructions } = options
  const written = language === undefined ? "the document's own language" : `the language ${language} (BCP 47)`
  const system = [
    `You summarise documents, in ${length} and in ${written}. Give the summary alone: no heading, no remark on it.`,
    documentRule,
    ...(instructions === undefined ? [] : [instructions]),
  ].join('\n\n')
  const content = `${fenced([text])}\n\nSummarise the document.`
  return { ...requestOptions(options), system, messages: [{ role: 'user', content }] }
}

/** Longest text that is summarised at once, in tokens. */
function mostTokens(
  { contextTokens }: Generator,
  { pieceTokens, maxTokens = answerTokens }: GeneratedSummaryOptions,
): number {
  const room = contextTokens === undefined ? usualPieceTokens : contextTokens - maxTokens - promptTokens
  return pieceTokens ?? Math.max(minPieceTokens, room)
}

/** Pieces that are short enough by the model's own estimate, each: some have more tokens for their length than the whole text has. */
function piecesFor(model: Generator, text: string, most: number): string[] {
  const length = pieceLength(model, text, most)
  return length >= text.length ? [text] : piecesOf(text, length).flatMap((piece) => piecesFor(model, piece, most))
}

/** In UTF-16 units. */
function pieceLength(model: Generator, text: string, most: number): number {
  const tokens = model.estimate({ messages: [{ role: 'user', content: text }] }).inputTokens ?? text.length / 4
  return tokens <= most ? text.length : Math.max(1, Math.floor((0.8 * text.length * most) / tokens))
}

const usualPieceTokens = 24_000
const minPieceTokens = 100
/** Room for the answer where nothing is said of it, and for what we say ourselves. */
const answerTokens = 1_024
const promptTokens = 400
