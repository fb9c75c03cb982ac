import { Failure } from '../src/core/failure.ts'
import type { DescribedSchema, GenerateRequest, Generation, JsonSchema, Message } from './model.ts'
import { faultsOf } from './structured/faults.ts'
import { jsonIn } from './structured/json-in.ts'
import { noModelUsage, sumUsage } from './usage.ts'

/** What an answer must be. */
export interface Structure<T> {
  readonly schema: DescribedSchema<T>
  /** What describes it to the model; undefined: it is told in words that JSON is wanted, and no more. */
  readonly jsonSchema: JsonSchema | undefined
  /** How often an answer that is wrong is sent back. */
  readonly repairs: number
}

/**
 * A schema with what describes it to a model: the caller's JSON Schema, or its own, where its library writes one.
 *
 * @throws Failure `INVALID_OPTION` for a schema that should describe itself and cannot: it has a date in it, say
 */
export function structureOf<T>(
  what: string,
  schema: DescribedSchema<T>,
  given: { readonly jsonSchema?: JsonSchema | undefined; readonly repairs?: number | undefined },
): Structure<T> {
  const { jsonSchema = ownJsonSchema(what, schema), repairs = 1 } = given
  return { schema, jsonSchema, repairs }
}

/**
 * Asks a model until its answer is what the schema describes: JSON by itself, or somewhere in the text. A wrong answer is sent back with
 * what is wrong where. An answer that calls tools is none yet, and is given as it is.
 *
 * @param request makes it: it is not kept while it is answered
 * @param ask one round of the conversation, counted from 1
 * @returns the last answer, with the checked value as `json` and the usage of all rounds
 * @throws Failure `ANSWER_INVALID`, which is not retryable: the model was told what is wrong and did not mend it; `repairs` gives it more
 *   rounds, which are cheaper than an attempt from the start. What `ask` throws
 */
export async function answerAs<T>(
  request: () => GenerateRequest,
  structure: Structure<T>,
  ask: (request: GenerateRequest, round: number) => Promise<Generation>,
): Promise<Generation<T>> {
  /** What was said since the request. */
  let since: readonly Message[] = []
  let usage = noModelUsage
  for (let round = 1; ; round += 1) {
    const answer = await ask(continued(described(request(), structure), since), round)
    usage = sumUsage(usage, answer.usage)
    if (answer.stopReason === 'tool-calls') return { ...answer, usage } as Generation<T>
    const checked = await check(answer, structure)
    if (checked.faults === undefined) return { ...answer, usage, json: checked.value }
    if (answer.stopReason === 'max-tokens') throw cutShort(answer, request().maxTokens)
    if (round > structure.repairs) throw invalid(answer, checked.faults, structure.repairs)
    since = [...since, ...sentBack(answer.text, checked.faults)]
  }
}

function continued(request: GenerateRequest, since: readonly Message[]): GenerateRequest {
  return since.length === 0 ? request : { ...request, messages: [...request.messages, ...since] }
}

/**
 * A request that says what its answer must be. In words, too: a provider that cannot enforce the schema may not have told the model, and a
 * grammar alone does not say what a field means.
 */
export function described(request: GenerateRequest, { jsonSchema }: Structure<unknown>): GenerateRequest {
  const words = 'Answer with JSON only: no other text, no code fence.'
  const asked =
    jsonSchema === undefined ? words : `${words} This JSON Schema describes it:\n${JSON.stringify(jsonSchema)}`
  const system = request.system === undefined ? asked : `${request.system}\n\n${asked}`
  return { ...request, system, ...(jsonSchema === undefined ? {} : { jsonSchema }) }
}

function ownJsonSchema(what: string, schema: DescribedSchema<unknown>): JsonSchema | undefined {
  try {
    const { $schema, ...described } = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' }) ?? {}
    return Object.keys(described).length === 0 ? undefined : described
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${what}: the schema cannot describe itself (${reason}): give what does as jsonSchema beside it`
    throw new Failure('INVALID_OPTION', message, { cause })
  }
}

type Checked<T> = { readonly value: T; readonly faults?: undefined } | { readonly faults: readonly string[] }

/** Of several pieces of JSON in a text the first that fits is meant; a text may be made of nothing else, so that some are looked at. */
async function check<T>(answer: Generation, { schema }: Structure<T>): Promise<Checked<T>> {
  let faults: readonly string[] | undefined
  const candidates = answer.json === undefined ? jsonIn(answer.text).take(maxCandidates) : [answer.json]
  for (const candidate of candidates) {
    const result = await schema['~standard'].validate(candidate)
    if (result.issues === undefined) return { value: result.value }
    faults ??= faultsOf(result.issues)
  }
  return { faults: faults ?? ['it holds no JSON'] }
}

const maxCandidates = 50

function sentBack(text: string, faults: readonly string[]): Message[] {
  const list = faults.map((fault) => `- ${fault}`).join('\n')
  const complaint = `That is not what was asked for:\n${list}\nAnswer again, with the whole corrected JSON and nothing else.`
  // Providers refuse a message without text.
  const said = text.trim() === '' ? '(nothing)' : text
  return [
    { role: 'assistant', content: said },
    { role: 'user', content: complaint },
  ]
}

function invalid(answer: Generation, faults: readonly string[], repairs: number): Failure {
  const tries = repairs === 0 ? '' : repairs === 1 ? ', after one repair' : `, after ${repairs} repairs`
  const message = `the answer of ${answer.model} is not what the schema describes${tries}: ${faults.join('; ')}`
  return new Failure('ANSWER_INVALID', message, { details: { answer: answer.text.slice(0, maxShown) } })
}

function cutShort(answer: Generation, maxTokens: number | undefined): Failure {
  const limit = maxTokens === undefined ? 'its most tokens' : `${maxTokens} tokens`
  const message = `the answer of ${answer.model} was cut at ${limit}, and what came is not the JSON that was asked for: raise maxTokens`
  return new Failure('ANSWER_INVALID', message, { details: { answer: answer.text.slice(0, maxShown) } })
}

/** UTF-16 units of a wrong answer that its failure keeps. */
const maxShown = 500
