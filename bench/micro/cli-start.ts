import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type BenchResult, type BenchSize, median, round } from '../result.ts'

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Whole processes, in turn. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const rounds = smoke ? 2 : 21
  const commands: Readonly<Record<string, readonly string[]>> = {
    'node -e 0': ['-e', '0'],
    'weft --help': [entry, '--help'],
  }
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]))
  for (let count = 0; count < rounds; count += 1) {
    for (const [name, args] of Object.entries(commands)) {
      const start = performance.now()
      execFileSync(process.execPath, args, { stdio: 'ignore' })
      times.get(name)!.push(performance.now() - start)
    }
  }
  const [bare, help] = [...times.values()]
  const more = median(help!.map((ms, index) => ms - bare![index]!))
  return {
    name: 'cli-start',
    about: `${rounds} starts of each, in turn`,
    rows: [...times].map(([command, ms]) => ({ command, 'median ms': round(median(ms), 1) })),
    claims: [{ what: 'ms that weft --help takes longer than node -e 0', measured: more, atMost: 150 }],
  }
}
