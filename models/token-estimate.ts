import type { GenerateRequest, Message } from './model.ts'

/**
 * Bytes of UTF-8 in a token. English prose has about 4.3 in the tokenizer of Claude 4.6 and before; the newer one makes 30 % more tokens of
 * the same text, as do those of small open models. Scripts with three bytes a letter come out at about one token a letter.
 */
const bytesPerToken = 3.3

/** What the frame round a message and round a tool takes. */
const tokensPerMessage = 6
const tokensPerTool = 30

/** Tokens of a text, counted without asking anybody: within about a quarter for prose. */
export function estimateTokens(text: string): number {
  return tokensOf(Buffer.byteLength(text))
}

/** Tokens that a request has, counted from its text in the same way. */
export function estimateInputTokens(request: GenerateRequest): number {
  const { system = '', messages, tools = [], jsonSchema } = request
  let bytes = Buffer.byteLength(system)
  for (const message of messages) bytes += bytesOf(message)
  for (const tool of tools) bytes += bytesOfJson(tool)
  if (jsonSchema !== undefined) bytes += bytesOfJson(jsonSchema)
  const frames = (messages.length + (system === '' ? 0 : 1)) * tokensPerMessage + tools.length * tokensPerTool
  return tokensOf(bytes) + frames
}

function tokensOf(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken)
}

function bytesOf({ content }: Message): number {
  if (typeof content === 'string') return Buffer.byteLength(content)
  let bytes = 0
  for (const part of content) bytes += part.type === 'text' ? Buffer.byteLength(part.text) : bytesOfJson(part)
  return bytes
}

function bytesOfJson(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
