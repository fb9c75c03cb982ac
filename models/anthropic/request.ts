import { createHash } from 'node:crypto'
import type {
  MessageCreateParamsStreaming,
  TextBlockParam,
  Tool,
  ToolResultBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages'
import type { GenerateRequest, Message, TextPart, ToolCall, ToolResult } from '../model.ts'
import type { Settings } from './settings.ts'

/** What is sent: the API's own words. `temperature` is no longer in its types, and still there for the models before Claude 4.7. */
export type Body = MessageCreateParamsStreaming & { readonly temperature?: number }

/**
 * A request in the words of the Messages API.
 *
 * @param jsonSchema of the request, reduced to what the API takes
 */
export function bodyOf(
  request: GenerateRequest,
  settings: Settings,
  jsonSchema: Record<string, unknown> | undefined,
): Body {
  const { temperature, stop } = request
  const { thinking, effort } = settings
  const tools = request.tools?.map(toolParam) ?? []
  const system: TextBlockParam[] = request.system ? [{ type: 'text', text: request.system }] : []
  const messages = request.messages.map(messageParam)
  if (request.cache) markPrefix(tools, system, messages, settings.cacheTtl)
  const format = jsonSchema === undefined ? {} : { format: { type: 'json_schema' as const, schema: jsonSchema } }
  const outputConfig = { ...format, ...(effort === undefined ? {} : { effort }) }
  return {
    model: settings.model,
    max_tokens: request.maxTokens ?? settings.maxTokens,
    stream: true,
    ...(tools.length === 0 ? {} : { tools }),
    ...(system.length === 0 ? {} : { system }),
    messages,
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop_sequences: [...stop] }),
    ...(thinking === undefined ? {} : { thinking: { type: thinking } }),
    ...(Object.keys(outputConfig).length === 0 ? {} : { output_config: outputConfig }),
  }
}

/** What siblings share, as a short key: all that stands before the last message. Undefined when that is nothing. */
export function prefixKey(body: Body): string | undefined {
  const shared = body.messages.slice(0, -1)
  if (body.tools === undefined && body.system === undefined && shared.length === 0) return undefined
  // What also invalidates the cache when it changes is part of it.
  const parts = [body.model, body.tools, body.system, shared, body.thinking, body.output_config]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}

/**
 * Asks the API to keep the prefix: up to the last tool, up to the system prompt, and up to the message before the last, so that requests
 * that share only the first of these hit it too.
 */
function markPrefix(tools: Tool[], system: TextBlockParam[], messages: readonly Turn[], ttl: '5m' | '1h'): void {
  for (const block of [tools.at(-1), system.at(-1), messages.at(-2)?.content.at(-1)]) {
    if (block !== undefined) block.cache_control = { type: 'ephemeral', ttl }
  }
}

function toolParam({ name, description, inputSchema }: NonNullable<GenerateRequest['tools']>[number]): Tool {
  return { name, description, input_schema: { ...inputSchema, type: 'object' } }
}

/** A message of the blocks that we send, each of which can carry a mark. */
interface Turn {
  role: Message['role']
  content: Block[]
}

type Block = TextBlockParam | ToolUseBlockParam | ToolResultBlockParam

function messageParam({ role, content }: Message): Turn {
  const parts: readonly (TextPart | ToolCall | ToolResult)[] =
    typeof content === 'string' ? [{ type: 'text', text: content }] : content
  // The API takes no empty text beside other blocks.
  const filled = parts.length === 1 ? parts : parts.filter((part) => part.type !== 'text' || part.text !== '')
  return { role, content: filled.map(blockParam) }
}

function blockParam(part: TextPart | ToolCall | ToolResult): Block {
  if (part.type === 'text') return { type: 'text', text: part.text }
  if (part.type === 'tool-call') {
    return { type: 'tool_use', id: part.id, name: part.name, input: asObject(part.input) }
  }
  const isError = part.isError === undefined ? {} : { is_error: part.isError }
  return { type: 'tool_result', tool_use_id: part.id, content: part.content, ...isError }
}

/** The API takes objects only. Anything else was no valid input either: the tool's result says so. */
function asObject(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : {}
}
