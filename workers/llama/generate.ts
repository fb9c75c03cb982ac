import type { ChatHistoryItem, ChatModelFunctions, LlamaContextSequence, Token } from 'node-llama-cpp'
import { Failure } from '../../src/core/failure.ts'
import { chatHistory } from './chat-history.ts'
import { grammarSchema } from './grammar-schema.ts'
import type { Prompt, Written } from './protocol.ts'
import { write } from './write.ts'
import type { Telling, Writer } from './writing.ts'

/**
 * One answer. The library's chat template makes tokens of the conversation; we evaluate them part by part, looking at the signal in
 * between, and leave the last to the library, which finds the rest in the context and goes on to write.
 *
 * @throws Failure `REQUEST_REFUSED` when the prompt does not fit into the context; the signal's reason
 */
export async function generate(
  model: Writer,
  sequence: LlamaContextSequence,
  prompt: Prompt,
  signal: AbortSignal,
  telling: Telling,
): Promise<Written> {
  const history = chatHistory(prompt.turns)
  const functions = functionsOf(prompt)
  const tokens = promptTokens(model, history, functions)
  const room = sequence.contextSize - tokens.length - 1
  if (room < 1) throw tooLong(tokens.length, sequence.contextSize)

  if (prompt.reuse) await sequence.adaptStateToTokens(tokens.slice(0, -1), false)
  else await sequence.clearHistory()
  const cachedInputTokens = sequence.nextTokenIndex
  const before = sequence.tokenMeter.getState()
  const count = (): void => {
    const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter.diff(before)
    telling.used = {
      // The library counts the token from which the first one follows with what was written.
      inputTokens: usedOutputTokens > 0 ? tokens.length : cachedInputTokens + usedInputTokens,
      outputTokens: usedOutputTokens,
      cachedInputTokens,
    }
  }
  try {
    await evaluate(sequence, tokens.slice(cachedInputTokens, -1), model.promptPart, signal)
    return await write(model, { sequence, prompt, history, functions, room, signal, telling, count })
  } finally {
    count()
  }
}

/** Tokens of a prompt into the context, part by part. */
async function evaluate(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  part: number,
  signal: AbortSignal,
): Promise<void> {
  for (let at = 0; at < tokens.length; at += part) {
    signal.throwIfAborted()
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + part))
  }
  signal.throwIfAborted()
}

function functionsOf({ tools }: Prompt): ChatModelFunctions | undefined {
  if (tools.length === 0) return undefined
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema }) => [name, { description, params: grammarSchema(inputSchema) }]),
  )
}

function promptTokens(model: Writer, history: ChatHistoryItem[], functions: ChatModelFunctions | undefined): Token[] {
  const { contextText } = model.chatWrapper.generateContextState({
    chatHistory: history,
    ...(functions === undefined ? {} : { availableFunctions: functions }),
  })
  return contextText.tokenize(model.model.tokenizer)
}

function tooLong(tokens: number, contextSize: number): Failure {
  return new Failure(
    'REQUEST_REFUSED',
    `the prompt has ${tokens} tokens and the context takes ${contextSize} with the answer: shorten it, or give the model a larger contextSize`,
    { kind: 'input', details: { tokens, contextSize } },
  )
}
