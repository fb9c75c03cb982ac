import { expandInputs, type Input } from '../../src/batch/inputs.ts'

export async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts
}

export async function expand(
  words: string[],
  cwd: string,
  stdin: AsyncIterable<string | Uint8Array> = chunks(),
): Promise<Input[]> {
  return Array.fromAsync(expandInputs(words, { cwd, stdin }))
}

/** `url https://…`, `file notes/a.md`, `NO_MATCH notes`: what a user sees of each input. */
export async function seen(
  words: string[],
  cwd: string,
  stdin?: AsyncIterable<string | Uint8Array>,
): Promise<string[]> {
  return (await expand(words, cwd, stdin)).map(brief)
}

export function brief({ input, target }: Input): string {
  return `${target.kind === 'invalid' ? target.failure.code : target.kind} ${input}`
}

export async function messageOf(word: string, cwd: string): Promise<string> {
  const [{ target } = { target: { kind: 'none' } as const }] = await expand([word], cwd)
  return target.kind === 'invalid' ? target.failure.message : target.kind
}
