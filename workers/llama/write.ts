import type { ChatHistoryItem, ChatModelFunctions, LlamaChat, LlamaContextSequence } from 'node-llama-cpp'
import { grammarSchema } from './grammar-schema.ts'
import type { Prompt, Written } from './protocol.ts'
import type { Telling, Writer } from './writing.ts'

/** An answer that is to be written: its prompt is in the context, but for the last token. */
export interface Draft {
  readonly sequence: LlamaContextSequence
  readonly prompt: Prompt
  readonly history: ChatHistoryItem[]
  readonly functions: ChatModelFunctions | undefined
  /** Most tokens that the context still takes. */
  readonly room: number
  readonly signal: AbortSignal
  readonly telling: Telling
  /** Brings `telling.used` up to date. */
  readonly count: () => void
}

/** What llama.cpp itself takes where nobody says anything else. */
const sampling = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05 } as const

/** @throws the signal's reason, between two tokens */
export async function write(model: Writer, draft: Draft): Promise<Written> {
  const { library, chatWrapper } = model
  const chat = new library.LlamaChat({ contextSequence: draft.sequence, chatWrapper })
  try {
    const { functions } = draft
    return functions === undefined ? await writeText(chat, model, draft) : await writeCalls(chat, draft, functions)
  } finally {
    chat.dispose({ disposeSequence: false })
  }
}

async function writeText(chat: LlamaChat, { llama }: Writer, draft: Draft): Promise<Written> {
  const { jsonSchema } = draft.prompt
  const grammar =
    jsonSchema === undefined ? {} : { grammar: await llama.createGrammarForJsonSchema(grammarSchema(jsonSchema)) }
  const { response, metadata } = await chat.generateResponse(draft.history, { ...optionsOf(draft), ...grammar })
  return written(draft, { text: response, calls: [], stopReason: stopReasonOf(metadata.stopReason) })
}

/** The grammar holds the input of a call to the schema of its tool; whether one is called is up to the model. */
async function writeCalls(chat: LlamaChat, draft: Draft, functions: ChatModelFunctions): Promise<Written> {
  const options = optionsOf(draft)
  const result = await chat.generateResponse<ChatModelFunctions>(draft.history, {
    ...options,
    functions,
    onFunctionCallParamsChunk: ({ callIndex: index, functionName: name, paramsChunk: inputText }) => {
      options.onResponseChunk()
      if (draft.prompt.stream) draft.telling.delta({ type: 'call', index, name, inputText })
    },
  })
  const calls = (result.functionCalls ?? []).map(({ functionName, params }) => ({
    name: functionName,
    input: (params as unknown) ?? {},
  }))
  return written(draft, { text: result.response, calls, stopReason: stopReasonOf(result.metadata.stopReason) })
}

function optionsOf({ prompt, room, signal, telling }: Draft) {
  const { temperature, seed, maxTokens, stop, stream } = prompt
  let begun = false
  return {
    ...sampling,
    ...(temperature === undefined ? {} : { temperature }),
    seed,
    maxTokens: Math.min(maxTokens, room),
    customStopTriggers: stop,
    signal,
    // Also for thoughts, which are counted and are no part of the answer.
    onResponseChunk: () => {
      if (!begun) telling.begun()
      begun = true
    },
    onTextChunk: (text: string) => {
      if (stream && text !== '') telling.delta({ type: 'text', text })
    },
  }
}

function written({ telling, count }: Draft, answer: Omit<Written, 'used'>): Written {
  count()
  return { ...answer, used: telling.used }
}

function stopReasonOf(reason: string): Written['stopReason'] {
  if (reason === 'maxTokens') return 'max-tokens'
  if (reason === 'customStopTrigger') return 'stop-sequence'
  return reason === 'functionCalls' ? 'tool-calls' : 'end'
}
